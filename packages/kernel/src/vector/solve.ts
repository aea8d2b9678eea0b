import { kernelError } from "../errors.ts";
import { abs, absSquared, conjugate, divide, less, multiply, select, subtract } from "../expression/build.ts";
import type { Expression } from "../expression/expression.ts";
import { checkSquare, isZero } from "./arithmetic.ts";
import { identityMatrix, type Matrix, matrix, shapeMismatch, type Vector, vector } from "./shape.ts";

/** Elimination is unrolled, so its length grows as n³; beyond this size it belongs to a numerical library. */
const MAX_SIZE = 8;

/**
 * x with `m x = right`, real or complex, unrolled while it is built; the right side is a vector, or a matrix of columns.
 *
 * n = 1 divides; n = 2 is Cramer's rule, whose forward error is bounded like that of elimination (N. J. Higham, Accuracy and
 * Stability of Numerical Algorithms, 2nd ed., 1.10.1: true of n = 2 only), at half the nodes; from n = 3 on Gaussian
 * elimination with partial pivoting, where rows change places by `select`: no branches, the same operations for all
 * elements, the first of equal pivots stays. Pivots are compared by |.|, complex ones by |.|², so products of two entries
 * (n = 2) and squares of complex ones must neither overflow nor underflow: sizes between 1e-150 and 1e150. The constant 0
 * in the matrix is absent until it is filled in.
 *
 * A singular matrix gives infinities or NaN, a nearly singular one the error that its condition number allows. Real nodes
 * for one dense right side: 11, 59, 132, 245 real and 59, 198, 422, 765 complex ones for n = 2 … 5.
 * Throws `KERN-030` for shapes that do not fit, `KERN-032` for n > 8.
 */
export function solve(m: Matrix, right: Vector): Vector;
export function solve(m: Matrix, right: Matrix): Matrix;
export function solve(m: Matrix, right: Vector | Matrix): Vector | Matrix {
  checkSquare("solve", m);
  const size = m.rowCount;
  if (size !== (right.kind === "vector" ? right.length : right.rowCount))
    throw shapeMismatch("solve", m, right, "The right side must be as long as the matrix.");
  if (size > MAX_SIZE)
    throw kernelError(
      "KERN-032",
      `solve is unrolled for matrices up to ${MAX_SIZE}×${MAX_SIZE}, but got ${size}×${size}`,
      "Split the system into blocks.",
      { size },
    );
  const rightRows = right.kind === "vector" ? right.components.map((entry) => [entry]) : right.rows;
  const solution = size === 2 ? cramer(m.rows, rightRows) : eliminate(m.rows, rightRows);
  return right.kind === "vector" ? vector(solution.flat()) : matrix(solution);
}

/** The inverse of a square matrix, by `solve`; throws as it does. A `solve` of the product is cheaper and more accurate. */
export function inverse(m: Matrix): Matrix {
  checkSquare("inverse", m);
  return solve(m, identityMatrix(m.rowCount));
}

type Rows = readonly (readonly Expression[])[];

function cramer(m: Rows, right: Rows): Rows {
  const [[a, b], [c, d]] = m as readonly [readonly [Expression, Expression], readonly [Expression, Expression]];
  const [above, below] = right as readonly [readonly Expression[], readonly Expression[]];
  const minor = (p: Expression, q: Expression, r: Expression, s: Expression) => difference(times(p, q), times(r, s));
  const divided = dividedBy(difference(times(a, d), times(b, c)), undefined);
  return [
    above.map((e, column) => divided(minor(e, d, b, below[column] as Expression))),
    above.map((e, column) => divided(minor(a, below[column] as Expression, c, e))),
  ];
}

function eliminate(m: Rows, right: Rows): Rows {
  const size = m.length;
  const rows = m.map((row, index) => [...row, ...(right[index] as readonly Expression[])]);
  const isComplex = m.some((row) => row.some(({ type }) => type === "complex"));
  const dividers = rows.map((_, column) => {
    const pivotSize = putLargestFirst(rows, column, isComplex ? absSquared : abs);
    const pivotRow = rows[column] as Expression[];
    const divided = dividedBy(pivotRow[column] as Expression, isComplex ? pivotSize : undefined);
    for (const row of rows.slice(column + 1)) {
      if (isZero(row[column] as Expression)) continue;
      const factor = divided(row[column] as Expression);
      for (let k = column + 1; k < row.length; k++)
        row[k] = difference(row[k] as Expression, times(factor, pivotRow[k] as Expression));
    }
    return divided;
  });
  for (let row = size - 1; row >= 0; row--) {
    const entries = rows[row] as Expression[];
    for (let k = size; k < entries.length; k++) {
      let rest = entries[k] as Expression;
      for (let column = row + 1; column < size; column++)
        rest = difference(rest, times(entries[column] as Expression, (rows[column] as Expression[])[k] as Expression));
      entries[k] = (dividers[row] as Divide)(rest);
    }
  }
  return rows.map((row) => row.slice(size));
}

/** Exchanges rows until the entry of the column in row `column` is the largest from there on down; gives its size. */
function putLargestFirst(rows: Expression[][], column: number, sizeOf: (entry: Expression) => Expression): Expression {
  const first = rows[column] as Expression[];
  let largest = sizeOf(first[column] as Expression);
  for (const row of rows.slice(column + 1)) {
    if (isZero(row[column] as Expression)) continue;
    const size = sizeOf(row[column] as Expression);
    const isLarger = less(largest, size);
    for (let k = column; k < row.length; k++) {
      const [upper, lower] = [first[k] as Expression, row[k] as Expression];
      if (upper === lower) continue;
      first[k] = select(isLarger, lower, upper);
      row[k] = select(isLarger, upper, lower);
    }
    largest = select(isLarger, size, largest);
  }
  return largest;
}

type Divide = (numerator: Expression) => Expression;

/** Division by one number of which |.|² may be known. A complex one is inverted once: conj p / |p|². */
function dividedBy(pivot: Expression, sizeSquared: Expression | undefined): Divide {
  if (pivot.type === "real") return (numerator) => (isZero(numerator) ? numerator : divide(numerator, pivot));
  const reciprocal = divide(conjugate(pivot), sizeSquared ?? absSquared(pivot));
  return (numerator) => times(numerator, reciprocal);
}

function times(a: Expression, b: Expression): Expression {
  return isZero(a) ? a : isZero(b) ? b : multiply(a, b);
}

/** a − b, where a constant 0 for b is absent. */
function difference(a: Expression, b: Expression): Expression {
  return isZero(b) ? a : subtract(a, b);
}
