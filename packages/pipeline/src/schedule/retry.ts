import { randomStream } from "@simloom/numerics/random";
import type { StageFailure } from "./failure.ts";

/** How often, how long and how soon again a node is attempted. */
export interface RetryPolicy {
  /** Attempts in all, at least 1. Default 1. */
  readonly maxAttempts: number;
  /** Time of one attempt, counted from its start on the worker. The work is stopped. Default: none. */
  readonly timeoutMs: number | undefined;
  /** Time of all attempts and pauses together, counted from the first submission. Default: none. */
  readonly deadlineMs: number | undefined;
  /** Pause before the second attempt; each further one is `factor` times longer, at most `maxMs`. */
  readonly backoff: {
    readonly initialMs: number;
    readonly factor: number;
    readonly maxMs: number;
    /** Part of the pause that is drawn at random, 0 to 1; seeded by node and attempt. */
    readonly jitterFraction: number;
  };
  /** Codes (`PIPE-041`) or kinds (`timeout`) worth another attempt. Default: all but `contract` and `cancelled`. */
  readonly retryOn: readonly string[] | undefined;
}

export const noRetry: RetryPolicy = {
  maxAttempts: 1,
  timeoutMs: undefined,
  deadlineMs: undefined,
  backoff: { initialMs: 100, factor: 2, maxMs: 30_000, jitterFraction: 0.2 },
  retryOn: undefined,
};

/** True when another attempt may follow this failure. */
export function isWorthRetrying(policy: RetryPolicy, failure: StageFailure): boolean {
  if (policy.retryOn !== undefined)
    return policy.retryOn.includes(failure.code) || policy.retryOn.includes(failure.kind);
  return failure.kind !== "contract" && failure.kind !== "cancelled";
}

/** Pause after a failed attempt, in milliseconds. The jitter is the same in every run with the same node and attempt. */
export function backoffMs(policy: RetryPolicy, nodeId: string, failedAttempt: number): number {
  const { initialMs, factor, maxMs, jitterFraction } = policy.backoff;
  const pause = Math.min(maxMs, initialMs * factor ** (failedAttempt - 1));
  const draw = randomStream(`retry/${nodeId}/${failedAttempt}`).uniform();
  return pause * (1 - jitterFraction * draw);
}
