/**
 * The formula language, by recursive descent:
 *
 *     disjunction  conjunction ("or" conjunction)*
 *     conjunction  negation ("and" negation)*
 *     negation     "not" negation | comparison
 *     comparison   sum (("<" | "<=" | ">" | ">=" | "==" | "!=") sum)?
 *     sum          product (("+" | "-") product)*
 *     product      unary (("*" | "/") unary)*
 *     unary        ("+" | "-") unary | power
 *     power        postfix (("^" | "**") unary)?
 *     postfix      primary ("[" list "]")*
 *     primary      number | name | call | fold | "(" disjunction ")" | "[" list "]" | hole
 *     call         name "(" list ")"
 *     fold         ("sum" | "product") "(" set ("," set)* "," disjunction ")"
 *     set          name "in" sum (".." sum)?
 *     list         disjunction ("," disjunction)*
 *
 * So `-x^2` is −(x²), `2^-x` and `a^b^c` = a^(b^c) are read as in mathematics. Expressions are built while the text is read;
 * what a fold runs over is read once per member of its set.
 */
import { nearestName } from "@simloom/units";
import { KernelError } from "../errors.ts";
import * as build from "../expression/build.ts";
import type { Expression } from "../expression/expression.ts";
import { constant } from "../expression/leaves.ts";
import type { LookUpTable } from "../table/table.ts";
import { isShaped } from "../vector/shape.ts";
import { formulaConstants, formulaFolds, formulaFunctions, isReserved } from "./functions.ts";
import { type FormulaSource, formulaError, type Place } from "./source.ts";
import { type Hole, type Token, tokensOf } from "./tokens.ts";
import {
  addValues,
  atIndices,
  bracketed,
  divideValues,
  eachEntry,
  type FormulaValue,
  multiplyValues,
  scalar,
  subtractValues,
  wholeNumber,
} from "./values.ts";

/** What a formula is read against. */
export interface Reading {
  readonly source: FormulaSource;
  readonly holes: readonly Hole[];
  /** Interpolated expressions by number. */
  readonly values: readonly FormulaValue[];
  /** Functions that were interpolated or named, beside those of the language, by hole number or by name. */
  readonly functions: ReadonlyMap<number | string, LookUpTable>;
  /** The meaning of a name, if it has one. */
  lookUp(name: string): FormulaValue | undefined;
  /** Names to suggest for an unknown one. */
  readonly knownNames: Iterable<string>;
}

/** Parentheses and signs may nest this deep: more is a mistake, and would exhaust the stack. */
const MAX_DEPTH = 200;

/** Sums and products may run over this many members in all: more belongs to columns. */
const MAX_TERMS = 10_000;

type Binary = (a: FormulaValue, b: FormulaValue) => FormulaValue;

const ofNumbers =
  (sign: string, join: (a: Expression, b: Expression) => Expression): Binary =>
  (a, b) =>
    join(scalar(a, `\`${sign}\``), scalar(b, `\`${sign}\``));

const COMPARISONS: ReadonlyMap<string, Binary> = new Map([
  ["<", ofNumbers("<", build.less)],
  ["<=", ofNumbers("<=", build.lessOrEqual)],
  [">", ofNumbers(">", build.greater)],
  [">=", ofNumbers(">=", build.greaterOrEqual)],
  ["==", ofNumbers("==", build.equal)],
  ["!=", ofNumbers("!=", build.notEqual)],
]);
const SUMS: ReadonlyMap<string, Binary> = new Map([
  ["+", addValues],
  ["-", subtractValues],
]);
const PRODUCTS: ReadonlyMap<string, Binary> = new Map([
  ["*", multiplyValues],
  ["/", divideValues],
]);
const DISJUNCTIONS: ReadonlyMap<string, Binary> = new Map([["or", ofNumbers("or", build.or)]]);
const CONJUNCTIONS: ReadonlyMap<string, Binary> = new Map([["and", ofNumbers("and", build.and)]]);

/**
 * Reads a formula. Throws `KERN-001` … `KERN-008` and, for vectors, matrices and folds, `KERN-030` … `KERN-036`, with the place
 * underlined. Linear in the length of the text, with folds written out.
 */
