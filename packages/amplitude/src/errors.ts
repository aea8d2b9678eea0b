import { type ErrorDetails, SimloomError } from "@simloom/units";

/**
 * Every code of this package with the title of its section in the error pages. A code is never reused.
 * 001–009 kinematics and functions, 010–019 line shapes, 020–029 models, 030–039 likelihoods, 040–059 analysis files.
 */
export const AMPLITUDE_ERRORS = {
  "AMPL-001": "The topology leaves out more than one momentum",
  "AMPL-002": "A quantum number that does not exist",
  "AMPL-010": "A K-matrix whose parts do not fit together",
  "AMPL-011": "Unknown channel or pole",
  "AMPL-020": "A coherent sum without waves",
  "AMPL-021": "Two waves have the same name",
  "AMPL-030": "The intensity is not a positive number",
  "AMPL-031": "A data set without events or weight",
  "AMPL-032": "Parameter values that do not fit the likelihood",
  "AMPL-033": "A likelihood without terms",
  "AMPL-034": "The likelihood or a slope is not a number",
  "AMPL-040": "The analysis file has several problems",
  "AMPL-041": "Unknown key",
  "AMPL-042": "Missing field",
  "AMPL-043": "Wrong type or value",
  "AMPL-044": "Unknown name",
  "AMPL-046": "Unknown source of events",
  "AMPL-047": "A column that the events do not have",
  "AMPL-048": "A parameter or name without a clear meaning",
} as const;

/** Code of an error of this package. */
export type AmplitudeErrorCode = keyof typeof AMPLITUDE_ERRORS;

/** Every error that `@simloom/amplitude` raises. `problems` lists all that one check found. */
export class AmplitudeError extends SimloomError {
  constructor(details: ErrorDetails & { readonly code: AmplitudeErrorCode }) {
    super(details);
  }
}

/** Makes an `AmplitudeError` with a code of the table; the compiler refuses other codes. */
export function amplitudeError(
  details: Omit<ErrorDetails, "code"> & { readonly code: AmplitudeErrorCode },
): AmplitudeError {
  return new AmplitudeError(details);
}
