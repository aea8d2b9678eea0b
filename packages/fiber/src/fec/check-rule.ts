/**
 * How a check answers its bits: for each, the log-likelihood ratio that the other bits of the check imply.
 *
 * The convention throughout is LLR = ln P(0)/P(1): positive means bit 0. Reads `incoming[0…degree − 1]`, writes
 * `outgoing[0…degree − 1]`; both belong to the decoder. Magnitudes never exceed `LLR_LIMIT`.
 */
export type CheckRule = (incoming: Float64Array, outgoing: Float64Array, degree: number) => void;

/** Largest magnitude of a log-likelihood ratio: certainty. e^−300 is far from underflow, and sums of many stay finite. */
export const LLR_LIMIT = 300;
