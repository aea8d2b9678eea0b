/**
 * The memory of one column: float64 or float32, on shared memory where the platform has it (in Node always, in a page when it
 * is cross-origin isolated), so that workers see the same bytes without a copy.
 */

/** The numbers of a column. Nobody may write to it once it is part of a data set. */
export type ColumnArray = Float64Array | Float32Array;

/** How the numbers of a column are kept. */
export type StoredPrecision = "float64" | "float32";

/** A column of zeros. */
export function allocateColumn(precision: StoredPrecision, length: number): ColumnArray {
  return precision === "float64"
    ? new Float64Array(allocateBytes(length * 8))
    : new Float32Array(allocateBytes(length * 4));
}

/** A zeroed buffer, shared where the platform has shared memory. */
export function allocateBytes(byteLength: number): ArrayBufferLike {
  return typeof SharedArrayBuffer === "undefined" ? new ArrayBuffer(byteLength) : new SharedArrayBuffer(byteLength);
}

/** Whether a column on this buffer is as good as one that `allocateColumn` makes. */
export function isShareable(buffer: ArrayBufferLike): boolean {
  return typeof SharedArrayBuffer === "undefined" || buffer instanceof SharedArrayBuffer;
}

export function precisionOf(values: ColumnArray): StoredPrecision {
  return values instanceof Float64Array ? "float64" : "float32";
}

/** Bytes of one number. */
export function bytesPerValue(precision: StoredPrecision): 8 | 4 {
  return precision === "float64" ? 8 : 4;
}

/** The values as float64: the same array where it is, an exact copy of a float32 column otherwise. */
export function widened(values: ColumnArray): Float64Array {
  if (values instanceof Float64Array) return values;
  const wide = new Float64Array(allocateBytes(values.length * 8));
  wide.set(values);
  return wide;
}
