import { type Expression, notesOf } from "./expression.ts";

let walks = 0;

/**
 * All nodes below some roots, arguments before what uses them; depends on the structure only. Without recursion, so a
 * sum of a million terms is no deeper than the heap. Linear.
 */
export function topologicalOrder(roots: readonly Expression[]): readonly Expression[] {
  return unsettledOrder(roots, 0);
}

/** As `topologicalOrder`, without the nodes on which one of the bits of `settled` is noted, and what only they use. */
export function unsettledOrder(roots: readonly Expression[], settled: number): readonly Expression[] {
  const walk = ++walks;
  const ordered: Expression[] = [];
  const stack = [...roots].reverse();
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const { length } = stack;
    const notes = notesOf(top);
    if (notes.walk !== walk && (notes.settled & settled) === 0) {
      const { args } = top;
      for (let index = args.length - 1; index >= 0; index--) {
        const arg = args[index] as Expression;
        const { walk: last, settled: noted } = notesOf(arg);
        if (last !== walk && (noted & settled) === 0) stack.push(arg);
      }
      if (stack.length > length) continue;
      notes.walk = walk;
      ordered.push(top);
    }
    stack.pop();
  }
  return ordered;
}

/** Number of different nodes below some roots. */
export function nodeCount(roots: readonly Expression[]): number {
  return topologicalOrder(roots).length;
}
