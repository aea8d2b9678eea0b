import { solveError } from "../../errors.ts";
import type { Objective } from "../frame/objective.ts";

/** Functions of the parameters that must not be above 0, the first ones equal to 0. */
export interface Constraints {
  /** How many there are. */
  readonly count: number;
  /** How many of them, the first ones, must be 0. Default 0. */
  readonly equalities?: number;
  values(x: Float64Array, target: Float64Array): void;
  /** Writes the values, and a row of derivatives per constraint. Without it: central differences. */
  jacobian?(x: Float64Array, target: Float64Array, rows: readonly Float64Array[]): void;
}

/** An objective with constraints, which `sqp` keeps to. */
export interface ConstrainedObjective extends Objective {
  readonly constraints: Required<Constraints>;
}

const DIFFERENCE_STEP = 6.055454452393343e-6;

/** The objective under constraints g(x) ≤ 0 (and = 0). Throws `SOLV-062` for numbers of constraints that do not fit. */
export function subjectTo(objective: Objective, constraints: Constraints): ConstrainedObjective {
  const { count, equalities = 0 } = constraints;
  if (
    !(Number.isInteger(count) && count >= 0 && Number.isInteger(equalities) && equalities >= 0 && equalities <= count)
  )
    throw solveError("SOLV-062", `${equalities} of ${count} constraints cannot be equalities`, "Give whole numbers.", {
      count,
      equalities,
    });
  return {
    value: (x) => objective.value(x),
    ...(objective.values === undefined
      ? {}
      : {
          values: (points: readonly Float64Array[], values: Float64Array) => objective.values?.(points, values),
        }),
    ...(objective.gradient === undefined
      ? {}
      : { gradient: (x: Float64Array, slopes: Float64Array) => objective.gradient?.(x, slopes) ?? Number.NaN }),
    ...(objective.hessian === undefined
      ? {}
      : { hessian: (x: Float64Array, curvatures: Float64Array) => objective.hessian?.(x, curvatures) }),
    constraints: {
      count,
      equalities,
      values: (x, target) => constraints.values(x, target),
      jacobian: (x, target, rows) => {
        if (constraints.jacobian !== undefined) constraints.jacobian(x, target, rows);
        else differences(constraints, x, target, rows);
      },
    },
  };
}

function differences(
  { count, values }: Constraints,
  x: Float64Array,
  target: Float64Array,
  rows: readonly Float64Array[],
): void {
  const point = Float64Array.from(x);
  const [high, low] = [new Float64Array(count), new Float64Array(count)];
  for (let i = 0; i < x.length; i++) {
    const at = x[i] as number;
    const step = DIFFERENCE_STEP * Math.max(Math.abs(at), 1e-3);
    point[i] = at + step;
    values(point, high);
    point[i] = at - step;
    values(point, low);
    point[i] = at;
    for (const [k, row] of rows.entries()) row[i] = ((high[k] as number) - (low[k] as number)) / (2 * step);
  }
  values(x, target);
}
