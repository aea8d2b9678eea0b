/**
 * The records of a pack: one shape for entries and for the marks that stand between them.
 *
 * | at | bytes | what |
 * |---|---|---|
 * | 0 | 4 | magic |
 * | 4 | 4 | length of the whole record |
 * | 8 | 4 | the same with every bit turned: a damaged length is not taken for a cut record |
 * | 12 | 1 | kind |
 * | 13 | 1 | 1 when an alias is there |
 * | 24 | 8 | when it was written, in ms since 1970, float64 |
 * | 32 | 32 | key |
 * | 64 | 32 | alias, if there |
 * | 64 or 96 | | payload |
 * | end − 4 | 4 | CRC-32 of all that stands before, started from the seed of the store |
 *
 * The seed is drawn when a store is made, so a payload that happens to hold records of another store is not read as
 * records of this one when a scan has to find its feet again.
 */
import { crc32 } from "node:zlib";
import type { Digest } from "@simloom/pipeline";

export const RecordKind = {
  /** A record under its key and alias. */
  entry: 1,
  /** Takes the records of this key and alias that stand before it out of use. */
  drop: 2,
  /** The last record of a pack: what follows does not count. */
  seal: 3,
  /** Keys that were read, 32 bytes each, at the time of the record. */
  use: 4,
  /** What looking up and storing took a process. */
  work: 5,
} as const;
export type RecordKind = (typeof RecordKind)[keyof typeof RecordKind];

/** Bytes before the alias or payload. */
export const HEADER_BYTES = 64;
const KEY_BYTES = 32;
const CHECK_BYTES = 4;
const SHORTEST_BYTES = HEADER_BYTES + CHECK_BYTES;
const MAGIC = 0x4b504c53;
const MAGIC_BYTES = Buffer.from([0x53, 0x4c, 0x50, 0x4b]);
const NO_KEY = "0".repeat(64);
const KEY_PATTERN = /^[0-9a-f]{64}$/;

/** Whether a text is a key: 64 lower-case hexadecimal digits. Whatever else is refused, so no key is ever a path. */
export function isKey(text: string): boolean {
  return KEY_PATTERN.test(text);
}

export interface RecordFields {
  readonly kind: RecordKind;
  readonly key?: Digest;
  readonly alias?: Digest | undefined;
  readonly payload?: Uint8Array;
  readonly writtenAtMs: number;
}

let scratch = Buffer.alloc(4096);

/** Writes a record into a buffer that the next call uses again. Cost: under 1 µs for a small one. */
export function recordBytes(fields: RecordFields, seed: number): Buffer {
  const { alias, payload } = fields;
  const start = alias === undefined ? HEADER_BYTES : HEADER_BYTES + KEY_BYTES;
  const end = start + (payload?.byteLength ?? 0);
  const length = end + CHECK_BYTES;
  if (length > scratch.byteLength) scratch = Buffer.alloc(length * 2);
  scratch.writeUInt32LE(MAGIC, 0);
  scratch.writeUInt32LE(length, 4);
  scratch.writeUInt32LE(~length >>> 0, 8);
  scratch.fill(0, 12, 24);
  scratch[12] = fields.kind;
  scratch.writeDoubleLE(fields.writtenAtMs, 24);
  scratch.write(fields.key ?? NO_KEY, 32, KEY_BYTES, "hex");
  if (alias !== undefined) {
    scratch[13] = 1;
    scratch.write(alias, HEADER_BYTES, KEY_BYTES, "hex");
  }
  if (payload !== undefined) scratch.set(payload, start);
  scratch.writeUInt32LE(crc32(scratch.subarray(0, end), seed), end);
  return scratch.subarray(0, length);
}

/** The length that a record claims: −1 when its head is cut off by the end of `bytes`, 0 when no record starts here. */
export function recordLengthAt(bytes: Buffer, at: number): number {
  if (at + 12 > bytes.byteLength)
    return bytes.subarray(at, at + 4).equals(MAGIC_BYTES.subarray(0, bytes.byteLength - at)) ? -1 : 0;
  if (bytes.readUInt32LE(at) !== MAGIC) return 0;
  const length = bytes.readUInt32LE(at + 4);
  return length >= SHORTEST_BYTES && bytes.readUInt32LE(at + 8) === ~length >>> 0 ? length : 0;
}

/** Whether these bytes are a whole and undamaged record. The checksum over a record and its own checksum is a constant. */
export function isIntact(record: Uint8Array, seed: number): boolean {
  return crc32(record, seed) === CHECKSUM_RESIDUE;
}

const CHECKSUM_RESIDUE = 0x2144df1c;

/** Whether a whole and undamaged record of this length stands at `at`. */
export function isIntactAt(bytes: Buffer, at: number, length: number, seed: number): boolean {
  // A part of a Buffer is a Buffer again, which takes several times as long to make.
  return at + length <= bytes.byteLength && isIntact(new Uint8Array(bytes.buffer, bytes.byteOffset + at, length), seed);
}

/** The checksum of a record: tells it from others. */
export function checkAt(bytes: Buffer, at: number, length: number): number {
  return bytes.readUInt32LE(at + length - CHECK_BYTES);
}

/** Where the next whole and undamaged record stands, or −1. */
export function nextIntactAt(bytes: Buffer, from: number, seed: number): number {
  for (let at = bytes.indexOf(MAGIC_BYTES, from); at >= 0; at = bytes.indexOf(MAGIC_BYTES, at + 1)) {
    const length = recordLengthAt(bytes, at);
    if (length > 0 && isIntactAt(bytes, at, length, seed)) return at;
  }
  return -1;
}

export function kindAt(bytes: Buffer, at: number): number {
  return bytes[at + 12] as number;
}

export function writtenAtMsAt(bytes: Buffer, at: number): number {
  return bytes.readDoubleLE(at + 24);
}

export function keyAt(bytes: Buffer, at: number): Digest {
  return bytes.toString("hex", at + 32, at + 64);
}

export function aliasAt(bytes: Buffer, at: number): Digest | undefined {
  return bytes[at + 13] === 1 ? bytes.toString("hex", at + HEADER_BYTES, at + HEADER_BYTES + KEY_BYTES) : undefined;
}

/** Whether the key of a record, or its alias, is this one. */
export function isNamedAt(bytes: Buffer, at: number, name: Digest): boolean {
  return keyAt(bytes, at) === name || aliasAt(bytes, at) === name;
}

/** The payload, as a view. */
export function payloadAt(bytes: Buffer, at: number, length: number): Uint8Array {
  const start = at + (bytes[at + 13] === 1 ? HEADER_BYTES + KEY_BYTES : HEADER_BYTES);
  return new Uint8Array(bytes.buffer, bytes.byteOffset + start, at + length - CHECK_BYTES - start);
}

/** Offsets of key and alias in a record. */
export const KEY_OFFSET = 32;

export function hasAliasAt(bytes: Buffer, at: number): boolean {
  return bytes[at + 13] === 1;
}
