import { fastTwoSum, type Pair, rounded, twoSquare, twoSum } from "../program/double-double.ts";
import { abs, add, div, integerSub, less, mul, neg, powerOfTwo, type Real, select } from "../program/expression.ts";
import { polynomial } from "../program/polynomial.ts";
import { elementary } from "../program/program.ts";
import { EXP_POLYNOMIAL, SINH_POLYNOMIAL } from "../tables/coefficients.ts";
import { clamp } from "./exp.ts";
import { expPair, reduceByLn2, scaleWide } from "./exponential-core.ts";
import { dividePairs } from "./quotient.ts";

/**
 * e^x − 1 as a pair, for |x| < 708.
 *
 * r²/2 is exact, as near 0.35 the result is 1 + 2 (e^r − 1) and two thirds of it cancel.
 */
function expm1Pair(x: Real): Pair {
  const r = reduceByLn2(x);
  const power = powerOfTwo(r.exponent);
  const square = twoSquare(r.high);
  const cubic = mul(mul(square.high, r.high), polynomial(r.high, EXP_POLYNOMIAL.slice(1)));
  const leading = fastTwoSum(r.high, mul(0.5, square.high));
  const rest = add(add(r.low, mul(r.low, r.high)), mul(0.5, square.low));
  const fraction = fastTwoSum(leading.high, add(add(leading.low, rest), cubic));
  const head = twoSum(power, -1);
  const sum = twoSum(head.high, mul(power, fraction.high));
  return fastTwoSum(sum.high, add(add(head.low, sum.low), mul(power, fraction.low)));
}

/** e^x − 1: 2^k − 1 + 2^k (e^r − 1) with exact sums of the leading parts. */
export const expm1 = elementary(
  "expm1",
  ["x"],
  ["expm1"],
  (...args) => {
    const [x] = args as [Real];
    const size = abs(x);
    return { guard: less(size, 708), results: [select(less(size, 2 ** -54), x, rounded(expm1Pair(x)))] };
  },
  (...args) => {
    const [x] = args as [Real];
    const r = reduceByLn2(clamp(x, -746, 710));
    return [select(less(x, 0), -1, scaleWide(rounded(expPair(r)), r.exponent))];
  },
);

/** e^size / 2, as a pair, and its reciprocal by four: e^−size / 2. */
function halfExponentials(size: Real): { readonly growing: Pair; readonly falling: Real } {
  const r = reduceByLn2(size);
  const { high, low } = expPair(r);
  const power = powerOfTwo(integerSub(r.exponent, 1n));
  const growing = { high: mul(high, power), low: mul(low, power) };
  return { growing, falling: div(0.25, add(growing.high, growing.low)) };
}

/** e^size / 2 where that may overflow. */
function halfExponential(size: Real): Real {
  const r = reduceByLn2(clamp(size, 0, 712));
  return scaleWide(rounded(expPair(r)), integerSub(r.exponent, 1n));
}

const withSignOf = (x: Real, size: Real) => select(less(x, 0), neg(size), size);

/** Hyperbolic sine: an odd polynomial below 1, the difference of exponentials above. */
export const sinh = elementary(
  "sinh",
  ["x"],
  ["sinh"],
  (...args) => {
    const [x] = args as [Real];
    const size = abs(x);
    const square = mul(x, x);
    const small = add(x, mul(mul(x, square), polynomial(square, SINH_POLYNOMIAL)));
    const { growing, falling } = halfExponentials(size);
    const sum = fastTwoSum(growing.high, neg(falling));
    const large = add(sum.high, add(sum.low, growing.low));
    return { guard: less(size, 708), results: [select(less(size, 1), small, withSignOf(x, large))] };
  },
  (...args) => [withSignOf(args[0] as Real, halfExponential(abs(args[0] as Real)))],
);

/** Hyperbolic cosine: the sum of exponentials. */
export const cosh = elementary(
  "cosh",
  ["x"],
  ["cosh"],
  (...args) => {
    const size = abs(args[0] as Real);
    const { growing, falling } = halfExponentials(size);
    const sum = fastTwoSum(growing.high, falling);
    return { guard: less(size, 708), results: [add(sum.high, add(sum.low, growing.low))] };
  },
  (...args) => [halfExponential(abs(args[0] as Real))],
);

/** Hyperbolic tangent: t / (t + 2) with t = e^2x − 1 as a pair; 1 beyond 22. */
export const tanh = elementary("tanh", ["x"], ["tanh"], (...args) => {
  const [x] = args as [Real];
  const size = abs(x);
  const t = expm1Pair(mul(2, clamp(size, 0, 22)));
  const denominator = twoSum(t.high, 2);
  const quotient = dividePairs(t, { high: denominator.high, low: add(denominator.low, t.low) });
  return { results: [select(less(size, 2 ** -28), x, withSignOf(x, rounded(quotient)))] };
});
