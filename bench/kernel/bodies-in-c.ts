/** The bodies and elementary functions of the suite in C: `events.c`, compiled where there is a compiler. */
import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";

/** Least time per element, and the sum, to compare. */
export interface SumInC {
  readonly ns: number;
  readonly sum: number;
}

/** Compilers' options by the name of the peer. With `-ffast-math` GCC vectorises calls of the mathematical library as well. */
const VARIANTS = {
  "C -O3": ["-O3", "-march=native", "-ffp-contract=off"],
  "C -O3 -ffast-math": ["-O3", "-march=native", "-ffast-math"],
} as const;

/** Name of a peer in C. */
export type VariantInC = keyof typeof VARIANTS;

/** A program that times all cases once more at each call; nothing where it could not be compiled. Run it from the repository's root. */
export function bodiesInC(
  variant: VariantInC,
  folder: string,
): ((count: number, runs: number) => Readonly<Record<string, SumInC>>) | undefined {
  const target = join(folder, variant.replaceAll(/\W+/g, "-"));
  const source = resolve("bench/kernel/events.c");
  if (spawnSync("cc", [...VARIANTS[variant], source, "-o", target, "-lm"]).status !== 0) return undefined;
  return (count, runs) => {
    const { stdout } = spawnSync(target, [String(count), String(runs)], { encoding: "utf8" });
    return JSON.parse(stdout) as Readonly<Record<string, SumInC>>;
  };
}
