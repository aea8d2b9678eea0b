import { kernelError } from "../errors.ts";
import { absSquared, add, multiply, sqrt, subtract } from "../expression/build.ts";
import type { Expression } from "../expression/expression.ts";
import { constant, expressionOf, isConstant, type Operand } from "../expression/leaves.ts";
import { type Matrix, matrix, type Shaped, shapeMismatch, shapeName, type Vector, vector } from "./shape.ts";

type Entrywise = (a: Expression, b: Expression) => Expression;

/** Entry by entry, of two vectors or two matrices of one shape. Throws `KERN-030` otherwise. */
export function plus<S extends Shaped>(a: S, b: S): S {
  return entrywise("Addition", a, b, add);
}

/** Entry by entry, of two vectors or two matrices of one shape. Throws `KERN-030` otherwise. */
export function minus<S extends Shaped>(a: S, b: S): S {
  return entrywise("Subtraction", a, b, subtract);
}

/** Each entry times a number. */
export function scale<S extends Shaped>(factor: Operand, shaped: S): S {
  const by = expressionOf(factor);
  return mapEntries(shaped, (entry) => (isZero(entry) ? entry : multiply(by, entry)));
}

/** A function of each entry, in the same shape. */
export function mapEntries<S extends Shaped>(shaped: S, apply: (entry: Expression) => Operand): S {
  const mapped: Shaped =
    shaped.kind === "vector" ? vector(shaped.components.map(apply)) : matrix(shaped.rows.map((row) => row.map(apply)));
  return mapped as S;
}

/** Σ a_k b_k, without conjugation. Throws `KERN-030` for different lengths. */
export function dot(a: Vector, b: Vector): Expression {
  if (a.length !== b.length) throw shapeMismatch("A dot product", a, b, "Give vectors of one length.");
  return sumOfProducts(a.components, b.components);
}

/** a × b of two vectors of three. Throws `KERN-030` for others. */
export function cross(a: Vector, b: Vector): Vector {
  if (a.length !== 3 || b.length !== 3)
    throw shapeMismatch("A cross product", a, b, "It is defined for two vectors of three components.");
  const [ax, ay, az] = a.components as readonly [Expression, Expression, Expression];
  const [bx, by, bz] = b.components as readonly [Expression, Expression, Expression];
  const minor = (p: Expression, q: Expression, r: Expression, s: Expression) =>
    subtract(multiply(p, q), multiply(r, s));
  return vector([minor(ay, bz, az, by), minor(az, bx, ax, bz), minor(ax, by, ay, bx)]);
}

/** Matrix times column vector. Throws `KERN-030` unless the vector is as long as a row. */
export function matVec(m: Matrix, v: Vector): Vector {
  if (m.columnCount !== v.length)
    throw shapeMismatch("A matrix times a vector", m, v, "The vector must be as long as the matrix has columns.");
  return vector(m.rows.map((row) => sumOfProducts(row, v.components)));
}

/** Matrix times matrix. Throws `KERN-030` unless the second has as many rows as the first has columns. */
export function matMul(a: Matrix, b: Matrix): Matrix {
  if (a.columnCount !== b.rowCount)
    throw shapeMismatch("A matrix product", a, b, "The second must have as many rows as the first has columns.");
  const columns = transpose(b).rows;
  return matrix(a.rows.map((row) => columns.map((column) => sumOfProducts(row, column))));
}

/** Rows become columns; no conjugation. */
export function transpose({ rows, columnCount }: Matrix): Matrix {
  return matrix(Array.from({ length: columnCount }, (_, column) => rows.map((row) => row[column] as Expression)));
}

/** √Σ|a_k|², of a vector or over all entries of a matrix; |a_k| must lie between 1e-150 and 1e150 or be 0. */
export function norm(shaped: Shaped): Expression {
  const entries = shaped.kind === "vector" ? shaped.components : shaped.rows.flat();
  return sqrt(entries.map(absSquared).reduce((sum, square) => add(sum, square)));
}

/** The constant +0 in a vector or matrix is absent: products with it and sums over it make no nodes. */
export function isZero(entry: Expression): boolean {
  return isConstant(entry, 0);
}

/** Σ a_k b_k from the first to the last, without the terms of which a factor is the constant 0. */
function sumOfProducts(a: readonly Expression[], b: readonly Expression[]): Expression {
  const terms = a.flatMap((factor, k) => {
    const other = b[k] as Expression;
    return isZero(factor) || isZero(other) ? [] : [multiply(factor, other)];
  });
  return terms.length === 0 ? constant(0) : terms.reduce((sum, term) => add(sum, term));
}

function entrywise<S extends Shaped>(verb: string, a: S, b: S, join: Entrywise): S {
  const other: Shaped = b;
  if (shapeName(a) !== shapeName(b)) throw shapeMismatch(verb, a, b, "Give two of one shape.");
  const entries = other.kind === "vector" ? other.components : other.rows.flat();
  let at = 0;
  return mapEntries(a, (entry) => joined(entry, entries[at++] as Expression, join));
}

function joined(a: Expression, b: Expression, join: Entrywise): Expression {
  if (isZero(b)) return a;
  return isZero(a) && join === add ? b : join(a, b);
}

/** Throws `KERN-030` unless the matrix is square. */
export function checkSquare(verb: string, m: Matrix): void {
  if (m.rowCount === m.columnCount) return;
  throw kernelError(
    "KERN-030",
    `${verb} needs a square matrix, but got ${shapeName(m)}`,
    "Give as many rows as columns.",
  );
}
