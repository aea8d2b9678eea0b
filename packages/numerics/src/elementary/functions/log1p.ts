import { rounded, twoSum } from "../program/double-double.ts";
import { abs, add, both, integerSub, less, mul, powerOfTwo, type Real, select, sub } from "../program/expression.ts";
import { elementary } from "../program/program.ts";
import { makeOrdinary, withLogarithmLimits } from "./log.ts";
import { logPair, significandNearOne } from "./logarithm-core.ts";

/** log(1 + x): the sum as a pair; its low part is carried into the remainder f. */
export const log1p = elementary(
  "log1p",
  ["x"],
  ["log1p"],
  (...args) => {
    const [x] = args as [Real];
    const shifted = twoSum(1, x);
    const significand = significandNearOne(shifted.high);
    const low = mul(shifted.low, powerOfTwo(integerSub(0n, significand.exponent)));
    const f = twoSum(sub(significand.value, 1), low);
    const result = rounded(logPair(significand.exponentValue, f.high, mul(f.low, sub(1, f.high))));
    return { guard: both(less(-1, x), less(x, 2 ** 1022)), results: [select(less(abs(x), 2 ** -54), x, result)] };
  },
  (...args) => {
    const [x] = args as [Real];
    const ordinary = makeOrdinary(x);
    const { value, exponentValue } = significandNearOne(ordinary.value);
    const finite = rounded(logPair(add(exponentValue, ordinary.shift), sub(value, 1)));
    return [withLogarithmLimits(add(1, x), finite)];
  },
);
