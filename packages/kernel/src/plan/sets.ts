import { kernelError } from "../errors.ts";
import { variesByElement } from "../expression/dependence.ts";
import type { Expression } from "../expression/expression.ts";
import { column, expressionOf, type Operand } from "../expression/leaves.ts";
import { operations } from "../expression/operations.ts";
import { substitute } from "../pass/substitute.ts";

/**
 * The same expression over another set of elements: each column `x` becomes `set.x`. A plan that knows the set computes
 * it over as many elements as the columns `set.…` have, so one likelihood can hold data, Monte Carlo and several
 * experiments that share parameters. Throws `KERN-008` for an empty name.
 */
export function inSet(expression: Operand, set: string): Expression {
  if (set === "") throw kernelError("KERN-008", "A set of elements has an empty name", "Give the set a name.");
  const [moved] = substitute([expressionOf(expression)], (node) =>
    node.operation === operations.column ? column(`${set}.${node.payload}`) : undefined,
  );
  return moved as Expression;
}

/** The set of a column: what stands before a dot, if it is one of the names; else the set without a name. */
export function setOfColumn(name: string, sets: readonly string[]): string {
  const fitting = sets.filter((set) => name.startsWith(`${set}.`));
  return fitting.reduce((longest, set) => (set.length > longest.length ? set : longest), "");
}

/**
 * The set over which each node varies, for nodes in topological order. Throws `KERN-072` where one expression has the
 * elements of two.
 */
export function setsOfNodes(nodes: readonly Expression[], sets: readonly string[]): ReadonlyMap<Expression, string> {
  const found = new Map<Expression, string>();
  for (const node of nodes) {
    if (!variesByElement(node)) continue;
    if (node.operation === operations.column) {
      found.set(node, setOfColumn(node.payload as string, sets));
      continue;
    }
    let own: string | undefined;
    for (const arg of node.args) {
      const set = found.get(arg);
      if (set === undefined || set === own) continue;
      if (own !== undefined) throw mixed(node, own, set);
      own = set;
    }
    found.set(node, own ?? "");
  }
  return found;
}

function mixed({ operation }: Expression, a: string, b: string): Error {
  const name = (set: string) => (set === "" ? "the set without a name" : `\`${set}\``);
  return kernelError(
    "KERN-072",
    `\`${operation.name}\` combines elements of ${name(a)} with elements of ${name(b)}`,
    "Take the total over each set first, and combine the totals.",
    { operation: operation.name, sets: [a, b] },
  );
}
