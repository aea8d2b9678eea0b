import { PipelineError } from "@simloom/pipeline";
import { type AbortReason, CONTROL_JOB, CONTROL_REASON, reasonCodes } from "./protocol.ts";

/** An abort signal for one job at a time. */
export interface PolledSignal {
  readonly signal: AbortSignal;
  /** Gives the signal to a job. */
  assign(job: number): void;
  abort(reason: AbortReason): void;
}

/**
 * An abort signal that a busy loop can see: reading `aborted` looks at a word of shared memory, so the scheduler's wish
 * arrives while the thread's own event loop stands still. Listeners are called by message, as usual.
 */
export function polledSignal(control: Int32Array): PolledSignal {
  const controller = new AbortController();
  const { signal } = controller;
  let current = 0;
  const abort = (reason: AbortReason): void => controller.abort(abortError(reason));
  const poll = (): void => {
    if (Atomics.load(control, CONTROL_JOB) !== current || nativeAborted.call(signal)) return;
    abort(Atomics.load(control, CONTROL_REASON) === reasonCodes.timeout ? "timeout" : "cancelled");
  };
  Object.defineProperties(signal, {
    aborted: {
      get(): boolean {
        poll();
        return nativeAborted.call(signal);
      },
    },
    throwIfAborted: {
      value(): void {
        poll();
        nativeThrow.call(signal);
      },
    },
  });
  return {
    signal,
    assign(job) {
      current = job;
    },
    abort,
  };
}

const nativeAborted = Object.getOwnPropertyDescriptor(AbortSignal.prototype, "aborted")?.get as () => boolean;
const nativeThrow = AbortSignal.prototype.throwIfAborted;

function abortError(reason: AbortReason): PipelineError {
  return new PipelineError(
    reason === "timeout"
      ? {
          code: "PIPE-041",
          message: "the attempt ran past its time limit",
          remedy: "Give the node a longer timeoutMs, or split its work.",
        }
      : { code: "PIPE-042", message: "the job was cancelled", remedy: "Run again; finished nodes are reused." },
  );
}
