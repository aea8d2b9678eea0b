/**
 * BFGS: quasi-Newton with the full inverse matrix; for smooth objectives of up to a few hundred parameters.
 *
 * Source: J. Nocedal, S. J. Wright, Numerical Optimization, 2nd ed., algorithm 6.1 and eq. 6.20 for the first scale.
 */
import type { InnerProblem, MethodState, Minimiser } from "../frame/method.ts";
import { anyOf, edmBelow, gradientBelow } from "../frame/stop.ts";
import { addScaled, dot } from "../lbfgsb/compact.ts";
import { searchAlong } from "../line-search/search-along.ts";
import { standstill } from "../line-search/standstill.ts";

interface BfgsState extends MethodState {
  gradient: Float64Array;
  /** n × n by rows; empty before the first step. */
  inverse: Float64Array;
  learned: number;
}

/** BFGS as a value. Cost of an iteration beside the objective: about 6 n² operations. */
export function bfgs(): Minimiser {
  const method: Minimiser<BfgsState> = {
    name: "bfgs",
    bounds: "transformed",
    stop: anyOf(gradientBelow(0), edmBelow()),
    start(problem) {
      const gradient = new Float64Array(problem.count);
      const value = problem.gradient(problem.start, gradient);
      const x = Float64Array.from(problem.start);
      return { x, value, gradient, inverse: new Float64Array(0), learned: 0, edm: Number.POSITIVE_INFINITY };
    },
    step,
    refresh: (problem, state) => expect(problem.count, state),
  };
  return method;
}

function step(problem: InnerProblem, state: BfgsState): void {
  const n = problem.count;
  const hasMatrix = state.inverse.length > 0;
  const direction = hasMatrix ? times(state.inverse, state.gradient) : Float64Array.from(state.gradient);
  for (let i = 0; i < n; i++) direction[i] = -(direction[i] as number);
  const length = Math.sqrt(dot(direction, direction));
  const found = searchAlong(problem, state, direction, hasMatrix ? 1 : Math.min(1, 1 / length));
  if (found === undefined) {
    if (!hasMatrix) state.end = standstill(problem, state);
    else if (state.learned === 0) state.end = standstill(problem, state);
    state.inverse = new Float64Array(0);
    state.learned = 0;
    return;
  }
  const s = found.x.map((entry, i) => entry - (state.x[i] as number));
  const y = found.gradient.map((entry, i) => entry - (state.gradient[i] as number));
  Object.assign(state, { x: found.x, value: found.value, gradient: found.gradient, extent: Math.sqrt(dot(s, s)) });
  const curvature = dot(s, y);
  if (curvature > 1e-16 * dot(y, y)) {
    if (!hasMatrix) {
      state.inverse = new Float64Array(n * n);
      for (let i = 0; i < n; i++) state.inverse[i * n + i] = curvature / dot(y, y);
    }
    update(state.inverse, s, y, curvature);
    state.learned++;
  }
  expect(n, state);
}

/** Sets what the model expects to gain. */
function expect(n: number, state: BfgsState): void {
  const expected = state.learned > 0 ? dot(state.gradient, times(state.inverse, state.gradient)) / 2 : Number.NaN;
  state.edm = state.learned >= Math.min(n, 3) && expected >= 0 ? expected : Number.POSITIVE_INFINITY;
}

/** H ← (I − s yᵀ/ρ) H (I − y sᵀ/ρ) + s sᵀ/ρ. */
function update(inverse: Float64Array, s: Float64Array, y: Float64Array, curvature: number): void {
  const n = s.length;
  const hy = times(inverse, y);
  const factor = (1 + dot(y, hy) / curvature) / curvature;
  const row = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    row.set(inverse.subarray(i * n, i * n + n));
    addScaled(row, factor * (s[i] as number) - (hy[i] as number) / curvature, s);
    addScaled(row, -(s[i] as number) / curvature, hy);
    inverse.set(row, i * n);
  }
}

function times(matrix: Float64Array, vector: Float64Array): Float64Array {
  const n = vector.length;
  return vector.map((_, i) => dot(matrix.subarray(i * n, i * n + n), vector));
}
