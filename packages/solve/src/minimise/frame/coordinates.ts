/**
 * Coordinates that a method works in: scaled, and where a method knows no bounds, unbounded.
 *
 * Away from bounds they are straight, so that a parabola stays one. Near a bound, within a zone a, the distance from it is
 * (v + a)² / 4a: of slope 1 where the zone ends and 0 at the bound, beyond which it is mirrored. A minimum on a bound is an
 * ordinary minimum of v. Source: N. Hansen, A. Auger, R. Ros, S. Finck, P. Pošík, GECCO 2010 (boundary handling of CMA-ES).
 * Periodic: a + ((s v − a) mod (b − a)).
 */

/** One parameter's map from the inner to the outer coordinate, with its first two derivatives. */
export interface Coordinate {
  outer(inner: number): number;
  inner(outer: number): number;
  /** ∂outer/∂inner. */
  slope(inner: number): number;
  /** ∂²outer/∂inner². */
  curvature(inner: number): number;
}

/** outer = scale × inner, held in the bounds against rounding. */
export function scaled(scale: number, low: number, high: number): Coordinate {
  return {
    outer: (inner) => Math.min(Math.max(scale * inner, low), high),
    inner: (outer) => outer / scale,
    slope: () => scale,
    curvature: () => 0,
  };
}

/** Values that differ by whole periods are one; the outer one lies in [low, high). */
export function periodic(scale: number, low: number, high: number): Coordinate {
  const period = high - low;
  return {
    outer: (inner) => {
      const wrapped = scale * inner - period * Math.floor((scale * inner - low) / period);
      return wrapped >= high || wrapped < low ? low : wrapped;
    },
    inner: (outer) => outer / scale,
    slope: () => scale,
    curvature: () => 0,
  };
}

/** Width of the zone near a bound, in half widths of an interval or in scales. */
const ZONE = 0.1;

/** An interval of two finite bounds, from −1 to 1 inside, mirrored at its ends. A start on a bound is moved inside by 1e-6 of the width. */
export function between(low: number, high: number): Coordinate {
  const centre = low + (high - low) / 2;
  const halfWidth = (high - low) / 2;
  /** Where v is in the mirrored interval, how far from its nearer end, and whether it runs backwards there. */
  const folded = (v: number) => {
    const reach = 1 + ZONE;
    const turn = v + reach - 4 * reach * Math.floor((v + reach) / (4 * reach));
    const isBackwards = turn > 2 * reach;
    const at = (isBackwards ? 4 * reach - turn : turn) - reach;
    return { at, side: at < 0 ? -1 : 1, depth: Math.max(reach - Math.abs(at), 0), direction: isBackwards ? -1 : 1 };
  };
  return {
    outer: (v) => {
      const { at, side, depth } = folded(v);
      const inside = depth >= 2 * ZONE ? at : side * (1 - (depth * depth) / (4 * ZONE));
      return Math.min(Math.max(centre + halfWidth * inside, low), high);
    },
    inner: (outer) => {
      const u = (outer - centre) / halfWidth;
      const depth = Math.sqrt(4 * ZONE * Math.max(1 - Math.abs(u), INSIDE));
      return depth >= 2 * ZONE ? u : (u < 0 ? -1 : 1) * (1 + ZONE - depth);
    },
    slope: (v) => {
      const { depth, direction } = folded(v);
      return halfWidth * direction * Math.min(depth / (2 * ZONE), 1);
    },
    curvature: (v) => {
      const { side, depth } = folded(v);
      return depth >= 2 * ZONE ? 0 : (-side * halfWidth) / (2 * ZONE);
    },
  };
}

/** What lies above a bound, mirrored there. */
export function above(low: number, scale: number): Coordinate {
  const depthOf = (v: number) => Math.abs(v + ZONE);
  return {
    outer: (v) => {
      const depth = depthOf(v);
      return low + scale * (depth >= 2 * ZONE ? depth - ZONE : (depth * depth) / (4 * ZONE));
    },
    inner: (outer) => {
      const distance = Math.max((outer - low) / scale, INSIDE);
      return distance >= ZONE ? distance : Math.sqrt(4 * ZONE * distance) - ZONE;
    },
    slope: (v) => scale * (v < -ZONE ? -1 : 1) * Math.min(depthOf(v) / (2 * ZONE), 1),
    curvature: (v) => (depthOf(v) >= 2 * ZONE ? 0 : scale / (2 * ZONE)),
  };
}

/** What lies below a bound, mirrored there. */
export function below(high: number, scale: number): Coordinate {
  const mirrored = above(-high, scale);
  return {
    outer: (v) => -mirrored.outer(-v),
    inner: (outer) => -mirrored.inner(-outer),
    slope: (v) => mirrored.slope(-v),
    curvature: (v) => -mirrored.curvature(-v),
  };
}

/** Half the relative distance from a bound at which a start on it is put. */
const INSIDE = 2e-6;

/** The coordinate without bounds for these bounds. */
export function innerCoordinate(scale: number, low: number, high: number): Coordinate {
  if (Number.isFinite(low)) return Number.isFinite(high) ? between(low, high) : above(low, scale);
  return Number.isFinite(high) ? below(high, scale) : scaled(scale, low, high);
}
