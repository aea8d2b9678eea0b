/**
 * The canonical binary encoding of values: tag, length, content; record keys in the order of their UTF-8 bytes; numbers as
 * little-endian float64 with one NaN; −0 and 0 differ. Equal values have equal bytes and equal bytes are equal values.
 *
 * Content of more than {@link INLINE_LIMIT} bytes (arrays and byte strings) stands outside, as a blob, and is encoded by
 * its digest. So a value that carries 64 MiB encodes to some hundred bytes, and equal arrays are stored once.
 */
import { PipelineError } from "../errors.ts";
import { type Digest, sha256 } from "./digest.ts";
import { NdArray } from "./ndarray.ts";
import { Table } from "./table.ts";
import { freeze, isFrozenValue, MAX_DEPTH, tooDeep, type Value } from "./value.ts";

/** Arrays and byte strings up to this many bytes stand inside the encoding. */
export const INLINE_LIMIT = 4096;

/** First byte of every encoded value. */
export const tag = {
  null: 0,
  false: 1,
  true: 2,
  number: 3,
  bigint: 4,
  string: 5,
  bytes: 6,
  list: 7,
  record: 8,
  array: 9,
  table: 10,
  bytesByDigest: 11,
  arrayByDigest: 12,
} as const;

/** The encoding of a value and the blobs it refers to, in order of appearance. */
export interface Encoded {
  readonly bytes: Uint8Array;
  readonly blobs: ReadonlyMap<Digest, Uint8Array>;
}

/** Encodes a value. Cost: one pass over the tree and one SHA-256 pass over each large array not yet hashed. */
export function encode(value: Value): Encoded {
  const writer = takeWriter();
  writer.write(value);
  const encoded = { bytes: writer.copy(), blobs: writer.blobs };
  returnWriter(writer);
  return encoded;
}

/** The bytes of {@link encode} as a view, which holds until the next value is encoded. Blobs are left out. */
export function encodeLent(value: Value): Uint8Array {
  const writer = takeWriter();
  writer.write(value);
  returnWriter(writer);
  return writer.view();
}

const digests = new WeakMap<object, Digest>();

/** Digest of a value: SHA-256 of its encoding. Remembered for frozen objects, so a value is hashed once. */
export function digestOf(value: Value): Digest {
  const isObject = typeof value === "object" && value !== null;
  if (isObject) {
    const known = digests.get(value);
    if (known !== undefined) return known;
  }
  const writer = takeWriter();
  writer.write(value);
  const digest = sha256(writer.view());
  returnWriter(writer);
  if (isObject && isFrozenValue(value)) {
    digests.set(value, digest);
    if (writer.hasContent) writable.add(value);
  }
  return digest;
}

/** Frozen objects whose digest is remembered though their content can be written to: those with arrays or bytes in them. */
const writable = new WeakSet<object>();

/**
 * Digest of a value that somebody hands in, computed anew where it holds arrays or bytes: nothing can protect them from
 * being written to. From here on {@link digestOf} answers this digest. `seen` has what was looked at already, so that
 * content which stands in several values is hashed once. Cost: one SHA-256 pass over arrays, nothing for other values.
 */
export function digestAnew(value: Value, seen: Set<object>): void {
  if (typeof value !== "object" || value === null || seen.has(value)) return;
  if (digests.has(value) && !writable.has(value)) return;
  digests.delete(value);
  const writer = takeWriter();
  writer.renewed = seen;
  writer.write(value);
  seen.add(value);
  if (isFrozenValue(value)) {
    digests.set(value, sha256(writer.view()));
    if (writer.hasContent) writable.add(value);
  }
  returnWriter(writer);
}

/** Remembers the digest of a frozen object that was just computed from its encoding. */
export function rememberDigest(value: Value, digest: Digest): Digest {
  if (typeof value === "object" && value !== null && isFrozenValue(value)) {
    digests.set(value, digest);
    writable.add(value);
  }
  return digest;
}

const blobDigests = new WeakMap<object, Digest>();

