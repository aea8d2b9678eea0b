import type { Artifact } from "../stage/artifact.ts";
import type { StoreStats } from "../store/store.ts";
import type { RunStatus } from "./events.ts";
import type { CacheCounts } from "./outcome.ts";
import type { OutputSummary } from "./output-summary.ts";
import type { NodeRecord } from "./record.ts";
import type { MetricValue, RunResult } from "./result.ts";

/** What a run says of itself beside its result: the frame that only the caller knows. */
export interface RunFrame {
  readonly runId: string;
  readonly graph: string;
  readonly seed: number;
  readonly arithmetic: "strict" | "fast";
  readonly startedAtIso: string;
  readonly finishedAtIso: string;
  readonly executor: string;
  readonly workers: number;
  readonly host: string;
  /** Operating system and processor, such as `linux x64` and `2 × AMD EPYC`. */
  readonly platform: string;
  readonly processor: string;
  readonly packages: Readonly<Record<string, string>>;
  readonly store: { readonly name: string; readonly stats: StoreStats } | undefined;
}

/** The document `manifest.json`: every node with everything that a reader, a diff or a replay needs. */
export interface Manifest extends RunFrame {
  readonly version: 1;
  readonly status: RunStatus;
  readonly nodes: readonly NodeRecord[];
  readonly metrics: Readonly<Record<string, MetricValue>>;
  readonly artifacts: readonly ManifestArtifact[];
  readonly warnings: readonly string[];
  readonly cache: CacheCounts;
  /** Most bytes of results that were in memory at one time. */
  readonly peakResultBytes: number;
}

/**
 * An artifact as the manifest lists it. `file` is relative to the run folder and `bytes` its size; an array says its dtype,
 * shape and unit, a table its shape, a record of arrays those of its members.
 */
export interface ManifestArtifact extends Pick<OutputSummary, "dtype" | "shape" | "unit" | "members"> {
  readonly nodeId: string;
  readonly name: string;
  readonly kind: Artifact["content"]["kind"];
  readonly title: string;
  readonly mediaType: string;
  readonly file?: string;
  readonly bytes?: number;
}

/** Puts the manifest together. */
export function manifestOf(frame: RunFrame, result: RunResult, artifacts: readonly ManifestArtifact[]): Manifest {
  const { status, nodes, metrics, warnings, remarks, cache, peakResultBytes } = result;
  const said = [...warnings, ...remarks];
  return { version: 1, ...frame, status, nodes, metrics, artifacts, warnings: said, cache, peakResultBytes };
}
