/**
 * Arithmetic on expressions: each function makes one node (or finds it). Numbers stand for constants. Arguments may be
 * complex where the doc comment says so; the rest, and comparisons, throw `KERN-006` for arguments of the wrong type.
 */
import { kernelError } from "../errors.ts";
import { type Expression, node } from "./expression.ts";
import { constant, expressionOf, isConstant, type Operand } from "./leaves.ts";
import type { Operation } from "./operation.ts";
import { operations } from "./operations.ts";

type Unary = (a: Operand) => Expression;
type Binary = (a: Operand, b: Operand) => Expression;

const unary =
  (operation: Operation): Unary =>
  (a) =>
    node(operation, [expressionOf(a)]);
const binary =
  (operation: Operation): Binary =>
  (a, b) =>
    node(operation, [expressionOf(a), expressionOf(b)]);

/** a + b, real or complex. */
export const add: Binary = binary(operations.add);
/** a − b, real or complex. */
export const subtract: Binary = binary(operations.subtract);
/** a · b, real or complex. */
export const multiply: Binary = binary(operations.multiply);
/** a / b, real or complex; complex by |b|², so |b| must lie between 1e-150 and 1e150. */
export const divide: Binary = binary(operations.divide);
/** −a, real or complex. */
export const negate: Unary = unary(operations.negate);
/** |a|, real or complex. */
export const abs: Unary = unary(operations.abs);
/** Square root, correctly rounded for real a (NaN below zero); principal value for complex a. */
export const sqrt: Unary = unary(operations.sqrt);
/** The greatest integer not above a. */
export const floor: Unary = unary(operations.floor);
/** The smaller one; NaN if either is, and −0 is below +0. */
export const min: Binary = binary(operations.min);
/** The larger one; NaN if either is, and −0 is below +0. */
export const max: Binary = binary(operations.max);

/** a < b, as a condition. */
export const less: Binary = binary(operations.less);
/** a ≤ b, as a condition. */
export const lessOrEqual: Binary = binary(operations.lessOrEqual);
/** a > b, as a condition. */
export const greater: Binary = (a, b) => less(b, a);
/** a ≥ b, as a condition. */
export const greaterOrEqual: Binary = (a, b) => lessOrEqual(b, a);
/** a = b, as a condition; false for NaN, true for −0 and +0. */
export const equal: Binary = binary(operations.equal);
/** a ≠ b, as a condition; true for NaN. */
export const notEqual: Binary = binary(operations.notEqual);

/** Both conditions. */
export function and(a: Expression, b: Expression): Expression {
  return node(operations.and, [a, b]);
}

/** At least one of the conditions. */
export function or(a: Expression, b: Expression): Expression {
  return node(operations.or, [a, b]);
}

/** The opposite condition. */
export function not(a: Expression): Expression {
  return node(operations.not, [a]);
}

/**
 * `whenTrue` where the condition holds, else `whenFalse`. Both are computed; derivatives of the branch not taken do not
 * enter.
 */
export function select(condition: Expression, whenTrue: Operand, whenFalse: Operand): Expression {
  return node(operations.select, [condition, expressionOf(whenTrue), expressionOf(whenFalse)]);
}

/** −1, 0 or 1; keeps the sign of zero, and NaN. */
export function sign(a: Operand): Expression {
  return select(greater(a, 0), 1, select(less(a, 0), -1, a));
}

/** re + i im from real parts. A part that is the constant +0 is absent: it takes no part in arithmetic. */
export const complex: Binary = binary(operations.complex);
/** Real part. */
export const real: Unary = unary(operations.real);
/** Imaginary part; 0 for real a. */
export const imaginary: Unary = unary(operations.imaginary);
/** Complex conjugate. */
export const conjugate: Unary = unary(operations.conjugate);
/** arg a in [−π, π]; the sign of a zero imaginary part decides on the negative reals. */
export const argument: Unary = unary(operations.argument);

/** |a|² = re² + im², without a root. */
export function absSquared(a: Operand): Expression {
  const part = expressionOf(a);
  if (part.type !== "complex") return multiply(part, part);
  return add(multiply(real(part), real(part)), multiply(imaginary(part), imaginary(part)));
}

/** Largest whole exponent that is expanded into products. */
const MAX_INTEGER_EXPONENT = 1024;

