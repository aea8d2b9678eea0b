/**
 * Analogue-to-digital converter: ideal anti-aliasing filter and sampling, then a uniform quantiser on I and Q.
 *
 * Levels −F + kΔ, k = 0 … 2^b − 1, Δ = 2F/(2^b − 1), with F the full scale.
 */
import { exp2 } from "@simloom/numerics";
import type { NormalSource } from "../amplifier/normal-source.ts";
import { isFitted, resampleTo } from "../dsp/resample.ts";
import { type DspSignal, inTime, mapPair } from "../dsp/signal.ts";

/** The converter. */
export interface AnalogueToDigital {
  readonly sampleRateHz: number;
  /** Resolution, 1 … 16. */
  readonly bits: number;
  /**
   * Full scale as a multiple of the rms of I and Q; larger samples clip. When absent the full scale is the largest |I|
   * or |Q| of the record in both polarisations, so nothing clips but noise of the converter itself.
   */
  readonly fullScaleRmsRatio?: number;
  /** Noise and distortion of the converter itself, as if it had fewer bits; none when absent. */
  readonly imperfection?: ConverterImperfection;
}

/** Gaussian noise in front of the quantiser that lowers the resolution to an effective number of bits. */
export interface ConverterImperfection {
  /** Effective number of bits of a full-scale sine, at most `bits`. */
  readonly effectiveBits: number;
  readonly noise: NormalSource;
}

/** Digitised record, what the converter did to it, and what the user should know. */
export interface DigitisedSignal {
  readonly signal: DspSignal;
  /** Full scale F in the unit of the signal; 0 for a record of zeros. */
  readonly fullScale: number;
  /** Samples of I or Q that were clipped. */
  readonly clippedCount: number;
  readonly isResampled: boolean;
  readonly warnings: readonly string[];
}

/** Samples the signal at the converter's rate (the nearest rate that fits the record) and quantises I and Q separately. */
export function digitise(signal: DspSignal, converter: AnalogueToDigital): DigitisedSignal {
  const { signal: resampled, rateError } = resampleTo(signal, converter.sampleRateHz);
  const ideal = inTime(resampled);
  const fullScale = fullScaleOf(ideal, converter.fullScaleRmsRatio);
  const sampled = mapPair(ideal, (record) => addImperfection(record, fullScale, converter));
  let clippedCount = 0;
  const digitised = mapPair(sampled, (record) => {
    const quantised = quantise(record, fullScale, converter.bits);
    for (let i = 0; i < record.length; i++) if (Math.abs(record[i] as number) > fullScale) clippedCount += 1;
    return quantised;
  });
  const warnings = isFitted(rateError)
    ? []
    : [
        `The ADC runs at ${sampled.sampleRateHz} Hz instead of ${converter.sampleRateHz} Hz: ` +
          "the nearest rate with whole samples in the record.",
      ];
  return { signal: digitised, fullScale, clippedCount, isResampled: resampled !== signal, warnings };
}

/** Nearest of 2^bits levels between −fullScale and +fullScale for every value, in a new array. A full scale of 0 passes. */
export function quantise(values: Float64Array, fullScale: number, bits: number): Float64Array {
  if (fullScale === 0) return values.slice();
  const highest = (1 << bits) - 1;
  const step = (2 * fullScale) / highest;
  const quantised = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const level = Math.floor(((values[i] as number) + fullScale) / step + 0.5);
    quantised[i] = Math.min(highest, Math.max(0, level)) * step - fullScale;
  }
  return quantised;
}

/** Noise of variance (2F)²/12 (2^(−2 ENOB) − 2^(−2 bits)) per real dimension: what an ideal quantiser lacks to ENOB. */
function addImperfection(record: Float64Array, fullScale: number, converter: AnalogueToDigital): Float64Array {
  if (converter.imperfection === undefined) return record;
  const { effectiveBits, noise } = converter.imperfection;
  const lost = exp2(-2 * effectiveBits) - exp2(-2 * converter.bits);
  const deviation = fullScale * Math.sqrt(Math.max(0, lost) / 3);
  const noisy = new Float64Array(record.length);
  noise.fillNormal(noisy);
  for (let i = 0; i < noisy.length; i++) noisy[i] = (record[i] as number) + deviation * (noisy[i] as number);
  return noisy;
}

function fullScaleOf(signal: DspSignal, rmsRatio: number | undefined): number {
  let largest = 0;
  let squares = 0;
  for (const record of signal.polarisations) {
    for (let i = 0; i < record.length; i++) {
      const magnitude = Math.abs(record[i] as number);
      if (magnitude > largest) largest = magnitude;
      squares += magnitude * magnitude;
    }
  }
  if (rmsRatio === undefined) return largest;
  return rmsRatio * Math.sqrt(squares / (2 * signal.polarisations[0].length));
}
