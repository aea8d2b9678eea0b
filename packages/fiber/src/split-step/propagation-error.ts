import { FiberError } from "../errors.ts";

/**
 * Codes of propagation. `FIBR-060`: a fibre span is not physical. `FIBR-061`: a step rule cannot work with its settings.
 * `FIBR-062`: a field does not fit the propagator.
 */
export type PropagationErrorCode = "FIBR-060" | "FIBR-061" | "FIBR-062";

/** A `FiberError` of this folder from its three obligatory parts and the facts behind it. */
export function propagationError(
  code: PropagationErrorCode,
  message: string,
  remedy: string,
  context: Readonly<Record<string, unknown>> = {},
): FiberError {
  return new FiberError({ code, message, remedy, context });
}
