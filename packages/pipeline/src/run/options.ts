import type { Fingerprinter } from "../key/fingerprint.ts";
import type { Clock } from "../schedule/clock.ts";
import type { RetryPolicy } from "../schedule/retry.ts";
import type { Scheduler } from "../schedule/scheduler.ts";
import type { Store } from "../store/store.ts";
import type { Value } from "../value/value.ts";
import type { RunEvent } from "./events.ts";
import type { StageTimings } from "./forecast.ts";

/** What to do with the rest when a node fails for good. */
export type FailureMode =
  /** Stop: cancel what runs, start nothing more. */
  | "failFast"
  /** Go on with all nodes that do not depend on it; the run fails in the end. */
  | "continueIndependent"
  /** As before, but failures are data: the run resolves with status `partial`. */
  | "collect";

/** Options of a run. Nothing here but `seed`, `policy`, `inputs` and `arithmetic` has an influence on results. */
export interface RunOptions {
  /** Seed of all random streams, a whole number from 0 to 2^53 − 1. Default 0. */
  readonly seed?: number;
  /**
   * Settings that stages may read by declared key; they go before those of the graph, and a node's own before them. A key
   * that no stage declares is an error.
   */
  readonly policy?: Readonly<Record<string, Value>>;
  /** Values for the graph's inputs. */
  readonly inputs?: Readonly<Record<string, Value>>;
  readonly arithmetic?: "strict" | "fast";
  /** Where results are kept and found. Default: nowhere. */
  readonly store?: Store;
  /** Who runs the stages. Default: this thread. */
  readonly scheduler?: Scheduler;
  readonly fingerprints?: Fingerprinter;
  /** Mean times of stages in earlier runs: on several slots the longest way to the end of the graph then starts first. */
  readonly timings?: StageTimings;
  /** Default `failFast`. */
  readonly failureMode?: FailureMode;
  /** Default for nodes that say nothing: one attempt, no limits. */
  readonly retry?: Partial<RetryPolicy>;
  readonly signal?: AbortSignal;
  /** Called for each event. What it throws does the run no harm; the first time is a remark of the result. */
  readonly onEvent?: (event: RunEvent) => void;
  /** Share of hits, 0 to 1, that are computed again and compared. Which ones depends on the keys only. Default 0. */
  readonly selfCheckShare?: number;
  /** Computes everything, though results are there; keeps the new ones. Default false. */
  readonly recompute?: boolean;
  /**
   * Digests of all outputs in the records, also where no store needs them. Costs one SHA-256 pass over each new array.
   * Default false.
   */
  readonly digests?: boolean;
  /** Which outputs stay in memory: those the graph returns, or every node's. Default `outputs`. */
  readonly keep?: "outputs" | "all";
  /** Results waiting in memory beyond this are let go when the store has them, and read back when needed. Default 1024. */
  readonly memoryMb?: number;
  /** Who computes, for the provenance of entries: host, user, run. Default `local`. */
  readonly origin?: string;
  readonly clock?: Clock;
}