/** Digest of the content bytes of a large array or byte string: its name in a blob store. Remembered for the object. */
export function blobDigestOf(content: NdArray | Uint8Array): Digest {
  const known = blobDigests.get(content);
  if (known !== undefined) return known;
  const digest = sha256(content instanceof NdArray ? content.bytes() : content);
  blobDigests.set(content, digest);
  return digest;
}

/** Remembers the digest of content that was just read from a store under that digest. */
export function rememberBlobDigest(content: NdArray | Uint8Array, digest: Digest): void {
  blobDigests.set(content, digest);
}

const utf8 = new TextEncoder();

class Writer {
  blobs = new Map<Digest, Uint8Array>();
  /** Whether arrays or bytes were written. */
  hasContent = false;
  /** Large content whose digest was renewed; that of other content is. Absent: what is remembered holds. */
  renewed: Set<object> | undefined;
  private buffer = new Uint8Array(1024);
  private words = new DataView(this.buffer.buffer);
  private lent = this.buffer.subarray(0, 0);
  private length = 0;
  private depth = 0;

  reset(): void {
    this.length = 0;
    this.depth = 0;
    this.hasContent = false;
  }

  letGo(): void {
    this.renewed = undefined;
    if (this.blobs.size > 0) this.blobs = new Map();
  }

  /** Values of a kind are of a length, one after another: a view is made when the length changes. */
  view(): Uint8Array {
    if (this.lent.byteLength !== this.length || this.lent.buffer !== this.buffer.buffer)
      this.lent = this.buffer.subarray(0, this.length);
    return this.lent;
  }

  copy(): Uint8Array {
    return this.buffer.slice(0, this.length);
  }

