/**
 * The record of an entry, laid out so that a look-up reads the head alone and the rest is decoded by who asks for it.
 * Numbers are little-endian.
 *
 * | at | bytes | what |
 * |---|---|---|
 * | 0 | 4 | layout |
 * | 4 | 4 | length of the whole record |
 * | 8 | 8 | duration in ms, float64 |
 * | 16 | 8 | when it was made, in ms since 1970, float64 |
 * | 24 | 5 × 4 | where outputs, metrics, artifacts, warnings and origin end |
 * | 44 | | outputs: port, digest, content |
 * | | | metrics: name, unit, count (or {@link SINGLE}), numbers |
 * | | | artifacts: name, content |
 * | | | warnings: texts |
 * | | | origin: a text |
 * | | | pre-image: content |
 *
 * A text is its length and its UTF-8 bytes. A digest is 64 hexadecimal digits: whoever cleans up a store finds references
 * by looking for them. Content is its length and its bytes; large content stands in a blob, and here stands
 * {@link OUTSIDE} with the blob's digest.
 */
import { PipelineError } from "../errors.ts";
import type { Metric } from "../stage/context.ts";
import { type Digest, sha256 } from "../value/digest.ts";
import { INLINE_LIMIT, illFormed, isWellFormed } from "../value/encode.ts";
import type { Entry, StoredOutput } from "./entry.ts";
import { asciiAt, countAt, isAsciiAt, numberAt, textAt, textEnd } from "./record-bytes.ts";

const LAYOUT = 2;
const HEAD_BYTES = 44;
const DIGEST_BYTES = 64;
const SINGLE = 0xffff_ffff;
const OUTSIDE = 0xffff_ffff;

/** Positions of section ends in the head. */
const OUTPUTS_END = 24;
const METRICS_END = 28;
const ARTIFACTS_END = 32;
const WARNINGS_END = 36;
const ORIGIN_END = 40;

const utf8 = new TextEncoder();
const NO_METRICS: Readonly<Record<string, Metric>> = Object.freeze({});
const NONE: readonly never[] = Object.freeze([]);

/** Writes records, one after another, into a buffer that it keeps. */
class RecordWriter {
  blobs: Map<Digest, Uint8Array> | undefined;
  private bytes = new Uint8Array(4096);
  private words = new DataView(this.bytes.buffer);
  private length = 0;

  /** The record, as a copy. */
  write(entry: Entry): Uint8Array {
    this.blobs = undefined;
    this.length = HEAD_BYTES;
    for (const { port, digest, encoding } of entry.outputs) {
      this.text(port);
      this.digest(digest);
      this.content(encoding, digest);
    }
    this.mark(OUTPUTS_END);
    for (const name in entry.metrics) this.metric(name, entry.metrics[name] as Metric);
    this.mark(METRICS_END);
    for (const { name, encoding } of entry.artifacts) {
      this.text(name);
      this.content(encoding);
    }
    this.mark(ARTIFACTS_END);
    for (const warning of entry.warnings) this.text(warning);
    this.mark(WARNINGS_END);
    this.text(entry.origin);
    this.mark(ORIGIN_END);
    this.content(entry.preimage);
    this.words.setUint32(0, LAYOUT, true);
    this.words.setUint32(4, this.length, true);
    this.words.setFloat64(8, entry.durationMs, true);
    this.words.setFloat64(16, entry.createdAtMs, true);
    return this.bytes.slice(0, this.length);
  }

  private mark(at: number): void {
    this.words.setUint32(at, this.length, true);
  }

  private reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.bytes.byteLength) return;
    const larger = new Uint8Array(Math.max(needed, 2 * this.bytes.byteLength));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
    this.words = new DataView(larger.buffer);
  }

  private count(value: number): void {
    this.reserve(4);
    this.words.setUint32(this.length, value, true);
    this.length += 4;
  }

  /** ASCII, by far the most frequent, is copied without the encoder. */
  private text(value: string): void {
    this.reserve(4 + 3 * value.length);
    const start = this.length + 4;
    const { bytes } = this;
    let written = 0;
    for (; written < value.length; written++) {
      const code = value.charCodeAt(written);
      if (code > 127) break;
      bytes[start + written] = code;
    }
    if (written < value.length) {
      if (!isWellFormed(value)) throw illFormed("a text of a result");
      written = utf8.encodeInto(value, bytes.subarray(start)).written;
    }
    this.words.setUint32(this.length, written, true);
    this.length = start + written;
  }

  private digest(value: Digest): void {
    this.reserve(DIGEST_BYTES);
    for (let at = 0; at < DIGEST_BYTES; at++) this.bytes[this.length + at] = value.charCodeAt(at);
    this.length += DIGEST_BYTES;
  }

  private content(value: Uint8Array, knownDigest?: Digest): void {
    if (value.byteLength > INLINE_LIMIT) {
      const digest = knownDigest ?? sha256(value);
      this.blobs ??= new Map();
      this.blobs.set(digest, value);
      this.count(OUTSIDE);
      this.digest(digest);
      return;
    }
    this.count(value.byteLength);
    this.reserve(value.byteLength);
    this.bytes.set(value, this.length);
    this.length += value.byteLength;
  }

  private metric(name: string, { unit, value, values }: Metric): void {
    this.text(name);
    this.text(unit);
    this.count(value === undefined ? (values?.length ?? 0) : SINGLE);
    const numbers = value === undefined ? (values ?? []) : [value];
    this.reserve(8 * numbers.length);
    for (const one of numbers) {
      this.words.setFloat64(this.length, one, true);
      this.length += 8;
    }
  }
}

