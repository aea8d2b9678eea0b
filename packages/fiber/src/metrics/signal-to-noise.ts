/** Signal-to-noise ratio of received symbols against those sent, without bias. */

/** Estimate over a stretch of symbols of one polarisation. */
export interface SnrEstimate {
  /** |h|² P_s / σ², linear; always finite, between 1/N (noise explains all of the signal) and 10³² (rounding). */
  readonly snr: number;
  /** σ²/(|h|² P_s), the squared error vector magnitude. */
  readonly noiseToSignal: number;
  /** Gain h that leads from sent to received symbols, as [re, im]. */
  readonly gain: readonly [number, number];
}

/** Square of the rounding of double precision: no record of numbers is cleaner. */
const SMALLEST_NOISE_TO_SIGNAL = 1e-32;

/**
 * Estimates h = Σ r s* / Σ |s|² and σ² = Σ |r − h s|² / (N − 1) over [from, to), then takes the share of the noise in
 * |h|², σ²/Σ|s|², off. The scale is fitted to the *sent* symbols: normalising the noisy ones instead would bias by
 * up to half a decibel at 8 dB. Two passes, so a noise of 1e-12 of the signal is still seen.
 */
export function estimateSnr(received: Float64Array, sent: Float64Array, from: number, to: number): SnrEstimate {
  let re = 0;
  let im = 0;
  let sentEnergy = 0;
  for (let i = 2 * from; i < 2 * to; i += 2) {
    const sentRe = sent[i] as number;
    const sentIm = sent[i + 1] as number;
    const gotRe = received[i] as number;
    const gotIm = received[i + 1] as number;
    re += gotRe * sentRe + gotIm * sentIm;
    im += gotIm * sentRe - gotRe * sentIm;
    sentEnergy += sentRe * sentRe + sentIm * sentIm;
  }
  const gainRe = re / sentEnergy;
  const gainIm = im / sentEnergy;
  let errorEnergy = 0;
  for (let i = 2 * from; i < 2 * to; i += 2) {
    const sentRe = sent[i] as number;
    const sentIm = sent[i + 1] as number;
    const errorRe = (received[i] as number) - (gainRe * sentRe - gainIm * sentIm);
    const errorIm = (received[i + 1] as number) - (gainRe * sentIm + gainIm * sentRe);
    errorEnergy += errorRe * errorRe + errorIm * errorIm;
  }
  const count = to - from;
  const noiseVariance = errorEnergy / Math.max(1, count - 1);
  const gainVariance = noiseVariance / sentEnergy;
  // No gain below its own deviation can be told from none.
  const gainSquare = Math.max(gainVariance, gainRe * gainRe + gainIm * gainIm - gainVariance);
  const signalPower = (gainSquare * sentEnergy) / count;
  // A record of zeros is all noise.
  const noiseToSignal = signalPower === 0 ? count : Math.max(SMALLEST_NOISE_TO_SIGNAL, noiseVariance / signalPower);
  return { snr: 1 / noiseToSignal, noiseToSignal, gain: [gainRe, gainIm] };
}
