import { less, multiply, select, total } from "../expression/build.ts";
import { variesByElement } from "../expression/dependence.ts";
import type { Expression } from "../expression/expression.ts";
import { topologicalOrder } from "../expression/order.ts";

/**
 * Σ of a change over the elements of `carrier`. A change that is the same for all is multiplied by their number, which is
 * counted on an input of the carrier, so that it stays clear over which set of elements the sum goes.
 */
export function overElements(change: Expression, carrier: Expression): Expression {
  return variesByElement(change) ? total(change) : multiply(change, elementCount(carrier));
}

/** A sum of ones: no element is less than itself, not even NaN. */
function elementCount(carrier: Expression): Expression {
  const input = topologicalOrder([carrier]).find((node) => node.args.length === 0 && variesByElement(node));
  return input === undefined ? total(1) : total(select(less(input, input), 0, 1));
}
