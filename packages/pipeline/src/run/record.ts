import type { Artifact } from "../stage/artifact.ts";
import type { Metric } from "../stage/context.ts";
import type { StageFailure } from "../schedule/failure.ts";
import type { Digest } from "../value/digest.ts";
import { NdArray } from "../value/ndarray.ts";
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
  readonly outputs: Readonly<Record<string, OutputSummary>>;
  readonly metrics: Readonly<Record<string, Metric>>;
  readonly warnings: readonly string[];
  readonly policy: Readonly<Record<string, Value>>;
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
    return { ...known, kind: "array", dtype: value.dtype, shape: value.shape, unit: value.unit, bytes: value.byteLength };
  }
  if (value instanceof Table) return { ...known, kind: "table", shape: [value.rowCount, Object.keys(value.columns).length] };
  if (value instanceof Uint8Array) return { ...known, kind: "bytes", bytes: value.byteLength };
  if (Array.isArray(value)) return { ...known, kind: "list", shape: [value.length] };
  return { ...known, kind: value === null ? "null" : typeof value === "object" ? "record" : typeof value };
}

/** An artifact of a node, loaded when asked for. */
export interface NodeArtifact {
  readonly nodeId: string;
  readonly name: string;
  load(): Promise<Artifact>;
}
