/** Choosing rows. A slice shares the memory of its columns; the others copy the rows that they keep. */
import { type DatasetParts, mapColumns } from "../dataset/parts.ts";
import { columnsError } from "../errors.ts";
import { allocateColumn, type ColumnArray, precisionOf } from "../memory/column-array.ts";

/** Rows by their number (from 0), in the order given; a row may be taken more than once. @throws ColumnsError COLS-010. */
export function takeRows(parts: DatasetParts, rows: ArrayLike<number>): DatasetParts {
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index] as number;
    if (Number.isInteger(row) && row >= 0 && row < parts.length) continue;
    throw columnsError(
      "COLS-010",
      `Row ${row} (number ${index} of those to take) is not there`,
      parts.length === 0 ? "There are no rows." : `Give whole numbers from 0 to ${parts.length - 1}.`,
      { row, index, length: parts.length },
    );
  }
  return gather(parts, rows);
}

/** Rows where the mask is true or not 0. @throws ColumnsError COLS-010 unless the mask has one entry per row. */
export function selectRows(parts: DatasetParts, mask: ArrayLike<boolean | number>): DatasetParts {
  if (mask.length !== parts.length) {
    throw columnsError(
      "COLS-010",
      `The mask has ${mask.length} entries for ${parts.length} events`,
      "Give one entry per event.",
      {
        entries: mask.length,
        length: parts.length,
      },
    );
  }
  return gather(
    parts,
    rowsWhere(parts.length, (row) => Boolean(mask[row])),
  );
}

/** The rows for which the test holds, ascending. */
export function rowsWhere(length: number, test: (row: number) => boolean): Uint32Array {
  const rows = new Uint32Array(length);
  let count = 0;
  for (let row = 0; row < length; row++) if (test(row)) rows[count++] = row;
  return rows.subarray(0, count);
}

/** Rows `start` to `end - 1`; negative numbers count from the end, as in `Array.slice`. Copies nothing. */
export function sliceRows(parts: DatasetParts, start = 0, end = parts.length): DatasetParts {
  const first = clampRow(start, parts.length);
  const last = Math.max(first, clampRow(end, parts.length));
  return mapColumns(parts, last - first, (values) => values.subarray(first, last));
}

function clampRow(row: number, length: number): number {
  if (!Number.isInteger(row)) {
    throw columnsError("COLS-010", `${row} is not the number of a row`, "Give whole numbers.", { row });
  }
  return row < 0 ? Math.max(0, length + row) : Math.min(row, length);
}

function gather(parts: DatasetParts, rows: ArrayLike<number>): DatasetParts {
  return mapColumns(parts, rows.length, (values) => {
    const kept: ColumnArray = allocateColumn(precisionOf(values), rows.length);
    for (let index = 0; index < rows.length; index++) kept[index] = values[rows[index] as number] as number;
    return kept;
  });
}
