import { SimloomError } from "@simloom/units";
import type { PipelineErrorCode } from "../errors.ts";

/** How an attempt can fail. */
export type FailureKind = "error" | "timeout" | "cancelled" | "workerDied" | "outOfMemory" | "contract";

/** A failure as data: it crosses threads and processes, is recorded per attempt, and decides about a retry. */
export interface StageFailure {
  readonly kind: FailureKind;
  /** Code of the error: the stage's own where it threw a `SimloomError`, else one of `PIPE-04x`. */
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
  /** Index of the item that failed, under a map. */
  readonly item?: number;
  readonly stack?: string;
  readonly details?: unknown;
}

const codes: Readonly<Record<FailureKind, PipelineErrorCode>> = {
  error: "PIPE-040",
  timeout: "PIPE-041",
  cancelled: "PIPE-042",
  workerDied: "PIPE-043",
  outOfMemory: "PIPE-044",
  contract: "PIPE-013",
};

const remedies: Readonly<Record<FailureKind, string>> = {
  error: "Read the message and the stack; a failed node is run again by the next run.",
  timeout: "Give the node a longer timeoutMs, or make the stage look at context.signal.",
  cancelled: "Run again; finished nodes are reused.",
  workerDied: "Look for native crashes and process.exit in the stage; finished nodes are reused by the next run.",
  outOfMemory: "Raise resources.memoryMb of the stage, or let it work on less at a time.",
  contract: "Return exactly the declared outputs, as values of their ports.",
};

/** Makes a failure of a kind with its usual code and remedy. */
export function failure(kind: FailureKind, message: string, extra: Partial<StageFailure> = {}): StageFailure {
  return { kind, code: codes[kind], message, remedy: remedies[kind], ...extra };
}

/** What an item of a map threw. */
export class ItemError extends Error {
  readonly index: number;

  constructor(index: number, cause: unknown) {
    super(`item ${index} failed`, { cause });
    this.index = index;
  }
}

/** The failure that a thrown thing stands for. Codes and remedies of `SimloomError`s are kept. */
export function failureOf(thrown: unknown): StageFailure {
  if (thrown instanceof ItemError) return { ...failureOf(thrown.cause), item: thrown.index };
  if (thrown instanceof SimloomError) {
    const kind: FailureKind =
      thrown.code === "PIPE-042"
        ? "cancelled"
        : thrown.code === "PIPE-041"
          ? "timeout"
          : isContract(thrown.code)
            ? "contract"
            : "error";
    return {
      kind,
      code: thrown.code,
      message: thrown.message,
      remedy: thrown.remedy,
      ...(thrown.stack === undefined ? {} : { stack: thrown.stack }),
      details: thrown.toJSON(),
    };
  }
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const kind = isAllocationFailure(error) ? "outOfMemory" : "error";
  return failure(kind, error.message || error.name, error.stack === undefined ? {} : { stack: error.stack });
}

/** What V8 says when the system refuses a buffer or WebAssembly memory. */
function isAllocationFailure(error: Error): boolean {
  return error instanceof RangeError && /allocation failed|could not allocate memory/i.test(error.message);
}

function isContract(code: string): boolean {
  return /^PIPE-0(01|1[1-7])$/.test(code);
}
