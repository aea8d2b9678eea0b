/** From the steps of a span to the operations of the symmetric split-step method. */
import { midpointEffectiveLengthM } from "../physics/attenuation.ts";

/**
 * The operations on a span, in order: linear[0], kerr[0], linear[1], kerr[1], …, linear[n].
 *
 * A symmetric step is half of its dispersion and loss, all of its Kerr effect, and the other half. Neighbouring halves
 * are one operation, so n steps cost n + 1 linear operations.
 */
export interface Schedule {
  /** Length in m of each linear operation; one more than there are steps. */
  readonly linearM: Float64Array;
  /** Effective length in m of each Kerr operation, referred to the power where it acts: the middle of the step. */
  readonly kerrM: Float64Array;
}

/** Merges the half steps and refers every nonlinear phase to the middle of its step. */
export function symmetricSchedule(stepsM: Float64Array, attenuationPerM: number): Schedule {
  const count = stepsM.length;
  const step = (index: number) => (index >= 0 && index < count ? (stepsM[index] as number) : 0);
  return {
    linearM: Float64Array.from({ length: count + 1 }, (_, i) => (step(i - 1) + step(i)) / 2),
    kerrM: stepsM.map((stepM) => midpointEffectiveLengthM(stepM, attenuationPerM)),
  };
}
