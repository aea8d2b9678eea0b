import type { Pair } from "../program/double-double.ts";
import { fastTwoSum } from "../program/double-double.ts";
import {
  add,
  type Integer,
  integerSub,
  mul,
  type Operand,
  powerOfTwo,
  type Real,
  shiftLeft,
  shiftRight,
  sub,
} from "../program/expression.ts";
import { polynomial } from "../program/polynomial.ts";
import { EXP_POLYNOMIAL, INVERSE_LN2_PAIR, LN2 } from "../tables/coefficients.ts";
import { nearestInteger } from "./integers.ts";

/** x = exponent · ln 2 + high + low, |high| <= ln(2)/2; the low bits of `exponent` hold the integer. */
export interface ReducedByLn2 extends Pair {
  readonly exponent: Integer;
  readonly exponentValue: Real;
}

/**
 * Takes multiples of ln 2 off x + low, for |x| < 1100 (W. J. Cody, W. Waite, Software Manual for the Elementary
 * Functions, 1980): the leading part of ln 2 has 42 bits, so that its multiples and the first difference are exact.
 */
export function reduceByLn2(x: Real, low?: Operand): ReducedByLn2 {
  const nearest = nearestInteger(mul(x, INVERSE_LN2_PAIR[0]));
  const head = sub(x, mul(nearest.value, LN2[0]));
  const tail = mul(nearest.value, LN2[1]);
  const high = sub(head, tail);
  const rest = sub(sub(head, high), tail);
  const pair = low === undefined ? { high, low: rest } : fastTwoSum(high, add(rest, low));
  return { ...pair, exponent: nearest.bits, exponentValue: nearest.value };
}

/** What e^r − 1 has beyond r.high, for |r| <= ln(2)/2. */
export function expTail({ high, low }: Pair): Real {
  return add(mul(mul(high, high), polynomial(high, EXP_POLYNOMIAL)), low);
}

/** e^r for |r| <= ln(2)/2, to about 2^-58. */
export function expPair(r: Pair): Pair {
  const sum = fastTwoSum(1, r.high);
  return { high: sum.high, low: add(sum.low, expTail(r)) };
}

/** value · 2^exponent for any exponent in [−2000, 2000], rounded once: two factors, as one might not be a float64. */
export function scaleWide(value: Real, exponentBits: Integer): Real {
  const exponent = shiftRight(shiftLeft(exponentBits, 32), 32);
  const half = shiftRight(exponent, 1);
  return mul(value, powerOfTwo(half), powerOfTwo(integerSub(exponent, half)));
}
