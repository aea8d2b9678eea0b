/**
 * The error that symmetric split-step leaves behind, from a calibration on links.
 *
 * Two numbers govern it. The walk-off phase of a step, φ = |β₂| (2πB)² h with B the occupied bandwidth and h the mean
 * step, says how far the four-wave mixing of the outermost frequencies turns inside one step: beyond a few tens of
 * radians their interference is no longer resolved. The relative step a h and the nonlinear phase of the whole link add
 * the ordinary error of second order. Relative to the nonlinear interference of a span the field error then falls on one
 * curve.
 *
 * Calibrated with DP-16QAM and DP-QPSK, root-raised-cosine roll-off 0.1, 1 to 9 channels of 32 or 64 GBd, D 4 and
 * 16 ps/nm/km, 0 to 120 km at 0.2 dB/km, −3 to +4 dBm per channel, 1 to 20 spans, against runs with five to twenty times
 * as many steps. The curves are envelopes: of 190 runs 97 % erred by less SNR than stated, half of them by less than 40 %
 * of it; the field error was 1 dB above to 8 dB below the stated one, lower still where both are far below the nonlinear
 * interference. They do not hold for solitons and other pulses whose peak power is far above the mean.
 */
import { log, log10, pow } from "@simloom/numerics";
import { effectiveLengthM } from "../physics/attenuation.ts";
import type { ExpectedError, StepConditions } from "./step-rule.ts";

/** Field error over nonlinear interference in dB against the walk-off phase of a mean step in rad. */
const FIELD_ERROR_BY_WALK_OFF: Curve = [
  [1, -72],
  [2, -60],
  [4, -47],
  [5.3, -38],
  [6.7, -31.5],
  [8, -27],
  [10, -19.5],
  [13.4, -12.5],
  [16, -9.5],
  [20, -6.5],
  [27, -4.5],
  [40, -2.5],
  [60, -1],
  [89, 1.6],
  [118, 2.6],
  [179, 5.4],
  [358, 8.7],
  [715, 10.6],
];

/** log₁₀ of the SNR error in dB against the same: the part that comes from unresolved walk-off. */
const SNR_ERROR_BY_WALK_OFF: Curve = [
  [8, -3.5],
  [11, -2.9],
  [15, -2.55],
  [22.4, -2],
  [29.5, -1.35],
  [32, -1.05],
  [40, -0.5],
  [45, -0.1],
  [60, 0.25],
  [90, 0.5],
  [179, 0.75],
  [358, 0.9],
  [715, 1],
];

/** Second-order part: field error in dB over nonlinear interference at a relative step a h of one. */
const FIELD_ERROR_OF_RELATIVE_STEP_DB = -29;

/** Second-order part of the SNR error in dB: times φ/n, over the root of the span's loss a L (no less than one neper). */
const SNR_ERROR_PER_WALK_OFF = 0.075;

/** Share of the second-order SNR error that stays in long links, per radian of the link's mean nonlinear phase. */
const PERSISTENCE_PER_RAD = 0.35;

/** Fall of that share with the number of spans in weak links, N^−1.1. */
const PERSISTENCE_EXPONENT = -1.1;

/** A uniform step errs like a step of constant local error that is longer by these factors. */
const UNIFORM_WALK_OFF_FACTOR = 1.6;
const UNIFORM_SECOND_ORDER_FACTOR = 2;

/** Nonlinear interference of DP-16QAM below the Gaussian-noise closed form in its first span, in dB. */
const BELOW_GAUSSIAN_NOISE_DB = 3;

/** Points (walk-off phase in rad, value), ascending. */
type Curve = readonly (readonly [number, number])[];

/** Families of steps that the calibration knows. */
export type StepFamily = "constant-local-error" | "uniform" | "logarithmic";

/** Walk-off phase in rad of a mean step when the span is divided into `stepCount`: |β₂ + β₃ω|max (2πB)² L/n. */
export function walkOffPhaseRad(conditions: StepConditions, stepCount: number): number {
  const { beta2S2PerM, beta3S3PerM } = conditions.coefficients;
  const bandRadPerS = 2 * Math.PI * conditions.occupiedBandwidthHz;
  const dispersion = Math.abs(beta2S2PerM) + (Math.abs(beta3S3PerM) * bandRadPerS) / 2;
  return (dispersion * bandRadPerS * bandRadPerS * conditions.lengthM) / stepCount;
}

/** Mean nonlinear phase of one span in rad. */
export function spanNonlinearPhaseRad({ coefficients, launchPowerW, lengthM }: StepConditions): number {
  return coefficients.kerrPerWM * launchPowerW * effectiveLengthM(lengthM, coefficients.attenuationPerM);
}

