import { type ErrorDetails, SimloomError } from "@simloom/units";

/** Every code of this package with the title of its section in the error pages. A code is never reused. */
export const SOLVE_ERRORS = {
  "SOLV-001": "A differential equation that is not well formed",
  "SOLV-002": "An initial state that does not fit",
  "SOLV-003": "Parameters that do not fit",
  "SOLV-004": "A time span that cannot be integrated",
  "SOLV-005": "A tolerance that cannot be met",
  "SOLV-006": "Save points that do not fit",
  "SOLV-007": "A run that would keep too many numbers",
  "SOLV-008": "A method that does not fit the problem",
  "SOLV-009": "A mass matrix that does not fit",
  "SOLV-010": "A limit or controller that cannot be used",
  "SOLV-011": "An event that is not well formed",
  "SOLV-012": "An operation that an equation cannot hold",
  "SOLV-013": "A question that the solution cannot answer",
  "SOLV-014": "An event that did not fire",
  "SOLV-015": "Derivatives that need equations as expressions",
  "SOLV-016": "Gradients that adjoint equations do not give",
  "SOLV-017": "An option that a run does not have",
  "SOLV-020": "SUNDIALS is not installed",
  "SOLV-021": "SUNDIALS reported a failure",
  "SOLV-030": "Functions that other threads cannot be given",
  "SOLV-031": "A pool of workers that is not there",
  "SOLV-032": "Work that failed on another thread",
  "SOLV-060": "Nothing to vary",
  "SOLV-061": "An error level that cannot be used",
  "SOLV-062": "A setting that a method cannot work with",
  "SOLV-063": "A checkpoint of another run",
  "SOLV-064": "A method that needs more than the objective has",
  "SOLV-065": "Data of a curve that do not fit",
  "SOLV-066": "Constraints that a method or an error cannot keep to",
  "SOLV-067": "A method that does not repeat itself",
  "SOLV-068": "Extended precision that is not to be had",
  "SOLV-070": "A scan of what is not free",
  "SOLV-071": "Scores that do not fit",
  "SOLV-072": "Replicas without numbers",
  "SOLV-080": "Steps and walkers that cannot be",
  "SOLV-081": "Walkers that cannot start",
  "SOLV-082": "No density of these parameters",
} as const;

/** Code of an error of this package. */
export type SolveErrorCode = keyof typeof SOLVE_ERRORS;

/** Every error that `@simloom/solve` raises. */
export class SolveError extends SimloomError {
  constructor(details: ErrorDetails & { readonly code: SolveErrorCode }) {
    super(details);
  }
}

/** A `SolveError` from its three obligatory parts and what is known about the place. */
export function solveError(
  code: SolveErrorCode,
  message: string,
  remedy: string,
  context: Readonly<Record<string, unknown>> = {},
): SolveError {
  return new SolveError({ code, message, remedy, context });
}
