/**
 * Compensated sums over one block, as a pair: the sum in float64 and what its roundings lost.
 *
 * Four lanes take every fourth term, so that the processor works on four chains at once; the lanes are added in a fixed
 * order. Additions by the error-free transformation of Knuth; products by those of Dekker and Veltkamp.
 * Source: T. Ogita, S. M. Rump, S. Oishi, Accurate sum and dot product, SIAM J. Sci. Comput. 26 (2005) 1955-1988,
 * algorithms 3.1 (TwoSum), 3.3 (TwoProduct), 4.4 (Sum2) and 5.3 (Dot2).
 */

/** How many terms one block has. */
export const BLOCK_LENGTH = 4096;

/** Writes the pair (sum, lost) of `values[start … end - 1]` to `partials[at]` and `partials[at + 1]`. */
export function accumulateSum(
  values: Float64Array,
  start: number,
  end: number,
  partials: Float64Array,
  at: number,
): void {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let l0 = 0;
  let l1 = 0;
  let l2 = 0;
  let l3 = 0;
  let index = start;
  for (; index + 3 < end; index += 4) {
    const x0 = values[index] as number;
    const t0 = s0 + x0;
    const z0 = t0 - s0;
    l0 += s0 - (t0 - z0) + (x0 - z0);
    s0 = t0;
    const x1 = values[index + 1] as number;
    const t1 = s1 + x1;
    const z1 = t1 - s1;
    l1 += s1 - (t1 - z1) + (x1 - z1);
    s1 = t1;
    const x2 = values[index + 2] as number;
    const t2 = s2 + x2;
    const z2 = t2 - s2;
    l2 += s2 - (t2 - z2) + (x2 - z2);
    s2 = t2;
    const x3 = values[index + 3] as number;
    const t3 = s3 + x3;
    const z3 = t3 - s3;
    l3 += s3 - (t3 - z3) + (x3 - z3);
    s3 = t3;
  }
  for (; index < end; index++) {
    const x = values[index] as number;
    const t = s0 + x;
    const z = t - s0;
    l0 += s0 - (t - z) + (x - z);
    s0 = t;
  }
  partials[at] = s0;
  partials[at + 1] = l0;
  addPair(partials, at, s1, l1);
  addPair(partials, at, s2, l2);
  addPair(partials, at, s3, l3);
}

/** Writes the pair (sum, lost) of the products `a[i] b[i]`, start <= i < end, to `partials[at]` and `partials[at + 1]`. */
export function accumulateDot(
  a: Float64Array,
  b: Float64Array,
  start: number,
  end: number,
  partials: Float64Array,
  at: number,
): void {
  let s0 = 0;
  let s1 = 0;
  let l0 = 0;
  let l1 = 0;
  let index = start;
  for (; index + 1 < end; index += 2) {
    const a0 = a[index] as number;
    const b0 = b[index] as number;
    const p0 = a0 * b0;
    const t0 = s0 + p0;
    const z0 = t0 - s0;
    l0 += s0 - (t0 - z0) + (p0 - z0) + productError(a0, b0, p0);
    s0 = t0;
    const a1 = a[index + 1] as number;
    const b1 = b[index + 1] as number;
    const p1 = a1 * b1;
    const t1 = s1 + p1;
    const z1 = t1 - s1;
    l1 += s1 - (t1 - z1) + (p1 - z1) + productError(a1, b1, p1);
    s1 = t1;
  }
  if (index < end) {
    const x = a[index] as number;
    const y = b[index] as number;
    const p = x * y;
    const t = s0 + p;
    const z = t - s0;
    l0 += s0 - (t - z) + (p - z) + productError(x, y, p);
    s0 = t;
  }
  partials[at] = s0;
  partials[at + 1] = l0;
  addPair(partials, at, s1, l1);
}

/** Writes the pair of the squares `(values[i] - centre)^2`, and that of the deviations themselves two places further. */
export function accumulateDeviations(
  values: Float64Array,
  centre: number,
  start: number,
  end: number,
  partials: Float64Array,
  at: number,
): void {
  let squares = 0;
  let squaresLost = 0;
  let deviations = 0;
  let deviationsLost = 0;
  for (let index = start; index < end; index++) {
    const deviation = (values[index] as number) - centre;
    const square = deviation * deviation;
    const squaresNext = squares + square;
    const squaresStep = squaresNext - squares;
    squaresLost += squares - (squaresNext - squaresStep) + (square - squaresStep);
    squares = squaresNext;
    const deviationsNext = deviations + deviation;
    const deviationsStep = deviationsNext - deviations;
    deviationsLost += deviations - (deviationsNext - deviationsStep) + (deviation - deviationsStep);
    deviations = deviationsNext;
  }
  partials[at] = squares;
  partials[at + 1] = squaresLost;
  partials[at + 2] = deviations;
  partials[at + 3] = deviationsLost;
}

/** Adds a pair to the one at `partials[at]`. */
export function addPair(partials: Float64Array, at: number, sum: number, lost: number): void {
  const before = partials[at] as number;
  const total = before + sum;
  const step = total - before;
  partials[at] = total;
  partials[at + 1] = (partials[at + 1] as number) + lost + (before - (total - step) + (sum - step));
}

/** The rounding error of the product `p = a b`; exact while |a|, |b| and |p| are below 2^970 and |p| is above 2^-969 or 0. */
function productError(a: number, b: number, p: number): number {
  const aScaled = 134217729 * a;
  const aHigh = aScaled - (aScaled - a);
  const aLow = a - aHigh;
  const bScaled = 134217729 * b;
  const bHigh = bScaled - (bScaled - b);
  const bLow = b - bHigh;
  return aLow * bLow - (p - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}
