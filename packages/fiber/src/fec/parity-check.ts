/** Sparse parity-check matrices: which bits each check adds up, modulo 2, to zero. */
import { fiberError } from "../errors.ts";

/** The ones of a binary matrix, row by row. */
export interface ParityCheckMatrix {
  readonly checkCount: number;
  readonly bitCount: number;
  /** Ones of row r are entries `rowStart[r]` to `rowStart[r + 1] − 1` of `bitOfEdge`. Length checkCount + 1. */
  readonly rowStart: Int32Array;
  /** Column of each one, ascending within a row. Length: number of ones (edges of the Tanner graph). */
  readonly bitOfEdge: Int32Array;
}

/**
 * Reads a matrix written in full, one row of 0 and 1 per check.
 * @throws FiberError `FIBR-040` for rows of different length, other entries, or no entries.
 */
export function parityCheckFromDense(rows: readonly (readonly number[])[]): ParityCheckMatrix {
  const bitCount = rows[0]?.length ?? 0;
  const ones = rows.map((row, index) => {
    if (row.length !== bitCount) throw malformed(`row ${index} has ${row.length} entries, but row 0 has ${bitCount}`);
    const columns: number[] = [];
    for (let column = 0; column < bitCount; column++) {
      if (row[column] === 1) columns.push(column);
      else if (row[column] !== 0) throw malformed(`row ${index} has entries other than 0 and 1`);
    }
    return columns;
  });
  return parityCheckFromRows(bitCount, ones);
}

/**
 * Builds a matrix from the columns of the ones of each row, in any order.
 * @throws FiberError `FIBR-040` for columns outside 0…bitCount − 1, columns named twice, or an empty matrix.
 */
export function parityCheckFromRows(bitCount: number, rows: readonly (readonly number[])[]): ParityCheckMatrix {
  if (rows.length === 0 || bitCount < 1) throw malformed("it has no entries");
  const rowStart = new Int32Array(rows.length + 1);
  const bitOfEdge = new Int32Array(rows.reduce((sum, { length }) => sum + length, 0));
  let edge = 0;
  for (const [index, row] of rows.entries()) {
    const columns = row.toSorted((a, b) => a - b);
    for (const [position, column] of columns.entries()) {
      if (!Number.isInteger(column) || column < 0 || column >= bitCount) {
        throw malformed(`row ${index} names column ${column}, but the columns are 0 to ${bitCount - 1}`);
      }
      if (columns[position - 1] === column) throw malformed(`row ${index} names column ${column} twice`);
      bitOfEdge[edge++] = column;
    }
    rowStart[index + 1] = edge;
  }
  return { checkCount: rows.length, bitCount, rowStart, bitOfEdge };
}

/**
 * Expands a quasi-cyclic base matrix: entry s becomes the identity of the given size, its columns rotated right by s; a
 * null entry becomes zeros. Source: IEEE 802.11-2012, annex F, for the convention.
 */
export function parityCheckFromCirculants(
  base: readonly (readonly (number | null)[])[],
  circulantSize: number,
): ParityCheckMatrix {
  const rows = base.flatMap((blocks) =>
    Array.from({ length: circulantSize }, (_, row) =>
      blocks.flatMap((shift, block) =>
        shift === null ? [] : [block * circulantSize + ((row + shift) % circulantSize)],
      ),
    ),
  );
  return parityCheckFromRows((base[0]?.length ?? 0) * circulantSize, rows);
}

/** True when the bits satisfy every check. `bits` has one 0 or 1 per column. */
export function satisfiesChecks({ checkCount, rowStart, bitOfEdge }: ParityCheckMatrix, bits: Uint8Array): boolean {
  for (let check = 0; check < checkCount; check++) {
    const end = rowStart[check + 1] as number;
    let sum = 0;
    for (let edge = rowStart[check] as number; edge < end; edge++) sum ^= bits[bitOfEdge[edge] as number] as number;
    if (sum !== 0) return false;
  }
  return true;
}

function malformed(why: string) {
  return fiberError({
    code: "FIBR-040",
    path: "processing.fec.params.H",
    message: `the parity-check matrix cannot be used: ${why}`,
    remedy: "Give one row of 0 and 1 per check, all rows as long as a codeword.",
  });
}
