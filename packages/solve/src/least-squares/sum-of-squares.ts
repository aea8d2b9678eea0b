import { dot } from "@simloom/numerics";
import type { Objective } from "../minimise/frame/objective.ts";
import type { Residuals } from "./residuals.ts";

/** Relative step of central differences: cube root of 2^-52. */
const DIFFERENCE_STEP = 6.055454452393343e-6;

/** An objective that is a sum of squares, which `levenbergMarquardt` knows how to use. */
export interface SumOfSquares extends Objective {
  readonly leastSquares: Required<Omit<Residuals, "extended">>;
}

/**
 * Σ r², for any minimiser: with slopes 2 Jᵀ r and the second derivatives 2 Jᵀ J of Gauss and Newton. Errors of parameters are
 * those of the error level 1. Sums are compensated.
 */
export function sumOfSquares(residuals: Residuals): SumOfSquares {
  const { count } = residuals;
  const r = new Float64Array(count);
  const leastSquares: SumOfSquares["leastSquares"] = {
    count,
    residuals: (x, target) => residuals.residuals(x, target),
    jacobian: (x, target, columns) => {
      if (residuals.jacobian !== undefined) residuals.jacobian(x, target, columns);
      else differences(residuals, x, target, columns);
    },
  };
  const columnsOf = (n: number) => Array.from({ length: n }, () => new Float64Array(count));
  return {
    leastSquares,
    value(x) {
      residuals.residuals(x, r);
      return dot(r, r);
    },
    gradient(x, slopes) {
      const columns = columnsOf(x.length);
      leastSquares.jacobian(x, r, columns);
      columns.forEach((column, i) => {
        slopes[i] = 2 * dot(column, r);
      });
      return dot(r, r);
    },
    hessian(x, curvatures) {
      const columns = columnsOf(x.length);
      leastSquares.jacobian(x, r, columns);
      columns.forEach((a, i) => {
        columns.forEach((b, j) => {
          curvatures[i * x.length + j] = 2 * dot(a, b);
        });
      });
    },
  };
}

function differences(
  residuals: Residuals,
  x: Float64Array,
  target: Float64Array,
  columns: readonly Float64Array[],
): void {
  const point = Float64Array.from(x);
  const [high, low] = [new Float64Array(residuals.count), new Float64Array(residuals.count)];
  columns.forEach((column, i) => {
    const at = x[i] as number;
    const step = DIFFERENCE_STEP * (Math.abs(at) > 0 ? Math.abs(at) : 1);
    point[i] = at + step;
    residuals.residuals(point, high);
    const above = point[i] as number;
    point[i] = at - step;
    residuals.residuals(point, low);
    const width = above - (point[i] as number);
    point[i] = at;
    for (let k = 0; k < column.length; k++) column[k] = ((high[k] as number) - (low[k] as number)) / width;
  });
  residuals.residuals(x, target);
}
