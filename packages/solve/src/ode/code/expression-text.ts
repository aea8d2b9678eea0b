import { type Expression, nodeText, type TableValues, topologicalOrder } from "@simloom/kernel";

/** Text of an entry of a table, for the text of an index within it. */
export type EntryText = (table: TableValues, index: string) => string;

/**
 * Statements that compute some expressions, then what `assign` makes of their names. `leaf` gives the text of inputs and
 * of what was computed before, and undefined for the rest; `entryOf` that of entries of tables. Names begin with `prefix`.
 */
export function expressionText(
  roots: readonly Expression[],
  leaf: (node: Expression) => string | undefined,
  assign: (root: number, value: string) => string,
  entryOf: EntryText,
  prefix = "v",
): string {
  const names = new Map<Expression, string>();
  const lines: string[] = [];
  const needed = reachable(roots, leaf);
  for (const node of needed) {
    const known = leaf(node);
    const args = node.args.map((arg) => names.get(arg) as string);
    const text = known ?? (nodeText(node, args, entryOf) as string);
    if (known !== undefined || args.length === 0) {
      names.set(node, text);
      continue;
    }
    const name = `${prefix}${lines.length}`;
    lines.push(`const ${name} = ${text};`);
    names.set(node, name);
  }
  return [...lines, ...roots.map((root, index) => assign(index, names.get(root) as string))].join("\n");
}

/** Nodes below the roots in order, leaving out what stands only below known leaves. */
function reachable(
  roots: readonly Expression[],
  leaf: (node: Expression) => string | undefined,
): readonly Expression[] {
  const wanted = new Set<Expression>(roots);
  const ordered = topologicalOrder(roots);
  for (let index = ordered.length - 1; index >= 0; index--) {
    const node = ordered[index] as Expression;
    if (wanted.has(node) && leaf(node) === undefined) for (const arg of node.args) wanted.add(arg);
  }
  return ordered.filter((node) => wanted.has(node));
}
