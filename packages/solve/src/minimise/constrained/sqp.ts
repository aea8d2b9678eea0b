/**
 * Sequential quadratic programming: each step minimises a parabola under linearised constraints; progress is judged by the
 * exact penalty function, and steps that curved constraints spoil are corrected to second order.
 *
 * Sources: M. J. D. Powell, Lect. Notes Math. 630 (1978) 144–157, for the damped update and the weights; J. Nocedal,
 * S. J. Wright, Numerical Optimization, 2nd ed., algorithm 18.3 and eq. 18.36 for the correction; D. Kraft, DFVLR-FB 88-28, for
 * the relaxation of linearised constraints that contradict each other.
 */
import { solveError } from "../../errors.ts";
import type { InnerProblem, MethodState, Minimiser } from "../frame/method.ts";
import { addScaled, dot } from "../lbfgsb/compact.ts";
import { type LinearConstraints, type QuadraticMinimum, solveQuadraticProgram } from "./quadratic-program.ts";

/** Settings of sequential quadratic programming. */
export interface SqpOptions {
  /** Ends where expected gain and violation are below this part of 1 + |f|. Default 1e-10. */
  readonly tolerance?: number;
}

export interface SqpState extends MethodState {
  gradient: Float64Array;
  /** Approximate second derivatives of the Lagrangian, by rows. */
  hessian: Float64Array;
  /** Values of the constraints at `x`, and their derivatives, row after row. */
  constraintValues: Float64Array;
  slopes: Float64Array;
  /** Multipliers of the constraints, then of bounds. */
  multipliers: Float64Array;
  /** Weights of violations in the penalty function. */
  penalties: Float64Array;
  isFresh: boolean;
}

/** SQP as a value, for objectives made by `subjectTo`; works without constraints, too. Throws `SOLV-062`. */
export function sqp({ tolerance = 1e-10 }: SqpOptions = {}): Minimiser {
  if (!(tolerance > 0))
    throw solveError("SOLV-062", `SQP cannot work with the tolerance ${tolerance}`, "Give one above 0.");
  const method: Minimiser<SqpState> = {
    name: "sqp",
    bounds: "native",
    takesConstraints: true,
    stop: { name: "optimality", check: () => undefined },
    start(problem) {
      const count = problem.constraints?.count ?? 0;
      const x = Float64Array.from(problem.start);
      const gradient = new Float64Array(problem.count);
      const value = problem.gradient(x, gradient);
      const state: SqpState = {
        ...{ x, value, gradient, hessian: identity(problem.count), constraintValues: new Float64Array(count) },
        ...{ slopes: new Float64Array(count * problem.count), multipliers: new Float64Array(count) },
        ...{ penalties: new Float64Array(count), isFresh: true, edm: Number.POSITIVE_INFINITY },
      };
      problem.constraints?.jacobian(x, state.constraintValues, rowsOf(state.slopes, count, problem.count));
      return state;
    },
    step: (problem, state) => iterate(problem, state, tolerance),
  };
  return method;
}

