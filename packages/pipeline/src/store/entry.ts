import type { Artifact } from "../stage/artifact.ts";
import type { Metric } from "../stage/context.ts";
import { decode } from "../value/decode.ts";
import type { Digest } from "../value/digest.ts";

export { decodeEntry, encodeEntry, outputOf } from "./entry-record.ts";

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

/** An artifact from its encoding. */
export function decodeArtifact(name: string, encoding: Uint8Array, blob: (digest: Digest) => Uint8Array): Artifact {
  return { name, content: decode(encoding, blob) as unknown as Artifact["content"] };
}
