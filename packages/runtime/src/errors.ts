import { type ErrorDetails, SimloomError } from "@simloom/units";

/** Errors of the Node side of the pipeline: stores, workers, run folders. Codes are listed in `docs/errors/RUNT.md`. */
export class RuntimeError extends SimloomError {
  constructor(details: ErrorDetails & { readonly code: RuntimeErrorCode }) {
    super(details);
  }
}

/** Every code of this package, with what it stands for. A code is never reused. */
export const runtimeErrorCodes = {
  "RUNT-001": "a store was written by a newer version",
  "RUNT-002": "a directory that should hold a store holds something else",
  "RUNT-003": "the format stamp of a store is damaged",
  "RUNT-004": "the name of a pin is not usable",
  "RUNT-070": "a run folder cannot be created",
  "RUNT-071": "there is no such run",
  "RUNT-072": "a replay does not give what the run gave",
  "RUNT-073": "a run has not finished",
  "RUNT-074": "a run has no node of that name",
  "RUNT-030": "a TypeScript module cannot be compiled",
  "RUNT-031": "a module cannot be loaded",
  "RUNT-032": "a module exports no stage of the wanted name",
  "RUNT-033": "a module exports two different stages of one name",
  "RUNT-034": "a module holds another version of a stage than the one submitted",
  "RUNT-035": "the options of a scheduler are not usable",
  "RUNT-037": "the files of a stage changed while the program ran",
  "RUNT-040": "the code of a stage cannot be bundled for its fingerprint",
  "RUNT-041": "the fingerprints of a package cannot be written",
} as const;

export type RuntimeErrorCode = keyof typeof runtimeErrorCodes;
