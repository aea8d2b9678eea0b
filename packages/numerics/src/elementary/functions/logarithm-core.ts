import { fastTwoSum, type Pair, split, twoSquare, twoSum } from "../program/double-double.ts";
import {
  add,
  bitsOf,
  div,
  type Integer,
  integerAdd,
  integerAnd,
  integerSub,
  load,
  mul,
  type Operand,
  powerOfTwo,
  type Real,
  shiftLeft,
  shiftRight,
  sub,
  toReal,
} from "../program/expression.ts";
import { polynomial } from "../program/polynomial.ts";
import { LN2, LOG_NEAR_ONE_POLYNOMIAL, LOG_POLYNOMIAL } from "../tables/coefficients.ts";

/** Bits of the float64 just below sqrt(1/2): significands are taken from [sqrt(1/2), sqrt(2)). */
const SQRT_HALF_BITS = 0x3fe6a09e00000000n;

/** Bits of the lower end of the table `LOG_ROWS`. */
const TABLE_LOW_BITS = 0x3fe6a00000000000n;

/** x = significand · 2^exponent. */
export interface Significand {
  readonly value: Real;
  readonly exponent: Integer;
  readonly exponentValue: Real;
}

/** Splits a normal positive x so that the significand lies in [sqrt(1/2), sqrt(2)). */
export function significandNearOne(x: Real): Significand {
  const exponent = shiftRight(integerSub(bitsOf(x), SQRT_HALF_BITS), 52);
  return { value: mul(x, powerOfTwo(integerSub(0n, exponent))), exponent, exponentValue: toReal(exponent) };
}

/**
 * What log(1 + f) has beyond f, for f in [−0.293, 0.415].
 *
 * With s = f / (2 + f), log(1 + f) = 2 artanh s = f − f²/2 + s (f²/2 + s² L(s²)).
 */
export function logTail(f: Real): { readonly halfSquare: Real; readonly correction: Real } {
  const s = div(f, add(2, f));
  const square = mul(s, s);
  const halfSquare = mul(mul(0.5, f), f);
  return { halfSquare, correction: mul(s, add(halfSquare, mul(square, polynomial(square, LOG_POLYNOMIAL)))) };
}

/** exponent · ln 2 + log(1 + f) + low, not normalised: |low| is at most a quarter of |high|. */
export function logPair(exponent: Real, f: Real, low?: Operand): Pair {
  const sum = fastTwoSum(mul(exponent, LN2[0]), f);
  const { halfSquare, correction } = logTail(f);
  const fine = add(mul(exponent, LN2[1]), correction);
  const rest = sub(low === undefined ? fine : add(fine, low), halfSquare);
  return { high: sum.high, low: add(sum.low, rest) };
}

/**
 * log(x · 2^shift) to about 2^-66 relative, for normal positive x.
 *
 * Table-driven (P. T. P. Tang, ACM Trans. Math. Softw. 16 (1990) 378–400): x = 2^k c (1 + r) with |r| < 2^-7, where
 * 1/c has ten bits, so that r is an exact pair; log c and k ln 2 have leading parts whose sum is exact.
 */
export function wideLog(x: Real, shift: Operand): Pair {
  const offset = integerSub(bitsOf(x), TABLE_LOW_BITS);
  const exponent = shiftRight(offset, 52);
  const cell = integerAnd(shiftRight(offset, 45), 127n);
  const row = integerAdd(cell, shiftLeft(cell, 1));
  const inverse = load("LOG_ROWS", row);
  const significand = split(mul(x, powerOfTwo(integerSub(0n, exponent))));
  const r = twoSum(sub(mul(significand.high, inverse), 1), mul(significand.low, inverse));
  const square = twoSquare(r.high);
  const exponentValue = add(toReal(exponent), shift);
  const base = add(mul(exponentValue, LN2[0]), load("LOG_ROWS", integerAdd(row, 1n)));
  const first = twoSum(base, r.high);
  const second = fastTwoSum(first.high, mul(-0.5, square.high));
  const cubic = mul(mul(square.high, r.high), polynomial(r.high, LOG_NEAR_ONE_POLYNOMIAL));
  const squareLow = add(mul(0.5, square.low), mul(r.high, r.low));
  const constants = add(mul(exponentValue, LN2[1]), load("LOG_ROWS", integerAdd(row, 2n)));
  const low = add(first.low, second.low, sub(r.low, squareLow), constants, cubic);
  return fastTwoSum(second.high, low);
}
