/**
 * Amplified spontaneous emission of a lumped amplifier.
 * Source: G. P. Agrawal, Fiber-Optic Communication Systems, 4th ed., section 7.2; R.-J. Essiambre et al.,
 * J. Lightwave Technol. 28 (2010) 662, eq. 54 (n_sp with the shot-noise term kept).
 */
import { PLANCK_J_S } from "../physics/constants.ts";
import { decibelFromRatio, ratioFromDecibel } from "../physics/decibel.ts";

/**
 * Noise density in W/Hz that an amplifier adds to *each* polarisation: n_sp (G − 1) h f = (G F − 1) h f / 2.
 *
 * An attenuator (gain of 0 dB or below with G F < 1) adds none. A noise figure below the quantum limit is computed as
 * asked; `isBelowQuantumLimit` tells.
 */
export function asePsdWPerHz(gainDb: number, noiseFigureDb: number, carrierHz: number): number {
  return (Math.max(0, ratioFromDecibel(gainDb + noiseFigureDb) - 1) / 2) * PLANCK_J_S * carrierHz;
}

/** Population inversion factor n_sp = (G F − 1) / (2 (G − 1)). Defined for gains above 0 dB; 1 is a perfect amplifier. */
export function spontaneousEmissionFactor(gainDb: number, noiseFigureDb: number): number {
  const gain = ratioFromDecibel(gainDb);
  return (ratioFromDecibel(gainDb + noiseFigureDb) - 1) / (2 * (gain - 1));
}

/** Lowest noise figure in dB of a phase-insensitive amplifier, F = 2 − 1/G (n_sp = 1): 3.01 dB at high gain, 0 at none. */
export function quantumLimitNoiseFigureDb(gainDb: number): number {
  return gainDb <= 0 ? 0 : decibelFromRatio(2 - 1 / ratioFromDecibel(gainDb));
}

/** Whether an amplifier is asked to be quieter than nature allows, to within 1e-9 dB. */
export function isBelowQuantumLimit(gainDb: number, noiseFigureDb: number): boolean {
  return gainDb > 0 && noiseFigureDb < quantumLimitNoiseFigureDb(gainDb) - 1e-9;
}
