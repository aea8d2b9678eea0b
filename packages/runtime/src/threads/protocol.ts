/** What the scheduler and its worker threads say to each other. Values in messages are packed (`wire.ts`). */
import type { Grant, JobOutcome, Metric, StageFailure } from "@simloom/pipeline";

/** Which stage: by module and name, checked by version. */
export interface StageReference {
  readonly url: string;
  readonly name: string;
  readonly version: number;
}

export type ToWorker =
  | { readonly kind: "load"; readonly stage: number; readonly reference: StageReference }
  | {
      readonly kind: "run";
      readonly job: number;
      /** The number that the stage was loaded under. */
      readonly stage: number;
      readonly nodeId: string;
      readonly config: unknown;
      readonly inputs: unknown;
      readonly mapOver: readonly string[];
      readonly policy: unknown;
      readonly streamKey: string | undefined;
      readonly arithmetic: "strict" | "fast";
      readonly grant: Grant;
      readonly attempt: number;
      /** Whether there are other threads that could help with a map inside the stage. */
      readonly canShare: boolean;
    }
  /** What came of a part of a map that a helper did. */
  | { readonly kind: "part"; readonly map: number; readonly part: number; readonly outcome: PackedOutcome }
  | { readonly kind: "abort"; readonly job: number; readonly reason: AbortReason };

export type AbortReason = "cancelled" | "timeout";

export type FromWorker =
  | { readonly kind: "ready" }
  | { readonly kind: "loaded"; readonly stage: number; readonly failure: StageFailure | undefined }
  | { readonly kind: "progress"; readonly job: number; readonly fraction: number; readonly note: string | undefined }
  | { readonly kind: "log"; readonly job: number; readonly message: string }
  /** A stage asks for help with a map, and needs it no more. */
  | { readonly kind: "share"; readonly job: number; readonly map: number; readonly shared: SharedMap }
  | { readonly kind: "unshare"; readonly job: number; readonly map: number }
  | {
      readonly kind: "done";
      readonly job: number;
      readonly outcome: PackedOutcome;
      /** Heap and buffers of the worker after the job, now and then. */
      readonly memoryMb: number | undefined;
    };

/** A map as it crosses threads. */
export interface SharedMap {
  readonly apply: StageReference;
  readonly items: unknown;
  readonly shared: unknown;
  readonly partSize: number;
  readonly partCount: number;
  /** Word 0: the next part; word 1: 1 when no more is to be begun. */
  readonly claims: SharedArrayBuffer;
}

export type PackedOutcome =
  | {
      readonly status: "succeeded";
      readonly outputs: unknown;
      readonly metrics: Readonly<Record<string, Metric>>;
      readonly artifacts: readonly unknown[];
      readonly warnings: readonly string[];
      readonly durationMs: number;
    }
  | (JobOutcome & { readonly status: "failed" });

export interface WorkerStart {
  /** Word 0: number of the job that is to stop; word 1: why (1 cancelled, 2 timeout). Seen even in a busy loop. */
  readonly control: SharedArrayBuffer;
  readonly isTypeScript: boolean;
}

export const CONTROL_JOB = 0;
export const CONTROL_REASON = 1;
export const CONTROL_BYTES = 8;
export const reasonCodes: Readonly<Record<AbortReason, number>> = { cancelled: 1, timeout: 2 };
