/**
 * Coordinates without bounds for samplers: logarithms of distances from bounds, in which densities that are finite at a bound fall
 * off exponentially. (Coordinates of minimisers have algebraic tails, which trajectories do not like.)
 *
 * Source: Stan Reference Manual, chapter "Constraint transforms".
 */
import { exp, log } from "@simloom/numerics";
import { type Coordinate, scaled } from "../../minimise/frame/coordinates.ts";

/** The coordinate for these bounds: x = s v, low + s e^v, high − s e^v, or low + (high − low) / (1 + e^−v). */
export function unboundedCoordinate(scale: number, low: number, high: number): Coordinate {
  if (!Number.isFinite(low) && !Number.isFinite(high)) return scaled(scale, low, high);
  if (Number.isFinite(low) && Number.isFinite(high)) return logistic(low, high);
  const [bound, side] = Number.isFinite(low) ? ([low, 1] as const) : ([high, -1] as const);
  return {
    outer: (v) => bound + side * scale * exp(v),
    inner: (x) => log(Math.max((side * (x - bound)) / scale, INSIDE)),
    slope: (v) => side * scale * exp(v),
    curvature: (v) => side * scale * exp(v),
  };
}

function logistic(low: number, high: number): Coordinate {
  const width = high - low;
  const part = (v: number) => (v < 0 ? exp(v) / (1 + exp(v)) : 1 / (1 + exp(-v)));
  return {
    outer: (v) => Math.min(low + width * part(v), high),
    inner: (x) => {
      const p = Math.min(Math.max((x - low) / width, INSIDE), 1 - INSIDE);
      return log(p / (1 - p));
    },
    slope: (v) => width * part(v) * part(-v),
    curvature: (v) => width * part(v) * part(-v) * (part(-v) - part(v)),
  };
}

/** Relative distance from a bound at which a start on it is put. */
const INSIDE = 1e-6;
