/**
 * Tables of a FlatBuffer, read with every offset and length checked. The library that decodes them trusts what it finds: a wrong
 * length would make it loop for hours.
 *
 * Source: the FlatBuffers binary format, https://flatbuffers.dev/internals/.
 */

/** A structure that cannot be, and the byte of the source where it stands. */
export class WrongStructure extends Error {
  readonly position: number;

  constructor(what: string, position: number) {
    super(what);
    this.position = position;
  }
}

/** Elements of a vector: the first byte of the source and how many there are. */
export interface FlatVector {
  readonly start: number;
  readonly count: number;
}

/** A table. Fields are numbered in the order of the schema; those that are absent have their default. */
export class FlatTable {
  readonly #view: DataView;
  readonly #origin: number;
  readonly #start: number;
  readonly #slots: number;
  readonly #slotBytes: number;
  readonly #bytes: number;
  readonly #budget: { tables: number };

  private constructor(view: DataView, origin: number, start: number, budget: { tables: number }) {
    this.#view = view;
    this.#origin = origin;
    this.#start = start;
    this.#budget = budget;
    // tables may be shared, and sharing may be nested: no honest buffer has more of them than words
    if (--budget.tables < 0) throw this.#wrong("tables within tables without end", start);
    this.#slots = start - view.getInt32(this.#within(start, 4), true);
    this.#slotBytes = view.getUint16(this.#within(this.#slots, 4), true);
    this.#bytes = view.getUint16(this.#slots + 2, true);
    if (this.#slotBytes < 4 || this.#slotBytes % 2 !== 0 || this.#bytes < 4)
      throw this.#wrong("a table without a header", start);
    this.#within(this.#slots, this.#slotBytes);
    this.#within(start, this.#bytes);
  }

  /** The table at the root of the buffer that `length` bytes from `origin` on are. Throws `WrongStructure` like all that follows. */
  static root(bytes: Uint8Array, origin: number, length: number): FlatTable {
    if (length < 4) throw new WrongStructure(`a buffer of ${length} bytes`, origin);
    const view = new DataView(bytes.buffer, bytes.byteOffset + origin, length);
    return new FlatTable(view, origin, view.getUint32(0, true), { tables: 1 + length / 4 });
  }

  /** The byte of the source where the table stands. */
  get position(): number {
    return this.#origin + this.#start;
  }

  #wrong(what: string, position: number): WrongStructure {
    return new WrongStructure(what, this.#origin + position);
  }

  /** The position, if that many bytes from it on are within the buffer. */
  #within(position: number, bytes: number): number {
    if (position >= 0 && position + bytes <= this.#view.byteLength) return position;
    throw this.#wrong("an offset or a length that leads outside", Math.max(0, position));
  }

  /** Where a field stands, if it is there. */
  #place(field: number, width: number): number | undefined {
    const slot = 4 + 2 * field;
    const offset = slot + 2 <= this.#slotBytes ? this.#view.getUint16(this.#slots + slot, true) : 0;
    if (offset === 0) return undefined;
    if (offset + width > this.#bytes) throw this.#wrong("a field outside of its table", this.#start);
    return this.#start + offset;
  }

  /** What a field refers to, if it is there. */
  #target(field: number): number | undefined {
    const place = this.#place(field, 4);
    return place === undefined ? undefined : this.#follow(place);
  }

  #follow(place: number): number {
    const offset = this.#view.getUint32(place, true);
    if (offset < 4) throw this.#wrong("an offset that leads nowhere", place);
    return this.#within(place + offset, 4);
  }

  byte(field: number): number {
    const place = this.#place(field, 1);
    return place === undefined ? 0 : this.#view.getUint8(place);
  }

  int16(field: number): number {
    const place = this.#place(field, 2);
    return place === undefined ? 0 : this.#view.getInt16(place, true);
  }

  int32(field: number): number {
    const place = this.#place(field, 4);
    return place === undefined ? 0 : this.#view.getInt32(place, true);
  }

  int64(field: number): number {
    const place = this.#place(field, 8);
    return place === undefined ? 0 : Number(this.#view.getBigInt64(place, true));
  }

  table(field: number): FlatTable | undefined {
    const target = this.#target(field);
    return target === undefined ? undefined : new FlatTable(this.#view, this.#origin, target, this.#budget);
  }

  /** A vector of numbers or structures of a width in bytes. */
  vector(field: number, width: number): FlatVector {
    const target = this.#target(field);
    if (target === undefined) return { start: 0, count: 0 };
    const count = this.#view.getUint32(target, true);
    this.#within(target + 4, count * width);
    return { start: this.#origin + target + 4, count };
  }

  tables(field: number): readonly FlatTable[] {
    const { start, count } = this.vector(field, 4);
    const first = start - this.#origin;
    return Array.from({ length: count }, (_, index) => {
      return new FlatTable(this.#view, this.#origin, this.#follow(first + 4 * index), this.#budget);
    });
  }

  /** The bytes of a text, as one character each. */
  text(field: number): string {
    const { start, count } = this.vector(field, 1);
    const first = start - this.#origin;
    return Array.from({ length: count }, (_, index) => String.fromCharCode(this.#view.getUint8(first + index))).join(
      "",
    );
  }
}
