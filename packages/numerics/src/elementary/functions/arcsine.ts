import { fastTwoSum, type Pair, rounded, twoSquare } from "../program/double-double.ts";
import { abs, add, div, less, mul, neg, type Real, select, sqrt, sub } from "../program/expression.ts";
import { polynomial } from "../program/polynomial.ts";
import { elementary } from "../program/program.ts";
import { ASIN_POLYNOMIAL, HALF_PI_PAIR, PI_PAIR } from "../tables/coefficients.ts";

/** Both ways to the answer: asin x = x + tail for |x| < 1/2, and asin x = π/2 − 2 (root + rootTail) for x >= 1/2. */
function halves(x: Real) {
  const size = abs(x);
  const isSmall = less(size, 0.5);
  const square = select(isSmall, mul(x, x), mul(0.5, sub(1, size)));
  const root = sqrt(square);
  const back = twoSquare(root);
  // 2^-1000 keeps 0 / 0 away
  const rootLow = div(sub(sub(square, back.high), back.low), add(add(root, root), 2 ** -1000));
  const series = mul(square, polynomial(square, ASIN_POLYNOMIAL));
  return { isSmall, tail: mul(x, series), root, rootTail: add(rootLow, mul(root, series)) };
}

/** constant − 2 (root + tail). */
function lessTwice([high, low]: readonly [number, number], root: Real, tail: Real): Real {
  const sum = fastTwoSum(high, mul(-2, root));
  return rounded({ high: sum.high, low: add(sum.low, sub(low, mul(2, tail))) } satisfies Pair);
}

/** Arcsine. */
export const asin = elementary("asin", ["x"], ["asin"], (...args) => {
  const [x] = args as [Real];
  const { isSmall, tail, root, rootTail } = halves(x);
  const large = lessTwice(HALF_PI_PAIR, root, rootTail);
  return { results: [select(isSmall, add(x, tail), select(less(x, 0), neg(large), large))] };
});

/** Arccosine. */
export const acos = elementary("acos", ["x"], ["acos"], (...args) => {
  const [x] = args as [Real];
  const { isSmall, tail, root, rootTail } = halves(x);
  const middle = fastTwoSum(HALF_PI_PAIR[0], neg(x));
  const small = add(middle.high, add(middle.low, sub(HALF_PI_PAIR[1], tail)));
  const right = mul(2, add(root, rootTail));
  return { results: [select(isSmall, small, select(less(x, 0), lessTwice(PI_PAIR, root, rootTail), right))] };
});
