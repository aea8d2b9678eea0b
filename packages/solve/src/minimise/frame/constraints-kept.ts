import { solveError } from "../../errors.ts";
import type { ConstraintFunctions, Objective } from "./objective.ts";

/** Throws `SOLV-066` where an objective is subject to constraints that `what` would ignore. */
export function requireUnconstrained(
  { constraints }: { readonly constraints?: Pick<ConstraintFunctions, "count"> | undefined } | Objective,
  what: string,
  remedy: string,
): void {
  if (constraints === undefined || constraints.count === 0) return;
  throw solveError("SOLV-066", `The objective is subject to constraints, which ${what}`, remedy, {
    constraints: constraints.count,
  });
}

/** What to do for errors under constraints. */
export const ERRORS_UNDER_CONSTRAINTS = "Take errors from bootstrap, with minimiseConstrained as the fit.";
