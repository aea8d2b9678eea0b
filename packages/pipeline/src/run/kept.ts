/** Results in a store: writing them whole, finding them, reading their outputs back. */
import { PipelineError } from "../errors.ts";
import { lentPreimageBytes, type Preimage } from "../key/preimage.ts";
import type { Artifact } from "../stage/artifact.ts";
import type { Metric } from "../stage/context.ts";
import { decodeEntry, type Entry, encodeEntry, outputOf } from "../store/entry.ts";
import type { MaybePromise, Store } from "../store/store.ts";
import { decode } from "../value/decode.ts";
import { type Digest, sha256 } from "../value/digest.ts";
import { encode, rememberDigest } from "../value/encode.ts";
import type { Value } from "../value/value.ts";
import { loadWith } from "./load.ts";

/** What a stage gave. */
export interface Given {
  readonly outputs: Readonly<Record<string, Value>>;
  readonly metrics: Readonly<Record<string, Metric>>;
  readonly artifacts: readonly Artifact[];
  readonly warnings: readonly string[];
  readonly durationMs: number;
}

/** A result as an entry, with the large content that it refers to. */
export interface EncodedResult {
  readonly entry: Entry;
  readonly record: Uint8Array;
  readonly blobs: ReadonlyMap<Digest, Uint8Array>;
  /** Digests of the outputs by port. */
  readonly digests: Readonly<Record<string, Digest>>;
}

/** Goes on at once with what is there, or when it comes. */
export function whenReady<T, R>(value: MaybePromise<T>, next: (value: T) => MaybePromise<R>): MaybePromise<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** Encodes a result. Cost: one pass over the outputs, one SHA-256 pass over each large array not yet hashed. */
export function encodeResult(
  given: Given,
  about: Pick<Entry, "origin" | "createdAtMs"> & { readonly preimage: Preimage },
): EncodedResult {
  const digests: Record<string, Digest> = {};
  const blobs = new Map<Digest, Uint8Array>();
  const outputs = Object.entries(given.outputs).map(([port, value]) => {
    const encoded = encode(value);
    for (const [digest, content] of encoded.blobs) blobs.set(digest, content);
    const digest = rememberDigest(value, sha256(encoded.bytes));
    digests[port] = digest;
    return { port, digest, encoding: encoded.bytes };
  });
  const artifacts = given.artifacts.map(({ name, content }) => {
    const encoded = encode(content as unknown as Value);
    for (const [digest, bytes] of encoded.blobs) blobs.set(digest, bytes);
    return { name, encoding: encoded.bytes };
  });
  const { metrics, warnings, durationMs } = given;
  const { origin, createdAtMs } = about;
  const preimage = lentPreimageBytes(about.preimage);
  const { record, blobs: outside } = encodeEntry({
    outputs,
    metrics,
    artifacts,
    warnings,
    durationMs,
    origin,
    createdAtMs,
    preimage,
  });
  for (const [digest, content] of outside) blobs.set(digest, content);
  const entry = decodeEntry(record, (digest) => outside.get(digest) as Uint8Array);
  return { entry, record, blobs, digests };
}

/** Stores a result under a key, blobs first, then the record that refers to them. False when not all of it is kept. */
export function putResult(
  store: Store,
  { record, blobs }: Pick<EncodedResult, "record" | "blobs">,
  key: Digest,
  alias: Digest | undefined,
): MaybePromise<boolean> {
  return whenReady(putAll(store, blobs), (areKept) => (areKept ? store.entries.put(key, record, alias) : false));
}

/** Finds a stored result. A record that cannot be read is quarantined and counts as a miss. */
export function findEntry(store: Store, key: Digest): MaybePromise<Entry | undefined> {
  return whenReady(store.entries.get(key), (record) => readEntry(store, key, record));
}

/** The same with the record at hand. */
export function readEntry(store: Store, key: Digest, record: Uint8Array | undefined): MaybePromise<Entry | undefined> {
  if (record === undefined) return undefined;
  try {
    const entry = loadWith(store, (blob) => decodeEntry(record, blob));
    return entry instanceof Promise ? entry.catch((thrown: unknown) => discard(store, key, thrown)) : entry;
  } catch (thrown) {
    return discard(store, key, thrown);
  }
}

async function discard(store: Store, key: Digest, thrown: unknown): Promise<undefined> {
  await store.entries.quarantine(key, thrown instanceof Error ? thrown.message : String(thrown));
  return undefined;
}

/** Decodes all outputs of an entry. Errors: PIPE-002 for content that has not the digest it goes by, PIPE-047 for lost content. */
export function loadOutputs(store: Store, entry: Entry): MaybePromise<Readonly<Record<string, Value>>> {
  return loadWith(store, (blob) => {
    const outputs: Record<string, Value> = {};
    for (const { port, encoding, digest } of entry.outputs) {
      if (sha256(encoding) !== digest) throw changed(port);
      outputs[port] = decode(encoding, blob);
    }
    return Object.freeze(outputs);
  });
}

/** Decodes one output of an entry. Errors as of {@link loadOutputs}. */
export function loadOutput(store: Store, entry: Entry, port: string): MaybePromise<Value> {
  return loadWith(store, (blob) => {
    const output = outputOf(entry, port);
    if (output?.isIntact !== true) throw changed(port);
    return decode(output.encoding, blob);
  });
}

function changed(port: string): PipelineError {
  return new PipelineError({
    code: "PIPE-002",
    message: `the stored output ${port} has not the digest it goes by`,
    remedy: "Delete the entry; the cache treats it as a miss and computes it again.",
    path: port,
  });
}

function putAll(store: Store, blobs: ReadonlyMap<Digest, Uint8Array>): MaybePromise<boolean> {
  if (blobs.size === 0) return true;
  return Promise.all([...blobs].map(([digest, content]) => store.blobs.put(digest, content))).then((kept) =>
    kept.every(Boolean),
  );
}
