/** Columns under construction: numbers of any type of a file go into memory that is allocated once. */
import { columnsError } from "../errors.ts";
import { allocateColumn, type ColumnArray } from "../memory/column-array.ts";
import type { PlannedColumn, ReadOptions } from "./reader.ts";

/** Numbers as formats deliver them. In plain arrays `null` and `undefined` are missing values. */
export type SourceValues =
  | Float64Array
  | Float32Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | readonly (number | bigint | null | undefined)[];

/** Columns of a known length, filled piece by piece. */
export class ColumnFiller {
  readonly columns: ReadonlyMap<string, ColumnArray>;
  readonly #nullsAreNan: boolean;

  constructor(planned: readonly PlannedColumn[], length: number, options: ReadOptions) {
    this.columns = new Map(planned.map(({ name, precision }) => [name, allocateColumn(precision, length)]));
    this.#nullsAreNan = options.nulls === "nan";
  }

  /**
   * Writes `values` from row `start` on. `isMissing` tells which of them are null, where the array itself cannot.
   *
   * @throws ColumnsError COLS-022 missing value, COLS-023 a whole number beyond 2^53.
   */
  write(name: string, start: number, values: SourceValues, isMissing?: (index: number) => boolean): void {
    const column = this.columns.get(name);
    if (column === undefined || start + values.length > column.length) {
      throw new RangeError(`no room for ${values.length} values of ${name} from row ${start}`);
    }
    if (isMissing === undefined && isPlainNumbers(values)) {
      column.set(values, start);
      return;
    }
    for (let index = 0; index < values.length; index++) {
      const value = values[index];
      if (value === null || value === undefined || isMissing?.(index) === true) {
        if (!this.#nullsAreNan) throw missingValue(name, `row ${start + index}`);
        column[start + index] = Number.NaN;
      } else {
        column[start + index] = typeof value === "bigint" ? exactNumber(value, name, start + index) : value;
      }
    }
  }
}

/** The error for a value that is not there. */
export function missingValue(name: string, where: string): Error {
  return columnsError(
    "COLS-022",
    `${name} has no value in ${where}`,
    'Fill it in, leave the column out, or read missing values as NaN with nulls: "nan".',
    { name, where },
  );
}

function isPlainNumbers(
  values: SourceValues,
): values is Exclude<SourceValues, BigInt64Array | BigUint64Array | readonly unknown[]> {
  return !Array.isArray(values) && !(values instanceof BigInt64Array || values instanceof BigUint64Array);
}

function exactNumber(value: bigint, name: string, row: number): number {
  const number = Number(value);
  if (Number.isSafeInteger(number) || BigInt(number) === value) return number;
  throw columnsError(
    "COLS-023",
    `${name} is ${value} in row ${row}, which float64 cannot hold exactly`,
    "Leave the column out, or write it in two columns of smaller numbers.",
    { name, row, value: String(value) },
  );
}
