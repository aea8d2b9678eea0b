import type { InnerProblem } from "../frame/method.ts";
import { dot } from "../lbfgsb/compact.ts";
import { strongWolfe, type Trial } from "./strong-wolfe.ts";

const COARSE_TRIALS = 10;

/** Searches along a direction, kept in the bounds; undefined where nothing along it is visibly lower. */
export function searchAlong(
  problem: InnerProblem,
  { x, value, gradient }: { readonly x: Float64Array; readonly value: number; readonly gradient: Float64Array },
  direction: Float64Array,
  firstStep: number,
  curvature = 0.9,
): Trial | undefined {
  const slope = dot(gradient, direction);
  if (!(slope < 0)) return undefined;
  const { lower, upper, count } = problem;
  let maxStep = Number.POSITIVE_INFINITY;
  for (let i = 0; i < count; i++) {
    const d = direction[i] as number;
    if (d > 0) maxStep = Math.min(maxStep, ((upper[i] as number) - (x[i] as number)) / d);
    if (d < 0) maxStep = Math.min(maxStep, ((lower[i] as number) - (x[i] as number)) / d);
  }
  const trialAt = (step: number): Trial => {
    const point = x.map((entry, i) =>
      Math.min(Math.max(entry + step * (direction[i] as number), lower[i] as number), upper[i] as number),
    );
    const slopes = new Float64Array(count);
    const trialValue = problem.gradient(point, slopes);
    return { step, value: trialValue, slope: dot(slopes, direction), x: point, gradient: slopes };
  };
  return strongWolfe(
    trialAt,
    { step: 0, value, slope, x, gradient },
    {
      firstStep,
      maxStep: Math.max(maxStep, Number.MIN_VALUE),
      curvature,
      // a search that takes long shows that slopes are too coarse
      ...(problem.isCoarse ? { trialLimit: COARSE_TRIALS } : {}),
    },
  );
}
