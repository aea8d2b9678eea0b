import { KernelError } from "../errors.ts";
import { type FormulaSource, formulaError, type Place } from "./source.ts";
import type { Token } from "./tokens.ts";

/** Parentheses and signs may nest this deep: more is a mistake, and would exhaust the stack. */
const MAX_DEPTH = 200;

type FailureDetails = Parameters<typeof formulaError> extends [unknown, unknown, ...infer Rest] ? Rest : never;

/** A place among the tokens of a formula, with what can be said about it. */
export interface Cursor {
  /** Number of the next token; set to read a stretch again. */
  position: number;
  /** The next token, or one further on. */
  peek(ahead?: number): Token;
  take(): Token;
  /** End of the last token that was taken. */
  previousEnd(): number;
  /** The error of a place, underlined. */
  fail(place: Place, ...details: FailureDetails): KernelError;
  /** `KERN-002` for a token that should not be there. */
  unexpected(token: Token): KernelError;
  /** Builds a node; what it refuses is underlined from `from` to the last token read. */
  make<T>(from: number, action: () => T): T;
  /** Takes the closing sign of what `open` began. */
  close(open: Token, end: ")" | "]"): void;
  /** A rule one level further in. Throws `KERN-002` where that is too deep. */
  deeper<T>(rule: () => T): T;
}

/** A cursor before the first token. */
export function cursorOf(source: FormulaSource, tokens: readonly Token[]): Cursor {
  let depth = 0;
  const cursor: Cursor = {
    position: 0,
    peek: (ahead = 0) => tokens[Math.min(cursor.position + ahead, tokens.length - 1)] as Token,
    take: () => tokens[cursor.position++] as Token,
    previousEnd: () => tokens[cursor.position - 1]?.to ?? 0,
    fail: (place, ...details) => formulaError(source, place, ...details),
    unexpected(token) {
      const isEnd = token.kind === "end";
      return cursor.fail(
        token,
        "KERN-002",
        isEnd
          ? "The formula ends where a value should stand"
          : `\`${source.text.slice(token.from, token.to)}\` should not stand here`,
        isEnd
          ? "Complete the formula."
          : "Put an operator between two values, and a value on each side of an operator.",
      );
    },
    make(from, action) {
      try {
        return action();
      } catch (error) {
        if (!(error instanceof KernelError) || "formula" in error.context) throw error;
        const place = { from, to: cursor.previousEnd() };
        throw cursor.fail(place, error.code as "KERN-006", error.message, error.remedy);
      }
    },
    close(open, end) {
      const what = end === ")" ? "parenthesis" : "bracket";
      if (cursor.peek().text === end) cursor.take();
      else if (cursor.peek().kind === "end")
        throw cursor.fail(open, "KERN-002", `This ${what} is never closed`, `Add the closing ${what}.`);
      else throw cursor.unexpected(cursor.peek());
    },
    deeper(rule) {
      if (++depth > MAX_DEPTH)
        throw cursor.fail(
          cursor.peek(),
          "KERN-002",
          `The formula nests deeper than ${MAX_DEPTH} levels`,
          "Name parts of it and combine them.",
        );
      const result = rule();
      depth--;
      return result;
    },
  };
  return cursor;
}
