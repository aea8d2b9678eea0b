/**
 * What travels through the receiver's DSP: one periodic record of two polarisations, in time or in frequency.
 *
 * Linear blocks (filters, resampling) work on the spectrum and leave it there; a block that needs samples asks for them.
 * So a run of linear blocks costs one forward and one inverse transform, however many they are.
 */
import { forwardTransform, inverseTransform } from "./fourier.ts";

/** Two polarisations, each interleaved [re, im, re, im, …], of equal length. */
export type PolarisationPair = readonly [x: Float64Array, y: Float64Array];

/** A dual-polarisation record. Never modified by its readers. */
export interface DspSignal {
  /** `frequency`: bins of Σ x e^(−jωt) in FFT order (0, +, …, −). */
  readonly domain: "time" | "frequency";
  readonly polarisations: PolarisationPair;
  readonly sampleRateHz: number;
}

/** Number of complex samples (or bins) of each polarisation. */
export function recordLength(signal: DspSignal): number {
  return signal.polarisations[0].length / 2;
}

/** The signal as samples. */
export function inTime(signal: DspSignal): DspSignal {
  return signal.domain === "time" ? signal : { ...mapPair(signal, inverseTransform), domain: "time" };
}

/** The signal as a spectrum. */
export function inFrequency(signal: DspSignal): DspSignal {
  return signal.domain === "frequency" ? signal : { ...mapPair(signal, forwardTransform), domain: "frequency" };
}

/** The same signal with both polarisations replaced by `change(polarisation)`. */
export function mapPair(signal: DspSignal, change: (polarisation: Float64Array) => Float64Array): DspSignal {
  const [x, y] = signal.polarisations;
  return { ...signal, polarisations: [change(x), change(y)] };
}

/** Frequency in Hz of a bin in FFT order; the bin at half the sample rate counts as negative. */
export function binFrequencyHz(bin: number, count: number, sampleRateHz: number): number {
  return ((2 * bin < count ? bin : bin - count) * sampleRateHz) / count;
}

/** Spectrum multiplied by one real factor per bin, in a new array. */
export function filterReal(spectrum: Float64Array, response: Float64Array): Float64Array {
  const filtered = new Float64Array(spectrum.length);
  for (let bin = 0; bin < response.length; bin++) {
    const factor = response[bin] as number;
    filtered[2 * bin] = factor * (spectrum[2 * bin] as number);
    filtered[2 * bin + 1] = factor * (spectrum[2 * bin + 1] as number);
  }
  return filtered;
}

/** Spectrum (or record) multiplied by one complex factor per bin, in a new array. */
export function multiplyComplex(values: Float64Array, factors: Float64Array): Float64Array {
  const product = new Float64Array(values.length);
  for (let i = 0; i < values.length; i += 2) {
    const re = values[i] as number;
    const im = values[i + 1] as number;
    const factorRe = factors[i] as number;
    const factorIm = factors[i + 1] as number;
    product[i] = re * factorRe - im * factorIm;
    product[i + 1] = re * factorIm + im * factorRe;
  }
  return product;
}

/** Σ|value|² of an interleaved record, in index order. Products, not powers: `x ** 2` may round differently elsewhere. */
export function sumOfSquares(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    sum += value * value;
  }
  return sum;
}

/** Mean of |value|² over an interleaved record. */
export function meanSquare(values: Float64Array): number {
  return (2 * sumOfSquares(values)) / values.length;
}
