import { kernelError } from "../errors.ts";
import { sign } from "../expression/build.ts";
import type { Expression } from "../expression/expression.ts";
import { isConstant } from "../expression/leaves.ts";
import type { OperationName } from "../expression/operations.ts";
import { topologicalOrder } from "../expression/order.ts";
import { formulaText } from "../inspect/formula-text.ts";
import { hasSameDimension, isSameUnit, PURE, readUnit, timesPower, type UnitPower, unitText } from "./unit-power.ts";

/** Units by the names of inputs, as texts that `@simloom/units` reads. What is left out is of unknown dimension. */
export interface InputUnits {
  readonly parameters?: Readonly<Record<string, string>>;
  readonly columns?: Readonly<Record<string, string>>;
  readonly states?: Readonly<Record<string, string>>;
  readonly time?: string;
  /** Units of whole sub-formulas, for what has none of its own: values of a look-up table. */
  readonly expressions?: ReadonlyMap<Expression, string>;
}

/** A unit; or a number written in the formula, which fits any; or that nothing is known. */
type Found = UnitPower | "number" | "unknown";

/** The unit of a node from those of its arguments; throws where they do not fit. */
type UnitRule = (args: readonly Found[], node: Expression) => Found;

/**
 * Checks that units fit together in a formula or in each of several outputs. Linear in the number of nodes.
 *
 * - Sums, differences, `min`, `max`, comparisons, the branches of `select`, parts of complex numbers, `hypot` and `atan2` need
 *   one unit. MeV and GeV do not meet either: arithmetic of formulas does not convert.
 * - Products, quotients, roots and powers combine units. The exponent of a power is a pure number, and a constant where the
 *   base has a dimension.
 * - Exponentials, logarithms, trigonometric and hyperbolic functions and error functions take pure numbers. A radian is one, a
 *   degree is not.
 * - A number written in a formula has no unit of its own: it fits any in sums and comparisons, and is pure in products. So in
 *   `exp(-0.5*s)` the 0.5 has no unit that could cancel that of s; make it a parameter.
 * - Inputs without a unit, look-up tables, and temperature scales and levels (`degC`, `dBm`) are unknown: what they enter is
 *   not checked, up to the next function whose value is a pure number whatever its argument.
 *
 * Throws `KERN-090` for a unit that cannot be read, `KERN-091` for dimensions and `KERN-092` for units of one dimension that do
 * not fit, `KERN-093` for a dimension where there must be none; the message has the operation, the units and the sub-formula.
 */
export function checkDimensions(outputs: Expression | Readonly<Record<string, Expression>>, units: InputUnits): void {
  unitsBelow(isExpression(outputs) ? [outputs] : Object.values(outputs), units);
}

/**
 * The unit of a formula, which is checked as by `checkDimensions`: `GeV^2`, or `1` for a pure number. Undefined where it is
 * unknown, and for numbers and conditions. Throws as `checkDimensions`.
 */
export function unitOfFormula(expression: Expression, units: InputUnits): string | undefined {
  const found = unitsBelow([expression], units).get(expression) ?? "unknown";
  return typeof found === "string" ? undefined : unitText(found);
}

/**
 * Checks a formula as `checkDimensions`, and that its unit, where it is known, is `expected`. Throws as `checkDimensions`, and
 * `KERN-094` for another unit.
 */
export function checkUnit(expression: Expression, expected: string, units: InputUnits): void {
  const wanted = readUnit(expected, "the result");
  const found = unitsBelow([expression], units).get(expression) ?? "unknown";
  if (typeof found === "string" || wanted === undefined || isSameUnit(found, wanted)) return;
  throw kernelError(
    "KERN-094",
    `\`${formulaText(expression)}\` is in ${unitText(found)}, but must be in ${expected}`,
    `Give its values in ${expected} and declare that unit: formulas do not convert.`,
    { unit: unitText(found), expected },
  );
}

function unitsBelow(roots: readonly Expression[], units: InputUnits): ReadonlyMap<Expression, Found> {
  const found = new Map<Expression, Found>();
  for (const node of topologicalOrder(roots)) {
    const given = units.expressions?.get(node) ?? inputUnit(node, units);
    const rule = RULES[node.operation.name as OperationName];
    const args = node.args.map((arg) => found.get(arg) ?? "unknown");
    const own = rule?.(args, node) ?? "unknown";
    found.set(node, given === undefined ? own : (readUnit(given, `\`${formulaText(node)}\``) ?? "unknown"));
  }
  return found;
}

function inputUnit({ operation, payload }: Expression, units: InputUnits): string | undefined {
  if (operation.source === undefined) return undefined;
  if (operation.source === "time") return units.time;
  const byName = { parameter: units.parameters, column: units.columns, state: units.states }[operation.source] ?? {};
  return Object.hasOwn(byName, payload as string) ? byName[payload as string] : undefined;
}

/** The unit that some arguments share; numbers fit any. */
const shared =
  (...positions: readonly number[]): UnitRule =>
  (args, node) => {
    const [first, ...others] = positions.filter((position) => args[position] !== "number");
    if (first === undefined) return "number";
    if (positions.some((position) => args[position] === "unknown")) return "unknown";
    const unit = args[first] as UnitPower;
    for (const other of others) requireSame(node, first, unit, other, args[other] as UnitPower);
    return unit;
  };

