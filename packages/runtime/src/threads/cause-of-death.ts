import { type FailureKind, failure, type StageFailure } from "@simloom/pipeline";

/** Why a stage failed whose thread has ended under it. */
export function causeOfDeath(stage: string, exitCode: number, error: Error | undefined): StageFailure {
  if ((error as { readonly code?: unknown } | undefined)?.code === "ERR_WORKER_OUT_OF_MEMORY") {
    return failure("outOfMemory", `stage ${stage} took more memory than its thread may: ${error?.message}`);
  }
  const kind: FailureKind = "workerDied";
  if (error === undefined) return failure(kind, `the thread of stage ${stage} ended with exit code ${exitCode}`);
  const extra = error.stack === undefined ? {} : { stack: error.stack };
  return failure(kind, `the thread of stage ${stage} died: ${error.message}`, extra);
}
