/**
 * Reads the canonical encoding back. Only canonical bytes are accepted: whatever can be read encodes to the same bytes
 * again. Damage of any kind is PIPE-002, so a store can treat it as a miss; errors of the `blob` callback pass through.
 */
import { PipelineError } from "../errors.ts";
import type { Digest } from "./digest.ts";
import { compareUtf8, INLINE_LIMIT, rememberBlobDigest, tag } from "./encode.ts";
import { type Dtype, isDtype, NdArray, ndarrayOver } from "./ndarray.ts";
import { Table } from "./table.ts";
import { freeze, MAX_DEPTH, type Value } from "./value.ts";

/** Rebuilds a value. `blob` answers the content of a digest that the encoding refers to. Errors: PIPE-002. */
export function decode(bytes: Uint8Array, blob: (digest: Digest) => Uint8Array): Value {
  return bytes[0] === tag.number && bytes.byteLength === NUMBER_BYTES
    ? numberOf(bytes)
    : freeze(new Reader(bytes, blob).whole());
}

/** Most stored results of small stages are numbers; reading one takes no reader. */
const NUMBER_BYTES = 9;
const scratch = new DataView(new ArrayBuffer(8));

function numberOf(bytes: Uint8Array): number {
  for (let at = 0; at < 8; at++) scratch.setUint8(at, bytes[at + 1] as number);
  const value = scratch.getFloat64(0, true);
  if (Number.isNaN(value) && scratch.getBigUint64(0, true) !== CANONICAL_NAN)
    throw damaged("a NaN is not the canonical one");
  return value;
}

/**
 * Rebuilds a value without its large content: in place of it stands a record with its digest under `sha256`, and dtype,
 * shape and unit for arrays. What explanations and listings show. Errors: PIPE-002.
 */
export function decodeOutline(bytes: Uint8Array): Value {
  return freeze(new Reader(bytes, undefined).whole());
}

/** The digests of the blobs that an encoding refers to, in order of appearance. Errors: PIPE-002. */
export function blobsOf(bytes: Uint8Array): readonly Digest[] {
  const reader = new Reader(bytes, undefined);
  reader.whole();
  return reader.outlined;
}

const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const DIGEST = /^[0-9a-f]{64}$/;
const HEXADECIMAL = /^(0|-?[1-9a-f][0-9a-f]*)$/;
/** Up to this length a text is put together here when it is ASCII: names and digests. The text decoder costs 1 µs a call. */
const SHORT_TEXT_BYTES = 96;
const CANONICAL_NAN = 0x7ff8000000000000n;

class Reader {
  /** Digests that an outline stands for. */
  readonly outlined: Digest[] = [];
  private readonly bytes: Uint8Array;
  private view: DataView | undefined;
  private readonly blob: ((digest: Digest) => Uint8Array) | undefined;
  private offset = 0;
  private depth = 0;
  /** Whether the string read last was ASCII, so that the order of its code units is that of its bytes. */
  private isAscii = true;

  constructor(bytes: Uint8Array, blob: ((digest: Digest) => Uint8Array) | undefined) {
    this.bytes = bytes;
    this.blob = blob;
  }

