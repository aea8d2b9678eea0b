import { constant } from "../expression/leaves.ts";
import { isShaped } from "../vector/shape.ts";
import type { Cursor } from "./cursor.ts";
import type { Token } from "./tokens.ts";
import { addValues, type FormulaValue, multiplyValues, wholeNumber } from "./values.ts";

/** Sums and products may run over this many members in all: more belongs to columns. */
const MAX_TERMS = 10_000;

/** What reading a fold needs of the grammar around it. */
export interface FoldGrammar {
  readonly cursor: Cursor;
  /** The body of a fold. */
  body(): FormulaValue;
  /** A bound of a range, or a vector. */
  bound(): FormulaValue;
  /** Whether a name has a meaning already. */
  isTaken(name: string): boolean;
  /** Present members of the sets of folds, by the name of their index. */
  readonly members: Map<string, FormulaValue>;
}

/** A reader of folds, after their opening parenthesis: `k in 1..3, body`. One per formula: it counts the terms. */
export function foldReader({ cursor, body, bound, isTaken, members }: FoldGrammar): (fold: Token) => FormulaValue {
  const { peek, take, fail, make, unexpected } = cursor;
  let terms = 0;

  /** The body once per member of the set, with the index bound to it. */
  function fold(token: Token): FormulaValue {
    const index = indexName(token);
    const set = indexSet(token);
    if (peek().text !== ",") throw peek().kind === "end" ? unexpected(peek()) : headless(token);
    take();
    const join = token.text === "sum" ? addValues : multiplyValues;
    const start = cursor.position;
    const outer = members.get(index);
    let value: FormulaValue | undefined;
    for (const member of set) {
      cursor.position = start;
      members.set(index, member);
      if (++terms > MAX_TERMS)
        throw fail(
          token,
          "KERN-036",
          `Sums and products run over more than ${MAX_TERMS} members`,
          "Sum over the elements of columns with total(x), or make the sets smaller.",
        );
      const term = peek(1).text === "in" ? fold(token) : body();
      const before = value;
      value = before === undefined ? term : make(token.from, () => join(before, term));
    }
    if (outer === undefined) members.delete(index);
    else members.set(index, outer);
    if (value !== undefined) return value;
    skipToClose();
    return constant(token.text === "sum" ? 0 : 1);
  }

  function indexName(fold: Token): string {
    const token = take();
    if (token.kind !== "name" || peek().text !== "in") throw headless(fold);
    take();
    if (isTaken(token.text))
      throw fail(
        token,
        "KERN-008",
        `The index of a ${fold.text} cannot be called \`${token.text}\`, which has a meaning already`,
        "Choose another name.",
      );
    return token.text;
  }

  /** What an index runs over: whole numbers from … to, or the components of a vector. */
  function indexSet(fold: Token): readonly FormulaValue[] {
    const { from } = peek();
    const first = bound();
    if (peek().text !== "..") {
      if (isShaped(first) && first.kind === "vector") return first.components;
      throw headless(fold);
    }
    take();
    const last = bound();
    return make(from, () => {
      const start = wholeNumber(first, "The start of a range");
      const count = wholeNumber(last, "The end of a range") - start + 1;
      return Array.from({ length: Math.min(Math.max(count, 0), MAX_TERMS + 1) }, (_, k) => constant(start + k));
    });
  }

  function headless(fold: Token): Error {
    return fail(
      { from: fold.from, to: cursor.previousEnd() },
      "KERN-002",
      `The ${fold.text} does not say what it runs over`,
      `Write ${fold.text}(k in 1..3, …), or ${fold.text}(m in [a, b], …) for the components of a vector.`,
    );
  }

  /** Over an empty set the body is not built. */
  function skipToClose(): void {
    for (let open = 0; peek().kind !== "end"; take()) {
      if (open === 0 && peek().text === ")") return;
      if ("([".includes(peek().text)) open++;
      else if (")]".includes(peek().text)) open--;
    }
  }

  return fold;
}
