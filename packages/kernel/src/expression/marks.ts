import { kernelError } from "../errors.ts";
import { type Expression, node } from "./expression.ts";
import { expressionOf, type Operand } from "./leaves.ts";
import { operations } from "./operations.ts";

/**
 * The expression under some tags, by which activation and projections find it: an inactive one counts as 0, and so do its
 * derivatives. Order and repetition of the tags do not matter; the value is that of the expression, and once the tags are
 * stripped tagged and untagged uses are one node. Throws `KERN-033` for no tag, an empty one or one with `*` or `?`.
 */
export function tagged(expression: Operand, ...tags: readonly string[]): Expression {
  const unusable = tags.find((tag) => tag === "" || /[*?]/.test(tag));
  if (unusable !== undefined || tags.length === 0)
    throw kernelError(
      "KERN-033",
      unusable === undefined ? "An expression is tagged with no tag" : `\`${unusable}\` cannot be a tag`,
      "Give tags of at least one character, without the * and ? of patterns.",
      { tags },
    );
  return node(operations.tag, [expressionOf(expression)], JSON.stringify([...new Set(tags)].sort()));
}

/** The tags that `tagged` gave to a node, sorted; none for any other node. */
export function tagsOf({ operation, payload }: Expression): readonly string[] {
  return operation === operations.tag ? (JSON.parse(payload as string) as readonly string[]) : [];
}

/** The expression under a name for people, shown by `inspect`. It changes nothing else. Throws `KERN-033` for an empty name. */
export function named(expression: Operand, name: string): Expression {
  if (name === "") throw kernelError("KERN-033", "An expression has an empty name", "Give a name.");
  return node(operations.label, [expressionOf(expression)], name);
}