const writer = new RecordWriter();
const NO_BLOBS: ReadonlyMap<Digest, Uint8Array> = new Map();

/** The record of an entry and the blobs it refers to. Errors: PIPE-001 for text that UTF-8 cannot write. Cost: one copy. */
export function encodeEntry(entry: Entry): {
  readonly record: Uint8Array;
  readonly blobs: ReadonlyMap<Digest, Uint8Array>;
} {
  if (entry instanceof RecordedEntry) return entry.parts;
  const record = writer.write(entry);
  const blobs = writer.blobs ?? NO_BLOBS;
  // The writer outlives the entry, whose content may be large.
  writer.blobs = undefined;
  return { record, blobs };
}

/**
 * Reads a record, which must not change any more: the entry looks into it, and decodes what it is asked for. The layout of
 * the whole record is checked at once. `blob` answers content that stands outside; what it throws passes through.
 * Errors: PIPE-002 when the record is damaged.
 */
export function decodeEntry(record: Uint8Array, blob: (digest: Digest) => Uint8Array): Entry {
  return new RecordedEntry(record, outsideOf(record, blob));
}

/** One output of an entry, without looking at the others. See {@link RecordedEntry.output}. */
export function outputOf(entry: Entry, port: string): ReturnType<RecordedEntry["output"]> {
  if (entry instanceof RecordedEntry) return entry.output(port);
  const found = entry.outputs.find((output) => output.port === port);
  return found && { encoding: found.encoding, isIntact: sha256(found.encoding) === found.digest };
}

/** An entry over its record. */
class RecordedEntry implements Entry {
  private readonly record: Uint8Array;
  /** Content that stands in blobs, by the position that refers to it. */
  private readonly outside: ReadonlyMap<number, Uint8Array> | undefined;

  constructor(record: Uint8Array, outside: ReadonlyMap<number, Uint8Array> | undefined) {
    this.record = record;
    this.outside = outside;
  }

  /** The record as it is, and the blobs it refers to. */
  get parts(): ReturnType<typeof encodeEntry> {
    const { record, outside } = this;
    if (outside === undefined) return { record, blobs: NO_BLOBS };
    const blobs = new Map<Digest, Uint8Array>();
    for (const [at, content] of outside) blobs.set(asciiAt(record, at + 4, at + 4 + DIGEST_BYTES), content);
    return { record, blobs };
  }

  get durationMs(): number {
    return numberAt(this.record, 8);
  }

  get createdAtMs(): number {
    return numberAt(this.record, 16);
  }

  get outputs(): readonly StoredOutput[] {
    const { record } = this;
    const end = countAt(record, OUTPUTS_END);
    const outputs: StoredOutput[] = [];
    for (let at = HEAD_BYTES; at < end; ) {
      const digestAt = textEnd(record, at);
      const contentAt = digestAt + DIGEST_BYTES;
      outputs.push({
        port: textAt(record, at),
        digest: asciiAt(record, digestAt, contentAt),
        encoding: this.contentAt(contentAt),
      });
      at = contentEnd(record, contentAt);
    }
    return outputs;
  }

  /** The encoding of one output and whether it has the digest it goes by; nothing when there is no such output. */
  output(port: string): { readonly encoding: Uint8Array; readonly isIntact: boolean } | undefined {
    const { record } = this;
    const end = countAt(record, OUTPUTS_END);
    for (let at = HEAD_BYTES; at < end; ) {
      const digestAt = textEnd(record, at);
      const contentAt = digestAt + DIGEST_BYTES;
      if (textAt(record, at) === port) {
        const encoding = this.contentAt(contentAt);
        return { encoding, isIntact: isAsciiAt(record, digestAt, sha256(encoding)) };
      }
      at = contentEnd(record, contentAt);
    }
    return undefined;
  }

