import { rounded } from "../program/double-double.ts";
import { abs, less, mul, type Operand, powerOfTwo, type Real, select } from "../program/expression.ts";
import { elementary } from "../program/program.ts";
import { expPair, reduceByLn2, scaleWide } from "./exponential-core.ts";

/** Keeps x inside [low, high]; NaN stays. */
export function clamp(x: Real, low: Operand, high: Operand): Real {
  return select(less(x, low), low, select(less(high, x), high, x));
}

/** e^x: e^r by a polynomial of degree 12 after taking off multiples of ln 2, then scaled by a power of two. */
export const exp = elementary(
  "exp",
  ["x"],
  ["exp"],
  (x) => {
    const r = reduceByLn2(x as Real);
    return { guard: less(abs(x as Real), 708), results: [mul(rounded(expPair(r)), powerOfTwo(r.exponent))] };
  },
  (x) => {
    const r = reduceByLn2(clamp(x as Real, -746, 710));
    return [scaleWide(rounded(expPair(r)), r.exponent)];
  },
);
