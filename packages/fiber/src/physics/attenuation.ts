/** Power loss along a fibre and the effective length over which the Kerr effect acts. */

import { expm1, sinh } from "@simloom/numerics";

/** Decibels per neper of power: 10 log10 e. */
const DECIBEL_PER_POWER_NEPER = 10 * Math.LOG10E;

/**
 * Power attenuation coefficient a in 1/m of a loss in dB/km: power falls as exp(−a z).
 * The field falls as exp(−a z / 2).
 */
export function attenuationPerM(lossDbPerKm: number): number {
  return lossDbPerKm / DECIBEL_PER_POWER_NEPER / 1000;
}

/**
 * Effective length (1 − e^(−aL)) / a in m: the lossless length with the same nonlinear phase for the same input power.
 * Valid for loss (a > 0), none, and gain (a < 0).
 */
export function effectiveLengthM(lengthM: number, attenuationPerM: number): number {
  return attenuationPerM === 0 ? lengthM : -expm1(-attenuationPerM * lengthM) / attenuationPerM;
}

/**
 * Effective length in m of a step referred to the power at its *middle*: 2 sinh(a h / 2) / a.
 *
 * A symmetric step meets the field after half of its loss; this length makes the nonlinear phase of the step exactly
 * γ P₀ L_eff(h), and, being even in `a`, lets a back-propagation undo it exactly.
 */
export function midpointEffectiveLengthM(stepM: number, attenuationPerM: number): number {
  return attenuationPerM === 0 ? stepM : (2 * sinh((attenuationPerM * stepM) / 2)) / attenuationPerM;
}

/** Effective length in m of an infinitely long fibre, 1/a. Infinite without loss. */
export function asymptoticEffectiveLengthM(attenuationPerM: number): number {
  return 1 / attenuationPerM;
}

/** Loss in dB of a length in m. */
export function spanLossDb(lengthM: number, lossDbPerKm: number): number {
  return (lossDbPerKm * lengthM) / 1000;
}