/** Errors to expect at the end of the link of `stepCount` steps per span; undefined for a family without calibration. */
export function expectedError(
  family: StepFamily,
  stepCount: number,
  conditions: StepConditions,
): ExpectedError | undefined {
  if (family === "logarithmic") return undefined;
  if (isExactInOneStep(conditions)) return { fieldErrorDb: Number.NEGATIVE_INFINITY, snrErrorDb: 0 };
  const walkOffFactor = family === "uniform" ? UNIFORM_WALK_OFF_FACTOR : 1;
  const stepFactor = family === "uniform" ? UNIFORM_SECOND_ORDER_FACTOR : 1;
  const walkOffRad = walkOffPhaseRad(conditions, stepCount);

  const relativeStep = (conditions.coefficients.attenuationPerM * conditions.lengthM * stepFactor) / stepCount;
  const relativeErrorDb = Math.max(
    interpolate(FIELD_ERROR_BY_WALK_OFF, walkOffRad * walkOffFactor),
    FIELD_ERROR_OF_RELATIVE_STEP_DB + 40 * log10(relativeStep),
  );

  const linkPhaseRad = spanNonlinearPhaseRad(conditions) * conditions.spanCount;
  const persistence = Math.min(
    1,
    Math.max(pow(conditions.spanCount, PERSISTENCE_EXPONENT), PERSISTENCE_PER_RAD * linkPhaseRad),
  );
  const spanNepers = Math.max(1, conditions.coefficients.attenuationPerM * conditions.lengthM);
  const secondOrderDb =
    ((SNR_ERROR_PER_WALK_OFF * stepFactor * stepFactor * walkOffRad) / stepCount / Math.sqrt(spanNepers)) * persistence;
  return {
    // the errors of the spans add in power
    fieldErrorDb: spanInterferenceDb(conditions) + relativeErrorDb + 10 * log10(conditions.spanCount),
    snrErrorDb: pow(10, interpolate(SNR_ERROR_BY_WALK_OFF, walkOffRad * walkOffFactor)) + secondOrderDb,
  };
}

/** Without dispersion or without Kerr effect one step is exact. */
export function isExactInOneStep({ coefficients }: Pick<StepConditions, "coefficients">): boolean {
  return coefficients.kerrPerWM === 0 || (coefficients.beta2S2PerM === 0 && coefficients.beta3S3PerM === 0);
}

/**
 * Nonlinear interference of one span over the signal in dB: the closed form for one flat spectrum as wide as the occupied
 * band, lowered to what modulated signals show in their first span.
 * Source: P. Poggiolini et al., arXiv 1209.0394, eq. 13 with ψ of a single channel.
 */
function spanInterferenceDb({ coefficients, lengthM, occupiedBandwidthHz, launchPowerW }: StepConditions): number {
  const { attenuationPerM, beta2S2PerM, beta3S3PerM, kerrPerWM } = coefficients;
  const beta2 = Math.abs(beta2S2PerM) + (Math.abs(beta3S3PerM) * 2 * Math.PI * occupiedBandwidthHz) / 4;
  const effectiveM = effectiveLengthM(lengthM, attenuationPerM);
  const coherenceM = Math.min(1 / attenuationPerM, lengthM);
  const turn = Math.PI * coherenceM * beta2;
  const argument = (turn * Math.PI * occupiedBandwidthHz * occupiedBandwidthHz) / 2;
  const inverseSinh = log(argument + Math.sqrt(argument * argument + 1));
  const bandwidthFactor = inverseSinh / (2 * turn);
  // 16/27 γ² of the dual-polarisation formula, written with the 8/9 γ that the equation carries: 16/27 = 3/4 (8/9)².
  const phasePerHz = kerrPerWM * effectiveM * (launchPowerW / occupiedBandwidthHz);
  const strength = 0.75 * phasePerHz * phasePerHz;
  return 10 * log10(strength * bandwidthFactor) - BELOW_GAUSSIAN_NOISE_DB;
}

/** Straight lines in the logarithm of the abscissa, continued beyond both ends. */
function interpolate(curve: Curve, walkOffRad: number): number {
  const x = log(walkOffRad);
  let right = 1;
  while (right < curve.length - 1 && (curve[right] as Curve[number])[0] < walkOffRad) right++;
  const [x0, y0] = curve[right - 1] as Curve[number];
  const [x1, y1] = curve[right] as Curve[number];
  return y0 + ((y1 - y0) * (x - log(x0))) / (log(x1) - log(x0));
}
