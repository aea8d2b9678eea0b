import type { Covariance } from "../../uncertainty/covariance.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { Minimiser } from "./method.ts";
import type { EvaluationCounts, Objective } from "./objective.ts";
import type { RunParameters } from "./parameters.ts";
import { openRun } from "./run.ts";
import type { Progress, Stop, StopRule } from "./stop.ts";

/** Called after each iteration; `checkpoint` makes one of where the run stands. What it throws ends the run. */
export type Observer = (progress: Progress, checkpoint: () => Checkpoint) => void;

/** How an objective is minimised. */
export interface MinimiseOptions {
  /** Default `lbfgsb()`. */
  readonly method?: Minimiser;
  /** Free parameters to start from. Default: the initial values of the set. */
  readonly start?: ArrayLike<number>;
  /** When it has converged. Default: what the method stops at. */
  readonly stop?: StopRule;
  /** Default 10,000. */
  readonly iterationLimit?: number;
  /** Evaluations of value or gradient. Default 1,000,000. */
  readonly evaluationLimit?: number;
  /**
   * Rise of the objective that stands for one standard deviation: 0.5 (default) for −ln L, 1 for χ² and −2 ln L. Errors are
   * as large as this says: a −2 ln L with 0.5 would give errors too small by √2.
   */
  readonly errorLevel?: number;
  /** Whether second derivatives at the minimum give errors and the exact distance to the minimum. Default false. */
  readonly covariance?: boolean;
  /** Seed of methods that draw random numbers. Default 0. */
  readonly seed?: number | bigint | string;
  readonly observers?: readonly Observer[];
  /** Ends the run after the iteration in which it is aborted; the best point is kept. */
  readonly signal?: AbortSignal;
  /** Goes on from here, with the bits of the uninterrupted run. The other options must be those of that run. */
  readonly resume?: Checkpoint;
}

/** How a run ended. */
export interface MinimiseStatus extends Stop {
  /** What to do about it, where it did not converge. */
  readonly remedy?: string;
}

/** What a minimisation found. */
export interface Minimum {
  /** Names of the free parameters. */
  readonly names: readonly string[];
  /** The best point, in the bounds, periodic parameters in [low, high). */
  readonly x: Float64Array;
  readonly value: number;
  /** Slopes at `x` by outer coordinates, for methods that have them. */
  readonly gradient?: Float64Array;
  /** With `covariance: true`. */
  readonly covariance?: Covariance;
  /** Estimated distance of `value` from the minimum; exact to second order with `covariance: true`. */
  readonly edm?: number;
  readonly converged: boolean;
  readonly status: MinimiseStatus;
  readonly method: string;
  readonly iterations: number;
  readonly evaluations: EvaluationCounts;
  /** Where it ended: resume with other limits to go on. */
  readonly checkpoint: Checkpoint;
}

/**
 * Minimises an objective over the free parameters of a set (or from a bare start). That it does not converge is no error
 * but the `status` of the result, with a remedy. Synchronous; deterministic: the same inputs give the same bits.
 *
 * Throws `SOLV-060` without free parameters, `SOLV-061` for an error level that is not positive, `SOLV-063` for a checkpoint of
 * another run, `SOLV-066` for constraints that the method does not keep to and for a covariance under constraints, `KERN-044` and `KERN-048` for a start that does not fit, and what the objective throws.
 */
export function minimise(objective: Objective, parameters: RunParameters, options: MinimiseOptions = {}): Minimum {
  const run = openRun(objective, parameters, options);
  for (;;) {
    const found = run.advance();
    if (found !== undefined) return found;
  }
}
