/** Steps of one length. */
import { expectedError } from "./expected-error.ts";
import { checkPositive, type StepRule } from "./step-rule.ts";

/** Remainders of a span shorter than this share of a step come from rounding and are not a step of their own. */
const ROUNDING_SHARE = 1e-9;

/**
 * Steps of exactly `stepM` metres; the last one is shorter where the span is no multiple, so that nothing of it is
 * dropped. A span shorter than a step is one step.
 */
export function fixedSteps(stepM: number): StepRule {
  checkPositive("fixed", "dz_m", stepM);
  return {
    name: `fixed(${stepM} m)`,
    plan(conditions) {
      const { lengthM } = conditions;
      const count = Math.max(1, Math.ceil(lengthM / stepM - ROUNDING_SHARE));
      const stepsM = new Float64Array(count).fill(stepM);
      stepsM[count - 1] = lengthM - (count - 1) * stepM;
      return { stepsM, expected: expectedError("uniform", count, conditions) };
    },
  };
}
