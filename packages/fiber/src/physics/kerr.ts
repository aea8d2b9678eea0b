/** The Kerr effect: nonlinear coefficient and the phase and lengths that follow from it. */
import { wavelengthM } from "./constants.ts";

/** Share of γ that acts on the total power of both polarisations once random birefringence is averaged (Manakov). */
export const MANAKOV_FACTOR = 8 / 9;

/**
 * Nonlinear coefficient γ = 2π n₂ / (λ A_eff) in 1/(W m).
 * Source: G. P. Agrawal, Nonlinear Fiber Optics, 5th ed., eq. 2.3.29.
 */
export function gammaPerWM(nonlinearIndexM2PerW: number, effectiveAreaM2: number, carrierHz: number): number {
  return (2 * Math.PI * nonlinearIndexM2PerW) / (wavelengthM(carrierHz) * effectiveAreaM2);
}

/** Peak power |β₂|/(γ T₀²) in W of the fundamental soliton of half-width T₀ in s. Needs β₂ < 0 to exist. */
export function solitonPeakPowerW(halfWidthS: number, beta2S2PerM: number, gammaPerWM: number): number {
  return Math.abs(beta2S2PerM) / (gammaPerWM * halfWidthS * halfWidthS);
}

/** Angular frequency √(2γP/|β₂|) in rad/s at which modulation instability grows fastest; its power gain is 2γP per m. */
export function modulationInstabilityPeakRadPerS(powerW: number, beta2S2PerM: number, gammaPerWM: number): number {
  return Math.sqrt((2 * gammaPerWM * powerW) / Math.abs(beta2S2PerM));
}
