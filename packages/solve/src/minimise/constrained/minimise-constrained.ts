import { resumedState } from "../frame/checkpoint.ts";
import { type MinimiseOptions, type Minimum, minimise } from "../frame/minimise.ts";
import type { Objective } from "../frame/objective.ts";
import type { RunParameters } from "../frame/parameters.ts";
import { type Constraints, subjectTo } from "./constraints.ts";
import { type SqpState, sqp } from "./sqp.ts";

/** A minimum under constraints. */
export interface ConstrainedMinimum extends Minimum {
  /** Values of the constraints at `x`. */
  readonly constraints: Float64Array;
  /** How much the minimum falls per unit by which a constraint is relaxed. */
  readonly multipliers: Float64Array;
  /** Greatest amount by which a constraint does not hold. */
  readonly violation: number;
}

/** Minimises under constraints g(x) ≤ 0, the first ones = 0, by `sqp`. Bounds are kept at all times. Throws as `minimise`. */
export function minimiseConstrained(
  objective: Objective,
  constraints: Constraints,
  parameters: RunParameters,
  options: Omit<MinimiseOptions, "covariance" | "method"> & { readonly tolerance?: number } = {},
): ConstrainedMinimum {
  const { tolerance, ...rest } = options;
  const constrained = subjectTo(objective, constraints);
  const method = sqp(tolerance === undefined ? {} : { tolerance });
  const found = minimise(constrained, parameters, { ...rest, method });
  const values = new Float64Array(constraints.count);
  constraints.values(found.x, values);
  const { multipliers } = (resumedState(found.checkpoint, method.name) as { readonly method: SqpState }).method;
  const violation = values.reduce(
    (greatest, value, i) => Math.max(greatest, i < constrained.constraints.equalities ? Math.abs(value) : value),
    0,
  );
  return { ...found, constraints: values, multipliers: multipliers.slice(0, constraints.count), violation };
}
