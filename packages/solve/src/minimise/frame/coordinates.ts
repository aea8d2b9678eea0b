/**
 * Coordinates that a method works in: scaled, and where a method knows no bounds, unbounded.
 *
 * With the inner coordinate v and a scale s: no bound, s v; two bounds, c + w v / √(v² + 1) with centre c and half width w;
 * a lower bound only, low + s (√(v² + 1) + v); an upper one only, high − s (√(v² + 1) − v); periodic, a + ((s v − a) mod
 * (b − a)).
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

/** The open interval of two finite bounds as the real line. A start on a bound is moved inside by 1e-6 of the width. */
export function between(low: number, high: number): Coordinate {
  const centre = low + (high - low) / 2;
  const halfWidth = (high - low) / 2;
  return {
    outer: (v) => Math.min(Math.max(centre + halfWidth * (v / Math.sqrt(v * v + 1)), low), high),
    inner: (outer) => {
      const u = Math.min(Math.max((outer - centre) / halfWidth, -1 + INSIDE), 1 - INSIDE);
      return u / Math.sqrt(1 - u * u);
    },
    slope: (v) => halfWidth / ((v * v + 1) * Math.sqrt(v * v + 1)),
    curvature: (v) => (-3 * halfWidth * v) / ((v * v + 1) * (v * v + 1) * Math.sqrt(v * v + 1)),
  };
}

/** What lies above a bound as the real line: low + scale (√(v² + 1) + v). */
export function above(low: number, scale: number): Coordinate {
  const rise = (v: number) => (v < 0 ? 1 / (Math.sqrt(v * v + 1) - v) : Math.sqrt(v * v + 1) + v);
  return {
    outer: (v) => low + scale * rise(v),
    inner: (outer) => {
      const distance = Math.max((outer - low) / scale, INSIDE);
      return (distance - 1 / distance) / 2;
    },
    slope: (v) => (scale * rise(v)) / Math.sqrt(v * v + 1),
    curvature: (v) => scale / ((v * v + 1) * Math.sqrt(v * v + 1)),
  };
}

/** What lies below a bound as the real line: high − scale (√(v² + 1) − v). */
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
