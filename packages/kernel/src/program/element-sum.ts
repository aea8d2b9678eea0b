/**
 * The one shape of a sum over elements, whatever computes it.
 *
 * Elements are cut into blocks of 4096 and blocks into rows of `SUM_ROW`. Element e of a row is added to lane e mod 8, from
 * +0 on, in order. At the end of a row each lane's sum is added to the lane's pair (sum, lost) by TwoSum, whose rounding error
 * goes to `lost`. At the end of a block the eight pairs are joined from lane 0 to lane 7; blocks are joined two by two, then
 * the results two by two. The total is sum + lost.
 *
 * With u = 2^-53 the error is below 7 u Σ|x| + u |Σx| + 2^-84 Σ|x|, whatever the number of elements: seven additions per
 * lane and row are rounded, the rest is compensated. A compensated addition of every element would cost seven times the
 * additions; rows of 64 leave less than one more (K-matrix gradient, 35 sums: 7 % over rows of 256).
 * Source: T. Ogita, S. M. Rump, S. Oishi, SIAM J. Sci. Comput. 26 (2005) 1955-1988, algorithms 3.1 and 4.4.
 */

/** Elements of a block: what one thread takes at a time. */
export const SUM_BLOCK = 4096;
/** Elements that are added without compensation, over all lanes. */
export const SUM_ROW = 64;
/** Independent sums; element e goes to lane e mod 8. */
export const SUM_LANES = 8;

/** Lane sums of some outputs, eight numbers each: of the present row, and of the rows before it as pairs. */
export interface LaneSums {
  readonly row: Float64Array;
  readonly sum: Float64Array;
  readonly lost: Float64Array;
}

/** Lane sums for that many outputs, all zero. */
export function laneSums(outputs: number): LaneSums {
  const lanes = () => new Float64Array(SUM_LANES * outputs);
  return { row: lanes(), sum: lanes(), lost: lanes() };
}

/** Adds the row to the pairs and clears it. */
export function endRow({ row, sum, lost }: LaneSums): void {
  for (let lane = 0; lane < row.length; lane++) {
    const before = sum[lane] as number;
    const term = row[lane] as number;
    const after = before + term;
    const step = after - before;
    lost[lane] = (lost[lane] as number) + (before - (after - step) + (term - step));
    sum[lane] = after;
    row[lane] = 0;
  }
}

/** Joins the lanes of each output to the pair at `partials[at + 2 output]` and clears them. */
export function endBlock({ sum, lost }: LaneSums, partials: Float64Array, at: number): void {
  for (let first = 0, place = at; first < sum.length; first += SUM_LANES, place += 2) {
    partials[place] = sum[first] as number;
    partials[place + 1] = lost[first] as number;
    for (let lane = first + 1; lane < first + SUM_LANES; lane++)
      joinPair(partials, place, sum[lane] as number, lost[lane] as number);
  }
  sum.fill(0);
  lost.fill(0);
}

/** How many blocks that many elements make. */
export function sumBlockCount(count: number): number {
  return Math.ceil(count / SUM_BLOCK);
}

/**
 * Joins the pairs of all blocks, `partials[2 (block · outputs + output)]`, and writes one total per output to
 * `results[at …]`. Overwrites the pairs.
 */
export function joinBlocks(
  partials: Float64Array,
  blocks: number,
  outputs: number,
  results: Float64Array,
  at = 0,
): void {
  const width = 2 * outputs;
  for (let stride = 1; stride < blocks; stride *= 2)
    for (let block = 0; block + stride < blocks; block += 2 * stride)
      for (let k = 0; k < width; k += 2) {
        const other = (block + stride) * width + k;
        joinPair(partials, block * width + k, partials[other] as number, partials[other + 1] as number);
      }
  for (let output = 0; output < outputs; output++)
    results[at + output] = blocks === 0 ? 0 : total(partials[2 * output] as number, partials[2 * output + 1] as number);
}

/** What was lost beside an infinite sum is NaN (∞ − ∞) and says nothing. NaN is the canonical one. */
function total(sum: number, lost: number): number {
  const both = sum + lost;
  const value = Number.isFinite(sum) && !Number.isNaN(both) ? both : sum;
  return Number.isNaN(value) ? Number.NaN : value;
}

function joinPair(partials: Float64Array, at: number, sum: number, lost: number): void {
  const before = partials[at] as number;
  const after = before + sum;
  const step = after - before;
  partials[at] = after;
  partials[at + 1] = (partials[at + 1] as number) + lost + (before - (after - step) + (sum - step));
}
