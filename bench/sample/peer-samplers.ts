import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** What a sampler is asked for: walkers (chains) from starts that are standard normal, some steps before those that count. */
export interface SamplerCase {
  readonly target: string;
  readonly walkers: number;
  readonly warmup: number;
  readonly steps: number;
  readonly seed: number;
}

/** What came of a run; evaluations are of slopes for those who follow them, warm-up included, and so is the time. */
export interface PeerRun {
  /** Walkers × steps × parameters. */
  readonly draws: Float64Array;
  readonly evaluations: number;
  readonly divergences: number;
  readonly cpuSeconds: number;
  /** Of the first run of a case, beside `cpuSeconds`. */
  readonly compileCpuSeconds: number;
}

/** The samplers of Python in one process that waits between runs, so that theirs and ours take turns. */
export interface PeerSamplers {
  run(sampler: "emcee" | "blackjax", asked: SamplerCase): Promise<PeerRun>;
  close(): void;
}

/** Starts the process. Throws with what it wrote where it ends before it answers. */
export function peerSamplers(python: string): PeerSamplers {
  const child = spawn(python, ["bench/peers/samplers.py"], { stdio: ["pipe", "pipe", "inherit"] });
  const folder = mkdtempSync(join(tmpdir(), "simloom-samplers-"));
  const file = join(folder, "draws.f8");
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async run(sampler, asked) {
      child.stdin.write(`${JSON.stringify({ sampler, file, ...asked })}\n`);
      const { value, done } = await answers.next();
      if (done === true) throw new Error(`bench/peers/samplers.py ended without an answer for ${sampler}`);
      const bytes = readFileSync(file);
      const draws = new Float64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8);
      return { ...(JSON.parse(value) as Omit<PeerRun, "draws">), draws };
    },
    close() {
      child.stdin.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
