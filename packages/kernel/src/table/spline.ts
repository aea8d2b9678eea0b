/**
 * Slopes at the points of a table for cubic pieces, and the pieces from values and slopes.
 */

/**
 * Slopes of the cubic spline: two continuous derivatives, not-a-knot ends (the first two pieces are one cubic, and the last
 * two), so cubics are met exactly. Two points give the line, three the parabola.
 * Source: C. de Boor, A Practical Guide to Splines, rev. ed., chapter IV.
 */
export function splineSlopes(points: Float64Array, values: Float64Array): Float64Array {
  const n = points.length;
  const { widths, secants } = piecesOf(points, values);
  const h = (k: number) => widths[k] as number;
  const d = (k: number) => secants[k] as number;
  if (n === 2) return Float64Array.of(d(0), d(0));
  if (n === 3) {
    const middle = (h(1) * d(0) + h(0) * d(1)) / (h(0) + h(1));
    return Float64Array.of(2 * d(0) - middle, middle, 2 * d(1) - middle);
  }
  const [below, diagonal, above, right] = [0, 1, 2, 3].map(() => new Float64Array(n)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const end = (near: number, far: number, secantNear: number, secantFar: number) => {
    const both = near + far;
    return ((near + 2 * both) * far * secantNear + near * near * secantFar) / both;
  };
  diagonal[0] = h(1);
  above[0] = h(0) + h(1);
  right[0] = end(h(0), h(1), d(0), d(1));
  for (let k = 1; k < n - 1; k++) {
    below[k] = h(k);
    diagonal[k] = 2 * (h(k - 1) + h(k));
    above[k] = h(k - 1);
    right[k] = 3 * (h(k) * d(k - 1) + h(k - 1) * d(k));
  }
  below[n - 1] = h(n - 2) + h(n - 3);
  diagonal[n - 1] = h(n - 3);
  right[n - 1] = end(h(n - 2), h(n - 3), d(n - 2), d(n - 3));
  return tridiagonal(below, diagonal, above, right);
}

/**
 * Slopes that keep the data's rises and falls: weighted harmonic means of neighbouring secants, zero at extremes; one
 * continuous derivative, no overshoot.
 * Source: F. N. Fritsch, J. Butland, SIAM J. Sci. Stat. Comput. 5 (1984) 300–304; ends as in C. Moler, Numerical Computing
 * with MATLAB, 3.6.
 */
export function monotoneSlopes(points: Float64Array, values: Float64Array): Float64Array {
  const n = points.length;
  const { widths, secants } = piecesOf(points, values);
  const h = (k: number) => widths[k] as number;
  const d = (k: number) => secants[k] as number;
  if (n === 2) return Float64Array.of(d(0), d(0));
  return Float64Array.from({ length: n }, (_, k) => {
    if (k === 0) return endSlope(h(0), h(1), d(0), d(1));
    if (k === n - 1) return endSlope(h(n - 2), h(n - 3), d(n - 2), d(n - 3));
    if (!(d(k - 1) * d(k) > 0)) return 0;
    const left = 2 * h(k) + h(k - 1);
    const right = h(k) + 2 * h(k - 1);
    return (left + right) / (left / d(k - 1) + right / d(k));
  });
}

/** The parabola through three points at its end, held back where it would turn round. */
function endSlope(near: number, far: number, secantNear: number, secantFar: number): number {
  const slope = ((2 * near + far) * secantNear - near * secantFar) / (near + far);
  if (slope * secantNear <= 0) return 0;
  return secantNear * secantFar <= 0 && Math.abs(slope) > 3 * Math.abs(secantNear) ? 3 * secantNear : slope;
}

/** Coefficients of 1, t, t², t³ of each piece, where t runs from 0 to 1 in it. */
export function cubicPieces(
  points: Float64Array,
  values: Float64Array,
  slopes: Float64Array,
): readonly [Float64Array, Float64Array, Float64Array, Float64Array] {
  const { widths } = piecesOf(points, values);
  const at = (array: Float64Array, k: number) => array[k] as number;
  const rise = (k: number) => at(values, k + 1) - at(values, k);
  const start = (k: number) => at(slopes, k) * at(widths, k);
  const stop = (k: number) => at(slopes, k + 1) * at(widths, k);
  const each = (coefficient: (k: number) => number) => Float64Array.from(widths, (_, k) => coefficient(k));
  return [
    each((k) => at(values, k)),
    each(start),
    each((k) => 3 * rise(k) - 2 * start(k) - stop(k)),
    each((k) => start(k) + stop(k) - 2 * rise(k)),
  ];
}

function piecesOf(points: Float64Array, values: Float64Array) {
  const widths = Float64Array.from(
    { length: points.length - 1 },
    (_, k) => (points[k + 1] as number) - (points[k] as number),
  );
  const secants = widths.map((width, k) => ((values[k + 1] as number) - (values[k] as number)) / width);
  return { widths, secants };
}

/** Elimination without pivoting; rows of the spline's system are diagonally dominant but for the first and last. */
function tridiagonal(
  below: Float64Array,
  diagonal: Float64Array,
  above: Float64Array,
  right: Float64Array,
): Float64Array {
  const n = diagonal.length;
  for (let k = 1; k < n; k++) {
    const factor = (below[k] as number) / (diagonal[k - 1] as number);
    diagonal[k] = (diagonal[k] as number) - factor * (above[k - 1] as number);
    right[k] = (right[k] as number) - factor * (right[k - 1] as number);
  }
  for (let k = n - 1; k >= 0; k--) {
    const rest = k === n - 1 ? 0 : (above[k] as number) * (right[k + 1] as number);
    right[k] = ((right[k] as number) - rest) / (diagonal[k] as number);
  }
  return right;
}
