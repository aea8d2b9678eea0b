import { rounded } from "../program/double-double.ts";
import { add, both, equal, less, lessOrEqual, mul, type Real, select, sub } from "../program/expression.ts";
import { elementary } from "../program/program.ts";
import { logPair, significandNearOne } from "./logarithm-core.ts";

const SMALLEST_NORMAL = 2 ** -1022;
const LARGEST_ORDINARY = 2 ** 1022;

/** Whether x and 1/x are positive normal numbers. */
export const isOrdinaryPositive = (x: Real) => both(lessOrEqual(SMALLEST_NORMAL, x), less(x, LARGEST_ORDINARY));

/** value · 2^shift = x for a positive x, with a value for which `isOrdinaryPositive` holds. */
export function makeOrdinary(x: Real): { readonly value: Real; readonly shift: Real } {
  const isSmall = less(x, SMALLEST_NORMAL);
  const isLarge = lessOrEqual(LARGEST_ORDINARY, x);
  const factor = select(isSmall, 2 ** 54, select(isLarge, 2 ** -54, 1));
  return { value: mul(x, factor), shift: select(isSmall, -54, select(isLarge, 54, 0)) };
}

/** The value of a logarithm at 0, below 0, at infinity and NaN; `finite` elsewhere. */
export function withLogarithmLimits(x: Real, finite: Real): Real {
  return select(
    both(less(0, x), less(x, Infinity)),
    finite,
    select(equal(x, 0), -Infinity, select(less(x, 0), NaN, x)),
  );
}

/** Natural logarithm: k ln 2 + log(1 + f), the latter by a polynomial of s² with s = f / (2 + f). */
export const log = elementary(
  "log",
  ["x"],
  ["log"],
  (x) => {
    const { value, exponentValue } = significandNearOne(x as Real);
    return { guard: isOrdinaryPositive(x as Real), results: [rounded(logPair(exponentValue, sub(value, 1)))] };
  },
  (x) => {
    const ordinary = makeOrdinary(x as Real);
    const { value, exponentValue } = significandNearOne(ordinary.value);
    const finite = rounded(logPair(add(exponentValue, ordinary.shift), sub(value, 1)));
    return [withLogarithmLimits(x as Real, finite)];
  },
);
