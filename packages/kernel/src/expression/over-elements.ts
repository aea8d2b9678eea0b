import { less, multiply, select, total } from "./build.ts";
import { variesByElement } from "./dependence.ts";
import type { Expression } from "./expression.ts";
import { topologicalOrder } from "./order.ts";

/**
 * Σ of a summand over the elements of `carrier`. What is the same for all is multiplied by their number, which is
 * counted on an input of the carrier, so that it stays clear over which set of elements the sum goes.
 */
export function overElements(summand: Expression, carrier: Expression): Expression {
  return variesByElement(summand) ? total(summand) : multiply(summand, elementCount(carrier));
}

/** A sum of ones: no element is less than itself, not even NaN. */
function elementCount(carrier: Expression): Expression {
  const input = topologicalOrder([carrier]).find((node) => node.args.length === 0 && variesByElement(node));
  return input === undefined ? total(1) : total(select(less(input, input), 0, 1));
}
