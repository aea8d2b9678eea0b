/**
 * Unevaluated sums of two float64 numbers, as expressions.
 *
 * Sources: T. J. Dekker, Numer. Math. 18 (1971) 224–242 (products by splitting, as there is no fused multiply-add);
 * D. E. Knuth, The Art of Computer Programming 2, 4.2.2 (two-sum).
 */
import { add, mul, type Operand, type Real, sub } from "./expression.ts";

/** The exact value `high + low`, with |low| at most half a unit in the last place of `high` where `normalised`. */
export interface Pair {
  readonly high: Real;
  readonly low: Real;
}

/** a + b exactly, for any order of magnitudes. */
export function twoSum(a: Operand, b: Operand): Pair {
  const high = add(a, b);
  const bRounded = sub(high, a);
  return { high, low: add(sub(a, sub(high, bRounded)), sub(b, bRounded)) };
}

/** a + b exactly, if |a| >= |b| or a is zero. */
export function fastTwoSum(a: Operand, b: Operand): Pair {
  const high = add(a, b);
  return { high, low: sub(b, sub(high, a)) };
}

/** Upper and lower half of the significand: 26 bits each. |a| < 2^996. */
export function split(a: Real): Pair {
  const scaled = mul(a, 134217729);
  const high = sub(scaled, sub(scaled, a));
  return { high, low: sub(a, high) };
}

/** a × b exactly, if nothing underflows or overflows. */
export function twoProduct(a: Real, b: Real): Pair {
  const high = mul(a, b);
  const { high: aHigh, low: aLow } = split(a);
  const { high: bHigh, low: bLow } = split(b);
  const low = add(sub(mul(aHigh, bHigh), high), mul(aHigh, bLow), mul(aLow, bHigh), mul(aLow, bLow));
  return { high, low };
}

/** a² exactly, if nothing underflows or overflows. */
export function twoSquare(a: Real): Pair {
  const high = mul(a, a);
  const { high: head, low: tail } = split(a);
  const low = add(sub(mul(head, head), high), mul(mul(2, head), tail), mul(tail, tail));
  return { high, low };
}

/** Rounds a pair to one number. */
export const rounded = ({ high, low }: Pair): Real => add(high, low);

/** Sum of a pair and a pair to about 2^-104; |a| >= |b| is not needed. */
export function addPairs(a: Pair, b: Pair): Pair {
  const { high, low } = twoSum(a.high, b.high);
  return fastTwoSum(high, add(low, add(a.low, b.low)));
}

/** Product of two pairs to about 2^-102. */
export function multiplyPairs(a: Pair, b: Pair): Pair {
  const { high, low } = twoProduct(a.high, b.high);
  return fastTwoSum(high, add(low, add(mul(a.high, b.low), mul(a.low, b.high))));
}
