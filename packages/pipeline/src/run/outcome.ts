import type { StageFailure } from "../schedule/failure.ts";
import type { Artifact } from "../stage/artifact.ts";
import type { Metric } from "../stage/context.ts";
import type { Entry } from "../store/entry.ts";
import type { Attempt } from "./attempts.ts";
import type { NodeStatus } from "./events.ts";

/** What came of one node. */
export interface NodeOutcome {
  readonly status: NodeStatus;
  readonly metrics: Readonly<Record<string, Metric>>;
  readonly warnings: readonly string[];
  readonly durationMs: number;
  /** The stored result, when the store has it. */
  readonly entry?: Entry | undefined;
  /** Artifacts in memory, of a computed node. */
  readonly artifacts?: readonly Artifact[];
  readonly attempts?: readonly Attempt[];
  readonly failure?: StageFailure | undefined;
}

/** What came of a node whose result was stored: read from the entry by who asks. */
export class HitOutcome implements NodeOutcome {
  readonly status = "hit" as const;
  readonly entry: Entry;

  constructor(entry: Entry) {
    this.entry = entry;
  }

  get metrics(): Readonly<Record<string, Metric>> {
    return this.entry.metrics;
  }

  get warnings(): readonly string[] {
    return this.entry.warnings;
  }

  get durationMs(): number {
    return this.entry.durationMs;
  }
}

/** Hits and misses of one run, by distinct work: a node that shares its key with an earlier one counts as a hit. */
export interface CacheCounts {
  hits: number;
  misses: number;
  stored: number;
  /** Results that could not be kept. */
  notStored: number;
  /** Hits found by content after the upstream was computed again to the same bytes. */
  earlyCutoffs: number;
  selfChecked: number;
  selfCheckFailed: number;
}

export const NONE: readonly never[] = Object.freeze([]);
export const NO_METRICS: Readonly<Record<string, Metric>> = Object.freeze({});

/** A node that was not run. */
export const SKIPPED: NodeOutcome = Object.freeze({
  status: "skipped",
  metrics: NO_METRICS,
  warnings: NONE,
  durationMs: 0,
});

/** A node that has nothing but a failure. */
export function failedOutcome(failure: StageFailure, durationMs = 0): NodeOutcome {
  return { status: "failed", metrics: NO_METRICS, warnings: NONE, durationMs, failure };
}

/** True for nodes whose outputs others can read. */
export function hasResult(outcome: NodeOutcome | undefined): boolean {
  return outcome !== undefined && (outcome.status === "hit" || outcome.status === "computed");
}