export function parse(reading: Reading): FormulaValue {
  const { source } = reading;
  const tokens = tokensOf(source, reading.holes);
  let position = 0;
  let depth = 0;
  let terms = 0;
  /** Present members of the sets of folds, by the name of their index. */
  const members = new Map<string, FormulaValue>();

  const peek = (): Token => tokens[position] as Token;
  const take = (): Token => tokens[position++] as Token;
  const previousEnd = (): number => tokens[position - 1]?.to ?? 0;
  const fail = (
    place: Place,
    ...rest: Parameters<typeof formulaError> extends [unknown, unknown, ...infer R] ? R : never
  ) => formulaError(source, place, ...rest);

  /** Builds a node; what it refuses is underlined from `from` to the last token read. */
  function make<T>(from: number, action: () => T): T {
    try {
      return action();
    } catch (error) {
      if (!(error instanceof KernelError) || "formula" in error.context) throw error;
      throw fail({ from, to: previousEnd() }, error.code as "KERN-006", error.message, error.remedy);
    }
  }

  function chain(operators: ReadonlyMap<string, Binary>, operand: () => FormulaValue): FormulaValue {
    const { from } = peek();
    let left = operand();
    for (let operator = operators.get(peek().text); operator !== undefined; operator = operators.get(peek().text)) {
      const join = operator;
      take();
      const right = operand();
      const before = left;
      left = make(from, () => join(before, right));
    }
    return left;
  }

  const disjunction = (): FormulaValue => chain(DISJUNCTIONS, conjunction);
  const conjunction = (): FormulaValue => chain(CONJUNCTIONS, negation);

  function negation(): FormulaValue {
    const { text, from } = peek();
    if (text !== "not") return comparison();
    take();
    const operand = deeper(negation);
    return make(from, () => build.not(scalar(operand, "`not`")));
  }

  function comparison(): FormulaValue {
    const { from } = peek();
    const left = sum();
    const compare = COMPARISONS.get(peek().text);
    if (compare === undefined) return left;
    take();
    const right = sum();
    if (COMPARISONS.has(peek().text))
      throw fail(
        { from, to: peek().to },
        "KERN-007",
        "Comparisons cannot be chained",
        "Join two comparisons with and: a < b and b < c.",
      );
    return make(from, () => compare(left, right));
  }

  const sum = (): FormulaValue => chain(SUMS, product);
  const product = (): FormulaValue => chain(PRODUCTS, unary);

  function unary(): FormulaValue {
    const { text, from } = peek();
    if (text !== "-" && text !== "+") return power();
    take();
    const operand = deeper(unary);
    return text === "+" ? operand : make(from, () => eachEntry(operand, build.negate));
  }

  function power(): FormulaValue {
    const { from } = peek();
    const base = postfix();
    if (peek().text !== "^" && peek().text !== "**") return base;
    take();
    const exponent = deeper(unary);
    return make(from, () => build.power(scalar(base, "A power"), scalar(exponent, "A power")));
  }

  function postfix(): FormulaValue {
    const { from } = peek();
    let value = primary();
    while (peek().text === "[") {
      const before = value;
      const indices = list(take(), "]");
      value = make(from, () => atIndices(before, indices));
    }
    return value;
  }

  function primary(): FormulaValue {
    const token = take();
    if (token.kind === "number") return constant(Number(token.text));
    if (token.kind === "hole") return hole(token);
    if (token.kind === "name") return peek().text === "(" ? call(token) : name(token);
    if (token.text === "(") {
      const inner = deeper(disjunction);
      close(token, ")");
      return inner;
    }
    if (token.text === "[") {
      const entries = list(token, "]");
      return make(token.from, () => bracketed(entries));
    }
    position--;
    throw unexpected(token);
  }

  function hole(token: Token): FormulaValue {
    const place = Number(token.text);
    const table = reading.functions.get(place);
    if (table === undefined) return reading.values[place] as FormulaValue;
    if (peek().text !== "(")
      throw fail(token, "KERN-002", "A table stands here without coordinates", "Write the coordinates in parentheses.");
    return callTable(token, table);
  }

  function callTable(token: Token, table: LookUpTable): FormulaValue {
    const args = list(take(), ")");
    return make(token.from, () => table(...args.map((arg) => scalar(arg, "A table"))));
  }

  function call(token: Token): FormulaValue {
    const table = reading.functions.get(token.text);
    if (table !== undefined) return callTable(token, table);
    if (formulaFolds.has(token.text)) {
      const open = take();
      const value = fold(token);
      close(open, ")");
      return value;
    }
    const known = formulaFunctions.get(token.text);
    if (known === undefined) {
      const nearest = nearestName(token.text, [...formulaFunctions.keys(), ...formulaFolds, ...namedFunctions()]);
      throw fail(
        token,
        "KERN-004",
        `There is no function \`${token.text}\``,
        nearest === undefined ? "Multiply with *; functions are listed in the README." : `Did you mean ${nearest}?`,
      );
    }
    const args = list(take(), ")");
    if (args.length !== known.arity)
      throw fail(
        { from: token.from, to: previousEnd() },
        "KERN-005",
        `\`${token.text}\` takes ${known.arity} argument${known.arity === 1 ? "" : "s"}, but got ${args.length}`,
        known.arity < args.length ? "Remove the surplus arguments." : "Add the missing arguments.",
      );
    return make(token.from, () => known.build(...args));
  }

  /** Values up to the closing sign; none if it stands at once. */
  function list(open: Token, end: ")" | "]"): readonly FormulaValue[] {
    const values: FormulaValue[] = [];
    if (peek().text !== end) {
      do values.push(deeper(disjunction));
      while (peek().text === "," && take());
    }
    close(open, end);
    return values;
  }

  /** `k in 1..3, …` after the parenthesis of a sum or product: its body once per member, with the index bound to it. */
  function fold(token: Token): FormulaValue {
    const index = indexName(token);
    const set = indexSet(token);
    if (peek().text !== ",") throw peek().kind === "end" ? unexpected(peek()) : headless(token);
    take();
    const join = token.text === "sum" ? addValues : multiplyValues;
    const body = position;
    const outer = members.get(index);
    let value: FormulaValue | undefined;
    for (const member of set) {
      position = body;
      members.set(index, member);
      if (++terms > MAX_TERMS)
        throw fail(
          token,
          "KERN-036",
          `Sums and products run over more than ${MAX_TERMS} members`,
          "Sum over the elements of columns with total(x), or make the sets smaller.",
        );
      const term = tokens[position + 1]?.text === "in" ? fold(token) : deeper(disjunction);
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
    const isTaken = isReserved(token.text) || [...reading.knownNames].includes(token.text);
    if (isTaken)
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
    const first = deeper(sum);
    if (peek().text !== "..") {
      if (isShaped(first) && first.kind === "vector") return first.components;
      throw headless(fold);
    }
    take();
    const last = deeper(sum);
    return make(from, () => {
      const start = wholeNumber(first, "The start of a range");
      const count = wholeNumber(last, "The end of a range") - start + 1;
      return Array.from({ length: Math.min(Math.max(count, 0), MAX_TERMS + 1) }, (_, k) => constant(start + k));
    });
  }

  function headless(fold: Token): Error {
    return fail(
      { from: fold.from, to: previousEnd() },
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

  const namedFunctions = () => [...reading.functions.keys()].filter((key) => typeof key === "string");

  function name(token: Token): FormulaValue {
    const found = formulaConstants.get(token.text) ?? members.get(token.text) ?? reading.lookUp(token.text);
    if (found !== undefined) return found;
    if (formulaFunctions.has(token.text) || formulaFolds.has(token.text) || reading.functions.has(token.text))
      throw fail(token, "KERN-002", `The function \`${token.text}\` has no arguments`, `Write ${token.text}(…).`);
    const nearest = nearestName(token.text, [...reading.knownNames, ...members.keys(), ...formulaConstants.keys()]);
    throw fail(
      token,
      "KERN-003",
      `\`${token.text}\` is not known here`,
      nearest === undefined ? "Declare it as a parameter, column or state." : `Did you mean ${nearest}?`,
    );
  }

  function close(open: Token, end: ")" | "]"): void {
    const what = end === ")" ? "parenthesis" : "bracket";
    if (peek().text === end) take();
    else if (peek().kind === "end")
      throw fail(open, "KERN-002", `This ${what} is never closed`, `Add the closing ${what}.`);
    else throw unexpected(peek());
  }

  function unexpected(token: Token): Error {
    const isEnd = token.kind === "end";
    return fail(
      token,
      "KERN-002",
      isEnd
        ? "The formula ends where a value should stand"
        : `\`${source.text.slice(token.from, token.to)}\` should not stand here`,
      isEnd ? "Complete the formula." : "Put an operator between two values, and a value on each side of an operator.",
    );
  }

  function deeper(rule: () => FormulaValue): FormulaValue {
    if (++depth > MAX_DEPTH)
      throw fail(
        peek(),
        "KERN-002",
        `The formula nests deeper than ${MAX_DEPTH} levels`,
        "Name parts of it and combine them.",
      );
    const result = rule();
    depth--;
    return result;
  }

  const result = disjunction();
  if (peek().kind !== "end") throw unexpected(peek());
  return result;
}