function iterate(problem: InnerProblem, state: SqpState, tolerance: number): void {
  const count = state.constraintValues.length;
  const found = subproblem(problem, state, state.constraintValues) ?? relaxed(problem, state);
  if (found === undefined) {
    if (!state.isFresh) {
      state.hessian = identity(problem.count);
      state.isFresh = true;
      return;
    }
    state.end = {
      converged: false,
      reason: "constraints",
      message: "the linearised constraints contradict each other",
      remedy: "Start nearer to where the constraints hold, or check that they can hold together.",
    };
    return;
  }
  const { step, multipliers } = found;
  for (let i = 0; i < count; i++) {
    const size = Math.abs(multipliers[i] as number);
    state.penalties[i] = Math.max(size, ((state.penalties[i] as number) + size) / 2);
  }
  const violations = violationsOf(problem, state.constraintValues);
  const gain =
    Math.abs(dot(state.gradient, step)) +
    violations.reduce((sum, violation, i) => sum + violation * Math.abs(multipliers[i] as number), 0);
  const violation = violations.reduce((a, b) => Math.max(a, b), 0);
  state.edm = gain / 2;
  state.multipliers = multipliers;
  if (gain <= tolerance * (1 + Math.abs(state.value)) && violation <= tolerance * 10) {
    state.end = {
      converged: true,
      reason: "optimality",
      message: `the expected gain is ${gain.toExponential(1)}, the greatest violation ${violation.toExponential(1)}`,
    };
    return;
  }
  const penalty = (value: number, values: Float64Array) =>
    value + violationsOf(problem, values).reduce((sum, entry, i) => sum + entry * (state.penalties[i] as number), 0);
  const before = penalty(state.value, state.constraintValues);
  const slope = dot(state.gradient, step) - (before - state.value);
  const values = new Float64Array(count);
  const tryAt = (move: Float64Array, part: number) => {
    const x = moved(problem, state.x, move, part);
    problem.constraints?.values(x, values);
    const value = problem.value(x);
    return { x, value, merit: values.every(Number.isFinite) ? penalty(value, values) : Number.POSITIVE_INFINITY };
  };
  let part = 1;
  for (let tries = 0; tries < 40; tries++) {
    let trial = tryAt(step, part);
    const rounding = 16 * Number.EPSILON * Math.abs(before);
    const isLower = (merit: number) => merit <= before + 1e-4 * part * Math.min(slope, 0) + rounding;
    if (!isLower(trial.merit) && tries === 0 && count > 0 && Number.isFinite(trial.merit)) {
      const shifted = values.map((value, i) => value - dot(rowOf(state.slopes, i, problem.count), step));
      const corrected = subproblem(problem, state, shifted);
      if (corrected !== undefined) trial = tryAt(corrected.step, 1);
    }
    if (isLower(trial.merit)) {
      advance(problem, state, trial.x);
      return;
    }
    const bend = trial.merit - before - slope * part;
    const parabola = Number.isFinite(bend) && bend > 0 ? (-slope * part * part) / (2 * bend) : 0;
    part = Math.min(Math.max(parabola, 0.1 * part), 0.5 * part);
  }
  if (!state.isFresh) {
    state.hessian = identity(problem.count);
    state.isFresh = true;
    return;
  }
  const isNear = gain <= 1e-6 * (1 + Math.abs(state.value)) && violation <= 1e-7;
  state.end = {
    converged: isNear,
    reason: isNear ? "rounding" : "standstill",
    message: `no step lowers the penalty function; the greatest violation is ${violation.toExponential(1)}`,
    ...(isNear ? {} : { remedy: "Check derivatives of objective and constraints, or start elsewhere." }),
  };
}

/** Goes to x and learns the curvature of the Lagrangian on the way, damped so that it stays positive. */
function advance(problem: InnerProblem, state: SqpState, x: Float64Array): void {
  const n = problem.count;
  const count = state.constraintValues.length;
  const oldSlopes = lagrangianSlopes(state, n, count);
  const step = x.map((entry, i) => entry - (state.x[i] as number));
  state.x = x;
  state.value = problem.gradient(x, state.gradient);
  problem.constraints?.jacobian(x, state.constraintValues, rowsOf(state.slopes, count, n));
  state.extent = Math.sqrt(dot(step, step));
  const change = lagrangianSlopes(state, n, count).map((slope, i) => slope - (oldSlopes[i] as number));
  if (state.isFresh && dot(step, change) > 0) {
    const scale = dot(change, change) / dot(step, change);
    state.hessian = identity(n).map((entry) => entry * scale);
  }
  state.isFresh = false;
  const image = Float64Array.from({ length: n }, (_, i) => dot(state.hessian.subarray(i * n, i * n + n), step));
  const own = dot(step, image);
  const seen = dot(step, change);
  if (!(own > 0)) return;
  const mix = seen >= 0.2 * own ? 1 : (0.8 * own) / (own - seen);
  const damped = change.map((entry, i) => mix * entry + (1 - mix) * (image[i] as number));
  const along = dot(step, damped);
  if (!(along > 0)) return;
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++)
      state.hessian[i * n + j] =
        (state.hessian[i * n + j] as number) -
        ((image[i] as number) * (image[j] as number)) / own +
        ((damped[i] as number) * (damped[j] as number)) / along;
}

