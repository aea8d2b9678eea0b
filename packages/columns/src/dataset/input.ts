/** Numbers as they are given by callers, made into columns. */
import { columnsError } from "../errors.ts";
import {
  allocateColumn,
  type ColumnArray,
  isShareable,
  precisionOf,
  type StoredPrecision,
} from "../memory/column-array.ts";

/** Numbers for a column. */
export type ColumnInput =
  | Float64Array
  | Float32Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | readonly number[];

/**
 * A column of these numbers: the array itself where it is a float array on shared memory of the right precision, otherwise a
 * copy. Float32Array stays float32 unless `precision` says otherwise; everything else becomes float64.
 *
 * @throws ColumnsError COLS-005 for anything but numbers.
 */
export function toColumn(name: string, values: ColumnInput, precision?: StoredPrecision): ColumnArray {
  const isFloat = values instanceof Float64Array || values instanceof Float32Array;
  const wanted = precision ?? (values instanceof Float32Array ? "float32" : "float64");
  if (isFloat && precisionOf(values) === wanted && isShareable(values.buffer)) return values;
  if (!isNumbers(values)) {
    throw columnsError("COLS-005", `${name} does not hold numbers`, "Give a typed array or an array of numbers.", {
      name,
    });
  }
  const column = allocateColumn(wanted, values.length);
  column.set(values);
  return column;
}

function isNumbers(values: unknown): boolean {
  if (Array.isArray(values)) return values.every((value) => typeof value === "number");
  return (
    ArrayBuffer.isView(values) &&
    !(values instanceof DataView || values instanceof BigInt64Array || values instanceof BigUint64Array)
  );
}
