/**
 * Draws of several chains in one array and their order, found once: ranks, folded ranks and quantiles all follow from it. Sorting
 * is by digits of the bits of float64, since comparing some hundred thousand numbers by a function costs ten times as much.
 */
import { normalQuantile } from "@simloom/numerics";

/** Chains of one length, one after the other, with their order. */
export interface SortedDraws {
  readonly chainCount: number;
  /** Draws per chain. */
  readonly length: number;
  readonly values: Float64Array;
  /** Places of the values from the least to the greatest; equal ones in the order in which they stand. */
  readonly order: Uint32Array;
}

/** Chains of one length in order. */
export function sortedDraws(chains: readonly Float64Array[]): SortedDraws {
  const length = chains[0]?.length ?? 0;
  const values = new Float64Array(chains.length * length);
  chains.forEach((chain, k) => {
    values.set(chain, k * length);
  });
  return { chainCount: chains.length, length, values, order: orderOf(values) };
}

/** Both halves of each chain as chains of their own; the middle draw of an odd number is left out. */
export function inHalves({ chainCount, length: whole, values, order }: SortedDraws): SortedDraws {
  const length = whole >> 1;
  if (whole === 2 * length) return { chainCount: 2 * chainCount, length, values, order };
  const kept = new Float64Array(2 * chainCount * length);
  for (let k = 0; k < chainCount; k++) {
    kept.set(values.subarray(k * whole, k * whole + length), 2 * k * length);
    kept.set(values.subarray(k * whole + length + 1, (k + 1) * whole), (2 * k + 1) * length);
  }
  const keptOrder = new Uint32Array(kept.length);
  let next = 0;
  for (const place of order) {
    const chain = Math.floor(place / whole);
    const step = place - chain * whole;
    if (step !== length) keptOrder[next++] = place - chain - (step > length ? 1 : 0);
  }
  return { chainCount: 2 * chainCount, length, values: kept, order: keptOrder };
}

/** The draws of each chain; views. */
export function asChains({ chainCount, length }: SortedDraws, values: Float64Array): readonly Float64Array[] {
  return Array.from({ length: chainCount }, (_, k) => values.subarray(k * length, (k + 1) * length));
}

/** Linear interpolation between the order statistics around part × (count − 1). */
export function quantileOf({ values, order }: SortedDraws, part: number): number {
  const at = part * (order.length - 1);
  const below = Math.floor(at);
  const low = values[order[below] as number] as number;
  const high = values[order[Math.min(below + 1, order.length - 1)] as number] as number;
  return low + (at - below) * (high - low);
}

/** Ranks (ties share theirs) as normal numbers Φ⁻¹((r − 3/8) / (s + 1/4)), at the places of the draws. */
export function rankScores({ values, order }: SortedDraws): Float64Array {
  return scoresOf(order, (place) => values[place] as number);
}

/** The same of distances from the median: their order is merged from both sides of it. */
export function foldedScores(draws: SortedDraws): Float64Array {
  const { values, order } = draws;
  const centre = quantileOf(draws, 0.5);
  const distance = (place: number) => Math.abs((values[place] as number) - centre);
  const folded = new Uint32Array(order.length);
  let above = 0;
  while (above < order.length && (values[order[above] as number] as number) < centre) above++;
  let below = above - 1;
  for (let at = 0; at < folded.length; at++) {
    const isBelow =
      above >= order.length || (below >= 0 && distance(order[below] as number) < distance(order[above] as number));
    folded[at] = order[isBelow ? below-- : above++] as number;
  }
  return scoresOf(folded, distance);
}

function scoresOf(order: Uint32Array, valueAt: (place: number) => number): Float64Array {
  const count = order.length;
  const scores = new Float64Array(count);
  for (let from = 0; from < count; ) {
    const value = valueAt(order[from] as number);
    let to = from + 1;
    while (to < count && valueAt(order[to] as number) === value) to++;
    // ranks from + 1 … to: their mean, less 3/8
    const score = normalQuantile(((from + 1 + to) / 2 - 0.375) / (count + 0.25));
    for (let at = from; at < to; at++) scores[order[at] as number] = score;
    from = to;
  }
  return scores;
}

const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;

/** Order by value, −0 before +0, for numbers only; stable. Six passes of eleven bits, from the lowest. */
function orderOf(values: Float64Array): Uint32Array {
  const count = values.length;
  const words = new Uint32Array(values.buffer, values.byteOffset, 2 * count);
  const low = new Uint32Array(count);
  const high = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    // positive numbers above negative ones, and these the other way round
    const upper = words[2 * i + 1] as number;
    const flip = upper >>> 31 === 0 ? 0 : 0xffffffff;
    low[i] = (words[2 * i] as number) ^ flip;
    high[i] = upper ^ (flip | 0x80000000);
  }
  let order = Uint32Array.from({ length: count }, (_, i) => i);
  let spare = new Uint32Array(count);
  const starts = new Uint32Array(DIGITS);
  for (let pass = 0; pass < 6; pass++) {
    const [keys, shift] = pass < 3 ? ([low, pass * DIGIT_BITS] as const) : ([high, (pass - 3) * DIGIT_BITS] as const);
    starts.fill(0);
    for (let i = 0; i < count; i++) {
      const digit = ((keys[i] as number) >>> shift) & (DIGITS - 1);
      starts[digit] = (starts[digit] as number) + 1;
    }
    let next = 0;
    for (let digit = 0; digit < DIGITS; digit++) {
      const own = starts[digit] as number;
      starts[digit] = next;
      next += own;
    }
    for (let i = 0; i < count; i++) {
      const place = order[i] as number;
      const digit = ((keys[place] as number) >>> shift) & (DIGITS - 1);
      const target = starts[digit] as number;
      starts[digit] = target + 1;
      spare[target] = place;
    }
    [order, spare] = [spare, order];
  }
  return order;
}
