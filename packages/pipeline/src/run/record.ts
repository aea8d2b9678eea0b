import type { PolicyLayer } from "../graph/policy.ts";
import type { StageFailure } from "../schedule/failure.ts";
import type { Artifact } from "../stage/artifact.ts";
import type { Metric } from "../stage/context.ts";
import type { Digest } from "../value/digest.ts";
import type { Value } from "../value/value.ts";
import type { Attempt } from "./attempts.ts";
import type { NodeStatus } from "./events.ts";
import type { OutputSummary } from "./output-summary.ts";

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

/** An artifact of a node, loaded when asked for. */
export interface NodeArtifact {
  readonly nodeId: string;
  readonly name: string;
  load(): Promise<Artifact>;
}
