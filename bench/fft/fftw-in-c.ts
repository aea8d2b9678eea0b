/** FFTW called from C: a program of `fftw.c`, compiled where there is a compiler. */
import { spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** The least times of one transform, in ms; the inverse with its scaling. */
export interface TimesInC {
  readonly forwardMs: number;
  readonly inverseMs: number;
}

let program: string | undefined;

/** Times transforms of a length in a process of C. Nothing where there is no compiler or no library. Run it from the repository's root. */
export function timesInC(length: number, runs: number): TimesInC | undefined {
  program ??= compiled();
  const { status, stdout } = spawnSync(program, [String(length), String(runs)], { encoding: "utf8" });
  return status === 0 ? (JSON.parse(stdout) as TimesInC) : undefined;
}

/** A path where nothing stands when it cannot be compiled. */
function compiled(): string {
  const target = join(mkdtempSync(join(tmpdir(), "simloom-bench-fftw-")), "fftw");
  const source = resolve("bench/fft/fftw.c");
  spawnSync("cc", ["-O3", "-march=native", source, "-o", target, "-l:libfftw3.so.3"]);
  return target;
}
