import type { Expression } from "../expression/expression.ts";
import { operations } from "../expression/operations.ts";

/** Operators with how tightly they bind; the right side of − and ÷ needs to bind tighter. */
const OPERATORS: Readonly<Record<string, { readonly sign: string; readonly level: number }>> = {
  or: { sign: " or ", level: 1 },
  and: { sign: " and ", level: 2 },
  less: { sign: " < ", level: 3 },
  lessOrEqual: { sign: " <= ", level: 3 },
  equal: { sign: " == ", level: 3 },
  notEqual: { sign: " != ", level: 3 },
  add: { sign: " + ", level: 4 },
  subtract: { sign: " - ", level: 4 },
  multiply: { sign: "*", level: 5 },
  divide: { sign: "/", level: 5 },
};
/** Names of the formula language for operations that are called otherwise here. */
const NAMES: Readonly<Record<string, string>> = { imaginary: "imag", conjugate: "conj", argument: "arg" };
const UNARY_LEVEL = 6;
const POWER_LEVEL = 7;

/** An expression as a formula of at most about `maxLength` characters: what goes beyond is `…`. */
export function formulaText(expression: Expression, maxLength = 80): string {
  const budget = { left: maxLength };
  return written(expression, 0, budget);
}

function written(node: Expression, level: number, budget: { left: number }): string {
  if (budget.left <= 0) return "…";
  const { operation, args, payload } = node;
  const [a, b] = args as readonly [Expression, Expression];
  const spend = (text: string) => {
    budget.left -= text.length;
    return text;
  };
  const inParentheses = (text: string, own: number) => (own < level ? `(${text})` : text);
  if (args.length === 0) return inParentheses(spend(leafText(node)), isNegative(node) ? UNARY_LEVEL : POWER_LEVEL + 1);
  const operator = OPERATORS[operation.name];
  if (operator !== undefined) {
    const { sign, level: own } = operator;
    const left = written(a, own, budget);
    spend(sign);
    return inParentheses(`${left}${sign}${written(b, own + 1, budget)}`, own);
  }
  if (operation === operations.negate)
    return inParentheses(`${spend("-")}${written(a, UNARY_LEVEL, budget)}`, UNARY_LEVEL);
  if (operation === operations.not) return inParentheses(`${spend("not ")}${written(a, 3, budget)}`, 2);
  if (operation === operations.integerPower) return `${written(a, POWER_LEVEL + 1, budget)}${spend(`^${payload}`)}`;
  if (operation.isTransparent === true) return written(a, level, budget);
  const name = spend(NAMES[operation.name] ?? operation.name);
  return `${name}(${args.map((arg) => written(arg, 0, budget)).join(", ")})`;
}

function isNegative({ payload }: Expression): boolean {
  return typeof payload === "number" && (payload < 0 || Object.is(payload, -0));
}

function leafText({ payload }: Expression): string {
  return Object.is(payload, -0) ? "-0" : `${payload}`;
}
