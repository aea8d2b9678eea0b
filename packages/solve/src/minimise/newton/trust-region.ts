/**
 * Newton's method in a trust region, with exact second derivatives where the objective has them; directions of negative
 * curvature are followed. The subproblem is solved exactly, through eigenvectors.
 *
 * Source: J. Nocedal, S. J. Wright, Numerical Optimization, 2nd ed., algorithm 4.1 and section 4.3 (hard case included).
 */
import { symmetricEigen } from "../../linear/symmetric-eigen.ts";
import type { MethodState, Minimiser } from "../frame/method.ts";
import { anyOf, edmBelow, gradientBelow } from "../frame/stop.ts";
import { dot } from "../lbfgsb/compact.ts";
import { standstill } from "../line-search/standstill.ts";

interface TrustRegionState extends MethodState {
  gradient: Float64Array;
  radius: number;
}

/** Trust region as a value; `radius` is the first one, in inner coordinates. Cost of an iteration: about 30 n³ operations. */
export function trustRegion({ radius = 1 }: { readonly radius?: number } = {}): Minimiser {
  const method: Minimiser<TrustRegionState> = {
    name: "trust-region",
    bounds: "transformed",
    stop: anyOf(gradientBelow(0), edmBelow()),
    start(problem) {
      const gradient = new Float64Array(problem.count);
      const value = problem.gradient(problem.start, gradient);
      return { x: Float64Array.from(problem.start), value, gradient, radius, edm: Number.POSITIVE_INFINITY };
    },
    step(problem, state) {
      const n = problem.count;
      const curvatures = new Float64Array(n * n);
      problem.hessian(state.x, curvatures);
      const { values, vectors } = symmetricEigen(curvatures, n);
      const slopes = values.map((_, k) => {
        let sum = 0;
        for (let i = 0; i < n; i++) sum += (vectors[i * n + k] as number) * (state.gradient[i] as number);
        return sum;
      });
      const least = values.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY);
      state.edm =
        least > 0
          ? slopes.reduce((sum, g, k) => sum + (g * g) / (values[k] as number), 0) / 2
          : Number.POSITIVE_INFINITY;
      for (let tries = 0; tries < 60; tries++) {
        const coefficients = boundedStep(values, slopes, least, state.radius);
        const step = state.x.map((_, i) =>
          coefficients.reduce((sum, c, k) => sum + c * (vectors[i * n + k] as number), 0),
        );
        const length = Math.sqrt(dot(step, step));
        const expected = -coefficients.reduce(
          (sum, c, k) => sum + c * (slopes[k] as number) + 0.5 * c * c * (values[k] as number),
          0,
        );
        const x = state.x.map((entry, i) => entry + (step[i] as number));
        const gradient = new Float64Array(n);
        const value = problem.gradient(x, gradient);
        const rounding = 8 * Number.EPSILON * Math.abs(state.value);
        const isFine =
          expected <= 1e3 * rounding &&
          value <= state.value + rounding &&
          dot(gradient, gradient) < dot(state.gradient, state.gradient);
        const ratio = isFine ? 1 : (state.value - value) / expected;
        if (!(ratio >= 0.25)) state.radius = 0.25 * length;
        else if (ratio > 0.75 && length > 0.99 * state.radius) state.radius *= 2;
        if (ratio > 1e-4 && expected > 0) {
          Object.assign(state, { x, value, gradient, extent: length });
          return;
        }
        if (!(length > 1e-16 * Math.sqrt(dot(state.x, state.x))) || length === 0) break;
      }
      state.end = standstill(problem, state);
    },
  };
  return method;
}

/** Coefficients of the step along eigenvectors: minimum of the parabola within the radius. */
function boundedStep(values: Float64Array, slopes: Float64Array, least: number, radius: number): Float64Array {
  const at = (shift: number) =>
    values.map((value, k) => (slopes[k] === 0 ? 0 : -(slopes[k] as number) / (value + shift)));
  const lengthOf = (c: Float64Array) => Math.sqrt(dot(c, c));
  if (least > 0) {
    const newton = at(0);
    if (lengthOf(newton) <= radius) return newton;
  }
  const scale = values.reduce((size, value) => Math.max(size, Math.abs(value)), 0) || 1;
  let low = Math.max(0, -least);
  const edge = at(low + 1e-14 * scale);
  if (lengthOf(edge) < radius) {
    // the hard case: nothing pushes along the direction of least curvature, which still leads down
    const k = values.indexOf(least);
    const rest = Math.sqrt(Math.max(0, radius * radius - dot(edge, edge) + (edge[k] as number) * (edge[k] as number)));
    edge[k] = (slopes[k] as number) > 0 ? -rest : rest;
    return edge;
  }
  let high = low + Math.sqrt(dot(slopes, slopes)) / radius;
  for (let i = 0; i < 200 && high - low > 1e-12 * high; i++) {
    const middle = (low + high) / 2;
    if (lengthOf(at(middle)) > radius) low = middle;
    else high = middle;
  }
  return at(high);
}
