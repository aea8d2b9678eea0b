import { kernelError } from "../errors.ts";
import type { Expression } from "../expression/expression.ts";
import { expressionOf, type Operand } from "../expression/leaves.ts";

/** Entries in order. A structure over scalar nodes, not a node: whatever is computed from it is unrolled. Immutable. */
export interface Vector {
  readonly kind: "vector";
  readonly length: number;
  readonly components: readonly Expression[];
}

/** Entries by rows, of which there is at least one; all have one length. Immutable, like `Vector`. */
export interface Matrix {
  readonly kind: "matrix";
  readonly rowCount: number;
  readonly columnCount: number;
  readonly rows: readonly (readonly Expression[])[];
}

/** A vector of real or complex entries. Throws `KERN-030` for none, or for a comparison among them. */
export function vector(components: readonly Operand[]): Vector {
  const entries = components.map(expressionOf);
  if (entries.length === 0) throw emptyShape("vector", "component");
  checkNumbers(entries, "vector");
  return Object.freeze({ kind: "vector", length: entries.length, components: Object.freeze(entries) });
}

/** A matrix from its rows. Throws `KERN-030` for rows of different lengths, for none, or for a comparison among the entries. */
export function matrix(rows: readonly (readonly Operand[])[]): Matrix {
  const entries = rows.map((row) => Object.freeze(row.map(expressionOf)));
  const [first] = entries;
  if (first === undefined || first.length === 0) throw emptyShape("matrix", "entry");
  const odd = entries.findIndex((row) => row.length !== first.length);
  if (odd >= 0)
    throw kernelError(
      "KERN-030",
      `Row ${odd + 1} of a matrix has ${entries[odd]?.length} entries, but row 1 has ${first.length}`,
      "Give rows of one length.",
    );
  for (const row of entries) checkNumbers(row, "matrix");
  return Object.freeze({
    kind: "matrix",
    rowCount: entries.length,
    columnCount: first.length,
    rows: Object.freeze(entries),
  });
}

/** A matrix of `rowCount` rows from its entries row after row. Throws `KERN-030` where they do not fill the rows. */
export function matrixFromFlat(entries: readonly Operand[], rowCount: number): Matrix {
  const columnCount = entries.length / rowCount;
  if (!Number.isInteger(columnCount))
    throw kernelError(
      "KERN-030",
      `${entries.length} entries do not fill ${rowCount} rows`,
      "Give as many entries as rows times columns.",
    );
  return matrix(
    Array.from({ length: rowCount }, (_, row) => entries.slice(row * columnCount, (row + 1) * columnCount)),
  );
}

/** Ones on the diagonal, n × n. */
export function identityMatrix(size: number): Matrix {
  return diagonalMatrix(Array.from({ length: size }, () => 1));
}

/** A square matrix that is zero off its diagonal; the zeros cost nothing where they meet `matMul`, `matVec`, `solve`. */
export function diagonalMatrix(diagonal: readonly Operand[]): Matrix {
  return matrix(diagonal.map((entry, row) => diagonal.map((_, column) => (row === column ? entry : 0))));
}

/** Component `index`, counted from 0. Throws `KERN-031` for an index outside. (Formulas count from 1.) */
export function component({ components }: Vector, index: number): Expression {
  const found = components[index];
  if (found === undefined) throw outside(index, components.length, "component");
  return found;
}

/** The entry of a row and a column, both counted from 0. Throws `KERN-031` for indices outside. (Formulas count from 1.) */
export function element({ rows, rowCount, columnCount }: Matrix, row: number, column: number): Expression {
  const entries = rows[row];
  if (entries === undefined) throw outside(row, rowCount, "row");
  const found = entries[column];
  if (found === undefined) throw outside(column, columnCount, "column");
  return found;
}

/** A vector or a matrix. */
export type Shaped = Vector | Matrix;

/** Whether a value is a vector or a matrix rather than an expression or a number. */
export function isShaped(value: Operand | Shaped): value is Shaped {
  return typeof value === "object" && "kind" in value;
}

/** "a vector of 3", "a 2×3 matrix": how errors name a shape. */
export function shapeName(shaped: Shaped): string {
  return shaped.kind === "vector"
    ? `a vector of ${shaped.length}`
    : `a ${shaped.rowCount}×${shaped.columnCount} matrix`;
}

/** `KERN-030`: two shapes that do not fit each other, both named. */
export function shapeMismatch(verb: string, a: Shaped, b: Shaped, remedy: string): Error {
  return kernelError("KERN-030", `${verb}: ${shapeName(a)} and ${shapeName(b)} do not fit each other`, remedy, {
    shapes: [shapeName(a), shapeName(b)],
  });
}

function emptyShape(what: string, part: string): Error {
  return kernelError("KERN-030", `A ${what} has no entries`, `Give at least one ${part}.`);
}

function outside(index: number, count: number, what: string): Error {
  return kernelError(
    "KERN-031",
    `There is no ${what} ${index}: it counts from 0 to ${count - 1}`,
    "Functions count from 0, formulas from 1.",
    { index, count },
  );
}

function checkNumbers(entries: readonly Expression[], what: string): void {
  if (entries.every(({ type }) => type !== "boolean")) return;
  throw kernelError(
    "KERN-030",
    `An entry of a ${what} is a comparison, not a number`,
    "Write select(condition, 1, 0).",
  );
}
