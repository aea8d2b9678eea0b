import { SimloomError } from "@simloom/units";

/**
 * Codes of this package. A code is never reused.
 *
 * - `NUMR-001`: the WebAssembly encoder was used wrongly (bad operand, lane, alignment, order of calls).
 * - `NUMR-002`: the host has no WebAssembly, or refused a module.
 * - `NUMR-010`: a Fourier transform was asked for a length it cannot have.
 * - `NUMR-011`: a buffer does not fit the plan (length, precision, another arena).
 * - `NUMR-012`: an arena is full or was disposed of.
 * - `NUMR-020`: a random stream was given a key, bound, count or position that it cannot have.
 * - `NUMR-021`: a low-discrepancy sequence was asked for more dimensions or points than it has.
 * - `NUMR-030`: a sum was given arrays of different lengths, no values, or a buffer that is too short.
 */
export type NumericsErrorCode =
  | "NUMR-001"
  | "NUMR-002"
  | "NUMR-010"
  | "NUMR-011"
  | "NUMR-012"
  | "NUMR-020"
  | "NUMR-021"
  | "NUMR-030";

/** Every error that `@simloom/numerics` raises. */
export class NumericsError extends SimloomError {}

/** A `NumericsError` from its three obligatory parts and what is known about the place. */
export function numericsError(
  code: NumericsErrorCode,
  message: string,
  remedy: string,
  context: Readonly<Record<string, unknown>> = {},
): NumericsError {
  return new NumericsError({ code, message, remedy, context });
}
