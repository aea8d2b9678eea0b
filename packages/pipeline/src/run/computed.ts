import type { JobOutcome } from "../schedule/scheduler.ts";
import type { Artifact } from "../stage/artifact.ts";
import type { Metric } from "../stage/context.ts";
import type { Entry } from "../store/entry.ts";
import type { Attempt, NodeJob } from "./attempts.ts";
import type { NodeOutcome } from "./outcome.ts";

/** What came of a node that was computed. Its record of attempts is made when somebody asks: a large run keeps none. */
export class ComputedOutcome implements NodeOutcome {
  readonly status = "computed" as const;
  readonly metrics: Readonly<Record<string, Metric>>;
  readonly warnings: readonly string[];
  readonly durationMs: number;
  readonly entry: Entry | undefined;
  readonly artifacts: readonly Artifact[];
  private readonly earlier: readonly Attempt[];
  private readonly startedAtMs: number;
  private readonly worker: string;
  private readonly host: string;

  constructor(job: NodeJob, outcome: JobOutcome & { status: "succeeded" }, entry: Entry | undefined) {
    this.metrics = outcome.metrics;
    this.warnings = outcome.warnings;
    this.durationMs = outcome.durationMs;
    this.entry = entry;
    this.artifacts = outcome.artifacts;
    this.earlier = job.earlier;
    this.startedAtMs = job.startedAtMs;
    this.worker = job.place.worker;
    this.host = job.place.host;
  }

  /** All attempts; the last one succeeded. */
  get attempts(): readonly Attempt[] {
    const { earlier, startedAtMs, durationMs, worker, host } = this;
    return [...earlier, { attempt: earlier.length + 1, startedAtMs, durationMs, worker, host }];
  }
}
