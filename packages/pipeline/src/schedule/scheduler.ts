/**
 * Who runs a stage, and where. `submit` never blocks; a job that waits for slots is queued. Schedulers of one kind are
 * interchangeable: the results of a run do not depend on which one ran it.
 */

import type { Artifact } from "../stage/artifact.ts";
import type { Grant, Metric, Resources } from "../stage/context.ts";
import type { AnyStage } from "../stage/stage.ts";
import type { MaybePromise } from "../store/store.ts";
import type { Digest } from "../value/digest.ts";
import type { Value } from "../value/value.ts";
import type { StageFailure } from "./failure.ts";

/** One attempt at one node. */
export interface Job {
  readonly nodeId: string;
  readonly attempt: number;
  readonly stage: AnyStage;
  readonly config: Value;
  /** Values by input port. For a map node the ports named in `mapOver` carry lists of equal length. */
  readonly inputs: Readonly<Record<string, Value>>;
  /** Input ports that carry lists to run over, item by item; empty for an ordinary node. */
  readonly mapOver: readonly string[];
  /** The declared policy pairs that are set. */
  readonly policy: Readonly<Record<string, Value>>;
  /** Key material of the node's random streams: digest of run seed and stream identity. */
  readonly streamKey: Digest | undefined;
  readonly arithmetic: "strict" | "fast";
  readonly resources: Required<Pick<Resources, "cpu" | "gpu">> & Resources;
  /** Of those that wait for a slot the most urgent go first; default 0. Has no influence on results. */
  readonly urgency?: number;
  /** Time that this attempt may run, from its start (not from its submission). */
  readonly timeoutMs: number | undefined;
  onProgress?(fraction: number, note: string | undefined): void;
  onLog?(message: string): void;
  /** Called when the job leaves the queue. */
  onStart?(where: JobPlace): void;
}

/** Where an attempt ran. */
export interface JobPlace {
  readonly worker: string;
  readonly host: string;
  readonly grant: Grant;
}

/** What an attempt came to. Values are frozen and checked against the ports. */
export type JobOutcome =
  | {
      readonly status: "succeeded";
      readonly outputs: Readonly<Record<string, Value>>;
      readonly metrics: Readonly<Record<string, Metric>>;
      readonly artifacts: readonly Artifact[];
      readonly warnings: readonly string[];
      readonly durationMs: number;
      readonly peakMemoryMb?: number;
    }
  | { readonly status: "failed"; readonly failure: StageFailure; readonly durationMs: number };

export type JobStatus = "pending" | "queued" | "running" | "succeeded" | "failed" | "cancelled" | "timedOut" | "lost";

export interface JobHandle {
  readonly jobId: string;
  /** Settles once, never rejects. Schedulers that run in place answer at once. */
  readonly outcome: MaybePromise<JobOutcome>;
}

/** What a scheduler has, and can do. */
export interface Capabilities {
  readonly cpu: number;
  readonly memoryMb: number | undefined;
  readonly gpus: readonly string[];
  readonly counters: Readonly<Record<string, number>>;
  /** Jobs run outside this thread, so stages must be loadable by module and export. */
  readonly isRemote: boolean;
  /** Work that runs too long is really stopped. */
  readonly canKill: boolean;
}

export interface SchedulerEvent {
  readonly jobId: string;
  readonly nodeId: string;
  readonly status: JobStatus;
}

export interface Scheduler {
  /** `inline`, `threads`, … */
  readonly name: string;
  capabilities(): Capabilities;
  submit(job: Job): JobHandle;
  status(jobId: string): JobStatus | undefined;
  /** Stops the job, queued or running. Its outcome is a failure of kind `cancelled`. */
  cancel(jobId: string): void;
  /** Calls `listener` for each change of status; returns the way to stop listening. */
  events(listener: (event: SchedulerEvent) => void): () => void;
  /** Cancels what is left and lets go of workers. */
  close(): MaybePromise<void>;
}
