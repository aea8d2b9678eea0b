import { fastTwoSum, type Pair, rounded, twoSquare } from "../program/double-double.ts";
import {
  abs,
  add,
  type Integer,
  integerAdd,
  isOdd,
  less,
  lessOrEqual,
  mul,
  neg,
  type Real,
  select,
  shiftRight,
  sub,
} from "../program/expression.ts";
import { horner } from "../program/polynomial.ts";
import { elementary, type Guarded } from "../program/program.ts";
import { COS_POLYNOMIAL, SIN_POLYNOMIAL } from "../tables/coefficients.ts";
import { CODY_WAITE_LIMIT, type ReducedByHalfPi, reduceByHalfPi, reduceHugeByHalfPi } from "./half-pi.ts";
import { dividePairs } from "./quotient.ts";

/** sin(y) for |y| <= π/4, normalised. */
function sinPair({ high: y, low }: Pair): Pair {
  const square = mul(y, y);
  const cubic = mul(mul(y, square), horner(square, SIN_POLYNOMIAL));
  return { high: y, low: add(cubic, sub(low, mul(mul(0.5, square), low))) };
}

/** cos(y) for |y| <= π/4, with y² rounded. */
function cosPair({ high: y, low }: Pair): Pair {
  const square = mul(y, y);
  const half = mul(0.5, square);
  const head = sub(1, half);
  const quartic = mul(mul(square, square), horner(square, COS_POLYNOMIAL));
  return { high: head, low: add(sub(sub(1, head), half), sub(quartic, mul(y, low))) };
}

const isTiny = (x: Real) => less(abs(x), 2 ** -27);

function negateIf(isNegative: ReturnType<typeof isOdd>, value: Real): Real {
  return select(isNegative, neg(value), value);
}

const secondBit = (quadrant: Integer) => isOdd(shiftRight(quadrant, 1));

function sinOfQuadrant({ quadrant }: ReducedByHalfPi, sine: Real, cosine: Real): Real {
  return negateIf(secondBit(quadrant), select(isOdd(quadrant), cosine, sine));
}

function cosOfQuadrant({ quadrant }: ReducedByHalfPi, sine: Real, cosine: Real): Real {
  return negateIf(secondBit(integerAdd(quadrant, 1n)), select(isOdd(quadrant), sine, cosine));
}

type Combine = (x: Real, reduced: ReducedByHalfPi) => readonly Real[];

/** A function of the remainder of x modulo π/2; `isOddFunction` says for each result whether f(−x) = −f(x). */
function trigonometric(name: string, outputs: readonly string[], isOddFunction: readonly boolean[], combine: Combine) {
  const fast = (x: Real): Guarded => {
    return { guard: lessOrEqual(abs(x), CODY_WAITE_LIMIT), results: combine(x, reduceByHalfPi(x)) };
  };
  const slow = (x: Real): readonly Real[] => {
    const size = abs(x);
    return combine(size, reduceHugeByHalfPi(size)).map((value, i) => {
      const signed = isOddFunction[i] ? select(less(x, 0), neg(value), value) : value;
      return select(less(size, Infinity), signed, NaN);
    });
  };
  return elementary(
    name,
    ["x"],
    outputs,
    (x) => fast(x as Real),
    (x) => slow(x as Real),
  );
}

const sineOf: Combine = (x, reduced) => {
  const value = sinOfQuadrant(reduced, rounded(sinPair(reduced.y)), rounded(cosPair(reduced.y)));
  return [select(isTiny(x), x, value)];
};

const cosineOf: Combine = (_, reduced) => {
  return [cosOfQuadrant(reduced, rounded(sinPair(reduced.y)), rounded(cosPair(reduced.y)))];
};

/** Sine: minimax polynomials of degree 13 and 14 on [−π/4, π/4]. */
export const sin = trigonometric("sin", ["sin"], [true], sineOf);

/** Cosine. */
export const cos = trigonometric("cos", ["cos"], [false], cosineOf);

/** Sine and cosine of one argument, with the bits of `sin` and `cos`. */
export const sincos = trigonometric("sincos", ["sin", "cos"], [true, false], (x, reduced) => [
  ...sineOf(x, reduced),
  ...cosineOf(x, reduced),
]);

/** cos(y) with y² exact. */
function wideCosPair(y: Pair): Pair {
  const { high, low } = cosPair(y);
  return fastTwoSum(high, sub(low, mul(0.5, twoSquare(y.high).low)));
}

/** Tangent: the quotient of sine and cosine as pairs. */
export const tan = trigonometric("tan", ["tan"], [true], (x, reduced) => {
  const sine = sinPair(reduced.y);
  const sinePair = fastTwoSum(sine.high, sine.low);
  const cosine = wideCosPair(reduced.y);
  const isSwapped = isOdd(reduced.quadrant);
  const numerator = {
    high: select(isSwapped, cosine.high, sinePair.high),
    low: select(isSwapped, cosine.low, sinePair.low),
  };
  const denominator = {
    high: select(isSwapped, sinePair.high, cosine.high),
    low: select(isSwapped, sinePair.low, cosine.low),
  };
  return [select(isTiny(x), x, negateIf(isSwapped, rounded(dividePairs(numerator, denominator))))];
});
