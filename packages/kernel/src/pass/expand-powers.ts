import { divide, multiply } from "../expression/build.ts";
import type { Expression } from "../expression/expression.ts";
import { constant } from "../expression/leaves.ts";
import { functionRules } from "./expand-functions.ts";
import { rewrite } from "./rewrite.ts";

/**
 * Turns whole powers into products, by repeated squaring from the lowest bit (a negative power divides 1 by the product),
 * and composite functions into arithmetic: what is left has machine operations and elementary functions only.
 */
export const expandPowers = rewrite("expand-powers", functionRules, {
  integerPower: ([base], { payload }) => product(base as Expression, payload as number),
});

/** The same for complex bases only, so that powers of real ones keep their simple derivative. */
export const expandComplexPowers = rewrite("expand-complex-powers", {
  integerPower: ([base], { payload, type }) =>
    type === "complex" ? product(base as Expression, payload as number) : undefined,
});

function product(base: Expression, exponent: number): Expression {
  if (exponent < 0) return divide(1, product(base, -exponent));
  let result: Expression | undefined;
  let square = base;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = result === undefined ? square : multiply(result, square);
    if (rest > 1) square = multiply(square, square);
  }
  return result ?? constant(1);
}
