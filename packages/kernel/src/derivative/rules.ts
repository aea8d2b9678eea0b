import {
  absSquared,
  add,
  cosh as coshOf,
  cos as cosOf,
  divide,
  equal,
  exp as expOf,
  integerPower as integerPowerOf,
  lessOrEqual,
  log as logOf,
  max as maxOf,
  multiply,
  negate as negateOf,
  pow,
  select as selectOf,
  sign,
  sinh as sinhOf,
  sin as sinOf,
  sqrt as sqrtOf,
  subtract,
} from "../expression/build.ts";
import { type Expression, node } from "../expression/expression.ts";
import { constant } from "../expression/leaves.ts";
import type { operations } from "../expression/operations.ts";
import { faddeevaSlope } from "./faddeeva-slope.ts";

/** How a change of one argument reaches the value of a node. */
export interface Route {
  /** Partial derivative of the node by this argument. */
  slope(args: readonly Expression[], node: Expression): Expression;
  /** Instead of a product with the slope: what becomes of a change on its way, in either direction. */
  readonly carry?: (change: Expression, node: Expression) => Expression;
  /**
   * Condition on which the argument matters at all; the slope counts for nothing where it fails, even if it is not
   * finite.
   */
  readonly when?: (args: readonly Expression[]) => Expression;
  /** The argument matters where no other argument's condition holds. */
  readonly isOtherwise?: true;
}

/** Operations of a lowered graph that have arguments. */
type DifferentiableName = Exclude<
  keyof typeof operations,
  | "constant"
  | "truth"
  | "parameter"
  | "column"
  | "state"
  | "time"
  | "complex"
  | "real"
  | "imaginary"
  | "conjugate"
  | "argument"
  | "faddeeva"
>;

type Slope1 = (x: Expression, node: Expression) => Expression;
type Slope2 = (a: Expression, b: Expression, node: Expression) => Expression;

const ONE = constant(1);
const one = () => ONE;
const minusOne = () => constant(-1);
/** Steps and conditions: the derivative is zero where it exists. */
const flat: readonly Route[] = [];

/**
 * Derivative rules, one route per argument. Where a function has no derivative: |x|' is 0 at 0, hypot and |z| have
 * slope 0 at 0, min and max follow one of their arguments when both are equal, floor has slope 0, and x^y has slope 0 in y at
 * x = 0, whatever y is, and in x at y = 0, whatever x is.
 */
