import { kernelError } from "../errors.ts";
import type { Expression } from "../expression/expression.ts";
import { isInput } from "../expression/leaves.ts";
import { lowerComplex } from "../pass/lower-complex.ts";
import { simplify } from "../pass/simplify.ts";
import { derivativeRules, type Route } from "./rules.ts";

/** Real roots with complex arithmetic inside lowered. Throws `KERN-011` for roots that are not real. */
export function differentiable(roots: readonly Expression[]): readonly Expression[] {
  for (const { type } of roots) {
    if (type === "real") continue;
    throw kernelError(
      "KERN-011",
      `A ${type === "complex" ? "complex number" : "comparison"} has no derivative here`,
      "Differentiate its real and imaginary parts, or the number that the comparison selects.",
    );
  }
  return simplify(lowerComplex(simplify(roots)));
}

/** Throws `KERN-011` unless every expression is an input. */
export function checkInputs(inputs: Iterable<Expression>): void {
  for (const input of inputs) {
    if (isInput(input)) continue;
    throw kernelError(
      "KERN-011",
      `A derivative by \`${input.operation.name}\` was asked for, which is not an input`,
      "Differentiate by parameters, columns, states or the time.",
    );
  }
}

/** Routes from the arguments of a node to its value; none for inputs and constants. */
export function routesOf({ operation }: Expression): readonly (Route | undefined)[] {
  return (derivativeRules as Readonly<Record<string, readonly (Route | undefined)[]>>)[operation.name] ?? [];
}
