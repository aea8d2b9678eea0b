import { type Pair, rounded, twoProduct } from "../program/double-double.ts";
import {
  abs,
  add,
  both,
  div,
  either,
  equal,
  floor,
  less,
  mul,
  not,
  powerOfTwo,
  type Real,
  select,
} from "../program/expression.ts";
import { elementary } from "../program/program.ts";
import { clamp } from "./exp.ts";
import { expPair, reduceByLn2, scaleWide } from "./exponential-core.ts";
import { isOrdinaryPositive, makeOrdinary } from "./log.ts";
import { wideLog } from "./logarithm-core.ts";

/** y · log x, to about 2^-66 relative. */
function product(y: Real, logarithm: Pair): Pair {
  const { high, low } = twoProduct(logarithm.high, y);
  return { high, low: add(low, mul(logarithm.low, y)) };
}

/** x^y = exp(y log x), the logarithm and the product as pairs. Limits as in C99, annex F.9.4.4. */
export const pow = elementary(
  "pow",
  ["x", "y"],
  ["pow"],
  (...args) => {
    const [x, y] = args as [Real, Real];
    const exponent = product(y, wideLog(x, 0));
    const r = reduceByLn2(exponent.high, exponent.low);
    const isOrdinary = both(less(abs(y), 2 ** 900), less(abs(exponent.high), 708));
    return {
      guard: both(isOrdinaryPositive(x), isOrdinary),
      results: [mul(rounded(expPair(r)), powerOfTwo(r.exponent))],
    };
  },
  (...args) => {
    const [x, y] = args as [Real, Real];
    const size = abs(x);
    const ordinary = makeOrdinary(size);
    // beyond 2^70 every |x| other than 1 has overflowed or underflowed
    const { high, low } = product(clamp(y, -(2 ** 70), 2 ** 70), wideLog(ordinary.value, ordinary.shift));
    const isInside = less(abs(high), 750);
    const r = reduceByLn2(clamp(high, -750, 750), select(isInside, low, 0));
    const finite = scaleWide(rounded(expPair(r)), r.exponent);
    const atZero = select(less(y, 0), Infinity, 0);
    const atInfinity = select(less(y, 0), 0, Infinity);
    const magnitude = select(equal(size, 0), atZero, select(equal(size, Infinity), atInfinity, finite));

    const isInteger = equal(floor(y), y);
    const half = mul(0.5, y);
    const isOddInteger = both(isInteger, not(equal(floor(half), half)));
    const isNegative = either(less(x, 0), less(div(1, x), 0));
    const signed = select(both(isNegative, isOddInteger), mul(-1, magnitude), magnitude);
    const isUndefined = both(both(less(x, 0), less(size, Infinity)), not(isInteger));
    const isOne = either(equal(x, 1), equal(y, 0));
    const isNumber = both(equal(x, x), equal(y, y));
    return [select(isOne, 1, select(either(isUndefined, not(isNumber)), NaN, signed))];
  },
);
