import { freeBounds, freeScales, type ParameterSet } from "@simloom/kernel";
import { ERRORS_UNDER_CONSTRAINTS, requireUnconstrained } from "../minimise/frame/constraints-kept.ts";
import { CountedObjective, type Objective } from "../minimise/frame/objective.ts";
import { type Covariance, covarianceFromHessian } from "./covariance.ts";

/** The covariance at a point that was found otherwise: 2 × error level × H⁻¹. About n gradients without exact second derivatives. */
export function covarianceOf(
  objective: Objective,
  set: ParameterSet,
  { x }: { readonly x: Float64Array },
  errorLevel = 0.5,
): Covariance {
  requireUnconstrained(objective, "second derivatives do not know", ERRORS_UNDER_CONSTRAINTS);
  const { lower, upper } = freeBounds(set);
  return covarianceFromHessian(new CountedObjective(objective, lower, upper, freeScales(set)), set, x, errorLevel);
}
