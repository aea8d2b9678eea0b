/**
 * Errors of the fibre package: one class, one table of codes.
 *
 * Every code has a section in `docs/errors/FIBR.md`. A code is never reused. The kind of a code is the `error.code` that
 * the public result document carries (`validation_error`, `not_implemented`, `timeout`, `runtime_error`).
 */
import { type ErrorDetails, SimloomError } from "@simloom/units";

/** What the public result document calls an error. */
export type FiberErrorKind = "validation_error" | "runtime_error" | "timeout" | "not_implemented";

/** One row of the code table. */
export interface FiberErrorEntry {
  /** The headline of the code's section in `docs/errors/FIBR.md`. */
  readonly title: string;
  readonly kind: FiberErrorKind;
}

/**
 * All codes of this package. 001–019 specification, 020–029 outside this release, 030–039 run, 040–049 FEC, 050–059 result
 * and statistics, 060–069 propagation.
 */
export const FIBER_ERRORS = {
  "FIBR-001": { title: "The specification has several problems", kind: "validation_error" },
  "FIBR-002": { title: "Unknown key", kind: "validation_error" },
  "FIBR-003": { title: "Missing field", kind: "validation_error" },
  "FIBR-004": { title: "Wrong type", kind: "validation_error" },
  "FIBR-005": { title: "Value out of range", kind: "validation_error" },
  "FIBR-006": { title: "Value not among the allowed ones", kind: "validation_error" },
  "FIBR-007": { title: "Signal format and receiver disagree", kind: "validation_error" },
  "FIBR-008": { title: "Propagation model and signal disagree", kind: "validation_error" },
  "FIBR-009": { title: "Amplifier fields disagree", kind: "validation_error" },
  "FIBR-010": { title: "FEC fields disagree", kind: "validation_error" },
  "FIBR-011": { title: "Framing fields disagree", kind: "validation_error" },
  "FIBR-012": { title: "The DSP chain cannot work in this order", kind: "validation_error" },
  "FIBR-013": { title: "The path is empty", kind: "validation_error" },
  "FIBR-014": { title: "Too few samples per symbol", kind: "validation_error" },
  "FIBR-015": { title: "The ADC is too slow for the signal", kind: "validation_error" },
  "FIBR-016": { title: "The DSP rate does not fit the signal", kind: "validation_error" },
  "FIBR-017": { title: "The value looks like it is in another unit", kind: "validation_error" },
  "FIBR-018": { title: "The step size of the equaliser diverges", kind: "validation_error" },
  "FIBR-019": { title: "The specification was not parsed", kind: "validation_error" },
  "FIBR-020": { title: "Signal format not simulated yet", kind: "not_implemented" },
  "FIBR-021": { title: "Autotune is not available yet", kind: "not_implemented" },
  "FIBR-022": { title: "FEC without a parity-check matrix is not available yet", kind: "not_implemented" },
  "FIBR-023": { title: "Polarisation-mode dispersion is not simulated yet", kind: "not_implemented" },
  "FIBR-030": { title: "The run took longer than runtime.max_runtime_s", kind: "timeout" },
  "FIBR-031": { title: "A stage failed", kind: "runtime_error" },
  "FIBR-032": { title: "The latency spread needs a random stream", kind: "runtime_error" },
  "FIBR-040": { title: "The parity-check matrix is malformed", kind: "validation_error" },
  "FIBR-041": { title: "The code carries no information", kind: "validation_error" },
  "FIBR-042": { title: "The number of bits does not fit the code", kind: "validation_error" },
  "FIBR-043": { title: "A decoder option is out of range", kind: "validation_error" },
  "FIBR-044": { title: "A log-likelihood ratio is not a number", kind: "runtime_error" },
  "FIBR-050": { title: "The result document breaks its contract", kind: "runtime_error" },
  "FIBR-051": { title: "Counts do not make a rate", kind: "runtime_error" },
  "FIBR-060": { title: "A fibre span is not physical", kind: "validation_error" },
  "FIBR-061": { title: "A step rule cannot work with its settings", kind: "validation_error" },
  "FIBR-062": { title: "A field does not fit the propagator", kind: "runtime_error" },
} as const satisfies Readonly<Record<string, FiberErrorEntry>>;

/** A code of the table above. */
export type FiberErrorCode = keyof typeof FIBER_ERRORS;

/** Every error of the fibre package. `problems` lists all that one check found. */
export class FiberError extends SimloomError {}

/** The kind of a code; a code that is not in the table counts as a failure of the run. */
export function fiberErrorKind(code: string): FiberErrorKind {
  const entry: FiberErrorEntry | undefined = Object.hasOwn(FIBER_ERRORS, code)
    ? FIBER_ERRORS[code as FiberErrorCode]
    : undefined;
  return entry?.kind ?? "runtime_error";
}

/** Makes a `FiberError` with a code of the table; the compiler refuses other codes. */
export function fiberError(details: Omit<ErrorDetails, "code"> & { readonly code: FiberErrorCode }): FiberError {
  return new FiberError(details);
}
