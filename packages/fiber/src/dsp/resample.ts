/**
 * Change of sample rate of a periodic record, exact for a signal inside both Nyquist bands: the spectrum is cut or padded
 * with zeros. What lies outside the new band is removed, as by an ideal anti-aliasing filter. No delay.
 */
import { type DspSignal, inFrequency, mapPair, recordLength } from "./signal.ts";

/**
 * The spectrum on `count` bins over the same record duration, scaled so that the samples keep their values.
 *
 * With an even length the bin at half the lower rate belongs to both sides: it is halved when bins are added, and
 * the two halves are put together again when bins are taken away.
 */
export function resampleSpectrum(spectrum: Float64Array, count: number): Float64Array {
  const oldCount = spectrum.length / 2;
  if (count === oldCount) return spectrum;
  const resampled = new Float64Array(2 * count);
  const kept = Math.min(count, oldCount);
  const scale = count / oldCount;
  const positive = Math.floor((kept - 1) / 2);
  const copy = (from: number, to: number, factor: number) => {
    resampled[2 * to] = (resampled[2 * to] as number) + factor * (spectrum[2 * from] as number);
    resampled[2 * to + 1] = (resampled[2 * to + 1] as number) + factor * (spectrum[2 * from + 1] as number);
  };
  copy(0, 0, scale);
  for (let bin = 1; bin <= positive; bin++) {
    copy(bin, bin, scale);
    copy(oldCount - bin, count - bin, scale);
  }
  if (kept % 2 === 0) {
    const half = kept / 2;
    const share = count > oldCount ? scale / 2 : scale;
    copy(half, half, share);
    copy(oldCount - half, count - half, share);
  }
  return resampled;
}

/** How a rate that was asked for meets a record. */
export interface ResampledSignal {
  readonly signal: DspSignal;
  /** Relative difference between the rate of the result and the one asked for; 0 when whole samples fit the record. */
  readonly rateError: number;
}

/**
 * The signal at a new sample rate. The record keeps its duration, so the rate becomes the nearest one that fits a whole
 * number of samples into it; with N samples that is off by at most 1/(2N), and `rateError` tells by how much.
 */
export function resampleTo(signal: DspSignal, sampleRateHz: number): ResampledSignal {
  const oldCount = recordLength(signal);
  const count = Math.max(1, Math.round((oldCount * sampleRateHz) / signal.sampleRateHz));
  if (count === oldCount) return { signal, rateError: signal.sampleRateHz / sampleRateHz - 1 };
  const fittedRateHz = (signal.sampleRateHz * count) / oldCount;
  const resampled = mapPair(inFrequency(signal), (spectrum) => resampleSpectrum(spectrum, count));
  return { signal: { ...resampled, sampleRateHz: fittedRateHz }, rateError: fittedRateHz / sampleRateHz - 1 };
}

/** Whether a rate was met to rounding. Half a sample in the longest record, 2^24, would be 3e-8. */
export function isFitted(rateError: number): boolean {
  return Math.abs(rateError) < 1e-12;
}
