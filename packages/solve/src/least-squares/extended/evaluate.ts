import type { Expression, Program } from "@simloom/kernel";
import { solveError } from "../../errors.ts";
import {
  addDouble,
  type DoubleDouble,
  divideDouble,
  expDouble,
  logDouble,
  multiplyDouble,
  negateDouble,
  powDouble,
  sqrtDouble,
} from "./double-double.ts";

type Rule = (a: DoubleDouble, b: DoubleDouble) => DoubleDouble;

const RULES: Readonly<Record<string, Rule>> = {
  add: addDouble,
  subtract: (a, b) => addDouble(a, negateDouble(b)),
  multiply: multiplyDouble,
  divide: divideDouble,
  negate: negateDouble,
  abs: (a) => (a[0] < 0 ? negateDouble(a) : a),
  sqrt: sqrtDouble,
  exp: expDouble,
  log: logDouble,
  pow: powDouble,
};

/**
 * The first output of a program at one element, in extended precision. Constants of formulas are the float64 that they are
 * elsewhere. Throws `SOLV-068` for an operation other than + − × ÷, powers, roots, exponentials and logarithms.
 */
export function evaluateExtended(
  { outputs, hoisted, perElement }: Program,
  input: (kind: "parameter" | "column", name: string) => DoubleDouble,
): DoubleDouble {
  const values = new Map<Expression, DoubleDouble>();
  for (const node of [...hoisted, ...perElement]) {
    const { operation, args, payload } = node;
    const [a = ZERO, b = ZERO] = args.map((arg) => values.get(arg) ?? ZERO);
    const { source } = operation;
    if (source === "parameter" || source === "column") values.set(node, input(source, payload as string));
    else if (operation.name === "constant") values.set(node, [payload as number, 0]);
    else values.set(node, ruleOf(operation.name)(a, b));
  }
  return values.get((outputs[0] as (typeof outputs)[number]).value) ?? ZERO;
}

const ZERO: DoubleDouble = [0, 0];

function ruleOf(name: string): Rule {
  const rule = Object.hasOwn(RULES, name) ? RULES[name] : undefined;
  if (rule !== undefined) return rule;
  throw solveError(
    "SOLV-068",
    `The model takes \`${name}\`, which is not known in extended precision`,
    `Fit it in float64, or write it with ${Object.keys(RULES).join(", ")}.`,
    { operation: name },
  );
}
