import { rounded, twoProduct } from "../program/double-double.ts";
import { abs, add, constant, less, mul, powerOfTwo, type Real, sub } from "../program/expression.ts";
import { elementary } from "../program/program.ts";
import { LN2_WIDE } from "../tables/coefficients.ts";
import { clamp } from "./exp.ts";
import { expPair, scaleWide } from "./exponential-core.ts";
import { nearestInteger } from "./integers.ts";

function reduced(x: Real) {
  const nearest = nearestInteger(x);
  const fraction = sub(x, nearest.value);
  const r = twoProduct(fraction, constant(LN2_WIDE[0]));
  return { value: rounded(expPair({ high: r.high, low: add(r.low, mul(fraction, LN2_WIDE[1])) })), bits: nearest.bits };
}

/** 2^x; exact at integers. */
export const exp2 = elementary(
  "exp2",
  ["x"],
  ["exp2"],
  (x) => {
    const { value, bits } = reduced(x as Real);
    return { guard: less(abs(x as Real), 1021), results: [mul(value, powerOfTwo(bits))] };
  },
  (x) => {
    const { value, bits } = reduced(clamp(x as Real, -1080, 1030));
    return [scaleWide(value, bits)];
  },
);
