import type { Artifact } from "../stage/artifact.ts";
import type { Metric } from "../stage/context.ts";
import { decode, decodeLent } from "../value/decode.ts";
import type { Digest } from "../value/digest.ts";
import { encode } from "../value/encode.ts";
import type { Value } from "../value/value.ts";

/** One output of a stored result: its digest and its canonical encoding (large content in blobs). */
export interface StoredOutput {
  readonly port: string;
  readonly digest: Digest;
  readonly encoding: Uint8Array;
}

/** A stored result: everything a warm run returns, and what explains and dates it. */
export interface Entry {
  readonly outputs: readonly StoredOutput[];
  readonly metrics: Readonly<Record<string, Metric>>;
  /** Canonical encodings; decoded when somebody looks. */
  readonly artifacts: readonly { readonly name: string; readonly encoding: Uint8Array }[];
  readonly warnings: readonly string[];
  readonly durationMs: number;
  /** Who computed it: host, worker, run. */
  readonly origin: string;
  readonly createdAtMs: number;
  /** The bytes whose SHA-256 is the key. */
  readonly preimage: Uint8Array;
}

const ENTRY_SCHEMA = 1;

/** The record of an entry and the blobs it refers to. Members stand in a fixed order, so decoding needs no names. */
export function encodeEntry(entry: Entry): {
  readonly record: Uint8Array;
  readonly blobs: ReadonlyMap<Digest, Uint8Array>;
} {
  const { bytes, blobs } = encode([
    ENTRY_SCHEMA,
    entry.outputs.flatMap(({ port, digest, encoding }): Value[] => [port, digest, encoding]),
    Object.entries(entry.metrics).flatMap(([name, { unit, value, values }]): Value[] => [
      name,
      unit,
      value ?? values ?? null,
    ]),
    entry.artifacts.flatMap(({ name, encoding }): Value[] => [name, encoding]),
    entry.warnings,
    entry.durationMs,
    entry.origin,
    entry.createdAtMs,
    entry.preimage,
  ]);
  return { record: bytes, blobs };
}

/** Reads a record, which must not change any more: the entry looks into it. Errors: PIPE-002 when it is damaged. `blob` answers content that stands outside. */
export function decodeEntry(record: Uint8Array, blob: (digest: Digest) => Uint8Array): Entry {
  const [schema, outputs, metrics, artifacts, warnings, durationMs, origin, createdAtMs, preimage] = decodeLent(
    record,
    blob,
  ) as [number, Value[], Value[], Value[], string[], number, string, number, Uint8Array];
  if (schema !== ENTRY_SCHEMA) throw new RangeError(`entry schema ${schema} is not known`);
  const stored: StoredOutput[] = [];
  for (let at = 0; at < outputs.length; at += 3) {
    stored.push({
      port: outputs[at] as string,
      digest: outputs[at + 1] as string,
      encoding: outputs[at + 2] as Uint8Array,
    });
  }
  const measured: Record<string, Metric> = {};
  for (let at = 0; at < metrics.length; at += 3) {
    const unit = metrics[at + 1] as string;
    const value = metrics[at + 2] as number | readonly number[];
    measured[metrics[at] as string] =
      typeof value === "number" ? { unit, value } : { unit, values: Object.freeze(value) };
  }
  const emitted: { name: string; encoding: Uint8Array }[] = [];
  for (let at = 0; at < artifacts.length; at += 2) {
    emitted.push({ name: artifacts[at] as string, encoding: artifacts[at + 1] as Uint8Array });
  }
  return {
    outputs: stored,
    metrics: measured,
    artifacts: emitted,
    warnings: Object.freeze(warnings),
    durationMs,
    origin,
    createdAtMs,
    preimage,
  };
}

/** An artifact from its encoding. */
export function decodeArtifact(name: string, encoding: Uint8Array, blob: (digest: Digest) => Uint8Array): Artifact {
  return { name, content: decode(encoding, blob) as unknown as Artifact["content"] };
}
