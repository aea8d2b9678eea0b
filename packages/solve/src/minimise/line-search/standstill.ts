import type { InnerProblem, MethodEnd } from "../frame/method.ts";

/** No step decreases the value: at a minimum this is rounding, elsewhere a defect of the objective or its slopes. */
export function standstill(
  { errorLevel }: InnerProblem,
  { edm = Number.POSITIVE_INFINITY, value }: { readonly edm?: number; readonly value: number },
): MethodEnd {
  const visible = Math.max(1e-5 * errorLevel, 1e4 * Number.EPSILON * Math.abs(value));
  if (edm <= visible)
    return {
      converged: true,
      reason: "rounding",
      message: `no step decreases the value; the estimated distance to the minimum is ${edm.toExponential(1)}`,
    };
  return {
    converged: false,
    reason: "standstill",
    message: "no step along the direction of descent decreases the value",
    remedy: "Check the gradient against differences, and the objective for kinks and noise.",
  };
}
