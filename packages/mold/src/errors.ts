/**
 * Errors of the mould package: one class, one table of codes. Every code has a section in `docs/errors/MOLD.md` and is never
 * reused. 001–009 documents, 010–019 material systems, 020–029 what a run may ask for, 030–039 runs and results.
 */
import { type ErrorDetails, SimloomError } from "@simloom/units";

/** Every code of this package with the title of its section in the error pages. */
export const MOLD_ERRORS = {
  "MOLD-001": "The document has several problems",
  "MOLD-002": "Unknown key",
  "MOLD-003": "Missing field",
  "MOLD-004": "Wrong type",
  "MOLD-005": "Value out of range",
  "MOLD-006": "Value not among the allowed ones",
  "MOLD-007": "Fields disagree",
  "MOLD-008": "The unit does not fit the field",
  "MOLD-010": "Unknown material system",
  "MOLD-011": "The material system lacks figures that a run needs",
  "MOLD-012": "A catalogue holds a material system twice",
  "MOLD-013": "Not exactly one material system",
  "MOLD-020": "The run would have too many points",
  "MOLD-021": "Not part of this release",
  "MOLD-030": "The solver did not get through",
  "MOLD-031": "A figure of the result is impossible",
} as const satisfies Readonly<Record<string, string>>;

/** A code of the table above. */
export type MoldErrorCode = keyof typeof MOLD_ERRORS;

/** Every error of the mould package. `problems` lists all that one check found. */
export class MoldError extends SimloomError {}

/** Makes a `MoldError` with a code of the table; the compiler refuses other codes. */
export function moldError(details: Omit<ErrorDetails, "code"> & { readonly code: MoldErrorCode }): MoldError {
  return new MoldError(details);
}
