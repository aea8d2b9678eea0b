import { fastTwoSum, multiplyPairs, type Pair, split, twoSum } from "../program/double-double.ts";
import {
  add,
  bitsOf,
  constant,
  floor,
  type Integer,
  integerAdd,
  less,
  load,
  mul,
  neg,
  powerOfTwo,
  type Real,
  select,
  shiftRight,
  sub,
  toReal,
} from "../program/expression.ts";
import { HALF_PI, HALF_PI_PAIR } from "../tables/coefficients.ts";
import { nearestInteger } from "./integers.ts";

/** x = quadrant · π/2 + y with |y| <= π/4 (1 + 2^-50); the low two bits of `quadrant` count. */
export interface ReducedByHalfPi {
  readonly y: Pair;
  readonly quadrant: Integer;
}

const TWO_OVER_PI = 2 / Math.PI;

/** Largest argument of `reduceByHalfPi`. */
export const CODY_WAITE_LIMIT = 2 ** 20;

/**
 * For |x| <= 2^20: x − n π/2 with π/2 in parts of 33 bits (W. J. Cody, W. Waite, 1980). n has at most 20 bits, so the
 * first three products are exact; no float64 below 2^20 is nearer to a multiple of π/2 than 2^-61, and the fourth
 * product errs by 2^-132.
 */
export function reduceByHalfPi(x: Real): ReducedByHalfPi {
  const { value: n, bits: quadrant } = nearestInteger(mul(x, TWO_OVER_PI));
  const first = sub(x, mul(n, HALF_PI[0]));
  const second = twoSum(first, neg(mul(n, HALF_PI[1])));
  const third = twoSum(second.high, neg(mul(n, HALF_PI[2])));
  const low = sub(add(second.low, third.low), mul(n, HALF_PI[3]));
  return { y: fastTwoSum(third.high, low), quadrant };
}

const DIGITS_USED = 9;

/**
 * For any finite |x| >= 1 (M. H. Payne, R. N. Hanek, SIGNUM Newsletter 18 (1983) 19–24): digits of 2/π to base 2^24 are
 * multiplied with the halves of x. Digits whose products are multiples of 4 are left out; of the leading ones only the
 * remainder modulo 4 is kept, exactly, before anything is added. 9 digits leave an error below 2^-138, and no float64 is
 * nearer to a multiple of π/2 than 2^-61.
 */
export function reduceHugeByHalfPi(size: Real): ReducedByHalfPi {
  const binaryExponent = sub(toReal(shiftRight(bitsOf(size), 52)), 1023);
  const skipped = floor(mul(sub(binaryExponent, 53.5), 1 / 24));
  const skippedDigits = nearestInteger(select(less(skipped, 0), 0, skipped));
  const scale = powerOfTwo(nearestInteger(mul(skippedDigits.value, -24)).bits);
  const { high, low } = split(mul(size, scale));

  const products: Real[] = [];
  for (let i = 0; i < DIGITS_USED; i++) {
    const digit = mul(load("TWO_OVER_PI_DIGITS", integerAdd(skippedDigits.bits, BigInt(i))), 2 ** (-24 * (i + 1)));
    for (const half of [high, low]) products.push(i < 4 ? modulo4(mul(half, digit)) : mul(half, digit));
  }
  const approximate = products.slice(0, 8).reduce((sum, term) => add(sum, term));
  const nearest = nearestInteger(approximate);
  let fraction: Pair = { high: neg(nearest.value), low: constant(0) };
  // renormalised after each term, so that cancellation of the leading ones costs no digit of the later ones
  for (const term of products) {
    const sum = twoSum(fraction.high, term);
    fraction = fastTwoSum(sum.high, add(fraction.low, sum.low));
  }
  const halfPi: Pair = { high: constant(HALF_PI_PAIR[0]), low: constant(HALF_PI_PAIR[1]) };
  return { y: multiplyPairs(fraction, halfPi), quadrant: nearest.bits };
}

/** x less a multiple of 4, exactly: small numbers of either sign stay as they are. */
function modulo4(x: Real): Real {
  return sub(x, mul(4, floor(add(mul(x, 0.25), 0.5))));
}
