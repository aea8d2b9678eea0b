/**
 * Sums, means and variances that have the same bits on every platform and for every number of threads, and an error as if
 * they were computed with twice the digits and rounded once: |error| <= 2^-53 |sum| + 2^-84 (sum of the magnitudes).
 */
import { numericsError } from "../errors.ts";
import { accumulateDeviations, BLOCK_LENGTH } from "./accumulate.ts";
import { blockCount, dotBlocks, joinBlocks, sumBlocks } from "./blocks.ts";

/** The sum of all values; 0 for none. Cost: about 1 ns per value. */
export function sum(values: Float64Array): number {
  const partials = new Float64Array(2 * blockCount(values.length));
  sumBlocks(values, partials);
  return joinBlocks(partials);
}

/**
 * The sum of the products `a[i] b[i]`; 0 for none. As accurate while products lie between 2^-969 and 2^970 in magnitude.
 *
 * @throws NumericsError NUMR-030 when the lengths differ. Cost: about 3 ns per product.
 */
export function dot(a: Float64Array, b: Float64Array): number {
  const partials = new Float64Array(2 * blockCount(a.length));
  dotBlocks(a, b, partials);
  return joinBlocks(partials);
}

/** The mean of the values. @throws NumericsError NUMR-030 for no values. */
export function mean(values: Float64Array): number {
  requireValues(values, 1, "mean");
  return sum(values) / values.length;
}

/** Which variance is meant. */
export interface VarianceOptions {
  /** `population` divides by n, `sample` by n - 1. Default `population`. */
  readonly of?: "population" | "sample";
}

/**
 * The variance of the values, by the corrected two-pass method: the square of what is left of the mean is taken off, so a
 * large common part costs no digits.
 *
 * Source: T. F. Chan, G. H. Golub, R. J. LeVeque, Amer. Statist. 37 (1983) 242-247, eq. 1.7.
 *
 * @throws NumericsError NUMR-030 for no values, or fewer than two of a sample.
 */
export function variance(values: Float64Array, { of = "population" }: VarianceOptions = {}): number {
  const lost = of === "sample" ? 1 : 0;
  requireValues(values, 1 + lost, `variance of a ${of}`);
  const blocks = blockCount(values.length);
  const centre = mean(values);
  const squares = new Float64Array(2 * blocks);
  const deviations = new Float64Array(2 * blocks);
  const block4 = new Float64Array(4);
  for (let block = 0; block < blocks; block++) {
    const start = block * BLOCK_LENGTH;
    accumulateDeviations(values, centre, start, Math.min(start + BLOCK_LENGTH, values.length), block4, 0);
    squares.set(block4.subarray(0, 2), 2 * block);
    deviations.set(block4.subarray(2, 4), 2 * block);
  }
  const leftOver = joinBlocks(deviations);
  return (joinBlocks(squares) - (leftOver * leftOver) / values.length) / (values.length - lost);
}

function requireValues(values: Float64Array, least: number, what: string): void {
  if (values.length >= least) return;
  throw numericsError("NUMR-030", `The ${what} of ${values.length} values is not defined`, `Give at least ${least}.`, {
    length: values.length,
  });
}
