/** Steps of equal nonlinear phase. */
import { log1p } from "@simloom/numerics";
import { effectiveLengthM } from "../physics/attenuation.ts";
import { expectedError } from "./expected-error.ts";
import { checkPositive, type StepRule, stepsBetween } from "./step-rule.ts";

/**
 * A given number of steps per span with equal effective length: z_i = −ln(1 − a L_eff i/n)/a.
 * Kept for comparison: constant local error needs fewer steps for the same accuracy.
 * Source: O. V. Sinkin et al., J. Lightwave Technol. 21 (2003) 61, section IV.
 */
export function logarithmicSteps(stepsPerSpan: number): StepRule {
  checkPositive("logarithmic", "stepsPerSpan", stepsPerSpan);
  const count = Math.ceil(stepsPerSpan);
  return {
    name: `logarithmic(${count})`,
    plan(conditions) {
      const { lengthM, coefficients } = conditions;
      const bordersM = exponentialBordersM(lengthM, coefficients.attenuationPerM, count);
      return { stepsM: stepsBetween(bordersM), expected: expectedError("logarithmic", count, conditions) };
    },
  };
}

/** Borders of n steps over each of which ∫ exp(−r z) dz is equal, r in 1/m; equal lengths for r = 0. */
export function exponentialBordersM(lengthM: number, ratePerM: number, count: number): Float64Array {
  const totalM = effectiveLengthM(lengthM, ratePerM);
  const bordersM = Float64Array.from({ length: count + 1 }, (_, i) =>
    ratePerM === 0 ? (lengthM * i) / count : -log1p((-ratePerM * totalM * i) / count) / ratePerM,
  );
  bordersM[count] = lengthM;
  return bordersM;
}
