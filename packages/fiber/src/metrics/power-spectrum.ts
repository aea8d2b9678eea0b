/**
 * Power spectrum by Welch's method: Hann windows over half-overlapping segments of the periodic record, averaged.
 * Source: P. D. Welch, IEEE Trans. Audio Electroacoust. 15 (1967) 70.
 */
import { cos } from "@simloom/numerics";
import { forwardTransform } from "../dsp/fourier.ts";
import { decibelFromRatio } from "../physics/decibel.ts";

/** A spectrum with its axis, from negative to positive frequencies. */
export interface PowerSpectrum {
  readonly frequencyHz: Float64Array;
  /** Power per bin in dB of the square of the record's unit; bins add up (linearly) to the mean power,
   * up to the uneven weight that the windows give the record. Floor −300. */
  readonly powerDb: Float64Array;
}

/** Power spectrum of an interleaved record, on at most `bins` bins (default 1024). */
export function powerSpectrum(envelope: Float64Array, sampleRateHz: number, bins = 1024): PowerSpectrum {
  const count = envelope.length / 2;
  const length = Math.min(bins, count);
  const hop = Math.max(1, Math.floor(length / 2));
  const segments = Math.max(1, Math.floor(count / hop));
  const window = Float64Array.from({ length }, (_, i) => 0.5 - 0.5 * cos((2 * Math.PI * i) / length));
  const windowEnergy = window.reduce((sum, value) => sum + value * value, 0);
  const power = new Float64Array(length);
  const segment = new Float64Array(2 * length);
  for (let s = 0; s < segments; s++) {
    for (let i = 0, from = 2 * ((s * hop) % count); i < length; i++) {
      segment[2 * i] = (window[i] as number) * (envelope[from] as number);
      segment[2 * i + 1] = (window[i] as number) * (envelope[from + 1] as number);
      from += 2;
      if (from === envelope.length) from = 0;
    }
    const spectrum = forwardTransform(segment);
    for (let i = 0; i < length; i++) {
      const re = spectrum[2 * i] as number;
      const im = spectrum[2 * i + 1] as number;
      power[i] = (power[i] as number) + re * re + im * im;
    }
  }
  const scale = 1 / (segments * length * windowEnergy);
  const lowest = -Math.floor(length / 2);
  const frequencyHz = new Float64Array(length);
  const powerDb = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    const bin = lowest + i;
    frequencyHz[i] = (bin * sampleRateHz) / length;
    powerDb[i] = Math.max(-300, decibelFromRatio(scale * (power[(bin + length) % length] as number)));
  }
  return { frequencyHz, powerDb };
}
