import { type Pair, twoProduct } from "../program/double-double.ts";
import { add, div, mul, sub } from "../program/expression.ts";

/** Quotient of two pairs to about 2^-100. */
export function dividePairs(a: Pair, b: Pair): Pair {
  const high = div(a.high, b.high);
  const back = twoProduct(high, b.high);
  const rest = sub(add(sub(sub(a.high, back.high), back.low), a.low), mul(high, b.low));
  return { high, low: div(rest, b.high) };
}
