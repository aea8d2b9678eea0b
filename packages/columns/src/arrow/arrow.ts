/**
 * Arrow IPC, as a file or a stream. Columns of one batch that are on shared memory, have no nulls and need no widening are taken
 * as they are, without a copy.
 */
import { type Data, DataType, Precision, type RecordBatch, RecordBatchReader } from "apache-arrow";
import { datasetOver } from "../dataset/build.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { type ColumnArray, isShareable, precisionOf } from "../memory/column-array.ts";
import { bytesOf, damaged, unreadable, unsharedBytes } from "../read/bytes.ts";
import { ColumnFiller, type SourceValues } from "../read/fill.ts";
import {
  type Bytes,
  columnOptions,
  type PlannedColumn,
  planColumns,
  type Reader,
  type ReadOptions,
  type SourceColumn,
  type SourceType,
} from "../read/reader.ts";
import { requireSoundArrow } from "./sound.ts";

const MAGIC = "ARROW1";

/**
 * Reads Arrow IPC from memory: `float`, `double` and whole numbers; other types are not numbers here, half floats and
 * dictionaries among them. A source on shared memory gives columns that share it.
 *
 * @throws ColumnsError COLS-020 damaged or cut off (a stream must have its end mark), COLS-021 compressed or big-endian, and what
 *   `dataset` throws.
 */
export const readArrow: Reader<Bytes> = async (source, options = {}) => {
  const bytes = bytesOf(source);
  const what = startsWithMagic(bytes) ? "Arrow file" : "Arrow stream";
  requireEnd(bytes, what);
  requireSoundArrow(bytes, what, startsWithMagic(bytes));
  return datasetOfBatches(openBatches(decodable(bytes), what), options);
};

interface Batches {
  readonly columns: readonly SourceColumn[];
  readonly batches: readonly RecordBatch[];
}

/** Reads the structure: views on the bytes, no numbers yet. */
function openBatches(bytes: Uint8Array, what: string): Batches {
  try {
    const reader = RecordBatchReader.from(bytes).open();
    const columns = reader.schema.fields.map(({ name, type }) => ({ name, type: sourceType(type) }));
    return { columns, batches: [...reader] };
  } catch (cause) {
    throw unreadable(what, bytes.length, cause);
  }
}

function datasetOfBatches({ columns, batches }: Batches, options: ReadOptions): Dataset {
  const length = batches.reduce((total, batch) => total + batch.numRows, 0);
  const planned = planColumns(columns, options, length);
  const adopted = batches.length === 1 ? planned.map((column) => adoptable(batches[0], column)) : [];
  const copied = planned.filter((_, index) => adopted[index] === undefined);
  const filler = new ColumnFiller(copied, length, options);
  let start = 0;
  for (const batch of batches) {
    for (const { name, index } of copied) {
      let row = start;
      for (const data of batch.getChildAt(index)?.data ?? []) {
        const isMissing = data.nullCount === 0 ? undefined : (item: number): boolean => !data.getValid(item);
        filler.write(name, row, valuesOf(data), isMissing);
        row += data.length;
      }
    }
    start += batch.numRows;
  }
  const shared = planned.flatMap(({ name }, index): [string, ColumnArray][] => {
    const values = adopted[index];
    return values === undefined ? [] : [[name, values]];
  });
  return datasetOver(new Map([...shared, ...filler.columns]), columnOptions(options));
}

/** The values of the column where they can serve as they are. */
function adoptable(batch: RecordBatch | undefined, { index, precision }: PlannedColumn): ColumnArray | undefined {
  const [data, more] = batch?.getChildAt(index)?.data ?? [];
  if (data === undefined || more !== undefined || data.nullCount > 0) return undefined;
  const values = valuesOf(data);
  if (!(values instanceof Float64Array || values instanceof Float32Array)) return undefined;
  return precisionOf(values) === precision && isShareable(values.buffer) ? values : undefined;
}

function valuesOf(data: Data): SourceValues {
  return (data.values as Float64Array).subarray(0, data.length);
}

function sourceType(type: DataType): SourceType {
  if (DataType.isInt(type)) return "integer";
  if (DataType.isFloat(type)) {
    if (type.precision === Precision.DOUBLE) return "float64";
    if (type.precision === Precision.SINGLE) return "float32";
  }
  return { other: String(type) };
}

function startsWithMagic(bytes: Uint8Array): boolean {
  return hasMagic(bytes, 0);
}

function hasMagic(bytes: Uint8Array, position: number): boolean {
  return [...MAGIC].every((letter, index) => bytes[position + index] === letter.charCodeAt(0));
}

/** A file ends in its magic again, a stream in a continuation mark and a length of zero: without them something is missing. */
function requireEnd(bytes: Uint8Array, what: string): void {
  if (bytes.length < 8) throw damaged(what, "it is too short", bytes.length);
  if (startsWithMagic(bytes)) {
    if (!hasMagic(bytes, bytes.length - MAGIC.length))
      throw damaged(what, "it does not end in ARROW1, so it is cut off", bytes.length);
    return;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== 0xffffffff) throw damaged(what, "it begins neither as a file nor as a stream", 0);
  if (view.getUint32(bytes.length - 4, true) !== 0 || view.getUint32(bytes.length - 8, true) !== 0xffffffff) {
    throw damaged(what, "its end mark is missing, so it is cut off", bytes.length);
  }
}

/** Browsers refuse to decode the names of columns from shared memory: there the file is copied first. */
function decodable(bytes: Uint8Array): Uint8Array {
  if (bytes.buffer instanceof ArrayBuffer) return bytes;
  try {
    new TextDecoder().decode(bytes.subarray(0, 1));
    return bytes;
  } catch {
    return unsharedBytes(bytes);
  }
}
