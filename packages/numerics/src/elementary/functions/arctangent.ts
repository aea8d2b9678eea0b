import { fastTwoSum, type Pair, rounded, twoSum } from "../program/double-double.ts";
import {
  abs,
  add,
  both,
  type Condition,
  constant,
  div,
  either,
  equal,
  less,
  mul,
  neg,
  not,
  type Operand,
  type Real,
  select,
} from "../program/expression.ts";
import { polynomial } from "../program/polynomial.ts";
import { elementary } from "../program/program.ts";
import { ATAN_OF_HALF, ATAN_OF_TWO, ATAN_POLYNOMIAL, HALF_PI_PAIR, PI_PAIR } from "../tables/coefficients.ts";
import { dividePairs } from "./quotient.ts";

/** Beyond this the arctangent is π/2, below the reciprocal it is the argument. */
const HUGE = 2 ** 60;

/**
 * atan(a) as a pair, for 0 <= a <= 2^60.
 *
 * atan a = atan c + atan((a − c) / (1 + a c)) with c of 0, 1/2, 1, 2, ∞ so that the second argument stays below 0.2361;
 * products with c are exact, and the quotient is a pair.
 */
function atanPair(a: Pair): Pair {
  // the borders are tan((atan c1 + atan c2) / 2)
  const isAbove = [0.2360679775, 0.7207592200561265, 1.3874258867227933, 4.2360679775].map((border) =>
    less(border, a.high),
  );
  const choose = (...values: readonly number[]): Real =>
    values
      .slice(1)
      .reduce<Real>(
        (chosen, value, i) => select(isAbove[i] as Condition, value, chosen),
        constant(values[0] as number),
      );
  const isReciprocal = isAbove[3] as Condition;
  const c = choose(0, 0.5, 1, 2);
  const difference = twoSum(a.high, neg(c));
  const sum = twoSum(1, mul(c, a.high));
  const numerator: Pair = {
    high: select(isReciprocal, -1, difference.high),
    low: select(isReciprocal, 0, add(difference.low, a.low)),
  };
  const denominator: Pair = {
    high: select(isReciprocal, a.high, sum.high),
    low: select(isReciprocal, a.low, add(sum.low, mul(c, a.low))),
  };
  const t = dividePairs(numerator, denominator);
  const square = mul(t.high, t.high);
  const cubic = mul(mul(t.high, square), polynomial(square, ATAN_POLYNOMIAL));
  const base = fastTwoSum(choose(0, ATAN_OF_HALF[0], Math.PI / 4, ATAN_OF_TWO[0], HALF_PI_PAIR[0]), t.high);
  const baseLow = choose(0, ATAN_OF_HALF[1], HALF_PI_PAIR[1] / 2, ATAN_OF_TWO[1], HALF_PI_PAIR[1]);
  return { high: base.high, low: add(base.low, add(add(baseLow, t.low), cubic)) };
}

/** Arctangent. */
export const atan = elementary("atan", ["x"], ["atan"], (...args) => {
  const [x] = args as [Real];
  const size = abs(x);
  const high = select(less(HUGE, size), HUGE, size);
  const value = rounded(atanPair({ high, low: constant(0) }));
  return { results: [select(less(size, 2 ** -27), x, select(less(x, 0), neg(value), value))] };
});

/** The angle of a point from the arctangent of |y / x|. */
function inQuadrant(angle: Pair, isLeft: Condition, isBelow: Condition): Real {
  const turned = twoSum(PI_PAIR[0], neg(angle.high));
  const low = add(turned.low, add(PI_PAIR[1], neg(angle.low)));
  const value = select(isLeft, add(turned.high, low), rounded(angle));
  return select(isBelow, neg(value), value);
}

const hasMinusSign = (x: Real): Condition => either(less(x, 0), less(div(1, x), 0));

/** The angle of the point (x, y) in [−π, π]. Limits as in C99, annex F.9.1.4. */
export const atan2 = elementary(
  "atan2",
  ["y", "x"],
  ["atan2"],
  (...args) => {
    const [y, x] = args as [Real, Real];
    const isOrdinary = (size: Real) => both(less(2 ** -400, size), less(size, 2 ** 400));
    const ratio = dividePairs({ high: abs(y), low: constant(0) }, { high: abs(x), low: constant(0) });
    const isHuge = less(HUGE, ratio.high);
    const angle = atanPair({ high: select(isHuge, HUGE, ratio.high), low: select(isHuge, 0, ratio.low) });
    return {
      guard: both(isOrdinary(abs(y)), isOrdinary(abs(x))),
      results: [inQuadrant(angle, less(x, 0), less(y, 0))],
    };
  },
  (...args) => {
    const [y, x] = args as [Real, Real];
    const areInfinite = both(equal(abs(x), Infinity), equal(abs(y), Infinity));
    const areZero = both(equal(x, 0), equal(y, 0));
    const width = select(either(areInfinite, areZero), 1, abs(x));
    const height = select(areInfinite, 1, abs(y));
    const quotient = div(height, width);
    const isSteep = less(HUGE, quotient);
    const isFlat = less(quotient, 1 / HUGE);
    const isModerate = not(either(isSteep, isFlat));
    // sides of a moderate ratio can be scaled together without loss
    const factor = select(less(width, 1), 2 ** 500, 2 ** -500);
    const side = (size: Operand): Pair => ({ high: select(isModerate, mul(size, factor), 1), low: constant(0) });
    const inner = atanPair(dividePairs(side(height), side(width)));
    const outside = (steep: Operand, flat: Operand, value: Real) => select(isSteep, steep, select(isFlat, flat, value));
    const angle = {
      high: outside(HALF_PI_PAIR[0], quotient, inner.high),
      low: outside(HALF_PI_PAIR[1], 0, inner.low),
    };
    const isNumber = both(equal(x, x), equal(y, y));
    return [select(isNumber, inQuadrant(angle, hasMinusSign(x), hasMinusSign(y)), NaN)];
  },
);