  private get words(): DataView {
    this.view ??= new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength);
    return this.view;
  }

  whole(): Value {
    const value = this.read();
    if (this.offset !== this.bytes.byteLength) throw damaged("it goes on after its end");
    return value;
  }

  private read(): Value {
    const kind = this.byte();
    switch (kind) {
      case tag.null:
        return null;
      case tag.false:
        return false;
      case tag.true:
        return true;
      case tag.number:
        return this.number();
      case tag.bigint:
        return this.bigint();
      case tag.string:
        return this.string();
      case tag.bytes:
        return this.inlineBytes().slice();
      case tag.bytesByDigest:
        return this.bytesByDigest();
      case tag.list:
        return this.list();
      case tag.record:
        return this.record();
      case tag.array:
      case tag.arrayByDigest:
        return this.array(kind);
      case tag.table:
        return this.table();
      default:
        throw damaged("it holds an unknown tag");
    }
  }

  private need(count: number): void {
    if (this.offset + count > this.bytes.byteLength) throw damaged("it ends too early");
  }

  private byte(): number {
    this.need(1);
    return this.bytes[this.offset++] as number;
  }

  private count(): number {
    this.need(4);
    this.offset += 4;
    return this.words.getUint32(this.offset - 4, true);
  }

  /** A count of members of at least `size` bytes each: refused before anything of that length is allocated. */
  private countOf(size: number): number {
    const count = this.count();
    this.need(count * size);
    return count;
  }

  private number(): number {
    this.need(8);
    const value = this.words.getFloat64(this.offset, true);
    if (Number.isNaN(value) && this.words.getBigUint64(this.offset, true) !== CANONICAL_NAN) {
      throw damaged("a NaN is not the canonical one");
    }
    this.offset += 8;
    return value;
  }

  private bigint(): bigint {
    const digits = this.string();
    if (!HEXADECIMAL.test(digits)) throw damaged("an integer is not hexadecimal");
    return digits.startsWith("-") ? -BigInt(`0x${digits.slice(1)}`) : BigInt(`0x${digits}`);
  }

  private string(): string {
    const length = this.count();
    this.need(length);
    const start = this.offset;
    this.offset += length;
    this.isAscii = true;
    if (length > SHORT_TEXT_BYTES) return this.decoded(start);
    for (let at = start; at < this.offset; at++) if ((this.bytes[at] as number) > 127) return this.decoded(start);
    return String.fromCharCode.apply(null, this.bytes.subarray(start, this.offset) as unknown as number[]);
  }

  private decoded(start: number): string {
    this.isAscii = false;
    const part = this.bytes.subarray(start, this.offset);
    try {
      return text.decode(part.buffer instanceof ArrayBuffer ? part : part.slice());
    } catch {
      throw damaged("a string is not UTF-8");
    }
  }

  private inlineBytes(): Uint8Array {
    const length = this.count();
    if (length > INLINE_LIMIT) throw damaged("large content stands inside it");
    this.need(length);
    this.offset += length;
    return this.bytes.subarray(this.offset - length, this.offset);
  }

  private digest(): Digest {
    const digest = this.string();
    if (!DIGEST.test(digest)) throw damaged("a digest is not one");
    return digest;
  }

  private bytesByDigest(): Value {
    const digest = this.digest();
    if (this.blob === undefined) return this.outline(digest, {});
    const content = this.blob(digest);
    rememberBlobDigest(content, digest);
    return content;
  }

  private outline(digest: Digest, description: Readonly<Record<string, Value>>): Value {
    this.outlined.push(digest);
    return { ...description, sha256: digest };
  }

  private descend(): void {
    this.depth += 1;
    if (this.depth > MAX_DEPTH + 1) throw damaged("it is nested too deeply");
  }

  private list(): Value {
    const count = this.countOf(1);
    const items = new Array<Value>(count);
    this.descend();
    for (let index = 0; index < count; index++) items[index] = this.read();
    this.depth -= 1;
    return items;
  }

  private record(): Value {
    const count = this.countOf(5);
    const record: Record<string, Value> = {};
    let previous: string | undefined;
    let wasAscii = true;
    this.descend();
    for (let index = 0; index < count; index++) {
      const key = this.string();
      const isOrdered =
        previous === undefined || (wasAscii && this.isAscii ? previous < key : compareUtf8(previous, key) < 0);
      if (!isOrdered) throw damaged("the keys of a record are not in order");
      previous = key;
      wasAscii = this.isAscii;
      if (key === "__proto__") Object.defineProperty(record, key, { value: this.read(), enumerable: true });
      else record[key] = this.read();
    }
    this.depth -= 1;
    return record;
  }

  private array(kind: typeof tag.array | typeof tag.arrayByDigest): NdArray | Value {
    const dtype = this.string();
    if (!isDtype(dtype)) throw damaged("an array has elements of an unknown type");
    const unit = this.string();
    const shape = Array.from({ length: this.countOf(4) }, () => this.count());
    if (kind === tag.array) return arrayOver(dtype, shape, unit, this.inlineBytes().slice());
    const digest = this.digest();
    if (this.blob === undefined) return this.outline(digest, { array: dtype, shape, unit });
    const array = arrayOver(dtype, shape, unit, this.blob(digest));
    rememberBlobDigest(array, digest);
    return array;
  }

  private table(): Value {
    const count = this.countOf(10);
    const columns = Object.create(null) as Record<string, Value>;
    for (let index = 0; index < count; index++) {
      const name = this.string();
      if (Object.hasOwn(columns, name)) throw damaged("two columns of a table have one name");
      const kind = this.byte();
      if (kind !== tag.array && kind !== tag.arrayByDigest) throw damaged("a column is not an array");
      columns[name] = this.array(kind);
    }
    if (Object.values(columns).some((column) => !(column instanceof NdArray))) return columns;
    try {
      return new Table(columns as Readonly<Record<string, NdArray>>);
    } catch {
      throw damaged("the columns of a table differ in length");
    }
  }
}

function arrayOver(dtype: Dtype, shape: readonly number[], unit: string, content: Uint8Array): NdArray {
  try {
    return ndarrayOver(dtype, shape, unit, content);
  } catch {
    throw damaged("the content of an array does not fit its shape");
  }
}

function damaged(why: string): PipelineError {
  return new PipelineError({
    code: "PIPE-002",
    message: `the encoding of a value is damaged: ${why}`,
    remedy: "Delete the entry; the cache treats it as a miss and computes it again.",
  });
}
