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
 *     power        primary (("^" | "**") unary)?
 *     primary      number | name | name "(" disjunction ("," disjunction)* ")" | "(" disjunction ")" | hole
 *
 * So `-x^2` is −(x²), `2^-x` and `a^b^c` = a^(b^c) are read as in mathematics.
 */
import { nearestName } from "@simloom/units";
import { KernelError } from "../errors.ts";
import * as build from "../expression/build.ts";
import type { Expression } from "../expression/expression.ts";
import { constant } from "../expression/leaves.ts";
import { formulaConstants, formulaFunctions } from "./functions.ts";
import { type FormulaSource, formulaError, type Place } from "./source.ts";
import { type Hole, type Token, tokensOf } from "./tokens.ts";

/** What a formula is read against. */
export interface Reading {
  readonly source: FormulaSource;
  readonly holes: readonly Hole[];
  /** Interpolated expressions by number. */
  readonly values: readonly Expression[];
  /** The meaning of a name, if it has one. */
  lookUp(name: string): Expression | undefined;
  /** Names to suggest for an unknown one. */
  readonly knownNames: Iterable<string>;
}

/** Parentheses and signs may nest this deep: more is a mistake, and would exhaust the stack. */
const MAX_DEPTH = 200;

type Binary = (a: Expression, b: Expression) => Expression;

const COMPARISONS: ReadonlyMap<string, Binary> = new Map([
  ["<", build.less],
  ["<=", build.lessOrEqual],
  [">", build.greater],
  [">=", build.greaterOrEqual],
  ["==", build.equal],
  ["!=", build.notEqual],
]);
const SUMS: ReadonlyMap<string, Binary> = new Map([
  ["+", build.add],
  ["-", build.subtract],
]);
const PRODUCTS: ReadonlyMap<string, Binary> = new Map([
  ["*", build.multiply],
  ["/", build.divide],
]);
const DISJUNCTIONS: ReadonlyMap<string, Binary> = new Map([["or", build.or]]);
const CONJUNCTIONS: ReadonlyMap<string, Binary> = new Map([["and", build.and]]);

/** Reads a formula. Throws `KERN-001` … `KERN-008` with the place underlined. Linear in the length of the text. */
export function parse(reading: Reading): Expression {
  const { source } = reading;
  const tokens = tokensOf(source, reading.holes);
  let position = 0;
  let depth = 0;

  const peek = (): Token => tokens[position] as Token;
  const take = (): Token => tokens[position++] as Token;
  const previousEnd = (): number => tokens[position - 1]?.to ?? 0;
  const fail = (
    place: Place,
    ...rest: Parameters<typeof formulaError> extends [unknown, unknown, ...infer R] ? R : never
  ) => formulaError(source, place, ...rest);

  /** Builds a node; what it refuses is underlined from `from` to the last token read. */
  function make(from: number, action: () => Expression): Expression {
    try {
      return action();
    } catch (error) {
      if (!(error instanceof KernelError) || "formula" in error.context) throw error;
      throw fail({ from, to: previousEnd() }, error.code as "KERN-006", error.message, error.remedy);
    }
  }

  function chain(operators: ReadonlyMap<string, Binary>, operand: () => Expression): Expression {
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

  const disjunction = (): Expression => chain(DISJUNCTIONS, conjunction);
  const conjunction = (): Expression => chain(CONJUNCTIONS, negation);

  function negation(): Expression {
    const { text, from } = peek();
    if (text !== "not") return comparison();
    take();
    const operand = deeper(negation);
    return make(from, () => build.not(operand));
  }

  function comparison(): Expression {
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

  const sum = (): Expression => chain(SUMS, product);
  const product = (): Expression => chain(PRODUCTS, unary);

  function unary(): Expression {
    const { text, from } = peek();
    if (text !== "-" && text !== "+") return power();
    take();
    const operand = deeper(unary);
    return text === "+" ? operand : make(from, () => build.negate(operand));
  }

  function power(): Expression {
    const { from } = peek();
    const base = primary();
    if (peek().text !== "^" && peek().text !== "**") return base;
    take();
    const exponent = deeper(unary);
    return make(from, () => build.power(base, exponent));
  }

  function primary(): Expression {
    const token = take();
    if (token.kind === "number") return constant(Number(token.text));
    if (token.kind === "hole") return reading.values[Number(token.text)] as Expression;
    if (token.kind === "name") return peek().text === "(" ? call(token) : name(token);
    if (token.text === "(") {
      const inner = deeper(disjunction);
      close(token);
      return inner;
    }
    position--;
    throw unexpected(token);
  }

  function call(token: Token): Expression {
    const known = formulaFunctions.get(token.text);
    if (known === undefined) {
      const nearest = nearestName(token.text, formulaFunctions.keys());
      throw fail(
        token,
        "KERN-004",
        `There is no function \`${token.text}\``,
        nearest === undefined ? "Multiply with *; functions are listed in the README." : `Did you mean ${nearest}?`,
      );
    }
    const open = take();
    const args: Expression[] = [];
    if (peek().text !== ")") {
      do args.push(deeper(disjunction));
      while (peek().text === "," && take());
    }
    close(open);
    if (args.length !== known.arity)
      throw fail(
        { from: token.from, to: previousEnd() },
        "KERN-005",
        `\`${token.text}\` takes ${known.arity} argument${known.arity === 1 ? "" : "s"}, but got ${args.length}`,
        known.arity < args.length ? "Remove the surplus arguments." : "Add the missing arguments.",
      );
    return make(token.from, () => known.build(...args));
  }

  function name(token: Token): Expression {
    const found = formulaConstants.get(token.text) ?? reading.lookUp(token.text);
    if (found !== undefined) return found;
    if (formulaFunctions.has(token.text))
      throw fail(token, "KERN-002", `The function \`${token.text}\` has no arguments`, `Write ${token.text}(…).`);
    const nearest = nearestName(token.text, [...reading.knownNames, ...formulaConstants.keys()]);
    throw fail(
      token,
      "KERN-003",
      `\`${token.text}\` is not known here`,
      nearest === undefined ? "Declare it as a parameter, column or state." : `Did you mean ${nearest}?`,
    );
  }

  function close(open: Token): void {
    if (peek().text === ")") take();
    else if (peek().kind === "end")
      throw fail(open, "KERN-002", "This parenthesis is never closed", "Add the closing parenthesis.");
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

  function deeper(rule: () => Expression): Expression {
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
