import { freeBounds } from "@simloom/kernel";
import { dot } from "@simloom/numerics";
import { dampedLeastSquares } from "../linear/least-squares-qr.ts";
import { type MinimiseOptions, type Minimum, minimise } from "../minimise/frame/minimise.ts";
import { type RunParameters, runParameters } from "../minimise/frame/parameters.ts";
import { refined } from "./extended/refine.ts";
import { levenbergMarquardt } from "./levenberg-marquardt.ts";
import type { Residuals } from "./residuals.ts";
import { sumOfSquares } from "./sum-of-squares.ts";

/** How a sum of squares is minimised. */
export interface LeastSquaresOptions extends Omit<MinimiseOptions, "covariance" | "errorLevel"> {
  /**
   * `known`: residuals are in units of their standard deviations. `estimated` (default): they have one unknown deviation, which
   * the fit estimates as √(Σ r² / (m − n)).
   */
  readonly deviations?: "known" | "estimated";
  /**
   * `extended`: residuals in some 31 digits at the solution, and the solution with them; for data that the model meets to the
   * rounding of float64 (default), where residuals and errors have few digits else. Needs `extended` of the residuals.
   */
  readonly precision?: "float64" | "extended";
}

/** What least squares found; `value` is Σ r². */
export interface LeastSquaresMinimum extends Omit<Minimum, "covariance"> {
  /** Residuals at `x`. */
  readonly residuals: Float64Array;
  /** m − n. */
  readonly degreesOfFreedom: number;
  /** √(Σ r² / (m − n)); NaN without degrees of freedom. */
  readonly residualDeviation: number;
  /** Covariance of Gauss and Newton, n × n by rows; NaN where the data do not determine the parameters. */
  readonly covariance: Float64Array;
  /** Square roots of its diagonal. */
  readonly standardErrors: Float64Array;
}

/** Minimises a sum of squares, by `levenbergMarquardt` unless told otherwise. Throws as `minimise`, `SOLV-068` where extended precision is not to be had. */
export function leastSquares(
  residuals: Residuals,
  parameters: RunParameters,
  options: LeastSquaresOptions = {},
): LeastSquaresMinimum {
  const { deviations = "estimated", precision = "float64", ...rest } = options;
  const set = runParameters(parameters);
  const objective = sumOfSquares(residuals);
  const first = minimise(objective, set, { method: levenbergMarquardt(), ...rest, errorLevel: 1 });
  const n = first.x.length;
  const { lower, upper } = freeBounds(set);
  const isHeld = Array.from(first.x, (value, i) => value <= (lower[i] as number) || value >= (upper[i] as number));
  const better =
    precision === "extended" ? refined(residuals, objective.leastSquares.jacobian, first.x, isHeld) : undefined;
  const found =
    better === undefined ? first : { ...first, x: better.x, value: dot(better.residuals, better.residuals) };
  const r = new Float64Array(residuals.count);
  const columns = Array.from({ length: n }, () => new Float64Array(residuals.count));
  objective.leastSquares.jacobian(found.x, r, columns);
  if (better !== undefined) r.set(better.residuals);
  const degreesOfFreedom = residuals.count - n;
  const residualDeviation = degreesOfFreedom > 0 ? Math.sqrt(dot(r, r) / degreesOfFreedom) : Number.NaN;
  const factor = deviations === "known" ? 1 : residualDeviation * residualDeviation;
  const scales = columns.map((column) => Math.sqrt(dot(column, column)) || 1);
  const inverse = dampedLeastSquares(
    columns.map((column, i) => column.map((entry) => entry / (scales[i] as number))),
    new Float64Array(n),
  ).normalInverse();
  const covariance = Float64Array.from({ length: n * n }, (_, at) => {
    const size = (scales[Math.floor(at / n)] as number) * (scales[at % n] as number);
    return ((inverse?.[at] ?? Number.NaN) / size) * factor;
  });
  return {
    ...found,
    residuals: r,
    degreesOfFreedom,
    residualDeviation,
    covariance,
    standardErrors: Float64Array.from({ length: n }, (_, i) => Math.sqrt(covariance[i * n + i] as number)),
  };
}
