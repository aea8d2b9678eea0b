/**
 * Compensation of chromatic dispersion: the all-pass exp(−j(B₂/2 ω² + B₃/6 ω³)), with B₂ = Σ β₂L and B₃ = Σ β₃L of the
 * whole link, applied to the whole periodic record at once. It undoes the linear fibre exactly and leaves no delay.
 */
import { cos, sin } from "@simloom/numerics";
import { binFrequencyHz, type DspSignal, inFrequency, mapPair, multiplyComplex, recordLength } from "./signal.ts";

/** Dispersion summed over a link. */
export interface AccumulatedDispersion {
  /** Σ β₂ L in s². */
  readonly beta2S2: number;
  /** Σ β₃ L in s³. */
  readonly beta3S3: number;
}

/** The signal without the dispersion of the link. */
export function compensateDispersion(signal: DspSignal, { beta2S2, beta3S3 }: AccumulatedDispersion): DspSignal {
  if (beta2S2 === 0 && beta3S3 === 0) return signal;
  const count = recordLength(signal);
  const response = new Float64Array(2 * count);
  for (let bin = 0; bin < count; bin++) {
    const omega = 2 * Math.PI * binFrequencyHz(bin, count, signal.sampleRateHz);
    const phaseRad = -(beta2S2 / 2 + (beta3S3 / 6) * omega) * omega * omega;
    response[2 * bin] = cos(phaseRad);
    response[2 * bin + 1] = sin(phaseRad);
  }
  return mapPair(inFrequency(signal), (spectrum) => multiplyComplex(spectrum, response));
}

/** How many symbols the dispersion smears one symbol over, 2π|B₂|(1 + ρ)R²: the memory of the compensation. */
export function dispersionMemorySymbols(beta2S2: number, symbolRateBd: number, rollOff: number): number {
  return 2 * Math.PI * Math.abs(beta2S2) * (1 + rollOff) * symbolRateBd * symbolRateBd;
}
