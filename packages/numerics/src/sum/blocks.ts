/**
 * Sums cut into blocks of {@link BLOCK_LENGTH} terms. Each block is summed on its own and the blocks are joined by a tree
 * that depends on their number alone. Threads may share the blocks out as they like: the total has the same bits.
 */
import { numericsError } from "../errors.ts";
import { accumulateDot, accumulateSum, addPair, BLOCK_LENGTH } from "./accumulate.ts";

/** How many blocks an array of `length` terms has. */
export function blockCount(length: number): number {
  return Math.ceil(length / BLOCK_LENGTH);
}

/**
 * Sums the blocks `firstBlock … endBlock - 1` of `values` into their pairs `partials[2 block]`, `partials[2 block + 1]`. All
 * threads may write to one shared array of `2 * blockCount(values.length)` numbers; then {@link joinBlocks} gives the total.
 *
 * @throws NumericsError NUMR-030 when `partials` is too short. Cost: about 1 ns per term.
 */
export function sumBlocks(
  values: Float64Array,
  partials: Float64Array,
  firstBlock = 0,
  endBlock = blockCount(values.length),
): void {
  checkPartials(partials, endBlock);
  for (let block = firstBlock; block < endBlock; block++) {
    const start = block * BLOCK_LENGTH;
    accumulateSum(values, start, Math.min(start + BLOCK_LENGTH, values.length), partials, 2 * block);
  }
}

/** As {@link sumBlocks} for the products of two arrays. @throws NumericsError NUMR-030 when their lengths differ. */
export function dotBlocks(
  a: Float64Array,
  b: Float64Array,
  partials: Float64Array,
  firstBlock = 0,
  endBlock = blockCount(a.length),
): void {
  checkPartials(partials, endBlock);
  if (a.length !== b.length) {
    throw numericsError(
      "NUMR-030",
      `The factors have ${a.length} and ${b.length} terms`,
      "Give arrays of one length.",
      {
        lengths: [a.length, b.length],
      },
    );
  }
  for (let block = firstBlock; block < endBlock; block++) {
    const start = block * BLOCK_LENGTH;
    accumulateDot(a, b, start, Math.min(start + BLOCK_LENGTH, a.length), partials, 2 * block);
  }
}

/**
 * The total of the pairs that `sumBlocks` or `dotBlocks` left; 0 for none. The pairs are joined two by two, then the results
 * two by two, and are left as they were. A total beyond the range is Infinity or NaN, as that of a plain loop.
 */
export function joinBlocks(partials: Float64Array, count: number = partials.length / 2): number {
  checkPartials(partials, count);
  if (count === 0) return 0;
  const pairs = partials.slice(0, 2 * count);
  for (let stride = 1; stride < count; stride *= 2) {
    for (let block = 0; block + stride < count; block += 2 * stride) {
      addPair(pairs, 2 * block, pairs[2 * (block + stride)] as number, pairs[2 * (block + stride) + 1] as number);
    }
  }
  const sum = pairs[0] as number;
  const total = sum + (pairs[1] as number);
  // What was lost beside an infinite sum is NaN (Infinity - Infinity) and says nothing.
  return Number.isFinite(sum) && !Number.isNaN(total) ? total : sum;
}

function checkPartials(partials: Float64Array, blocks: number): void {
  if (partials.length >= 2 * blocks) return;
  throw numericsError(
    "NUMR-030",
    `The partial sums of ${blocks} blocks need ${2 * blocks} numbers, not ${partials.length}`,
    "Make the array with 2 * blockCount(length) numbers.",
    { blocks, length: partials.length },
  );
}
