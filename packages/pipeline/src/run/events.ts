import type { StageFailure } from "../schedule/failure.ts";
import type { Digest } from "../value/digest.ts";

/** How a node ended. `hit`: its result was there; `skipped`: something it waits for failed, or the run was stopped. */
export type NodeStatus = "hit" | "computed" | "failed" | "skipped";

/** What happens during a run, in order. Enough to show progress, and to know after a crash what had finished. */
export type RunEvent =
  | { readonly type: "runStarted"; readonly nodeCount: number; readonly hitCount: number }
  | { readonly type: "nodeStarted"; readonly nodeId: string; readonly attempt: number; readonly worker: string }
  | { readonly type: "progress"; readonly nodeId: string; readonly fraction: number; readonly note?: string }
  | { readonly type: "log"; readonly nodeId: string; readonly message: string }
  /** A remark of a node, or of the run itself. */
  | { readonly type: "warning"; readonly nodeId?: string; readonly message: string }
  | {
      readonly type: "retry";
      readonly nodeId: string;
      readonly attempt: number;
      readonly failure: StageFailure;
      readonly pauseMs: number;
    }
  | {
      readonly type: "nodeFinished";
      readonly nodeId: string;
      readonly status: NodeStatus;
      readonly key: Digest;
      readonly durationMs: number;
      readonly failure?: StageFailure;
    }
  | { readonly type: "runFinished"; readonly status: RunStatus };

/** How a run ended. `partial`: nodes failed, and the rest was computed. */
export type RunStatus = "succeeded" | "partial" | "failed" | "interrupted";
