import { type Expression, node } from "../expression/expression.ts";

/**
 * Roots with other expressions in place of some nodes. What a node is replaced by is not looked into, nor are the
 * arguments of a replaced node. Linear in the nodes that are kept.
 */
export function substitute(
  roots: readonly Expression[],
  replacement: (node: Expression) => Expression | undefined,
): readonly Expression[] {
  const done = new Map<Expression, Expression>();
  const stack = [...roots].reverse();
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    if (done.has(top)) {
      stack.pop();
      continue;
    }
    const other = replacement(top);
    if (other !== undefined) {
      done.set(top, other);
      stack.pop();
      continue;
    }
    const missing = top.args.filter((arg) => !done.has(arg));
    if (missing.length > 0) {
      for (const arg of missing.reverse()) stack.push(arg);
      continue;
    }
    const args = top.args.map((arg) => done.get(arg) as Expression);
    const isSame = args.every((arg, index) => arg === top?.args[index]);
    done.set(top, isSame ? top : node(top.operation, args, top.payload));
    stack.pop();
  }
  return roots.map((root) => done.get(root) as Expression);
}
