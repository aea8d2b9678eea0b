/**
 * Conversions between the dispersion that data sheets quote (D in ps/nm/km, S in ps/nm²/km) and the Taylor coefficients
 * of the propagation constant (β₂ in s²/m, β₃ in s³/m) at a carrier.
 * Source: G. P. Agrawal, Nonlinear Fiber Optics, 5th ed., eq. 1.2.11; D = −(2πc/λ²) β₂.
 */
import { SPEED_OF_LIGHT_M_S, wavelengthM } from "./constants.ts";

/** 1 ps/(nm km) in s/m². */
const SECOND_PER_M2 = 1e-6;

/** 1 ps/(nm² km) in s/m³. */
const SECOND_PER_M3 = 1e3;

/** Group-velocity dispersion β₂ in s²/m of a dispersion parameter D in ps/(nm km). D > 0 (anomalous) gives β₂ < 0. */
export function beta2S2PerM(dispersionPsPerNmKm: number, carrierHz: number): number {
  const lambdaM = wavelengthM(carrierHz);
  return (-dispersionPsPerNmKm * SECOND_PER_M2 * lambdaM * lambdaM) / (2 * Math.PI * SPEED_OF_LIGHT_M_S);
}

/** Dispersion parameter D in ps/(nm km) of a group-velocity dispersion β₂ in s²/m. */
export function dispersionPsPerNmKm(beta2S2PerM: number, carrierHz: number): number {
  const lambdaM = wavelengthM(carrierHz);
  return (-beta2S2PerM * 2 * Math.PI * SPEED_OF_LIGHT_M_S) / (lambdaM * lambdaM) / SECOND_PER_M2;
}

/** Third-order dispersion β₃ = (λ²/2πc)² (S + 2D/λ) in s³/m of D in ps/(nm km) and its slope S in ps/(nm² km). */
export function beta3S3PerM(dispersionPsPerNmKm: number, slopePsPerNm2Km: number, carrierHz: number): number {
  const lambdaM = wavelengthM(carrierHz);
  const scale = (lambdaM * lambdaM) / (2 * Math.PI * SPEED_OF_LIGHT_M_S);
  return scale * scale * (slopePsPerNm2Km * SECOND_PER_M3 + (2 * dispersionPsPerNmKm * SECOND_PER_M2) / lambdaM);
}

/** First null in Hz of the detected power after dispersion, √(π/(|β₂| L))/2π, of |cos(½ β₂ ω² L)|. */
export function powerFadingNullHz(beta2S2PerM: number, lengthM: number): number {
  return Math.sqrt(Math.PI / (Math.abs(beta2S2PerM) * lengthM)) / (2 * Math.PI);
}
