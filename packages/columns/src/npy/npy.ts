/** NPY: one array. A vector is a column; a matrix of four columns is a four-vector (E, px, py, pz). */
import { datasetOver } from "../dataset/build.ts";
import { columnsError } from "../errors.ts";
import { bytesOf, damaged } from "../read/bytes.ts";
import { ColumnFiller, type SourceValues } from "../read/fill.ts";
import { columnOptions, planColumns, type Reader, type ReadOptions, type SourceColumn } from "../read/reader.ts";
import { COMPONENTS } from "../schema/four-vectors.ts";
import { ELEMENTS, type NpyHeader, readNpyHeader } from "./header.ts";

/** Options of {@link readNpy}. */
export interface NpyOptions extends ReadOptions {
  /** Name of the column or four-vector that the array becomes, since the format has none. Default `values`. */
  readonly name?: string;
}

/**
 * Reads an NPY file: float32, float64 and whole numbers of 1 to 8 bytes, of either byte order, of shape (n) or (n, 4), in C or
 * Fortran order. Pickled objects are refused.
 *
 * @throws ColumnsError COLS-020 damaged, COLS-021 other shapes or objects, and what `dataset` throws.
 */
export const readNpy: Reader<Uint8Array | ArrayBufferLike, NpyOptions> = async (source, options = {}) => {
  const { name = "values", ...rest } = options;
  return datasetOfArrays([openArray(name, bytesOf(source), "NPY file", 0)], rest);
};

/** An array of which only the header is read. */
export interface OpenArray {
  readonly name: string;
  readonly header: NpyHeader;
  readonly columns: readonly SourceColumn[];
  /** The bytes of the file, header included. */
  readonly bytes: Uint8Array;
}

/** Reads the header, and checks shape and length. `position` is where the array begins in its file. */
export function openArray(name: string, bytes: Uint8Array, what: string, position: number): OpenArray {
  const header = readNpyHeader(bytes, what);
  const { element, shape, dataStart } = header;
  const type =
    typeof element === "object" ? element : element === "f4" ? "float32" : element === "f8" ? "float64" : "integer";
  if (typeof element === "object") return { name, header, bytes, columns: [{ name, type }] };
  const isMatrix = shape.length === 2 && shape[1] === 4;
  if (shape.length !== 1 && !isMatrix) {
    throw columnsError(
      "COLS-021",
      `The ${what} has the shape (${shape.join(", ")})`,
      "Save arrays of shape (n) or (n, 4).",
      { shape },
    );
  }
  const expected = shape.reduce((product, extent) => product * extent, ELEMENTS[element].BYTES_PER_ELEMENT);
  if (bytes.length - dataStart !== expected) {
    const problem = bytes.length - dataStart < expected ? "it ends too early" : "there is more than its shape says";
    throw damaged(
      what,
      `${problem} (${expected} bytes of numbers expected, ${bytes.length - dataStart} there)`,
      position + Math.min(bytes.length, dataStart + expected),
    );
  }
  const names = isMatrix ? COMPONENTS.map((component) => `${name}_${component}`) : [name];
  return { name, header, bytes, columns: names.map((column) => ({ name: column, type })) };
}

/** A data set of arrays of one length. */
export function datasetOfArrays(arrays: readonly OpenArray[], options: ReadOptions): ReturnType<typeof datasetOver> {
  const source = arrays.flatMap((array) =>
    array.columns.map((column, index) => ({ ...column, array, component: index })),
  );
  const lengths = source.filter(({ type }) => typeof type !== "object").map(({ array }) => rowsOf(array));
  const read = planColumns(source, options, Math.max(0, ...lengths)).map((planned) => ({
    ...planned,
    ...(source[planned.index] as (typeof source)[number]),
  }));
  const [first] = read;
  const rows = first === undefined ? 0 : rowsOf(first.array);
  const other = read.find(({ array }) => rowsOf(array) !== rows);
  if (other !== undefined) {
    throw columnsError(
      "COLS-004",
      `The column ${first?.name} has ${rows} values, but ${other.name} has ${rowsOf(other.array)}`,
      "Save arrays with one row per event.",
    );
  }
  const filler = new ColumnFiller(read, rows, options);
  for (const array of arrays) {
    const wanted = read.filter((one) => one.array === array);
    if (wanted.length === 0) continue;
    const values = numbersOf(array);
    for (const { name, component } of wanted) filler.write(name, 0, columnOf(values, array.header, component));
  }
  return datasetOver(filler.columns, columnOptions(options));
}

function rowsOf({ header }: OpenArray): number {
  return header.shape[0] ?? 0;
}

type Numbers = Exclude<SourceValues, readonly unknown[]>;

/** The numbers in the order of this machine: a view where they are aligned so, otherwise a copy. */
function numbersOf({ header, bytes }: OpenArray): Numbers {
  const { element, isBigEndian, dataStart } = header;
  const container = ELEMENTS[element as keyof typeof ELEMENTS];
  const size = container.BYTES_PER_ELEMENT;
  const isDirect = !isBigEndian && (bytes.byteOffset + dataStart) % size === 0;
  const data = isDirect ? bytes.subarray(dataStart) : bytes.slice(dataStart);
  if (isBigEndian) for (let start = 0; start < data.length; start += size) data.subarray(start, start + size).reverse();
  return new container(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength / size);
}

function columnOf(values: Numbers, { shape, isFortranOrder }: NpyHeader, component: number): Numbers {
  const [rows = 0, width] = shape;
  if (width === undefined) return values;
  if (isFortranOrder) return values.subarray(component * rows, (component + 1) * rows) as Numbers;
  const column = values.slice(0, rows) as Numbers;
  for (let row = 0; row < rows; row++) column[row] = values[row * width + component] as never;
  return column;
}
