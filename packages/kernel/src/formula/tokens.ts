import { type FormulaSource, formulaError, type Place } from "./source.ts";

/** A word of a formula. `text` of a hole is its number in the template, of the end it is empty. */
export interface Token extends Place {
  readonly kind: "number" | "name" | "sign" | "hole" | "end";
  readonly text: string;
}

/** A stretch of the text that stands for an interpolated expression, number `index`. */
export interface Hole extends Place {
  readonly index: number;
}

const SPACE = /\s+/y;
/** The dot of a range, `1..3`, is not that of a number. */
const NUMBER = /(?:\d+(?:\.(?!\.)\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const NAME = /[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*/uy;
const SIGN = /\*\*|<=|>=|==|!=|\.\.|[-+*/^()[\]<>,]/y;

/** Splits a formula into tokens, an end token last. Throws `KERN-001` at a character that no token begins with. */
export function tokensOf(source: FormulaSource, holes: readonly Hole[]): readonly Token[] {
  const { text } = source;
  const tokens: Token[] = [];
  const holeAt = new Map(holes.map((hole) => [hole.from, hole]));
  let at = 0;
  const take = (pattern: RegExp, kind: Token["kind"] | undefined): boolean => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found === undefined) return false;
    if (kind !== undefined) tokens.push({ kind, text: found, from: at, to: at + found.length });
    at += found.length;
    return true;
  };
  while (at < text.length) {
    const hole = holeAt.get(at);
    if (hole !== undefined) {
      tokens.push({ kind: "hole", text: `${hole.index}`, from: at, to: hole.to });
      at = hole.to;
    } else if (!(take(SPACE, undefined) || take(NUMBER, "number") || take(NAME, "name") || take(SIGN, "sign"))) {
      throw unreadable(source, at);
    }
  }
  tokens.push({ kind: "end", text: "", from: text.length, to: text.length });
  return tokens;
}

const HINTS: Readonly<Record<string, string>> = {
  "=": "Compare with ==.",
  "&": "Join conditions with the word and.",
  "|": "Join conditions with the word or; the modulus is abs(x).",
  "!": "Negate a condition with the word not.",
  "×": "Multiply with *.",
  "·": "Multiply with *.",
  "−": "Subtract with the hyphen -.",
  "?": "Choose with select(condition, a, b).",
  "%": "A remainder is a - b*floor(a/b).",
};

function unreadable(source: FormulaSource, at: number): Error {
  const character = String.fromCodePoint(source.text.codePointAt(at) ?? 0);
  return formulaError(
    source,
    { from: at, to: at + character.length },
    "KERN-001",
    `The formula language has no character "${character}"`,
    HINTS[character] ?? "Use numbers, names, + - * / ^, comparisons, parentheses, brackets and commas.",
  );
}
