/** Random streams and low-discrepancy points alone: for who needs no more of numerics than noise. */
export type { StreamKey } from "./identity.ts";
export { latinHypercube } from "./latin-hypercube.ts";
export { normalQuantile } from "./normal-quantile.ts";
export { MAX_SOBOL_DIMENSIONS, type SobolOptions, sobolSequence } from "./sobol.ts";
export { type RandomStream, randomStream } from "./stream.ts";
