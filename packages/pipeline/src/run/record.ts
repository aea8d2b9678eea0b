import type { PolicyLayer } from "../graph/policy.ts";
import type { StageFailure } from "../schedule/failure.ts";
import type { Artifact } from "../stage/artifact.ts";
import type { Metric } from "../stage/context.ts";
import { decodeOutline } from "../value/decode.ts";
import type { Digest } from "../value/digest.ts";
import { tag } from "../value/encode.ts";
import { byteLengthOf, type Dtype, NdArray } from "../value/ndarray.ts";
import { Table } from "../value/table.ts";
import type { Value } from "../value/value.ts";
import type { Attempt } from "./attempts.ts";
import type { NodeStatus } from "./events.ts";

/** What a run knows of one node when it is over. */
export interface NodeRecord {
  readonly id: string;
  readonly label: string | undefined;
  readonly status: NodeStatus;
  readonly stage: string;
  readonly version: number;
  readonly key: Digest;
  readonly fingerprint: Digest;
  /** Why its result is not kept between processes, where it is not. */
  readonly notKept: string | undefined;
  readonly attempts: readonly Attempt[];
  /** Time of the computation that made the result; on a hit that of the original one. */
  readonly durationMs: number;
  readonly startedAtMs: number | undefined;
  readonly inputs: Readonly<Record<string, string>>;
  /** Digests of the input values by port, where they are known; of a gathered list those of its items in brackets. */
  readonly inputDigests: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, OutputSummary>>;
  readonly metrics: Readonly<Record<string, Metric>>;
  readonly warnings: readonly string[];
  /** The policy pairs that it read, and who set each: the graph, the run or the node itself. */
  readonly policy: Readonly<Record<string, Value>>;
  readonly policyFrom: Readonly<Record<string, PolicyLayer>>;
  readonly seed: { readonly run: number; readonly stream: string } | undefined;
  readonly failure: StageFailure | undefined;
  /** Who computed it, when it is a hit. */
  readonly origin: string | undefined;
}

/** An output in a manifest: what it is, without its content. */
export interface OutputSummary {
  readonly digest?: Digest;
  readonly kind: string;
  readonly dtype?: string;
  readonly shape?: readonly number[];
  readonly unit?: string;
  readonly bytes?: number;
}

/** Describes a value without its content. */
export function summarise(value: Value, digest: Digest | undefined): OutputSummary {
  const known = digest === undefined ? {} : { digest };
  if (value instanceof NdArray) {
    return {
      ...known,
      kind: "array",
      dtype: value.dtype,
      shape: value.shape,
      unit: value.unit,
      bytes: value.byteLength,
    };
  }
  if (value instanceof Table)
    return { ...known, kind: "table", shape: [value.rowCount, Object.keys(value.columns).length] };
  if (value instanceof Uint8Array) return { ...known, kind: "bytes", bytes: value.byteLength };
  if (Array.isArray(value)) return { ...known, kind: "list", shape: [value.length] };
  return { ...known, kind: value === null ? "null" : typeof value === "object" ? "record" : typeof value };
}

/** The same from a canonical encoding; content that stands outside is not read. Errors: PIPE-002. */
export function summariseEncoded(encoding: Uint8Array, digest: Digest): OutputSummary {
  if (encoding[0] === tag.bytesByDigest) return { digest, kind: "bytes" };
  const outline = decodeOutline(encoding);
  if (encoding[0] === tag.arrayByDigest) {
    const { array: dtype, shape, unit } = outline as unknown as ArrayOutline;
    return { digest, kind: "array", dtype, shape, unit, bytes: byteLengthOf(dtype, shape) };
  }
  if (encoding[0] === tag.table && !(outline instanceof Table)) {
    const columns = Object.values(outline as Readonly<Record<string, NdArray | ArrayOutline>>);
    return { digest, kind: "table", shape: [columns[0]?.shape[0] ?? 0, columns.length] };
  }
  return summarise(outline, digest);
}

/** What {@link decodeOutline} leaves of a large array. */
interface ArrayOutline {
  readonly array: Dtype;
  readonly shape: readonly number[];
  readonly unit: string;
}

/** An artifact of a node, loaded when asked for. */
export interface NodeArtifact {
  readonly nodeId: string;
  readonly name: string;
  load(): Promise<Artifact>;
}
