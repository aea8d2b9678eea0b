import { type Expression, topologicalOrder } from "@simloom/kernel";
import * as numerics from "@simloom/numerics";
import { solveError } from "../../errors.ts";

type Text = (a: string, b: string, c: string) => string;

/** Operations that are exact or correctly rounded in JavaScript. */
const CODE: Readonly<Record<string, Text>> = {
  add: (a, b) => `${a} + ${b}`,
  subtract: (a, b) => `${a} - ${b}`,
  multiply: (a, b) => `${a} * ${b}`,
  divide: (a, b) => `${a} / ${b}`,
  negate: (a) => `-${a}`,
  abs: (a) => `Math.abs(${a})`,
  sqrt: (a) => `Math.sqrt(${a})`,
  floor: (a) => `Math.floor(${a})`,
  min: (a, b) => `Math.min(${a}, ${b})`,
  max: (a, b) => `Math.max(${a}, ${b})`,
  less: (a, b) => `${a} < ${b}`,
  lessOrEqual: (a, b) => `${a} <= ${b}`,
  equal: (a, b) => `${a} === ${b}`,
  notEqual: (a, b) => `${a} !== ${b}`,
  and: (a, b) => `${a} && ${b}`,
  or: (a, b) => `${a} || ${b}`,
  not: (a) => `!${a}`,
  select: (condition, a, b) => `${condition} ? ${a} : ${b}`,
};

/** Functions of `@simloom/numerics` that generated text may call, by name. */
export const ELEMENTARY: Readonly<Record<string, (...args: number[]) => number>> = {
  exp: numerics.exp,
  exp2: numerics.exp2,
  expm1: numerics.expm1,
  log: numerics.log,
  log2: numerics.log2,
  log10: numerics.log10,
  log1p: numerics.log1p,
  pow: numerics.pow,
  cbrt: numerics.cbrt,
  hypot: numerics.hypot,
  sin: numerics.sin,
  cos: numerics.cos,
  tan: numerics.tan,
  asin: numerics.asin,
  acos: numerics.acos,
  atan: numerics.atan,
  atan2: numerics.atan2,
  sinh: numerics.sinh,
  cosh: numerics.cosh,
  tanh: numerics.tanh,
  erf: numerics.erf,
  erfc: numerics.erfc,
};

/** A number as text that reads back as the same float64 and may stand after any operator. */
export function numberText(value: number): string {
  if (Object.is(value, -0)) return "(-0)";
  return value < 0 ? `(${value})` : `${value}`;
}

/**
 * Statements that compute some expressions, then what `assign` makes of their names. `leaf` gives the text of inputs and
 * of what was computed before, and undefined for the rest. Names begin with `prefix`. Throws `SOLV-012` for operations that
 * work on data sets.
 */
export function expressionText(
  roots: readonly Expression[],
  leaf: (node: Expression) => string | undefined,
  assign: (root: number, value: string) => string,
  prefix = "v",
): string {
  const names = new Map<Expression, string>();
  const lines: string[] = [];
  const needed = reachable(roots, leaf);
  for (const node of needed) {
    const known = leaf(node) ?? constantText(node);
    if (known !== undefined) {
      names.set(node, known);
      continue;
    }
    const [a = "", b = "", c = ""] = node.args.map((arg) => names.get(arg) as string);
    const name = `${prefix}${lines.length}`;
    lines.push(`const ${name} = ${operationText(node, a, b, c)};`);
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

function constantText({ args, payload, operation }: Expression): string | undefined {
  if (args.length > 0 || operation.source !== undefined) return undefined;
  return typeof payload === "number" ? numberText(payload) : `${payload}`;
}

function operationText({ operation, args }: Expression, a: string, b: string, c: string): string {
  const { name, elementary } = operation;
  if (elementary !== undefined && elementary in ELEMENTARY)
    return `${elementary}(${args.length === 1 ? a : `${a}, ${b}`})`;
  const text = CODE[name];
  if (text !== undefined) return text(a, b, c);
  throw solveError(
    "SOLV-012",
    `An equation uses \`${name}\`, which works on data sets`,
    "Equations hold states, parameters, time and functions of them; compute the rest before the run.",
    { operation: name },
  );
}
