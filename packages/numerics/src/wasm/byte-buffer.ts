/** A growing run of bytes with the number encodings of the WebAssembly binary format (little-endian, LEB128). */
export class ByteBuffer {
  private data: Uint8Array;
  private view: DataView;
  private used = 0;

  constructor(capacity = 256) {
    this.data = new Uint8Array(capacity);
    this.view = new DataView(this.data.buffer);
  }

  /** Number of bytes written so far. */
  get length(): number {
    return this.used;
  }

  /** The bytes written so far, as a view that the next write may detach. */
  get bytes(): Uint8Array {
    return this.data.subarray(0, this.used);
  }

  byte(value: number): void {
    this.reserve(1);
    this.data[this.used++] = value;
  }

  append(bytes: ArrayLike<number>): void {
    this.reserve(bytes.length);
    this.data.set(bytes, this.used);
    this.used += bytes.length;
  }

  /** Unsigned LEB128 of an integer in [0, 2^32). */
  u32(value: number): void {
    this.reserve(5);
    let rest = value >>> 0;
    while (rest > 127) {
      this.data[this.used++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.data[this.used++] = rest;
  }

  /** Signed LEB128 of an integer in [-2^31, 2^32); the upper half of that range wraps to negative numbers. */
  s32(value: number): void {
    this.reserve(5);
    let rest = value | 0;
    while (rest < -64 || rest > 63) {
      this.data[this.used++] = (rest & 127) | 128;
      rest >>= 7;
    }
    this.data[this.used++] = rest & 127;
  }

  /** Signed LEB128 of an integer in [-2^63, 2^64); the upper half of that range wraps to negative numbers. */
  s64(value: bigint): void {
    this.reserve(10);
    let rest = BigInt.asIntN(64, value);
    while (rest < -64n || rest > 63n) {
      this.data[this.used++] = Number(rest & 127n) | 128;
      rest >>= 7n;
    }
    this.data[this.used++] = Number(rest & 127n);
  }

  f32(value: number): void {
    this.reserve(4);
    this.view.setFloat32(this.used, value, true);
    this.used += 4;
  }

  f64(value: number): void {
    this.reserve(8);
    this.view.setFloat64(this.used, value, true);
    this.used += 8;
  }

  /** UTF-8 text preceded by its length. */
  text(value: string): void {
    const bytes = new TextEncoder().encode(value);
    this.u32(bytes.length);
    this.append(bytes);
  }

  /** The content of another buffer preceded by its length, as sections and function bodies are written. */
  sized(content: ByteBuffer): void {
    this.u32(content.length);
    this.append(content.bytes);
  }

  private reserve(extra: number): void {
    if (this.used + extra <= this.data.length) return;
    const grown = new Uint8Array(Math.max(2 * this.data.length, this.used + extra));
    grown.set(this.bytes);
    this.data = grown;
    this.view = new DataView(grown.buffer);
  }
}
