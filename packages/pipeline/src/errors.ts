import { type ErrorDetails, SimloomError } from "@simloom/units";

/** Errors of the pipeline: wrong graphs, stages that break their contract, failed runs. Codes are listed in `docs/errors/PIPE.md`. */
export class PipelineError extends SimloomError {
  constructor(details: ErrorDetails & { readonly code: PipelineErrorCode }) {
    super(details);
  }
}

/** Every code of this package, with what it stands for. A code is never reused. */
export const pipelineErrorCodes = {
  "PIPE-001": "a value holds something that has no canonical encoding",
  "PIPE-002": "stored bytes are not a canonical encoding",
  "PIPE-003": "an array's data does not fit its shape",
  "PIPE-010": "a stage is declared wrongly",
  "PIPE-011": "a stage read a policy key that it did not declare",
  "PIPE-012": "a stage drew from a random stream that it did not declare",
  "PIPE-013": "a stage returned something other than its output ports promise",
  "PIPE-014": "a metric is not a finite number",
  "PIPE-015": "a stage emitted the same metric or artifact twice",
  "PIPE-016": "a stage changed one of its inputs",
  "PIPE-017": "a stage reached for a clock, randomness or the environment",
  "PIPE-018": "an item of a map inside a stage failed",
  "PIPE-020": "a graph has problems",
  "PIPE-021": "two nodes have the same id",
  "PIPE-022": "an input refers to a node or port that does not exist",
  "PIPE-023": "nodes depend on each other in a circle",
  "PIPE-024": "an input port is not connected",
  "PIPE-025": "an input names a port that the stage does not have",
  "PIPE-026": "a wire joins ports of different type or unit",
  "PIPE-027": "a configuration is not valid",
  "PIPE-028": "a node asks for more than the scheduler has",
  "PIPE-029": "a stage cannot be loaded by another thread or process",
  "PIPE-030": "a policy key is read by no stage of the graph",
  "PIPE-031": "a graph input is missing or unknown",
  "PIPE-032": "a node id is not usable",
  "PIPE-033": "a graph document names a stage that is not known",
  "PIPE-034": "an option of a run is out of its bounds",
  "PIPE-040": "a stage failed",
  "PIPE-041": "a stage ran past its time limit",
  "PIPE-042": "a stage was cancelled",
  "PIPE-043": "the worker of a stage died",
  "PIPE-044": "a stage used more memory than it was granted",
  "PIPE-045": "a run ended with failed nodes",
  "PIPE-046": "a self-check found a stored result that a fresh computation does not confirm",
  "PIPE-047": "a stored value is not in the store any more",
  "PIPE-050": "a sweep path leads nowhere",
  "PIPE-051": "a sweep axis is not valid",
} as const;

export type PipelineErrorCode = keyof typeof pipelineErrorCodes;
