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
import * as build from "../expression/build.ts";
import type { Expression } from "../expression/expression.ts";
import { constant } from "../expression/leaves.ts";
import type { LookUpTable } from "../table/table.ts";
import { cursorOf } from "./cursor.ts";
import { foldReader } from "./fold.ts";
import { formulaConstants, formulaFolds, formulaFunctions, isReserved } from "./functions.ts";
import type { FormulaSource } from "./source.ts";
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
  const cursor = cursorOf(source, tokensOf(source, reading.holes));
  const { peek, take, previousEnd, fail, unexpected, make, close, deeper } = cursor;
  const members = new Map<string, FormulaValue>();
  const known = new Set(reading.knownNames);
  const fold = foldReader({
    cursor,
    members,
    body: () => deeper(disjunction),
    bound: () => deeper(sum),
    isTaken: (text) => isReserved(text) || known.has(text) || reading.functions.has(text),
  });

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
    if (token.kind === "number") return number(token);
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
    cursor.position--;
    throw unexpected(token);
  }

  function number(token: Token): FormulaValue {
    const value = Number(token.text);
    if (Number.isFinite(value)) return constant(value);
    throw fail(
      token,
      "KERN-002",
      `The number ${token.text} is too large for float64`,
      "Write numbers below 1.8e308; choose a unit in which they are smaller.",
    );
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

  const namedFunctions = () => [...reading.functions.keys()].filter((key) => typeof key === "string");

  function name(token: Token): FormulaValue {
    const found = formulaConstants.get(token.text) ?? members.get(token.text) ?? reading.lookUp(token.text);
    if (found !== undefined) return found;
    if (formulaFunctions.has(token.text) || formulaFolds.has(token.text) || reading.functions.has(token.text))
      throw fail(token, "KERN-002", `The function \`${token.text}\` has no arguments`, `Write ${token.text}(…).`);
    const nearest = nearestName(token.text, [...known, ...members.keys(), ...formulaConstants.keys()]);
    throw fail(
      token,
      "KERN-003",
      `\`${token.text}\` is not known here`,
      nearest === undefined ? "Declare it as a parameter, column or state." : `Did you mean ${nearest}?`,
    );
  }

  const result = disjunction();
  if (peek().kind !== "end") throw unexpected(peek());
  return result;
}
