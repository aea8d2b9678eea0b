import { type AmplitudeError, amplitudeError } from "../errors.ts";
import { intensityError } from "./faults.ts";
import type { Likelihood } from "./likelihood.ts";

/**
 * Why −ln L or a slope is not a number at a point: `AMPL-030` with the events whose intensity is not positive, or `AMPL-034` where there
 * are none, with the parameters by which the slope is not finite.
 */
export function notFiniteError(nll: Likelihood, at: Float64Array): AmplitudeError {
  const faults = nll.faults(at);
  if (faults.length > 0) return intensityError(faults);
  const slopes = new Float64Array(at.length);
  const value = nll.valueAndGradient(at, slopes);
  const parameters = nll.parameters.filter((_, index) => !Number.isFinite(slopes[index]));
  if (!Number.isFinite(value))
    return amplitudeError({
      code: "AMPL-034",
      message: `-ln L is ${value}, although no intensity is negative or not a number`,
      remedy: "Look at the sum of the intensities of the Monte Carlo events: it must be above 0 and finite.",
      context: { value, parameters },
    });
  return amplitudeError({
    code: "AMPL-034",
    message: `-ln L is ${value}, but its slope by ${parameters.join(", ")} is not a number`,
    remedy:
      "Start from other values of these parameters: a formula is not smooth there, such as a root or a power at 0, or a mass at its own threshold.",
    context: { value, parameters },
  });
}
