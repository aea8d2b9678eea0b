import { type Expression, node, notesOf } from "../expression/expression.ts";
import type { Operation } from "../expression/operation.ts";
import type { OperationName } from "../expression/operations.ts";
import { unsettledOrder } from "../expression/order.ts";

/** From the roots of a graph to roots with the same meaning. Pure; keeps number and order of roots. */
export interface Pass {
  (roots: readonly Expression[]): readonly Expression[];
  readonly passName: string;
}

/** What to put in place of a node whose arguments are rewritten already; undefined leaves it. */
export type Rule = (args: readonly Expression[], node: Expression) => Expression | undefined;

/** Rules by operation; `any` is for operations without a rule of their own. */
export type RuleTable = { readonly [name in OperationName | "any"]?: Rule };

/** A rule that keeps answering would otherwise never end; no table needs more than a few answers per node. */
const MAX_ANSWERS = 32;
/** Passes that note on nodes what they leave as it is: those that were made first. */
const MAX_NOTING = 30;
let noting = 0;

/**
 * A pass that applies tables bottom-up, to each node until no rule has an answer; an earlier table is asked first.
 * Linear in the number of nodes.
 */
export function rewrite(passName: string, ...tables: readonly RuleTable[]): Pass {
  const known = new Map<Operation, readonly Rule[]>();
  const rulesOf = (operation: Operation): readonly Rule[] => {
    const found = known.get(operation);
    if (found !== undefined) return found;
    const rules = tables.flatMap((table) => table[operation.name as OperationName] ?? table.any ?? []);
    known.set(operation, rules);
    return rules;
  };
  const answer = (node: Expression): Expression | undefined => {
    for (const rule of rulesOf(node.operation)) {
      const next = rule(node.args, node);
      if (next !== undefined) return next;
    }
    return undefined;
  };
  const settle = (start: Expression): Expression => {
    let settled = start;
    for (let answers = 0; answers < MAX_ANSWERS; answers++) {
      const next = answer(settled);
      if (next === undefined || next === settled) break;
      settled = next;
    }
    return settled;
  };
  // what a pass left as it was, all the way down, it leaves so again
  const settledBit = noting < MAX_NOTING ? 1 << noting++ : 0;
  return namedPass(passName, (roots) => {
    const isSettled = (old: Expression) => (notesOf(old).settled & settledBit) !== 0;
    const changed = new Map<Expression, Expression>();
    const resultOf = (old: Expression) => changed.get(old) ?? old;
    for (const old of unsettledOrder(roots, settledBit)) {
      const isSame = changed.size === 0 || !old.args.some((arg) => changed.has(arg));
      const settled = settle(isSame ? old : node(old.operation, old.args.map(resultOf), old.payload));
      if (settled !== old) changed.set(old, settled);
      else if (old.args.every(isSettled)) notesOf(old).settled |= settledBit;
    }
    return roots.map(resultOf);
  });
}

/** A pass over and over until nothing changes (at most `rounds` times). */
export function untilStable(pass: Pass, rounds = 8): Pass {
  return namedPass(pass.passName, (roots) => {
    let current = roots;
    for (let round = 0; round < rounds; round++) {
      const next = pass(current);
      if (next.every((root, index) => root === current[index])) break;
      current = next;
    }
    return current;
  });
}

/** Gives a function on roots the name under which it is reported. */
export function namedPass(passName: string, apply: (roots: readonly Expression[]) => readonly Expression[]): Pass {
  return Object.assign((roots: readonly Expression[]) => apply(roots), { passName });
}
