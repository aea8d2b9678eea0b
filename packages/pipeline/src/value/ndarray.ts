import { PipelineError } from "../errors.ts";

/** Element types and the typed array each is kept in. Complex elements are interleaved (re, im). */
const containers = {
  float64: Float64Array,
  float32: Float32Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
  complex128: Float64Array,
  complex64: Float32Array,
} as const;

export type Dtype = keyof typeof containers;
export type DataOf<D extends Dtype> = InstanceType<(typeof containers)[D]>;

/** True for the name of an element type. */
export function isDtype(name: string): name is Dtype {
  return Object.hasOwn(containers, name);
}

/** Typed-array elements that one array element takes: two for complex types. */
export function lanesOf(dtype: Dtype): 1 | 2 {
  return dtype === "complex128" || dtype === "complex64" ? 2 : 1;
}

/** Bytes of the content of an array. */
export function byteLengthOf(dtype: Dtype, shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, lanesOf(dtype)) * containers[dtype].BYTES_PER_ELEMENT;
}

/**
 * A dense array in C order on shared memory, with a unit.
 *
 * `data` is one typed array over the whole content; workers receive it without a copy, so nobody may write to it once it
 * is part of a value. Where the platform has no shared memory it sits on an ordinary buffer.
 */
export class NdArray<out D extends Dtype = Dtype, out U extends string = string> {
  declare private readonly unitBrand: U;
  readonly dtype: D;
  readonly shape: readonly number[];
  readonly unit: string;
  readonly data: DataOf<D>;

  /** Wraps `data` without copying it. Use {@link ndarray} to allocate and {@link ndarrayFrom} to copy. */
  constructor(dtype: D, shape: readonly number[], data: DataOf<D>, unit: U) {
    const elements = shape.reduce((product, extent) => product * extent, lanesOf(dtype));
    if (!(data instanceof containers[dtype]) || data.length !== elements) {
      throw new PipelineError({
        code: "PIPE-003",
        message: `${elements} ${dtype} elements are needed for shape [${shape.join(", ")}], but the data has ${data.length}`,
        remedy: "Pass a typed array of the dtype, two numbers per complex element.",
      });
    }
    this.dtype = dtype;
    this.shape = Object.freeze([...shape]);
    this.unit = unit;
    this.data = data;
    Object.freeze(this);
  }

  /** Bytes of the content. */
  get byteLength(): number {
    return this.data.byteLength;
  }

  /** The content as bytes (little-endian on every platform that runs Simloom), without a copy. */
  bytes(): Uint8Array {
    return new Uint8Array(this.data.buffer, this.data.byteOffset, this.data.byteLength);
  }
}

/** Allocates a zeroed array on shared memory. `unit` is a unit symbol, `"1"` for dimensionless. */
export function ndarray<D extends Dtype, U extends string = "1">(
  dtype: D,
  shape: readonly number[],
  unit: U = "1" as U,
): NdArray<D, U> {
  const container = containers[dtype];
  const elements = shape.reduce((product, extent) => product * extent, lanesOf(dtype));
  const data = new container(sharedBytes(elements * container.BYTES_PER_ELEMENT) as ArrayBuffer);
  return new NdArray(dtype, shape, data as DataOf<D>, unit);
}

/** Copies `data` into a new one-dimensional array (or one of the given shape) on shared memory. */
export function ndarrayFrom<D extends Dtype, U extends string = "1">(
  dtype: D,
  data: ArrayLike<number> | ArrayLike<bigint>,
  options: { readonly unit?: U; readonly shape?: readonly number[] } = {},
): NdArray<D, U> {
  const array = ndarray(dtype, options.shape ?? [data.length / lanesOf(dtype)], options.unit);
  (array.data as { set(source: ArrayLike<unknown>): void }).set(data);
  return array;
}

/** Rebuilds an array over bytes that were read from a store or received from another thread, without a copy where aligned. */
export function ndarrayOver(dtype: Dtype, shape: readonly number[], unit: string, bytes: Uint8Array): NdArray {
  const container = containers[dtype];
  const size = container.BYTES_PER_ELEMENT;
  const aligned = bytes.byteOffset % size === 0 ? bytes : copyToShared(bytes);
  const data = new container(aligned.buffer as ArrayBuffer, aligned.byteOffset, aligned.byteLength / size);
  return new NdArray(dtype, shape, data as DataOf<Dtype>, unit);
}

/** A zeroed buffer on shared memory where there is any. */
export function sharedBytes(byteLength: number): ArrayBufferLike {
  return typeof SharedArrayBuffer === "undefined" ? new ArrayBuffer(byteLength) : new SharedArrayBuffer(byteLength);
}

function copyToShared(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(sharedBytes(bytes.byteLength));
  copy.set(bytes);
  return copy;
}
