import { less, multiply, select, total } from "./build.ts";
import { variesByElement } from "./dependence.ts";
import type { Expression } from "./expression.ts";

/**
 * Σ of a summand over the elements of `carrier`. What is the same for all is multiplied by their number, which is
 * counted on an input of the carrier, so that it stays clear over which set of elements the sum goes.
 */
export function overElements(summand: Expression, carrier: Expression): Expression {
  return variesByElement(summand) ? total(summand) : multiply(summand, elementCount(carrier));
}

/** A sum of ones: no element is less than itself, not even NaN. */
function elementCount(carrier: Expression): Expression {
  const input = elementInput(carrier);
  return input === undefined ? total(1) : total(select(less(input, input), 0, 1));
}

/** A column or state that the carrier varies with; those inside of a sum may be of another set. */
function elementInput(carrier: Expression): Expression | undefined {
  let node: Expression | undefined = carrier;
  while (node !== undefined && node.args.length > 0) node = node.args.find(variesByElement);
  return node !== undefined && variesByElement(node) ? node : undefined;
}