export const derivativeRules: Readonly<Record<DifferentiableName, readonly (Route | undefined)[]>> = {
  add: binary(one, one),
  subtract: binary(one, minusOne),
  multiply: binary(
    (_, b) => b,
    (a) => a,
  ),
  divide: binary(
    (_, b) => divide(1, b),
    (_, b, node) => negateOf(multiply(node, divide(1, b))),
  ),
  negate: unary(minusOne),
  abs: unary((x) => sign(x)),
  sqrt: unary((_, node) => divide(0.5, node)),
  floor: flat,
  min: [
    { slope: one, when: ([a, b]) => lessOrEqual(a as Expression, b as Expression) },
    { slope: one, isOtherwise: true },
  ],
  max: [
    { slope: one, when: ([a, b]) => lessOrEqual(b as Expression, a as Expression) },
    { slope: one, isOtherwise: true },
  ],
  /** A sum follows each element's change with slope 1; forward and reverse add over the elements themselves. */
  total: unary(one),
  /** A change below a mark bears the mark: an inactive term has no derivative either. */
  tag: [{ slope: one, carry: marked }],
  label: [{ slope: one, carry: marked }],
  /** Steps: a slope comes from the interpolation around them. */
  tableValue: flat,
  integerPower: unary((x, node) => powerSlope(x, node, node.payload as number)),
  less: flat,
  lessOrEqual: flat,
  equal: flat,
  notEqual: flat,
  and: flat,
  or: flat,
  not: flat,
  select: [
    undefined,
    { slope: one, when: ([condition]) => condition as Expression },
    { slope: one, isOtherwise: true },
  ],
  exp: unary((_, node) => node),
  exp2: unary((_, node) => multiply(Math.LN2, node)),
  expm1: unary((x) => expOf(x)),
  log: unary((x) => divide(1, x)),
  log2: unary((x) => divide(Math.LOG2E, x)),
  log10: unary((x) => divide(Math.LOG10E, x)),
  log1p: unary((x) => divide(1, add(1, x))),
  pow: binary(
    (x, y) => selectOf(equal(y, 0), 0, multiply(y, pow(x, subtract(y, 1)))),
    (x, _, node) => selectOf(equal(x, 0), 0, multiply(node, logOf(x))),
  ),
  cbrt: unary((_, node) => divide(1, multiply(3, multiply(node, node)))),
  hypot: binary(
    // never by zero: at the origin both slopes are 0
    (a, _, node) => divide(a, maxOf(node, Number.MIN_VALUE)),
    (_, b, node) => divide(b, maxOf(node, Number.MIN_VALUE)),
  ),
  sin: unary((x) => cosOf(x)),
  cos: unary((x) => negateOf(sinOf(x))),
  tan: unary((_, node) => add(1, multiply(node, node))),
  asin: unary((x) => divide(1, sqrtOf(oneMinusSquare(x)))),
  acos: unary((x) => divide(-1, sqrtOf(oneMinusSquare(x)))),
  atan: unary((x) => divide(1, add(1, multiply(x, x)))),
  atan2: binary(
    (y, x) => divide(x, add(absSquared(x), absSquared(y))),
    (y, x) => divide(negateOf(y), add(absSquared(x), absSquared(y))),
  ),
  sinh: unary((x) => coshOf(x)),
  cosh: unary((x) => sinhOf(x)),
  // not 1 − tanh², which loses all digits where tanh is near 1
  tanh: unary((x) => divide(1, multiply(coshOf(x), coshOf(x)))),
  asinh: unary((x) => divide(1, sqrtOf(add(1, multiply(x, x))))),
  acosh: unary((x) => divide(1, multiply(sqrtOf(subtract(x, 1)), sqrtOf(add(x, 1))))),
  atanh: unary((x) => divide(1, oneMinusSquare(x))),
  faddeevaReal: binary(
    (x, y) => faddeevaSlope(x, y).re,
    (x, y) => negateOf(faddeevaSlope(x, y).im),
  ),
  faddeevaImaginary: binary(
    (x, y) => faddeevaSlope(x, y).im,
    (x, y) => faddeevaSlope(x, y).re,
  ),
  erf: unary((x) => gaussian(x, 2 / Math.sqrt(Math.PI))),
  erfc: unary((x) => gaussian(x, -2 / Math.sqrt(Math.PI))),
};

function marked(change: Expression, { operation, payload }: Expression): Expression {
  return node(operation, [change], payload);
}

function unary(slope: Slope1): readonly Route[] {
  return [{ slope: ([x], node) => slope(x as Expression, node) }];
}

function binary(first: Slope2, second: Slope2): readonly Route[] {
  const route = (slope: Slope2): Route => ({
    slope: ([a, b], node) => slope(a as Expression, b as Expression, node),
  });
  return [route(first), route(second)];
}

/** n x^(n − 1); by way of x^n / x where n − 1 is too small to be expanded. */
function powerSlope(x: Expression, node: Expression, exponent: number): Expression {
  if (exponent === 0) return constant(0);
  if (exponent === 1) return ONE;
  if (exponent === 2) return multiply(2, x);
  if (exponent <= -1024) return multiply(exponent, divide(node, x));
  return multiply(exponent, integerPowerOf(x, exponent - 1));
}

/** 1 − x², without cancellation near ±1. */
function oneMinusSquare(x: Expression): Expression {
  return multiply(subtract(1, x), add(1, x));
}

function gaussian(x: Expression, height: number): Expression {
  return multiply(height, expOf(negateOf(multiply(x, x))));
}
