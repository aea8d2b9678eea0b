import { fastTwoSum, type Pair, rounded, twoProduct } from "../program/double-double.ts";
import { add, constant, mul, type Real, sub } from "../program/expression.ts";
import { elementary } from "../program/program.ts";
import { INVERSE_LN2_PAIR, INVERSE_LN10_PAIR, LOG10_OF_2 } from "../tables/coefficients.ts";
import { isOrdinaryPositive, makeOrdinary, withLogarithmLimits } from "./log.ts";
import { logPair, significandNearOne } from "./logarithm-core.ts";

/** Logarithm to another base: log(1 + f) as a pair times a pair, plus multiples of the logarithm of 2. */
function logarithm(name: string, inverse: readonly [number, number], ofTwo: readonly [number, number]) {
  function finite(x: Real, shift: Real): Real {
    const { value, exponentValue } = significandNearOne(x);
    const natural = logPair(constant(0), sub(value, 1));
    const product = scaled(fastTwoSum(natural.high, natural.low), inverse);
    const exponent = add(exponentValue, shift);
    const sum = fastTwoSum(mul(exponent, ofTwo[0]), product.high);
    return rounded({ high: sum.high, low: add(sum.low, add(product.low, mul(exponent, ofTwo[1]))) });
  }
  return elementary(
    name,
    ["x"],
    [name],
    (x) => ({ guard: isOrdinaryPositive(x as Real), results: [finite(x as Real, constant(0))] }),
    (x) => {
      const { value, shift } = makeOrdinary(x as Real);
      return [withLogarithmLimits(x as Real, finite(value, shift))];
    },
  );
}

function scaled(pair: Pair, [high, low]: readonly [number, number]): Pair {
  const product = twoProduct(pair.high, constant(high));
  return { high: product.high, low: add(product.low, add(mul(pair.high, low), mul(pair.low, high))) };
}

/** Logarithm to base 2; exact at powers of two. */
export const log2 = logarithm("log2", INVERSE_LN2_PAIR, [1, 0]);

/** Logarithm to base 10; exact at powers of ten. */
export const log10 = logarithm("log10", INVERSE_LN10_PAIR, LOG10_OF_2);
