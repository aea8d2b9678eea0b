/**
 * The root-raised-cosine spectrum, exact: no truncation in time, because records are periodic.
 *
 * H(f) = 1 for |f| ≤ (1 − ρ)R/2, cos(π/(2ρR) (|f| − (1 − ρ)R/2)) up to (1 + ρ)R/2, 0 beyond. |H|² summed over shifts by
 * R is 1 (Nyquist's criterion), so a matched pair has no intersymbol interference.
 * Source: J. G. Proakis, Digital Communications, 4th ed., eq. 9.2.27.
 */

import { cos } from "@simloom/numerics";
import { binFrequencyHz } from "../dsp/signal.ts";
import { fiberError } from "../errors.ts";

/** A Nyquist pulse family. */
export interface PulseShape {
  readonly symbolRateBd: number;
  /** Roll-off ρ, 0 … 1. */
  readonly rollOff: number;
}

/** Amplitude response at a baseband frequency; 1 at the centre. */
export function rootRaisedCosine(frequencyHz: number, { symbolRateBd, rollOff }: PulseShape): number {
  const offset = Math.abs(frequencyHz) / symbolRateBd - (1 - rollOff) / 2;
  if (offset <= 0) return rollOff === 0 && offset === 0 ? Math.SQRT1_2 : 1;
  return offset >= rollOff ? 0 : cos(((Math.PI / 2) * offset) / rollOff);
}

/**
 * The response on the bins of a record, in FFT order.
 * @throws FIBR-014 when the sample rate does not hold the spectrum, (1 + ρ) samples per symbol.
 */
export function rootRaisedCosineBins(count: number, sampleRateHz: number, shape: PulseShape): Float64Array {
  const samplesPerSymbol = sampleRateHz / shape.symbolRateBd;
  if (samplesPerSymbol < (1 + shape.rollOff) * (1 - 1e-9)) {
    throw fiberError({
      code: "FIBR-014",
      message: `${samplesPerSymbol} samples per symbol do not hold a pulse of roll-off ${shape.rollOff}`,
      remedy: `Use at least ${Math.ceil(1 + shape.rollOff)} samples per symbol, or a roll-off of at most ${samplesPerSymbol - 1}.`,
      context: { sampleRateHz, ...shape },
    });
  }
  const response = new Float64Array(count);
  for (let bin = 0; bin < count; bin++) {
    response[bin] = rootRaisedCosine(binFrequencyHz(bin, count, sampleRateHz), shape);
  }
  // At one sample per symbol the edges of the band at +R/2 and −R/2 share this bin, so their powers add up in it.
  if (count % 2 === 0 && samplesPerSymbol <= 1) response[count / 2] = 1;
  return response;
}
