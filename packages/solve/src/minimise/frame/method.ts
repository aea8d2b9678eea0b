import type { RandomStream } from "@simloom/numerics";
import type { ConstraintFunctions, SquaredResiduals } from "./objective.ts";
import type { StopRule } from "./stop.ts";

/** A minimisation as a method sees it: in inner coordinates, with values that are numbers or +∞, never NaN. */
export interface InnerProblem {
  readonly count: number;
  /** Where to start, inside the bounds. */
  readonly start: Float64Array;
  /** Bounds; infinite where there is none, and everywhere for a method with `bounds: "transformed"`. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** Rise of the objective that stands for one standard deviation: the unit in which distances in value are judged. */
  readonly errorLevel: number;
  /** Whether a parameter has no bound in a direction (+1 or −1), be it one of the method or of the coordinate. */
  isOpen(index: number, direction: number): boolean;
  value(u: Float64Array): number;
  /** Value, and slopes into `slopes`. */
  gradient(u: Float64Array, slopes: Float64Array): number;
  /** Whether slopes are differences that could be better. */
  readonly isCoarse: boolean;
  /** From now on differences are central; false where slopes are as good as they get already. */
  refine(): boolean;
  /** Second derivatives by rows. */
  hessian(u: Float64Array, curvatures: Float64Array): void;
  /** Residuals and their derivatives, where the objective is a sum of squares. */
  readonly leastSquares?: SquaredResiduals;
  /** Constraints, where the objective is subject to some. */
  readonly constraints?: ConstraintFunctions;
  values(points: readonly Float64Array[], values: Float64Array): void;
  /** A random point: uniform between two finite bounds, else normal around the start, as far out as the start or the scale. */
  sample(stream: RandomStream): Float64Array;
  /** The random stream of a name, at a position; depends on the seed of the run and the name only. */
  stream(name: string, position: number): RandomStream;
}

/** Why a method cannot go on, in words for people. */
export interface MethodEnd {
  readonly converged: boolean;
  readonly reason: string;
  readonly message: string;
  readonly remedy?: string;
}

/** What every method keeps; what else it keeps is its own. Numbers, text, Float64Array, lists and objects of these only. */
export interface MethodState {
  /** Where the run stands. */
  x: Float64Array;
  value: number;
  /** Slopes at `x`, for methods that have them. */
  gradient?: Float64Array;
  /** Estimated distance of `value` from that of the minimum; +∞ while nothing is known. */
  edm?: number;
  /** Extent of what is searched, in inner coordinates: last step, simplex, standard deviation. */
  extent?: number;
  /** Set by a method that cannot go on. */
  end?: MethodEnd;
}

/**
 * A method of minimisation, as a value. `step` does one iteration on the state, in place; between iterations the state is
 * everything the method knows, so that a run can be stopped there and resumed elsewhere.
 */
export interface Minimiser<State extends MethodState = MethodState> {
  readonly name: string;
  /** `native`: keeps to the bounds itself. `transformed`: works without bounds, in coordinates that have none. */
  readonly bounds: "native" | "transformed";
  /** Whether it keeps to the constraints of an objective made by `subjectTo`; others refuse such objectives. Default false. */
  readonly takesConstraints?: boolean;
  /** What it stops at unless told otherwise. */
  readonly stop: StopRule;
  start(problem: InnerProblem): State;
  step(problem: InnerProblem, state: State): void;
  /** Takes notice of slopes at `x` that are better than those it worked with; for methods that keep what follows from these. */
  refresh?(problem: InnerProblem, state: State): void;
}