  get metrics(): Readonly<Record<string, Metric>> {
    const { record } = this;
    let at = countAt(record, OUTPUTS_END);
    const end = countAt(record, METRICS_END);
    if (at === end) return NO_METRICS;
    const metrics: Record<string, Metric> = {};
    while (at < end) {
      const name = textAt(record, at);
      at = textEnd(record, at);
      const unit = textAt(record, at);
      at = textEnd(record, at);
      const count = countAt(record, at);
      metrics[name] =
        count === SINGLE
          ? { unit, value: numberAt(record, at + 4) }
          : { unit, values: Object.freeze(Array.from({ length: count }, (_, i) => numberAt(record, at + 4 + 8 * i))) };
      at += 4 + 8 * (count === SINGLE ? 1 : count);
    }
    return metrics;
  }

  get artifacts(): Entry["artifacts"] {
    const { record } = this;
    const end = countAt(record, ARTIFACTS_END);
    const artifacts: { readonly name: string; readonly encoding: Uint8Array }[] = [];
    for (let at = countAt(record, METRICS_END); at < end; ) {
      const contentAt = textEnd(record, at);
      artifacts.push({ name: textAt(record, at), encoding: this.contentAt(contentAt) });
      at = contentEnd(record, contentAt);
    }
    return artifacts;
  }

  get warnings(): readonly string[] {
    const { record } = this;
    const start = countAt(record, ARTIFACTS_END);
    const end = countAt(record, WARNINGS_END);
    if (start === end) return NONE;
    const warnings: string[] = [];
    for (let at = start; at < end; at = textEnd(record, at)) warnings.push(textAt(record, at));
    return Object.freeze(warnings);
  }

  get origin(): string {
    return textAt(this.record, countAt(this.record, WARNINGS_END));
  }

  get preimage(): Uint8Array {
    return this.contentAt(countAt(this.record, ORIGIN_END));
  }

  private contentAt(at: number): Uint8Array {
    return this.outside?.get(at) ?? this.record.subarray(at + 4, contentEnd(this.record, at));
  }
}

/** Checks the layout of a record and gathers what stands outside. */
function outsideOf(
  record: Uint8Array,
  blob: (digest: Digest) => Uint8Array,
): ReadonlyMap<number, Uint8Array> | undefined {
  const length = record.byteLength;
  if (length < HEAD_BYTES || countAt(record, 0) !== LAYOUT) throw damaged("its layout is not known");
  if (countAt(record, 4) !== length) throw damaged("it has another length than it says");
  let outside: Map<number, Uint8Array> | undefined;
  const content = (at: number): number => {
    if (at + 4 > length) throw damaged("it ends too early");
    if (countAt(record, at) === OUTSIDE) {
      if (at + 4 + DIGEST_BYTES > length) throw damaged("it ends too early");
      outside ??= new Map();
      outside.set(at, blob(asciiAt(record, at + 4, at + 4 + DIGEST_BYTES)));
    }
    return contentEnd(record, at);
  };
  let at = HEAD_BYTES;
  const outputsEnd = sectionEnd(record, OUTPUTS_END, at);
  while (at < outputsEnd) at = content(textEnd(record, at) + DIGEST_BYTES);
  expect(at, outputsEnd);
  const metricsEnd = sectionEnd(record, METRICS_END, at);
  while (at < metricsEnd) {
    at = textEnd(record, textEnd(record, at));
    const count = countAt(record, at);
    at += 4 + 8 * (count === SINGLE ? 1 : count);
  }
  expect(at, metricsEnd);
  const artifactsEnd = sectionEnd(record, ARTIFACTS_END, at);
  while (at < artifactsEnd) at = content(textEnd(record, at));
  expect(at, artifactsEnd);
  const warningsEnd = sectionEnd(record, WARNINGS_END, at);
  while (at < warningsEnd) at = textEnd(record, at);
  expect(at, warningsEnd);
  expect(textEnd(record, at), sectionEnd(record, ORIGIN_END, at));
  expect(content(textEnd(record, at)), length);
  return outside;
}

function sectionEnd(record: Uint8Array, at: number, start: number): number {
  const end = countAt(record, at);
  if (end < start || end > record.byteLength) throw damaged("a section ends outside it");
  return end;
}

function expect(at: number, end: number): void {
  if (at !== end) throw damaged("a section does not end where it should");
}

function contentEnd(record: Uint8Array, at: number): number {
  const length = countAt(record, at);
  return at + 4 + (length === OUTSIDE ? DIGEST_BYTES : length);
}

function damaged(why: string): PipelineError {
  return new PipelineError({
    code: "PIPE-002",
    message: `the record of a result is damaged: ${why}`,
    remedy: "Delete the entry; the cache treats it as a miss and computes it again.",
  });
}
