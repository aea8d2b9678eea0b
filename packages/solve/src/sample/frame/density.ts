/**
 * What is sampled: the logarithm of a density, up to a constant, as a function of the free parameters. NaN and −∞ mean that a
 * point cannot be; +∞ ends the run. `x` is only valid during the call.
 */
export interface LogDensity {
  value(x: Float64Array): number;
  /** Writes the n slopes and gives the value. Samplers that follow slopes need it. */
  gradient?(x: Float64Array, slopes: Float64Array): number;
  /** Values of many points at once; `value` for one after the other otherwise. */
  values?(points: readonly Float64Array[], values: Float64Array): void;
}
