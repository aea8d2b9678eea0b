/** OSNR as an optical spectrum analyser would count it: the noise floor beside the signal, carried under it. */
import { OSNR_REFERENCE_BANDWIDTH_HZ } from "../physics/constants.ts";
import { decibelFromRatio } from "../physics/decibel.ts";

/** A band of the baseband frequency axis in Hz, from included to excluded. */
export interface FrequencyBand {
  readonly fromHz: number;
  readonly toHz: number;
}

/** What to count. */
export interface OsnrCount {
  /** Power in W of each bin in FFT order (0, +, …, −), both polarisations together. Sums to the mean power. */
  readonly binPowerW: Float64Array;
  readonly sampleRateHz: number;
  /** Band that holds the signal. */
  readonly signalBand: FrequencyBand;
  /** Bands that hold noise only, clear of the skirts of the signal. Spectral broadening by the Kerr effect counts as noise. */
  readonly noiseBands: readonly FrequencyBand[];
  /** Default 12.5 GHz. */
  readonly referenceBandwidthHz?: number;
}

/** Counted powers. */
export interface CountedOsnr {
  readonly osnrDb: number;
  readonly signalPowerW: number;
  /** Noise density in W/Hz, both polarisations together. */
  readonly noisePsdWPerHz: number;
}

/**
 * Counts signal and noise in a power spectrum. The noise density is the mean over the noise bands; the part of it that
 * lies under the signal is taken off the signal. Where nothing is left of it the OSNR is −Infinity.
 */
export function countOsnr(count: OsnrCount): CountedOsnr {
  const { binPowerW, sampleRateHz, signalBand } = count;
  const binWidthHz = sampleRateHz / binPowerW.length;
  const noise = count.noiseBands.map((band) => powerInBand(binPowerW, binWidthHz, band));
  const noiseBins = noise.reduce((sum, band) => sum + band.bins, 0);
  const noisePsdWPerHz = noise.reduce((sum, band) => sum + band.powerW, 0) / (noiseBins * binWidthHz);
  const signal = powerInBand(binPowerW, binWidthHz, signalBand);
  const signalPowerW = Math.max(0, signal.powerW - noisePsdWPerHz * signal.bins * binWidthHz);
  const referenceBandwidthHz = count.referenceBandwidthHz ?? OSNR_REFERENCE_BANDWIDTH_HZ;
  return {
    osnrDb: decibelFromRatio(signalPowerW / (noisePsdWPerHz * referenceBandwidthHz)),
    signalPowerW,
    noisePsdWPerHz,
  };
}

function powerInBand(
  binPowerW: Float64Array,
  binWidthHz: number,
  band: FrequencyBand,
): { powerW: number; bins: number } {
  let powerW = 0;
  let bins = 0;
  for (let bin = 0; bin < binPowerW.length; bin++) {
    const frequencyHz = (bin < binPowerW.length / 2 ? bin : bin - binPowerW.length) * binWidthHz;
    if (frequencyHz < band.fromHz || frequencyHz >= band.toHz) continue;
    powerW += binPowerW[bin] as number;
    bins += 1;
  }
  return { powerW, bins };
}
