/**
 * Values on their way between threads. Structure is cloned; the data of arrays stays where it is, on shared memory, so a
 * 64 MiB input costs as much as a number.
 *
 * A list that begins with `undefined` stands for an array or a table: no value can contain one.
 */
import { type Dtype, freeze, NdArray, sharedBytes, Table, type Value } from "@simloom/pipeline";

/** Smaller arrays on ordinary memory are cloned: making shared memory costs more. */
const CLONE_LIMIT_BYTES = 16 * 1024;

type ArrayData = NdArray["data"];
type PackedArray = readonly [undefined, Dtype, readonly number[], string, ArrayData];
type PackedTable = readonly [undefined, "table", readonly string[], readonly PackedArray[]];

/** Makes a value ready for `postMessage`. What holds no array is passed on as it is. */
export function pack(value: Value): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof NdArray) return packArray(value);
  if (value instanceof Table) {
    const columns = Object.values(value.columns).map(packArray);
    return [undefined, "table", Object.keys(value.columns), columns] satisfies PackedTable;
  }
  // Cloning a view clones all that lies under it.
  if (value instanceof Uint8Array) return isWhole(value) ? value : value.slice();
  if (Array.isArray(value)) return packList(value);
  return packRecord(value as Readonly<Record<string, Value>>);
}

/** Rebuilds a packed value, frozen. */
export function unpack(packed: unknown): Value {
  return freeze(restore(packed) as Value);
}

function packList(list: readonly Value[]): unknown {
  let copy: unknown[] | undefined;
  for (let i = 0; i < list.length; i++) {
    const member = list[i] as Value;
    if (typeof member !== "object" || member === null) continue;
    const packed = pack(member);
    if (packed === member) continue;
    copy ??= [...list];
    copy[i] = packed;
  }
  return copy ?? list;
}

function packRecord(record: Readonly<Record<string, Value>>): unknown {
  let copy: Record<string, unknown> | undefined;
  for (const name in record) {
    const member = record[name] as Value;
    if (typeof member !== "object" || member === null) continue;
    const packed = pack(member);
    if (packed === member) continue;
    copy ??= { ...record };
    copy[name] = packed;
  }
  return copy ?? record;
}

function packArray(array: NdArray): PackedArray {
  return [undefined, array.dtype, array.shape, array.unit, shareable(array)];
}

const shared = new WeakMap<NdArray, ArrayData>();

/** The array's data on memory that both sides see; copied there once where it is large and was not. */
function shareable(array: NdArray): ArrayData {
  const { data } = array;
  if (data.buffer instanceof SharedArrayBuffer) return data;
  if (data.byteLength <= CLONE_LIMIT_BYTES) return isWhole(data) ? data : (data.slice() as ArrayData);
  let copy = shared.get(array);
  if (copy === undefined) {
    const Container = data.constructor as new (buffer: ArrayBufferLike) => ArrayData;
    copy = new Container(sharedBytes(data.byteLength));
    (copy as { set(source: ArrayLike<unknown>): void }).set(data);
    shared.set(array, copy);
  }
  return copy;
}

function isWhole(view: ArrayBufferView): boolean {
  return view.byteLength === view.buffer.byteLength || view.buffer instanceof SharedArrayBuffer;
}

function restore(packed: unknown): unknown {
  if (typeof packed !== "object" || packed === null || ArrayBuffer.isView(packed)) return packed;
  if (Array.isArray(packed)) {
    if (packed.length > 0 && packed[0] === undefined) return restoreSpecial(packed);
    for (let i = 0; i < packed.length; i++) {
      const member: unknown = packed[i];
      if (typeof member === "object" && member !== null) packed[i] = restore(member);
    }
    return packed;
  }
  const record = packed as Record<string, unknown>;
  for (const name in record) {
    const member = record[name];
    if (typeof member === "object" && member !== null) record[name] = restore(member);
  }
  return record;
}

function restoreSpecial(packed: readonly unknown[]): NdArray | Table {
  if (packed[1] === "table") {
    const [, , names, columns] = packed as unknown as PackedTable;
    return new Table(Object.fromEntries(names.map((name, i) => [name, restoreArray(columns[i] as PackedArray)])));
  }
  return restoreArray(packed as unknown as PackedArray);
}

function restoreArray([, dtype, shape, unit, data]: PackedArray): NdArray {
  return new NdArray(dtype, shape, data, unit);
}