  write(value: Value): void {
    if (value === null) return this.byte(tag.null);
    switch (typeof value) {
      case "boolean":
        return this.byte(value ? tag.true : tag.false);
      case "number":
        return this.number(value);
      case "bigint":
        return this.bigint(value);
      case "string":
        this.byte(tag.string);
        return this.string(value);
      case "object":
        break;
      default:
        freeze(value);
    }
    if (Array.isArray(value)) return this.list(value);
    if (value instanceof NdArray) return this.array(value);
    if (value instanceof Uint8Array) return this.bytesValue(value);
    if (value instanceof Table) return this.table(value);
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) freeze(value);
    this.record(value as Readonly<Record<string, Value>>);
  }

  private reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.buffer.byteLength) return;
    const larger = new Uint8Array(Math.max(needed, this.buffer.byteLength * 2));
    larger.set(this.view());
    this.buffer = larger;
    this.words = new DataView(larger.buffer);
  }

  private byte(value: number): void {
    this.reserve(1);
    this.buffer[this.length++] = value;
  }

  private count(value: number): void {
    this.reserve(4);
    this.words.setUint32(this.length, value, true);
    this.length += 4;
  }

  private number(value: number): void {
    this.reserve(9);
    this.buffer[this.length] = tag.number;
    if (Number.isNaN(value)) this.words.setBigUint64(this.length + 1, 0x7ff8000000000000n, true);
    else this.words.setFloat64(this.length + 1, value, true);
    this.length += 9;
  }

  private bigint(value: bigint): void {
    this.byte(tag.bigint);
    this.string(value.toString(16));
  }

  /** Length in bytes, then UTF-8. Short ASCII, by far the most frequent, is copied without the encoder. */
  private string(value: string): void {
    const characters = value.length;
    this.reserve(4 + 3 * characters);
    const start = this.length + 4;
    let written = 0;
    if (characters <= 128) {
      for (; written < characters; written++) {
        const code = value.charCodeAt(written);
        if (code > 127) break;
        this.buffer[start + written] = code;
      }
    }
    if (written < characters) {
      if (!isWellFormed(value)) {
        throw illFormed("a string");
      }
      written = utf8.encodeInto(value, this.buffer.subarray(start)).written;
    }
    this.words.setUint32(this.length, written, true);
    this.length = start + written;
  }

  private raw(bytes: Uint8Array): void {
    this.reserve(bytes.byteLength);
    this.buffer.set(bytes, this.length);
    this.length += bytes.byteLength;
  }

  /** A value that was not frozen before may contain itself. */
  private descend(): void {
    this.depth += 1;
    if (this.depth > MAX_DEPTH + 1) throw tooDeep("value");
  }

  private list(items: readonly Value[]): void {
    this.byte(tag.list);
    this.count(items.length);
    this.descend();
    for (const item of items) this.write(item);
    this.depth -= 1;
  }

  private record(record: Readonly<Record<string, Value>>): void {
    const keys = sortedKeys(record);
    this.byte(tag.record);
    this.count(keys.length);
    this.descend();
    for (const key of keys) {
      this.string(key);
      this.write(record[key] as Value);
    }
    this.depth -= 1;
  }

  private bytesValue(value: Uint8Array): void {
    this.hasContent = true;
    this.renew(value);
    if (value.byteLength > INLINE_LIMIT) {
      const digest = blobDigestOf(value);
      this.blobs.set(digest, value);
      this.byte(tag.bytesByDigest);
      return this.string(digest);
    }
    this.byte(tag.bytes);
    this.count(value.byteLength);
    this.raw(value);
  }

  private array(array: NdArray): void {
    this.hasContent = true;
    this.renew(array);
    const isLarge = array.byteLength > INLINE_LIMIT;
    this.byte(isLarge ? tag.arrayByDigest : tag.array);
    this.string(array.dtype);
    this.string(array.unit);
    this.count(array.shape.length);
    for (const extent of array.shape) this.count(extent);
    if (isLarge) {
      const digest = blobDigestOf(array);
      this.blobs.set(digest, array.bytes());
      this.string(digest);
    } else {
      this.count(array.byteLength);
      this.raw(array.bytes());
    }
  }

  private renew(content: NdArray | Uint8Array): void {
    const { renewed } = this;
    if (renewed === undefined || renewed.has(content)) return;
    renewed.add(content);
    blobDigests.delete(content);
  }

  private table(table: Table): void {
    const names = Object.keys(table.columns);
    this.byte(tag.table);
    this.count(names.length);
    for (const name of names) {
      this.string(name);
      this.array(table.columns[name] as NdArray);
    }
  }
}

const idle: Writer[] = [];

function takeWriter(): Writer {
  const writer = idle.pop() ?? new Writer();
  writer.reset();
  return writer;
}

/** An idle writer keeps its own buffer, and nothing of others. */
function returnWriter(writer: Writer): void {
  writer.letGo();
  if (idle.length < 4) idle.push(writer);
}

/** Keys in the order of their UTF-8 bytes. UTF-16 order is the same unless surrogates are about. */
function sortedKeys(record: Readonly<Record<string, Value>>): string[] {
  const keys = Object.keys(record);
  let isSorted = true;
  let isPlain = true;
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] as string;
    if (index > 0 && (keys[index - 1] as string) > key) isSorted = false;
    for (let at = 0; at < key.length; at++) if (key.charCodeAt(at) >= 0xd800) isPlain = false;
  }
  if (isSorted && isPlain) return keys;
  return isPlain ? keys.sort() : keys.sort(compareUtf8);
}

/** Order of two texts by their UTF-8 bytes. */
export function compareUtf8(a: string, b: string): number {
  const left = utf8.encode(a);
  const right = utf8.encode(b);
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const difference = (left[at] as number) - (right[at] as number);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** The error of a text that UTF-8 cannot write; `what` says which text it is. */
export function illFormed(what: string): PipelineError {
  return new PipelineError({
    code: "PIPE-001",
    message: `${what} holds half of a surrogate pair, which UTF-8 cannot write`,
    remedy: "Clean the text before it enters a value.",
  });
}

/** Whether UTF-8 can write a text: it holds no half of a surrogate pair. */
export function isWellFormed(value: string): boolean {
  return !/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(value);
}