const same: UnitRule = ([a]) => a ?? "unknown";
const condition: UnitRule = (args, node) => {
  shared(0, 1)(args, node);
  return "unknown";
};
const both = shared(0, 1);
const angleOfPoint: UnitRule = (args, node) => (both(args, node) === "number" ? "number" : PURE);
const product =
  (exponent: number): UnitRule =>
  ([a = "unknown", b = "unknown"]) => {
    if (a === "unknown" || b === "unknown") return "unknown";
    if (b === "number") return a;
    return timesPower(a === "number" ? PURE : a, b, exponent);
  };

/** Takes and gives pure numbers. */
const pure: UnitRule = (args, node) => {
  for (const [position, arg] of args.entries()) requirePure(node, position, arg);
  return args.every((arg) => arg === "number") ? "number" : PURE;
};

const raised = (base: Found, exponent: number): Found =>
  typeof base === "string" ? base : timesPower(PURE, base, exponent);

const pow: UnitRule = ([base = "unknown", exponent = "unknown"], node) => {
  requirePure(node, 1, exponent);
  const value = constantValue(node.args[1] as Expression);
  if (value !== undefined) return raised(base, value);
  requirePure(node, 0, base);
  return base === "unknown" ? "unknown" : PURE;
};

const select: UnitRule = (args, node) => {
  const inner = node.args[2]?.args[2];
  // sign(x) is built of selects, and a pure number
  if (inner !== undefined && inner.type === "real" && node === sign(inner)) return PURE;
  return shared(1, 2)(args, node);
};

/** Operations that are not named have an unknown unit: inputs without one, conditions, look-ups. */
const RULES: { readonly [name in OperationName]?: UnitRule } = {
  constant: () => "number",
  ...{ add: both, subtract: both, min: both, max: both, hypot: both, complex: both, select },
  ...{ less: condition, lessOrEqual: condition, equal: condition, notEqual: condition },
  ...{ multiply: product(1), divide: product(-1), pow },
  ...{ negate: same, abs: same, floor: same, real: same, imaginary: same, conjugate: same, total: same },
  ...{ tag: same, label: same },
  sqrt: ([a = "unknown"]) => raised(a, 1 / 2),
  cbrt: ([a = "unknown"]) => raised(a, 1 / 3),
  integerPower: ([a = "unknown"], { payload }) => raised(a, payload as number),
  atan2: angleOfPoint,
  argument: ([a]) => (a === "number" ? "number" : PURE),
  ...{ exp: pure, exp2: pure, expm1: pure, log: pure, log2: pure, log10: pure, log1p: pure, erf: pure, erfc: pure },
  ...{ sin: pure, cos: pure, tan: pure, asin: pure, acos: pure, atan: pure },
  ...{ sinh: pure, cosh: pure, tanh: pure, asinh: pure, acosh: pure, atanh: pure },
  ...{ faddeeva: pure, faddeevaReal: pure, faddeevaImaginary: pure },
};

function requireSame(node: Expression, first: number, a: UnitPower, second: number, b: UnitPower): void {
  if (isSameUnit(a, b)) return;
  const { name } = node.operation;
  const units = [unitText(a), unitText(b)];
  const where = `${described(node, first, a)} and ${described(node, second, b)}, in \`${formulaText(node)}\``;
  if (hasSameDimension(a, b))
    throw kernelError(
      "KERN-092",
      `\`${name}\` meets two units of one dimension: ${where}`,
      "Declare both in one unit and give their values in it: formulas do not convert.",
      { operation: name, units },
    );
  throw kernelError(
    "KERN-091",
    `\`${name}\` needs one dimension: ${where}`,
    "Multiply or divide by what is missing, or correct the unit that is declared for an input.",
    { operation: name, units },
  );
}

function requirePure(node: Expression, position: number, found: Found): void {
  if (typeof found === "string" || isSameUnit(found, PURE)) return;
  const { name } = node.operation;
  const what =
    name !== "pow"
      ? "a pure number"
      : position === 1
        ? "a pure exponent"
        : "a pure base where the exponent is not constant";
  throw kernelError(
    "KERN-093",
    `\`${name}\` takes ${what}, but ${described(node, position, found)}, in \`${formulaText(node)}\``,
    "Divide by a quantity of the same unit first; angles are in rad.",
    { operation: name, units: [unitText(found), "1"] },
  );
}

function described({ args }: Expression, position: number, unit: UnitPower): string {
  return `\`${formulaText(args[position] as Expression, 40)}\` is in ${unitText(unit)}`;
}

const OF_EXPONENTS: ReadonlySet<string> = new Set(["add", "subtract", "multiply", "divide", "negate"]);

/** The value of an exponent that is written with numbers only, such as −2/3. */
function constantValue(node: Expression): number | undefined {
  if (isConstant(node)) return node.payload as number;
  if (!OF_EXPONENTS.has(node.operation.name)) return undefined;
  const values = node.args.map(constantValue).filter((value) => value !== undefined);
  if (values.length < node.args.length) return undefined;
  const value = node.operation.evaluate?.(...values);
  return typeof value === "number" ? value : undefined;
}

function isExpression(outputs: Expression | Readonly<Record<string, Expression>>): outputs is Expression {
  return Array.isArray((outputs as Expression).args);
}
