import { add, multiply } from "../expression/build.ts";
import type { Expression } from "../expression/expression.ts";
import { constant } from "../expression/leaves.ts";
import { times } from "./linear-form.ts";

/** Σ multiple · node. */
export type Combination = ReadonlyMap<Expression, number>;

/** a + factor · b, without what vanishes. */
export function addScaled(a: Combination, b: Combination, factor: number): Combination {
  if (a.size === 0 && factor === 1) return b;
  const sum = new Map(a);
  for (const [node, multiple] of b) {
    const next = (sum.get(node) ?? 0) + factor * multiple;
    if (next === 0) sum.delete(node);
    else sum.set(node, next);
  }
  return sum;
}

/** The product of two combinations: term by term where one of them has a single term, else of their sums. */
export function scaledBy(a: Combination, b: Combination): Combination {
  if (a.size !== 1 && b.size !== 1) {
    const [left, right] = [combined(a), combined(b)];
    return new Map([[multiply(left.node, right.node), left.factor * right.factor]]);
  }
  let product: Combination = new Map();
  for (const [nodeA, multipleA] of a)
    for (const [nodeB, multipleB] of b)
      product = addScaled(product, new Map([[times(nodeA, nodeB), 1]]), multipleA * multipleB);
  return product;
}

/**
 * A combination as factor · node, the same node for proportional combinations: terms in an order that depends on their
 * structure alone, the first one with the multiple 1.
 */
export function combined(combination: Combination): { readonly factor: number; readonly node: Expression } {
  const terms = [...combination].sort(([a], [b]) => a.hash - b.hash);
  const [first] = terms;
  if (first === undefined) return { factor: 1, node: constant(0) };
  const [, factor] = first;
  const node = terms
    .map(([term, multiple]) => times(constant(multiple / factor), term))
    .reduce((sum, term) => add(sum, term));
  return { factor, node };
}
