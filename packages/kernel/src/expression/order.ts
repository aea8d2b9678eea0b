import type { Expression } from "./expression.ts";

/**
 * All nodes below some roots, arguments before what uses them; depends on the structure only. Without recursion, so a
 * sum of a million terms is no deeper than the heap. Linear.
 */
export function topologicalOrder(roots: readonly Expression[]): readonly Expression[] {
  const ordered = new Set<Expression>();
  const stack = [...roots].reverse();
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    if (ordered.has(top)) {
      stack.pop();
      continue;
    }
    const missing = top.args.filter((arg) => !ordered.has(arg));
    if (missing.length === 0) {
      ordered.add(top);
      stack.pop();
    } else {
      for (const arg of missing.reverse()) stack.push(arg);
    }
  }
  return [...ordered];
}

/** Number of different nodes below some roots. */
export function nodeCount(roots: readonly Expression[]): number {
  return topologicalOrder(roots).length;
}
