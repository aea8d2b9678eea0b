import { numericsError } from "../errors.ts";
import { createWasmMemory, type WasmMemory } from "../wasm/host.ts";
import type { FftPrecision } from "./lanes.ts";

/** Real array of a precision. */
export type RealArray = Float64Array | Float32Array;

/** `length` complex numbers in the memory that a plan works on without copies. */
export interface ComplexField {
  readonly length: number;
  readonly precision: FftPrecision;
  /** Copies interleaved numbers (re, im, re, im, …) in. Throws `NUMR-011` when there are not 2 · length. */
  load(interleaved: RealArray): void;
  /** Copies the numbers out, interleaved. Throws `NUMR-011` when there is no room for exactly 2 · length. */
  store(interleaved: RealArray): void;
  /** Gives the memory back; the field must not be used any more. */
  release(): void;
}

/** A complex field in an arena, where kernels work on it in place: a plane of real parts and one of imaginary parts. */
export interface ArenaField extends ComplexField {
  readonly arena: FftArena;
  /** Views of the planes. Take them anew after new fields or plans were made: an unshared arena moves when it grows. */
  readonly re: RealArray;
  readonly im: RealArray;
  /** Byte address of the real and of the imaginary plane. */
  readonly reAddress: number;
  readonly imAddress: number;
  /** Length of a plane in bytes: a multiple of 64; what lies beyond the last number stays zero. */
  readonly paddedBytes: number;
}

/** Refuses an array that does not hold exactly `length` interleaved complex numbers, with `NUMR-011`. */
export function checkInterleaved(interleaved: RealArray, length: number): void {
  if (interleaved.length === 2 * length) return;
  throw numericsError(
    "NUMR-011",
    `An array of ${interleaved.length} numbers does not hold ${length} complex numbers`,
    `Give ${2 * length} numbers: real and imaginary parts in turn.`,
  );
}

export interface FftArenaOptions {
  /** Largest size in MiB; default 2048. */
  readonly maximumMb?: number;
  /** Memory that workers can share; default false. */
  readonly shared?: boolean;
}

/**
 * One WebAssembly memory that holds fields, tables and scratch of transforms, so that they run without copies.
 *
 * Blocks are aligned to 64 bytes and handed out again after release, smallest fitting first.
 */
export class FftArena {
  readonly memory: WasmMemory;
  readonly shared: boolean;
  readonly maximumPages: number;
  private top = FIRST_FREE;
  private readonly free: { address: number; bytes: number }[] = [];

  constructor({ maximumMb = 2048, shared = false }: FftArenaOptions = {}) {
    this.shared = shared;
    this.maximumPages = Math.min(65536, Math.ceil(maximumMb * 16));
    this.memory = createWasmMemory({ initialPages: 16, maximumPages: this.maximumPages, shared });
  }

  /** Bytes in use, released blocks included. */
  get usedBytes(): number {
    return this.top;
  }

  /** Reserves bytes; returns their address. Throws `NUMR-012` when the arena is full. Content is not cleared. */
  allocate(bytes: number): number {
    const needed = Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
    const fitting = this.free.findIndex((block) => block.bytes === needed);
    if (fitting >= 0) return (this.free.splice(fitting, 1)[0] as { address: number }).address;
    const address = this.top;
    const missing = address + needed - this.memory.buffer.byteLength;
    if (missing > 0) this.grow(missing);
    this.top += needed;
    return address;
  }

  /** Gives back what `allocate` returned for the same number of bytes. */
  release(address: number, bytes: number): void {
    this.free.push({ address, bytes: Math.ceil(bytes / ALIGNMENT) * ALIGNMENT });
  }

  float64(address: number, length: number): Float64Array {
    return new Float64Array(this.memory.buffer, address, length);
  }

  float32(address: number, length: number): Float32Array {
    return new Float32Array(this.memory.buffer, address, length);
  }

