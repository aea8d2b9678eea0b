/**
 * A solution of least squares, refined: residuals in extended precision at parameters of extended precision, steps by slopes in
 * float64. What float64 leaves of a parameter is known after two or three steps, and so are residuals that are as small as the
 * rounding of float64.
 *
 * Source: Å. Björck, Numerical Methods for Least Squares Problems (1996), section 6.6.5 (iterative refinement), about a
 * nonlinear model.
 */
import { solveError } from "../../errors.ts";
import { dampedLeastSquares } from "../../linear/least-squares-qr.ts";
import type { Residuals, SlopesOfResiduals } from "../residuals.ts";
import { addDouble, type DoubleDouble } from "./double-double.ts";

const MOST_STEPS = 20;

/** Where residuals are least, and what they are there. */
export interface Refined {
  readonly x: Float64Array;
  readonly residuals: Float64Array;
}

/** Refines `start`; parameters that `isHeld` stay where they are. Throws `SOLV-068` where residuals know no extended precision. */
export function refined(
  { count, extended }: Residuals,
  jacobian: SlopesOfResiduals,
  start: Float64Array,
  isHeld: readonly boolean[],
): Refined {
  if (extended === undefined)
    throw solveError(
      "SOLV-068",
      "The residuals are not known in extended precision",
      "Make them with curveResiduals, or give them a method `extended`.",
    );
  const free = [...start.keys()].filter((i) => !isHeld[i]);
  let place: readonly DoubleDouble[] = Array.from(start, (value) => [value, 0] as const);
  const residualsAt = (at: readonly DoubleDouble[]): Float64Array => {
    const target = new Float64Array(count);
    extended(
      Float64Array.from(at, ([high]) => high),
      Float64Array.from(at, ([, low]) => low),
      target,
    );
    return target;
  };
  let residuals = residualsAt(place);
  let last = Number.POSITIVE_INFINITY;
  for (let step = 0; step < MOST_STEPS && free.length > 0; step++) {
    const x = Float64Array.from(place, ([high]) => high);
    const columns = Array.from(start, () => new Float64Array(count));
    jacobian(x, new Float64Array(count), columns);
    const used = free.map((i) => columns[i] as Float64Array);
    const move = dampedLeastSquares(used, new Float64Array(free.length)).solve(residuals);
    if (move === undefined || !move.every(Number.isFinite)) break;
    const size = move.reduce((most, by, k) => Math.max(most, Math.abs(by / (x[free[k] as number] || 1))), 0);
    if (!(size < last / 2)) break;
    last = size;
    place = place.map((at, i) => {
      const k = free.indexOf(i);
      return k < 0 ? at : addDouble(at, [move[k] as number, 0]);
    });
    residuals = residualsAt(place);
    if (size < 1e-25) break;
  }
  return { x: Float64Array.from(place, ([high]) => high), residuals };
}
