import { kernelError } from "../errors.ts";
import * as build from "../expression/build.ts";
import type { Expression } from "../expression/expression.ts";
import { i, pi } from "../expression/leaves.ts";
import { cross, dot, norm, transpose } from "../vector/arithmetic.ts";
import {
  diagonalMatrix,
  isShaped,
  type Matrix,
  matrix,
  shapeMismatch,
  shapeName,
  type Vector,
  vector,
} from "../vector/shape.ts";
import { inverse, solve } from "../vector/solve.ts";
import { eachEntry, type FormulaValue, scalar } from "./values.ts";

/** A function of the formula language. */
export interface FormulaFunction {
  readonly arity: number;
  build(...args: readonly FormulaValue[]): FormulaValue;
}

type Unary = (a: Expression) => Expression;

/** Functions of numbers. */
const ofNumbers = {
  abs: build.abs,
  sqrt: build.sqrt,
  cbrt: build.cbrt,
  floor: build.floor,
  sign: build.sign,
  min: build.min,
  max: build.max,
  pow: build.power,
  exp: build.exp,
  exp2: build.exp2,
  expm1: build.expm1,
  log: build.log,
  log2: build.log2,
  log10: build.log10,
  log1p: build.log1p,
  hypot: build.hypot,
  sin: build.sin,
  cos: build.cos,
  tan: build.tan,
  asin: build.asin,
  acos: build.acos,
  atan: build.atan,
  atan2: build.atan2,
  sinh: build.sinh,
  cosh: build.cosh,
  tanh: build.tanh,
  asinh: build.asinh,
  acosh: build.acosh,
  atanh: build.atanh,
  erf: build.erf,
  erfc: build.erfc,
  faddeeva: build.faddeeva,
  complex: build.complex,
  arg: build.argument,
  abs2: build.absSquared,
  total: build.total,
} satisfies Record<string, (a: Expression, b: Expression) => Expression>;

/** Functions of numbers that vectors and matrices take entry by entry. */
const ofEntries = { real: build.real, imag: build.imaginary, conj: build.conjugate } satisfies Record<string, Unary>;

/** Functions of vectors and matrices. */
const ofShapes: Readonly<Record<string, FormulaFunction>> = {
  dot: { arity: 2, build: (a, b) => dot(vectorOf(a, "dot"), vectorOf(b, "dot")) },
  cross: { arity: 2, build: (a, b) => cross(vectorOf(a, "cross"), vectorOf(b, "cross")) },
  norm: { arity: 1, build: (a) => norm(a !== undefined && isShaped(a) ? a : vectorOf(a, "norm")) },
  transpose: { arity: 1, build: (a) => transpose(matrixOf(a, "transpose")) },
  diagonal: { arity: 1, build: (a) => diagonalMatrix(vectorOf(a, "diagonal").components) },
  solve: {
    arity: 2,
    build: (a, b) => {
      const system = matrixOf(a, "solve");
      return isMatrix(b) ? solve(system, b) : solve(system, vectorOf(b, "solve"));
    },
  },
  inverse: { arity: 1, build: (a) => inverse(matrixOf(a, "inverse")) },
};

const select: FormulaFunction = {
  arity: 3,
  build: (condition, yes, no) => {
    const [a, b] = [yes as FormulaValue, no as FormulaValue];
    const chosen = scalar(condition as FormulaValue, "The condition of `select`");
    if (!isShaped(a) && !isShaped(b)) return build.select(chosen, a, b);
    if (!isShaped(a) || !isShaped(b)) throw wrongShape("select", isShaped(a) ? b : a, "two values of one shape");
    if (shapeName(a) !== shapeName(b)) throw shapeMismatch("select", a, b, "Choose between two of one shape.");
    const choose = (row: readonly Expression[], other: readonly Expression[]) =>
      row.map((entry, k) => build.select(chosen, entry, other[k] as Expression));
    const rows = (value: FormulaValue) => (isMatrix(value) ? value.rows : [vectorOf(value, "select").components]);
    const [left, right] = [rows(a), rows(b)];
    const chosenRows = matrix(left.map((row, k) => choose(row, right[k] as readonly Expression[])));
    return isMatrix(a) ? chosenRows : vector(chosenRows.rows[0] as readonly Expression[]);
  },
};

/** Functions by the name that formulas call them. */
export const formulaFunctions: ReadonlyMap<string, FormulaFunction> = new Map([
  ...Object.entries(ofNumbers).map(([name, make]) => [name, functionOfNumbers(name, make)] as const),
  ...Object.entries(ofEntries).map(
    ([name, make]) => [name, { arity: 1, build: (a: FormulaValue) => eachEntry(a, make) } as FormulaFunction] as const,
  ),
  ...Object.entries(ofShapes),
  ["select", select] as const,
]);

/** Functions that run over an index set: `sum(k in 1..3, …)`. */
export const formulaFolds: ReadonlySet<string> = new Set(["sum", "product"]);

/** Constants by the name that formulas call them. */
export const formulaConstants: ReadonlyMap<string, Expression> = new Map([
  ["i", i],
  ["pi", pi],
]);

/** Words that join conditions. */
export const formulaWords: ReadonlySet<string> = new Set(["and", "or", "not"]);

/** Whether a name has a meaning of its own and cannot be that of an input. */
export function isReserved(name: string): boolean {
  return formulaFunctions.has(name) || formulaConstants.has(name) || formulaWords.has(name) || formulaFolds.has(name);
}

function functionOfNumbers(name: string, make: (a: Expression, b: Expression) => Expression): FormulaFunction {
  return {
    arity: make.length,
    build: (...args) => make(...(args.map((arg) => scalar(arg, `\`${name}\``)) as [Expression, Expression])),
  };
}

function isMatrix(value: FormulaValue | undefined): value is Matrix {
  return value !== undefined && isShaped(value) && value.kind === "matrix";
}

function matrixOf(value: FormulaValue | undefined, name: string): Matrix {
  if (isMatrix(value)) return value;
  throw wrongShape(name, value, "a matrix");
}

function vectorOf(value: FormulaValue | undefined, name: string): Vector {
  if (value !== undefined && isShaped(value) && value.kind === "vector") return value;
  throw wrongShape(name, value, "a vector");
}

function wrongShape(name: string, value: FormulaValue | undefined, expected: string): Error {
  const got = value !== undefined && isShaped(value) ? shapeName(value) : "a number";
  return kernelError(
    "KERN-030",
    `\`${name}\` takes ${expected} here, but got ${got}`,
    "Write a vector as [a, b, c] and a matrix as [[a, b], [c, d]].",
    { shapes: [got] },
  );
}
