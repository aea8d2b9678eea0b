/**
 * What formulas compute with: numbers and conditions (expressions), vectors and matrices. Operators as in mathematics: sums of
 * equal shapes, products of a number with anything, of a matrix with a vector or a matrix.
 */
import { kernelError } from "../errors.ts";
import * as build from "../expression/build.ts";
import type { Expression } from "../expression/expression.ts";
import { isConstant } from "../expression/leaves.ts";
import { simplify } from "../pass/simplify.ts";
import { mapEntries, matMul, matVec, minus, plus, scale } from "../vector/arithmetic.ts";
import { isShaped, matrix, type Shaped, shapeMismatch, shapeName, vector } from "../vector/shape.ts";

/** Value of a part of a formula. */
export type FormulaValue = Expression | Shaped;

/** The expression that a value must be; `what` names the operation in the error `KERN-030`. */
export function scalar(value: FormulaValue, what: string): Expression {
  if (!isShaped(value)) return value;
  throw kernelError(
    "KERN-030",
    `${what} takes numbers, but got ${shapeName(value)}`,
    "Take a component, as in v[1], or norm(v).",
    { shapes: [shapeName(value)] },
  );
}

/** A sum of two numbers or of two equal shapes. */
export function addValues(a: FormulaValue, b: FormulaValue): FormulaValue {
  return bothShaped("+", a, b) ?? build.add(a as Expression, b as Expression);
}

/** A difference of two numbers or of two equal shapes. */
export function subtractValues(a: FormulaValue, b: FormulaValue): FormulaValue {
  return bothShaped("-", a, b) ?? build.subtract(a as Expression, b as Expression);
}

function bothShaped(sign: "+" | "-", a: FormulaValue, b: FormulaValue): Shaped | undefined {
  if (!isShaped(a) && !isShaped(b)) return undefined;
  if (isShaped(a) && isShaped(b)) return sign === "+" ? plus(a, b) : minus(a, b);
  throw kernelError(
    "KERN-030",
    `\`${sign}\` joins ${valueName(a)} and ${valueName(b)}`,
    "Add numbers to numbers, and vectors or matrices to those of the same shape.",
    { shapes: [valueName(a), valueName(b)] },
  );
}

/** A product: number with number, vector or matrix; matrix with vector or matrix. */
export function multiplyValues(a: FormulaValue, b: FormulaValue): FormulaValue {
  if (!isShaped(a)) return isShaped(b) ? scale(a, b) : build.multiply(a, b);
  if (!isShaped(b)) return mapEntries(a, (entry) => build.multiply(entry, b));
  if (a.kind === "matrix") return b.kind === "matrix" ? matMul(a, b) : matVec(a, b);
  throw shapeMismatch(
    "A product",
    a,
    b,
    b.kind === "vector" ? "Write dot(a, b) or cross(a, b)." : "Write transpose(m) * v.",
  );
}

/** A quotient by a number. */
export function divideValues(a: FormulaValue, b: FormulaValue): FormulaValue {
  const divisor = scalar(b, "A divisor");
  return isShaped(a) ? mapEntries(a, (entry) => build.divide(entry, divisor)) : build.divide(a, divisor);
}

/** A function of one number, for a vector or matrix of each entry. */
export function eachEntry(value: FormulaValue, apply: (entry: Expression) => Expression): FormulaValue {
  return isShaped(value) ? mapEntries(value, apply) : apply(value);
}

/** Entries in brackets: a vector of numbers, or a matrix whose rows are vectors of one length. */
export function bracketed(entries: readonly FormulaValue[]): Shaped {
  const rows = entries.filter(isShaped);
  if (rows.length === 0) return vector(entries as readonly Expression[]);
  const odd = entries.find((entry) => !isShaped(entry) || entry.kind !== "vector");
  if (odd !== undefined)
    throw kernelError(
      "KERN-030",
      `A row of a matrix is ${valueName(odd)}`,
      "Give numbers only, for a vector, or vectors of one length, for a matrix.",
    );
  return matrix(rows.map((row) => (row.kind === "vector" ? row.components : [])));
}

/** The component of a vector, the row of a matrix (one index) or its entry (two); indices count from 1. */
export function atIndices(value: FormulaValue, indices: readonly FormulaValue[]): FormulaValue {
  if (!isShaped(value))
    throw kernelError("KERN-030", "A number has no components", "Put indices to vectors and matrices only.");
  const [first, second, ...more] = indices.map((index) => wholeNumber(index, "An index"));
  const isMatrix = value.kind === "matrix";
  if (first === undefined || more.length > 0 || (second !== undefined && !isMatrix))
    throw kernelError(
      "KERN-031",
      `${shapeName(value)} takes ${isMatrix ? "one or two indices" : "one index"}, but got ${indices.length}`,
      isMatrix ? "Write m[row, column], or m[row] for a row." : "Write v[1].",
    );
  if (!isMatrix) return value.components[checkedIndex(first, value.length, "component", value)] as Expression;
  const row = value.rows[checkedIndex(first, value.rowCount, "row", value)] as readonly Expression[];
  if (second === undefined) return vector(row);
  return row[checkedIndex(second, value.columnCount, "column", value)] as Expression;
}

function checkedIndex(index: number, count: number, what: string, value: Shaped): number {
  if (index >= 1 && index <= count) return index - 1;
  throw kernelError(
    "KERN-031",
    `There is no ${what} ${index} in ${shapeName(value)}`,
    `Formulas count from 1: take a number from 1 to ${count}.`,
    { index, count },
  );
}

/** The whole number that a value is once constants are folded. Throws `KERN-035` for any other. */
export function wholeNumber(value: FormulaValue, what: string): number {
  const [folded] = isShaped(value) ? [] : simplify([value]);
  const number = folded !== undefined && isConstant(folded) ? (folded.payload as number) : Number.NaN;
  if (Number.isInteger(number)) return number;
  throw kernelError(
    "KERN-035",
    `${what} is not a whole constant number`,
    "Use numbers, the names of sums and products, and + - * with them; to look a value up, use a table.",
  );
}

function valueName(value: FormulaValue): string {
  return isShaped(value) ? shapeName(value) : value.type === "boolean" ? "a comparison" : "a number";
}