/**
 * base^exponent. A constant whole exponent up to ±1024 becomes products by repeated squaring (error about
 * log2|n| + 1 units); any other is the function `pow` of C99, for complex arguments exp(exponent · log base).
 */
export function power(base: Operand, exponent: Operand): Expression {
  const exponentNode = withoutNegation(expressionOf(exponent));
  const value = exponentNode.payload as number;
  const isWhole = isConstant(exponentNode) && Number.isInteger(value) && Math.abs(value) <= MAX_INTEGER_EXPONENT;
  return isWhole ? integerPower(base, value) : pow(base, exponentNode);
}

/** base^exponent by the function `pow` of C99, whatever the exponent; `power` is the one for formulas. */
export const pow: Binary = binary(operations.pow);

/** A negated constant as a constant, so that `x^-2` is a whole power however it was written. */
function withoutNegation(exponent: Expression): Expression {
  const [inner] = exponent.args;
  const isNegated = exponent.operation === operations.negate && inner !== undefined && isConstant(inner);
  return isNegated ? constant(-(inner.payload as number)) : exponent;
}

/** base^exponent for a whole exponent in [−1024, 1024], real or complex. Throws `KERN-009` for any other. */
export function integerPower(base: Operand, exponent: number): Expression {
  if (!Number.isInteger(exponent) || Math.abs(exponent) > MAX_INTEGER_EXPONENT)
    throw kernelError(
      "KERN-009",
      `The exponent ${exponent} is not a whole number in [-${MAX_INTEGER_EXPONENT}, ${MAX_INTEGER_EXPONENT}]`,
      "Use power, which takes any exponent.",
    );
  return node(operations.integerPower, [expressionOf(base)], exponent === 0 ? 0 : exponent);
}

/** e^a, real or complex. */
export const exp: Unary = unary(operations.exp);
/** 2^a. */
export const exp2: Unary = unary(operations.exp2);
/** e^a − 1 without cancellation. */
export const expm1: Unary = unary(operations.expm1);
/** Natural logarithm, real (NaN below zero) or complex (principal value). */
export const log: Unary = unary(operations.log);
/** Logarithm to base 2. */
export const log2: Unary = unary(operations.log2);
/** Logarithm to base 10. */
export const log10: Unary = unary(operations.log10);
/** log(1 + a) without cancellation. */
export const log1p: Unary = unary(operations.log1p);
/** Cube root. */
export const cbrt: Unary = unary(operations.cbrt);
/** √(a² + b²) without overflow. */
export const hypot: Binary = binary(operations.hypot);
/** Sine, real or complex. */
export const sin: Unary = unary(operations.sin);
/** Cosine, real or complex. */
export const cos: Unary = unary(operations.cos);
/** Tangent, real or complex. */
export const tan: Unary = unary(operations.tan);
/** Arc sine, real (NaN beyond ±1) or complex. */
export const asin: Unary = unary(operations.asin);
/** Arc cosine, real (NaN beyond ±1) or complex. */
export const acos: Unary = unary(operations.acos);
/** Arc tangent, real or complex. */
export const atan: Unary = unary(operations.atan);
/** Angle of the point (b, a) in [−π, π]. */
export const atan2: Binary = binary(operations.atan2);
/** Hyperbolic sine, real or complex. */
export const sinh: Unary = unary(operations.sinh);
/** Hyperbolic cosine, real or complex. */
export const cosh: Unary = unary(operations.cosh);
/** Hyperbolic tangent, real or complex. */
export const tanh: Unary = unary(operations.tanh);
/** Inverse hyperbolic sine, real or complex. */
export const asinh: Unary = unary(operations.asinh);
/** Inverse hyperbolic cosine, real (NaN below 1) or complex. */
export const acosh: Unary = unary(operations.acosh);
/** Inverse hyperbolic tangent, real (NaN beyond ±1) or complex. */
export const atanh: Unary = unary(operations.atanh);
/** Error function. */
export const erf: Unary = unary(operations.erf);
/** 1 − erf a without cancellation. */
export const erfc: Unary = unary(operations.erfc);
/**
 * Faddeeva function w(z) = e^(−z²) erfc(−i z) of a real or complex number, always complex. Errs by 2e-15 of |w| in all quadrants
 * and by 3e-14 of each part in the upper half plane.
 */
export const faddeeva: Unary = unary(operations.faddeeva);
/** Σ over all elements of the data, real or complex: one number. */
export const total: Unary = unary(operations.total);
