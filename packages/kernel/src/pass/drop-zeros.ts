import { negate } from "../expression/build.ts";
import { type Expression, node } from "../expression/expression.ts";
import { constant, isConstant } from "../expression/leaves.ts";
import { operations } from "../expression/operations.ts";
import { topologicalOrder } from "../expression/order.ts";
import { overElements } from "../expression/over-elements.ts";
import { namedPass, untilStable } from "./rewrite.ts";
import { simplify } from "./simplify.ts";

const ZERO = constant(0);

/**
 * 0 · x = 0 and x + 0 = x, for real and complex x: the terms of couplings that are fixed at zero go, and so do their columns.
 * Simplifies, too, until nothing changes. Unlike `simplify` alone it changes results where x is not finite, and the sign of zeros; it is a part of contraction. A complex
 * node may become a real one.
 */
export const dropZeros = untilStable(namedPass("drop-zeros", (roots) => simplify(dropped(roots))));

function dropped(roots: readonly Expression[]): readonly Expression[] {
  const results = new Map<Expression, Expression>();
  for (const old of topologicalOrder(roots)) {
    const args = old.args.map((arg) => results.get(arg) as Expression);
    const isSame = args.every((arg, index) => arg === old.args[index]);
    // what is left of a summand may be the same for all elements: then it still is a sum over those of the summand
    if (old.operation === operations.total && !isSame)
      results.set(old, settled(overElements(args[0] as Expression, old.args[0] as Expression)));
    else results.set(old, settled(isSame ? old : node(old.operation, args, old.payload)));
  }
  return roots.map((root) => results.get(root) as Expression);
}

/** What is left of a node whose arguments are done. */
function settled(node: Expression): Expression {
  const [a, b] = node.args as readonly [Expression, Expression];
  switch (node.operation) {
    case operations.multiply:
      return isZero(a) || isZero(b) ? ZERO : node;
    case operations.divide:
      return isZero(a) && !isZero(b) ? ZERO : node;
    case operations.negate:
      return isZero(a) ? ZERO : node;
    case operations.add:
      return isZero(a) ? b : isZero(b) ? a : node;
    case operations.subtract:
      return isZero(b) ? a : isZero(a) ? settled(negate(b)) : node;
    default:
      return node;
  }
}

/** The constant zero, of either sign, real or complex. */
function isZero(node: Expression): boolean {
  if (node.operation === operations.complex) return node.args.every(isZero);
  return isConstant(node) && node.payload === 0;
}
