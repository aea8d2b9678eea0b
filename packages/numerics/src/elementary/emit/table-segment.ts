import { ERFCX_ROWS, LOG_ROWS, TWO_OVER_PI_DIGITS } from "../tables/rows.ts";

const TABLES: Readonly<Record<string, Float64Array>> = { ERFCX_ROWS, LOG_ROWS, TWO_OVER_PI_DIGITS };

/** The numbers of a table that elementary programs load from: `LOG_ROWS`, `ERFCX_ROWS` or `TWO_OVER_PI_DIGITS`. */
export function elementaryTable(name: string): Float64Array {
  return TABLES[name] as Float64Array;
}

/**
 * Tables and constants of elementary functions in linear memory, placed one after the other from `start` on as code asks
 * for them. When all code is written, copy `bytes()` to `start`.
 *
 * Constants of vector code are read from here: V8 builds a vector constant anew at each use, which takes three
 * instructions, and a load takes one.
 */
export class TableSegment {
  readonly start: number;
  private readonly parts: Uint8Array[] = [];
  private readonly addresses = new Map<string, number>();
  private length = 0;

  /** `start` is a multiple of 16 bytes. */
  constructor(start: number) {
    this.start = start;
  }

  /** First byte after the segment; grows while code is written. At most 16 KiB after `start` for all functions. */
  get end(): number {
    return this.start + this.length;
  }

  tableAddress(name: string): number {
    return this.place(name, () => elementaryTable(name));
  }

  /** Numbers of a caller's own; equal keys are one place. A key must not be the name of an elementary table or a number. */
  numbersAddress(key: string, values: Float64Array): number {
    return this.place(key, () => values);
  }

  constantAddress(value: number): number {
    return this.place(Object.is(value, -0) ? "-0" : `${value}`, () => Float64Array.of(value));
  }

  integerAddress(value: bigint): number {
    return this.place(`${value}n`, () => BigInt64Array.of(value));
  }

  bytes(): Uint8Array {
    const all = new Uint8Array(this.length);
    let at = 0;
    for (const part of this.parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  private place(key: string, values: () => Float64Array | BigInt64Array): number {
    const known = this.addresses.get(key);
    if (known !== undefined) return known;
    const address = this.end;
    const { buffer, byteOffset, byteLength } = values();
    this.parts.push(new Uint8Array(buffer, byteOffset, byteLength));
    this.length += byteLength;
    this.addresses.set(key, address);
    return address;
  }
}