function lagrangianSlopes(state: SqpState, n: number, count: number): Float64Array {
  const slopes = Float64Array.from(state.gradient);
  for (let i = 0; i < count; i++) addScaled(slopes, state.multipliers[i] as number, rowOf(state.slopes, i, n));
  return slopes;
}

function subproblem(problem: InnerProblem, state: SqpState, values: Float64Array): QuadraticMinimum | undefined {
  const found = solveQuadraticProgram(state.hessian, state.gradient, linearised(problem, state, values));
  if (found === undefined || !found.step.every(Number.isFinite)) return undefined;
  // constraints there are −g ≥ 0; an equality's multiplier changes its sign with it
  return { step: found.step, multipliers: signed(problem, found.multipliers) };
}

/** The subproblem with violated constraints met in part only, as much as they allow. */
function relaxed(problem: InnerProblem, state: SqpState): QuadraticMinimum | undefined {
  const n = problem.count;
  const { normals, limits, equalities } = linearised(problem, state, state.constraintValues);
  const count = state.constraintValues.length;
  const weight = 1e3 * Math.max(1, ...state.penalties, Math.abs(state.value));
  const hessian = identity(n + 1);
  for (let i = 0; i < n; i++) hessian.set(state.hessian.subarray(i * n, i * n + n), i * (n + 1));
  hessian[n * (n + 1) + n] = weight;
  const widened = normals.map((normal, i) => {
    const limit = limits[i] as number;
    return Float64Array.from({ length: n + 1 }, (_, k) =>
      k < n ? (normal[k] as number) : i < count && (i < equalities || limit > 0) ? limit : 0,
    );
  });
  const unit = new Float64Array(n + 1);
  unit[n] = 1;
  const gradient = new Float64Array(n + 1);
  gradient.set(state.gradient);
  const found = solveQuadraticProgram(hessian, gradient, {
    normals: [...widened, unit, unit.map((entry) => -entry)],
    limits: Float64Array.of(...limits, 0, -1),
    equalities,
  });
  if (found === undefined || (found.step[n] as number) > 1 - 1e-9) return undefined;
  return { step: found.step.slice(0, n), multipliers: signed(problem, found.multipliers.slice(0, normals.length)) };
}

/** Constraints as a · d ≥ b: those of the problem, then bounds. */
function linearised(
  { count: n, lower, upper, constraints }: InnerProblem,
  state: SqpState,
  values: Float64Array,
): LinearConstraints {
  const normals: Float64Array[] = [];
  const limits: number[] = [];
  for (let i = 0; i < values.length; i++) {
    normals.push(rowOf(state.slopes, i, n).map((slope) => -slope));
    limits.push(values[i] as number);
  }
  for (let i = 0; i < n; i++)
    for (const [bound, side] of [
      [lower[i] as number, 1],
      [upper[i] as number, -1],
    ] as const) {
      if (!Number.isFinite(bound)) continue;
      const unit = new Float64Array(n);
      unit[i] = side;
      normals.push(unit);
      limits.push(side * (bound - (state.x[i] as number)));
    }
  return { normals, limits: Float64Array.from(limits), equalities: constraints?.equalities ?? 0 };
}

function signed({ constraints }: InnerProblem, multipliers: Float64Array): Float64Array {
  return multipliers.slice(0, constraints?.count ?? 0);
}

function violationsOf({ constraints }: InnerProblem, values: Float64Array): Float64Array {
  const equalities = constraints?.equalities ?? 0;
  return values.map((value, i) => (i < equalities ? Math.abs(value) : Math.max(0, value)));
}

function moved({ lower, upper }: InnerProblem, x: Float64Array, step: Float64Array, part: number): Float64Array {
  return x.map((entry, i) =>
    Math.min(Math.max(entry + part * (step[i] as number), lower[i] as number), upper[i] as number),
  );
}

function identity(n: number): Float64Array {
  return Float64Array.from({ length: n * n }, (_, at) => (at % (n + 1) === 0 ? 1 : 0));
}

function rowOf(matrix: Float64Array, i: number, n: number): Float64Array {
  return matrix.subarray(i * n, i * n + n);
}

function rowsOf(matrix: Float64Array, count: number, n: number): readonly Float64Array[] {
  return Array.from({ length: count }, (_, i) => rowOf(matrix, i, n));
}
