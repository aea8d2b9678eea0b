/**
 * Levenberg–Marquardt: damped Gauss–Newton steps with damping by the size of columns, bent along the valley by geodesic
 * acceleration. For sums of squares; keeps to bounds.
 *
 * Sources: J. J. Moré, Lect. Notes Math. 630 (1978) 105–116, for the scaling; H. B. Nielsen, IMM-REP-1999-05, for the damping;
 * M. K. Transtrum, J. P. Sethna, arXiv:1201.5885, eqs. 9 and 15, for the acceleration.
 */
import { dot } from "@simloom/numerics";
import { solveError } from "../errors.ts";
import { dampedLeastSquares } from "../linear/least-squares-qr.ts";
import type { InnerProblem, MethodState, Minimiser } from "../minimise/frame/method.ts";
import { extentBelow } from "../minimise/frame/stop.ts";

/** Settings of Levenberg–Marquardt. */
export interface LevenbergMarquardtOptions {
  /** Damping of the first step, relative to the squares of columns. Default 1e-3. */
  readonly damping?: number;
  /** Greatest ratio of acceleration to velocity in a step that is tried. Default 0.75; 0 for no acceleration. */
  readonly acceleration?: number;
}

interface LevenbergMarquardtState extends MethodState {
  gradient: Float64Array;
  damping: number;
  raise: number;
  /** Greatest norm that each column of the Jacobian had lately. */
  scales: Float64Array;
  /** Whether the value no longer tells steps apart, so that undamped steps are taken while they shrink. */
  isPolishing: boolean;
}

const REJECTIONS = 60;
/** Part of the greatest norms of columns that is kept per iteration: parameters that were important once may move again. */
const FORGETTING = 0.8;

/**
 * Levenberg–Marquardt as a value, for objectives made by `sumOfSquares`. Stops where the undamped step is below 1e-11 of the
 * parameters, or no longer shrinks. Throws `SOLV-062`; its start throws `SOLV-064` for other objectives.
 */
export function levenbergMarquardt(options: LevenbergMarquardtOptions = {}): Minimiser {
  const { damping = 1e-3, acceleration = 0.75 } = options;
  if (!(damping > 0 && acceleration >= 0))
    throw solveError(
      "SOLV-062",
      `Levenberg–Marquardt cannot work with damping ${damping} and acceleration ${acceleration}`,
      "Give a damping above 0 and an acceleration from 0.",
    );
  const method: Minimiser<LevenbergMarquardtState> = {
    name: "levenberg-marquardt",
    bounds: "native",
    stop: extentBelow(1e-11),
    start(problem) {
      const { count } = problem;
      const { r, columns } = jacobianAt(problem, problem.start);
      return {
        x: Float64Array.from(problem.start),
        value: finiteSquare(r),
        gradient: slopesOf(columns, r),
        damping,
        raise: 2,
        scales: new Float64Array(count),
        isPolishing: false,
        extent: Number.POSITIVE_INFINITY,
        edm: Number.POSITIVE_INFINITY,
      };
    },
    step: (problem, state) => iterate(problem, state, acceleration),
  };
  return method;
}

function iterate(problem: InnerProblem, state: LevenbergMarquardtState, acceleration: number): void {
  const { r, columns } = jacobianAt(problem, state.x);
  state.gradient = slopesOf(columns, r);
  const free = freeOf(problem, state);
  columns.forEach((column, i) => {
    state.scales[i] = Math.max(FORGETTING * (state.scales[i] as number), Math.sqrt(dot(column, column)) || 0);
  });
  const used = free.map((i) => columns[i] as Float64Array);
  if (used.length === 0) {
    Object.assign(state, { extent: 0, edm: 0 });
    return;
  }
  const undamped = dampedLeastSquares(used, new Float64Array(free.length)).solve(r);
  const before = state.extent ?? Number.POSITIVE_INFINITY;
  if (undamped !== undefined) {
    state.edm = state.value - remaining(used, undamped, r);
    state.extent = relativeSize(state.x, free, undamped);
  }
  if (state.isPolishing && undamped !== undefined) {
    polish(problem, state, free, undamped, before);
    return;
  }
  for (let rejected = 0; rejected < REJECTIONS; rejected++) {
    const dampings = Float64Array.from(free, (i) => Math.sqrt(state.damping) * ((state.scales[i] as number) || 1));
    const system = dampedLeastSquares(used, dampings);
    const velocity = system.solve(r);
    if (velocity !== undefined) {
      const expected = state.value - remaining(used, velocity, r) || Number.MIN_VALUE;
      const bend =
        acceleration > 0 ? accelerationOf(problem, state, { free, used, r, velocity, dampings }, system) : undefined;
      const isBent = bend !== undefined && 2 * bend.ratio <= acceleration;
      if (bend === undefined || isBent || acceleration === 0 || expected <= 1e-8 * state.value) {
        const move = isBent ? velocity.map((v, k) => v + 0.5 * (bend.move[k] as number)) : velocity;
        const x = moved(problem, state.x, free, move);
        const value = problem.value(x);
        if (value < state.value) {
          const gain = (state.value - value) / expected;
          state.x = x;
          state.value = value;
          state.damping = Math.max(state.damping * Math.max(1 / 3, 1 - cube(2 * gain - 1)), 1e-30);
          state.raise = 2;
          return;
        }
      }
    }
    if (undamped !== undefined && (state.extent ?? 1) < 1e-6 && (state.edm ?? 1) <= 1e-10 * state.value) {
      startPolishing(state);
      return;
    }
    state.damping *= state.raise;
    state.raise *= 2;
    if (!(state.damping < 1e100)) break;
  }
  if (undamped !== undefined && (state.extent ?? 1) < 1e-5) {
    startPolishing(state);
    return;
  }
  state.end = {
    converged: false,
    reason: "standstill",
    message: "no step decreases the sum of squares",
    remedy: "Check the derivatives, or start elsewhere.",
  };
}

