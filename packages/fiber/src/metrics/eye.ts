/** Eye diagram: real parts of consecutive stretches of two symbols. */

/** Traces of equal length over one time axis. */
export interface EyeTraces {
  /** Time in symbols of each sample of a trace, −1 … 1. */
  readonly timeSymbols: Float64Array;
  readonly traces: readonly Float64Array[];
}

/** Samples shown per symbol when the record has more than one. */
export interface EyeOptions {
  readonly samplesPerSymbol: number;
  /** Default 128. */
  readonly traceLimit?: number;
}

/**
 * Traces from the start of an interleaved record, without overlap, each with its last sample shared with the next one.
 * Symbol instants (samples k·samplesPerSymbol) lie at −1, 0 and 1.
 */
export function eyeTraces(envelope: Float64Array, { samplesPerSymbol, traceLimit = 128 }: EyeOptions): EyeTraces {
  const length = 2 * samplesPerSymbol;
  const count = Math.min(traceLimit, Math.floor((envelope.length / 2 - 1) / length));
  const timeSymbols = Float64Array.from({ length: length + 1 }, (_, i) => i / samplesPerSymbol - 1);
  const traces = Array.from({ length: Math.max(0, count) }, (_, trace) =>
    Float64Array.from({ length: length + 1 }, (__, i) => envelope[2 * (trace * length + i)] as number),
  );
  return { timeSymbols, traces };
}
