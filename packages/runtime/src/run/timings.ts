import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { NodeRecord, StageTimings } from "@simloom/pipeline";

interface Timing {
  readonly count: number;
  readonly meanMs: number;
}

/** Mean times of stages over earlier runs, kept in one small file. A damaged or missing file is an empty one. */
export class TimingBook {
  private readonly file: string;
  private readonly timings: Record<string, Timing>;

  constructor(file: string) {
    this.file = file;
    this.timings = read(file);
  }

  /** Looks up a mean time. */
  readonly of: StageTimings = (stage) => this.timings[stage]?.meanMs;

  /** Takes in what a run computed and writes the file. Recent runs weigh more. A disk that refuses is not an error. */
  learn(nodes: readonly NodeRecord[]): void {
    for (const { stage, status, durationMs } of nodes) {
      if (status !== "computed") continue;
      const known = this.timings[stage] ?? { count: 0, meanMs: 0 };
      const count = Math.min(known.count + 1, MEMORY);
      this.timings[stage] = { count, meanMs: known.meanMs + (durationMs - known.meanMs) / count };
    }
    try {
      mkdirSync(dirname(this.file), { recursive: true });
      const temporary = `${this.file}.${process.pid}.tmp`;
      writeFileSync(temporary, JSON.stringify(this.timings));
      renameSync(temporary, this.file);
    } catch {
      // Estimates are a convenience: the next run makes them anew.
    }
  }
}

/** A mean over about this many runs. */
const MEMORY = 20;

function read(file: string): Record<string, Timing> {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Record<string, Timing>;
  } catch {
    return {};
  }
}