  int32(address: number, length: number): Int32Array {
    return new Int32Array(this.memory.buffer, address, length);
  }

  /** A view of the precision's numbers. */
  reals(precision: FftPrecision, address: number, length: number): RealArray {
    return precision === "float64" ? this.float64(address, length) : this.float32(address, length);
  }

  /** A complex field of zeros. */
  field(length: number, precision: FftPrecision = "float64"): ArenaField {
    return new PlanesInArena(this, length, precision);
  }

  private grow(missingBytes: number): void {
    const pages = Math.ceil(missingBytes / PAGE_BYTES);
    const present = this.memory.buffer.byteLength / PAGE_BYTES;
    // Grow by half, so that many small allocations do not copy an unshared memory each time.
    const wanted = Math.min(Math.max(pages, present >> 1), this.maximumPages - present);
    if (wanted < pages)
      throw numericsError(
        "NUMR-012",
        `The arena is full: ${Math.ceil(missingBytes / 2 ** 20)} MiB are missing beyond its ${this.maximumPages / 16} MiB`,
        "Release fields that are no longer needed, or make the arena with a larger maximumMb.",
      );
    this.memory.grow(wanted);
  }
}

const ALIGNMENT = 64;
/** Addresses of two tables of constants that kernels load from; the same in every arena, so that code can name them. */
export const CONSTANT_TABLES = { float64: 64, float32: 2048 } as const;
const FIRST_FREE = 4096;
const PAGE_BYTES = 65536;

class PlanesInArena implements ArenaField {
  readonly arena: FftArena;
  readonly length: number;
  readonly precision: FftPrecision;
  readonly reAddress: number;
  readonly imAddress: number;
  readonly paddedBytes: number;
  private views: { readonly re: RealArray; readonly im: RealArray } | undefined;
  private isReleased = false;

  constructor(arena: FftArena, length: number, precision: FftPrecision) {
    this.arena = arena;
    this.length = length;
    this.precision = precision;
    this.paddedBytes = Math.ceil((length * (precision === "float64" ? 8 : 4)) / ALIGNMENT) * ALIGNMENT;
    this.reAddress = arena.allocate(this.allocatedBytes);
    this.imAddress = this.reAddress + this.paddedBytes + ALIGNMENT;
    new Uint8Array(arena.memory.buffer, this.reAddress, this.allocatedBytes).fill(0);
  }

  get re(): RealArray {
    return this.planes().re;
  }

  get im(): RealArray {
    return this.planes().im;
  }

  load(interleaved: RealArray): void {
    checkInterleaved(interleaved, this.length);
    const { re, im } = this.planes();
    for (let i = 0; i < this.length; i++) {
      re[i] = interleaved[2 * i] as number;
      im[i] = interleaved[2 * i + 1] as number;
    }
  }

  store(interleaved: RealArray): void {
    checkInterleaved(interleaved, this.length);
    const { re, im } = this.planes();
    for (let i = 0; i < this.length; i++) {
      interleaved[2 * i] = re[i] as number;
      interleaved[2 * i + 1] = im[i] as number;
    }
  }

  release(): void {
    if (this.isReleased) return;
    this.isReleased = true;
    this.arena.release(this.reAddress, this.allocatedBytes);
  }

  // One odd cache line between the planes keeps equal indices out of the same set of the cache.
  private get allocatedBytes(): number {
    return 2 * (this.paddedBytes + ALIGNMENT);
  }

  private planes(): { readonly re: RealArray; readonly im: RealArray } {
    if (this.isReleased)
      throw numericsError("NUMR-011", "The field was released", "Release a field after its last use only.");
    if (this.views === undefined || this.views.re.buffer !== this.arena.memory.buffer)
      this.views = {
        re: this.arena.reals(this.precision, this.reAddress, this.length),
        im: this.arena.reals(this.precision, this.imAddress, this.length),
      };
    return this.views;
  }
}