/** The next iterations are of undamped steps; the first has nothing to shrink from. */
function startPolishing(state: LevenbergMarquardtState): void {
  state.isPolishing = true;
  state.extent = Number.POSITIVE_INFINITY;
}

/** Undamped steps while they shrink: the value is equal to rounding, the slopes are not. */
function polish(
  problem: InnerProblem,
  state: LevenbergMarquardtState,
  free: readonly number[],
  step: Float64Array,
  before: number,
): void {
  const extent = state.extent as number;
  const x = moved(problem, state.x, free, step);
  const value = problem.value(x);
  if (value <= state.value * (1 + 1e-6) + Number.MIN_VALUE && extent <= before) {
    state.x = x;
    state.value = value;
    if (extent < 0.9 * before || before === Number.POSITIVE_INFINITY) return;
  }
  state.end = {
    converged: true,
    reason: "rounding",
    message: `the step of ${extent.toExponential(1)} of the parameters is lost in rounding`,
  };
}

interface Place {
  readonly free: readonly number[];
  readonly used: readonly Float64Array[];
  readonly r: Float64Array;
  readonly velocity: Float64Array;
  readonly dampings: Float64Array;
}

/** Second-order correction along the velocity, from one more evaluation of the residuals at a tenth of it. */
function accelerationOf(
  problem: InnerProblem,
  state: LevenbergMarquardtState,
  { free, used, r, velocity, dampings }: Place,
  system: ReturnType<typeof dampedLeastSquares>,
): { readonly move: Float64Array; readonly ratio: number } | undefined {
  const h = 0.1;
  const at = moved(
    problem,
    state.x,
    free,
    velocity.map((v) => h * v),
  );
  const probe = new Float64Array(r.length);
  squaresOf(problem).residuals(at, probe);
  const bend = probe.map((value, k) => {
    let linear = 0;
    used.forEach((column, c) => {
      linear += (column[k] as number) * (velocity[c] as number);
    });
    return (2 / h) * ((value - (r[k] as number)) / h - linear);
  });
  if (!bend.every(Number.isFinite)) return { move: velocity, ratio: Number.POSITIVE_INFINITY };
  const move = system.solve(bend);
  if (move === undefined) return undefined;
  const size = (v: Float64Array): number => {
    let sum = 0;
    for (let k = 0; k < v.length; k++) {
      const entry = (v[k] as number) * ((dampings[k] as number) || 1);
      sum += entry * entry;
    }
    return Math.sqrt(sum);
  };
  return { move, ratio: size(move) / size(velocity) };
}

function jacobianAt(
  problem: InnerProblem,
  x: Float64Array,
): { readonly r: Float64Array; readonly columns: Float64Array[] } {
  const squares = squaresOf(problem);
  const r = new Float64Array(squares.count);
  const columns = Array.from({ length: problem.count }, () => new Float64Array(squares.count));
  squares.jacobian(x, r, columns);
  return { r, columns };
}

function squaresOf({ leastSquares }: InnerProblem) {
  if (leastSquares !== undefined) return leastSquares;
  throw solveError(
    "SOLV-064",
    "Levenberg–Marquardt needs residuals, and the objective is only a value",
    "Make the objective with sumOfSquares, or take another method.",
  );
}

function slopesOf(columns: readonly Float64Array[], r: Float64Array): Float64Array {
  return Float64Array.from(columns, (column) => 2 * dot(column, r));
}

function finiteSquare(r: Float64Array): number {
  const square = dot(r, r);
  return Number.isFinite(square) ? square : Number.POSITIVE_INFINITY;
}

/** What does not stand on a bound that the slope pushes against. */
function freeOf({ lower, upper }: InnerProblem, { x, gradient }: LevenbergMarquardtState): readonly number[] {
  return [...x.keys()].filter((i) =>
    (gradient[i] as number) > 0 ? (x[i] as number) > (lower[i] as number) : (x[i] as number) < (upper[i] as number),
  );
}

function moved(
  { lower, upper }: InnerProblem,
  x: Float64Array,
  free: readonly number[],
  step: Float64Array,
): Float64Array {
  const target = Float64Array.from(x);
  for (const [k, i] of free.entries())
    target[i] = Math.min(Math.max((x[i] as number) + (step[k] as number), lower[i] as number), upper[i] as number);
  return target;
}

/** Sum of squares that the linear model leaves after a step. */
function remaining(columns: readonly Float64Array[], step: Float64Array, r: Float64Array): number {
  const left = Float64Array.from(r);
  columns.forEach((column, c) => {
    for (let k = 0; k < left.length; k++) left[k] = (left[k] as number) + (column[k] as number) * (step[c] as number);
  });
  return dot(left, left);
}

function relativeSize(x: Float64Array, free: readonly number[], step: Float64Array): number {
  let greatest = 0;
  for (const [k, i] of free.entries()) {
    const size = Math.abs(step[k] as number);
    greatest = Math.max(greatest, size / Math.max(Math.abs(x[i] as number), size * 1e-3, Number.MIN_VALUE));
  }
  return greatest;
}

function cube(value: number): number {
  return value * value * value;
}
