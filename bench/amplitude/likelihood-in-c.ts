/** The contracted likelihood in C: `likelihood.c`, compiled where there is a compiler. */
import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";

/** The least times of a call in ms, and a value to compare. */
export interface ContractedTimes {
  readonly valueMs: number;
  readonly gradientMs: number;
  readonly value: number;
}

/** Times the file of `writeContracted` in a process of C. Nothing where there is no compiler. Run it from the repository's root. */
export function timesInC(file: string, folder: string, runs: number): ContractedTimes | undefined {
  const target = join(folder, "likelihood");
  const source = resolve("bench/amplitude/likelihood.c");
  const flags = ["-O3", "-march=native", "-ffast-math"];
  if (spawnSync("cc", [...flags, source, "-o", target, "-lm"]).status !== 0) return undefined;
  const { status, stdout } = spawnSync(target, [file, String(runs)], { encoding: "utf8" });
  return status === 0 ? (JSON.parse(stdout) as ContractedTimes) : undefined;
}
