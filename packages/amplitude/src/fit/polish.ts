import type { ParameterSet } from "@simloom/kernel";
import { type Covariance, type EvaluationCounts, type Minimiser, minimise, type Objective } from "@simloom/solve";

/** A minimum to the last digits, with what second derivatives say there. */
export interface PolishedMinimum {
  readonly x: Float64Array;
  readonly value: number;
  readonly gradient: Float64Array;
  readonly covariance: Covariance;
  readonly evaluations: EvaluationCounts;
}

/** More than enough: each step squares the distance, which is a few 1e-5 standard errors to begin with. */
const MOST_STEPS = 4;

/** A rise in value that rounding explains. */
const ROUNDING = 1e-12;

/**
 * Newton's steps from where a minimiser stopped. A minimiser that looks at values cannot tell points apart that are closer than
 * about 1e-6 standard errors; slopes can. A step is taken if it stays in the bounds, makes the greatest slope (in units of the
 * root of the curvature) at least four times smaller and raises the value by no more than rounding does.
 */
export function polished(
  objective: Objective,
  parameters: ParameterSet,
  start: Float64Array,
  method: Minimiser,
  mayMove: boolean,
): PolishedMinimum {
  let best = standing(objective, parameters, start, method);
  const counts = { ...best.evaluations };
  for (let step = 0; mayMove && step < MOST_STEPS; step++) {
    const x = newtonStep(best);
    if (!isWithin(parameters, x) || x.every((value, i) => value === best.x[i])) break;
    const next = standing(objective, parameters, x, method);
    counts.value += next.evaluations.value;
    counts.gradient += next.evaluations.gradient;
    counts.hessian += next.evaluations.hessian;
    const isLower = next.value <= best.value + ROUNDING * Math.abs(best.value);
    if (!(isLower && slopeOf(next) <= slopeOf(best) / 4)) break;
    best = next;
  }
  return { ...best, evaluations: counts };
}

/** Value, slopes and second derivatives at a point, from a minimisation that ends before its first step. */
function standing(
  objective: Objective,
  parameters: ParameterSet,
  start: Float64Array,
  method: Minimiser,
): PolishedMinimum {
  const { x, value, gradient, covariance, evaluations } = minimise(objective, parameters, {
    method,
    start,
    covariance: true,
    stop: { name: "here", check: () => ({ reason: "here", converged: true, message: "this is the point" }) },
  });
  return {
    x,
    value,
    gradient: gradient ?? new Float64Array(x.length).fill(Number.NaN),
    covariance: covariance as Covariance,
    evaluations,
  };
}

/**
 * x − H⁻¹ g by conjugate gradients, scaled to a unit diagonal. Directions without curvature, such as the scale of all couplings of
 * a shape fit, are never entered, for there g has no part in them. Parameters that a bound holds stay.
 */
function newtonStep({ x, gradient, covariance: { names, hessian, heldByBounds } }: PolishedMinimum): Float64Array {
  const n = x.length;
  const scale = Float64Array.from(names, (name, i) => {
    const curvature = hessian[i * n + i] as number;
    return heldByBounds.includes(name) || !(curvature > 0) ? 0 : 1 / Math.sqrt(curvature);
  });
  const timesHessian = (vector: Float64Array): Float64Array =>
    vector.map((_, i) => {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += (hessian[i * n + j] as number) * (scale[j] as number) * (vector[j] as number);
      return sum * (scale[i] as number);
    });
  const step = new Float64Array(n);
  let residual = gradient.map((slope, i) => -slope * (scale[i] as number));
  let direction = residual;
  let square = dot(residual, residual);
  const enough = 1e-12 * square;
  for (let iteration = 0; iteration < 4 * n && square > enough; iteration++) {
    const bent = timesHessian(direction);
    const curvature = dot(direction, bent);
    if (!(curvature > FLAT * dot(direction, direction))) break;
    const length = square / curvature;
    for (let i = 0; i < n; i++) step[i] = (step[i] as number) + length * (direction[i] as number);
    residual = residual.map((value, i) => value - length * (bent[i] as number));
    const next = dot(residual, residual);
    direction = residual.map((value, i) => value + (next / square) * (direction[i] as number));
    square = next;
  }
  return x.map((value, i) => value + (step[i] as number) * (scale[i] as number));
}

/** Curvature, beside the unit diagonal, below which a direction says nothing. */
const FLAT = 1e-6;

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
}

/** The greatest slope of a parameter that is not held by a bound, in standard deviations of its curvature. */
function slopeOf({ gradient, covariance: { names, hessian, heldByBounds } }: PolishedMinimum): number {
  const n = gradient.length;
  return gradient.reduce(
    (greatest, slope, i) =>
      heldByBounds.includes(names[i] as string)
        ? greatest
        : Math.max(greatest, Math.abs(slope) / Math.sqrt(Math.abs(hessian[i * n + i] as number))),
    0,
  );
}

function isWithin({ free }: ParameterSet, x: Float64Array): boolean {
  return free.every(({ bounds, isPeriodic }, i) => {
    const value = x[i] as number;
    return Number.isFinite(value) && (isPeriodic || (value >= bounds[0] && value <= bounds[1]));
  });
}
