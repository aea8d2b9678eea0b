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
    const { length } = stack;
    if (done.get(top) === undefined) {
      const other = replacement(top);
      if (other !== undefined) done.set(top, other);
      else {
        let isSame = true;
        for (let index = top.args.length - 1; index >= 0; index--) {
          const arg = top.args[index] as Expression;
          const result = done.get(arg);
          if (result === undefined) stack.push(arg);
          else if (result !== arg) isSame = false;
        }
        if (stack.length > length) continue;
        const args = isSame ? top.args : top.args.map((arg) => done.get(arg) as Expression);
        done.set(top, isSame ? top : node(top.operation, args, top.payload));
      }
    }
    stack.pop();
  }
  return roots.map((root) => done.get(root) as Expression);
}
