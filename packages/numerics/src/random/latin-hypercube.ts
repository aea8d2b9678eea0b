/**
 * Latin hypercube: in each dimension every one of `count` equal intervals holds exactly one point.
 *
 * Source: M. D. McKay, R. J. Beckman, W. J. Conover, Technometrics 21 (1979) 239-245.
 */
import { numericsError } from "../errors.ts";
import type { RandomStream } from "./stream.ts";

/**
 * `count` points of the unit cube [0, 1), row after row: coordinate `d` of point `i` is at `i * dimensions + d`.
 *
 * @throws NumericsError NUMR-021 unless both numbers are whole, `dimensions` at least 1. Cost: about 100 ns per coordinate.
 */
export function latinHypercube(stream: RandomStream, count: number, dimensions: number): Float64Array {
  if (!Number.isInteger(count) || !Number.isInteger(dimensions) || count < 0 || dimensions < 1) {
    throw numericsError(
      "NUMR-021",
      `There is no Latin hypercube of ${count} points in ${dimensions} dimensions`,
      "Give whole numbers, and at least one dimension.",
      { count, dimensions },
    );
  }
  const points = new Float64Array(count * dimensions);
  for (let dimension = 0; dimension < dimensions; dimension++) {
    const intervals = stream.permutation(count);
    for (let index = 0; index < count; index++) {
      const interval = intervals[index] as number;
      const value = (interval + stream.uniform()) / count;
      // The sum may round up to the next interval.
      points[index * dimensions + dimension] = value < (interval + 1) / count ? value : interval / count;
    }
  }
  return points;
}
