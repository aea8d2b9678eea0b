/** Steps of equal local error, as many as the wanted accuracy asks for. */
import { expectedError, isExactInOneStep, spanNonlinearPhaseRad } from "./expected-error.ts";
import { exponentialBordersM } from "./logarithmic-steps.ts";
import { checkPositive, type StepConditions, type StepRule, stepsBetween } from "./step-rule.ts";

/** What to aim at: an accuracy, or a number of steps per span. */
export type ConstantLocalErrorTarget =
  | {
      /** Largest expected error in dB of a channel's nonlinear SNR at the end of the link. */
      readonly snrErrorDb: number;
    }
  | { readonly stepsPerSpan: number };

/** Accuracy when none is named: a tenth of what a measurement resolves. */
export const DEFAULT_SNR_ERROR_DB = 0.01;

/** More steps than this per span are a mistake in the conditions, not a wish. */
const MOST_STEPS_PER_SPAN = 20_000;

/** Mean nonlinear phase in rad that no step may exceed: beyond it the error is not of second order any more. */
const LARGEST_MEAN_PHASE_RAD = 0.1;

/** Number of different step lengths in a span: keeps the transfer functions few; their ratio is at most 8 % per 80 km. */
const STEP_LENGTHS = 16;

/**
 * Steps whose length goes with the power to the −1/3, so that each of them adds the same local error:
 * z_i = −(3/a) ln(1 − (1 − e^(−aL/3)) i/n).
 *
 * With an accuracy as target the number of steps is the smallest for which the calibration (`expected-error.ts`, power,
 * bandwidth, dispersion and span count taken in) promises it: about 6 steps per 80 km for one 32 GBd channel, 160 for
 * five at 50 GHz. More than 16 steps share 16 lengths. Where one step is exact, there is one.
 *
 * Source: Q. Zhang, M. I. Hayee, J. Lightwave Technol. 26 (2008) 302 for the rule; P. Serena et al., J. Lightwave
 * Technol. 38 (2020) 1019 for the role of the bandwidth.
 */
export function constantLocalErrorSteps(
  target: ConstantLocalErrorTarget = { snrErrorDb: DEFAULT_SNR_ERROR_DB },
): StepRule {
  const [setting, value] = Object.entries(target)[0] as [string, number];
  checkPositive("constant-local-error", setting, value);
  return {
    name: `constant-local-error(${setting} ${value})`,
    plan(conditions) {
      const count = isExactInOneStep(conditions) ? 1 : stepCount(target, conditions);
      const { attenuationPerM } = conditions.coefficients;
      const bordersM = exponentialBordersM(conditions.lengthM, attenuationPerM / 3, count);
      return {
        stepsM: fewLengths(stepsBetween(bordersM), conditions.lengthM),
        expected: expectedError("constant-local-error", count, conditions),
      };
    },
  };
}

/** Smallest number of steps that promises the target: doubling, then halving the interval. */
function stepCount(target: ConstantLocalErrorTarget, conditions: StepConditions): number {
  if ("stepsPerSpan" in target) return Math.ceil(target.stepsPerSpan);
  const isEnough = (count: number) =>
    spanNonlinearPhaseRad(conditions) / count <= LARGEST_MEAN_PHASE_RAD &&
    (expectedError("constant-local-error", count, conditions)?.snrErrorDb ?? 0) <= target.snrErrorDb;
  let enough = 1;
  while (!isEnough(enough) && enough < MOST_STEPS_PER_SPAN) enough *= 2;
  let tooFew = Math.floor(enough / 2);
  while (enough - tooFew > 1) {
    const middle = Math.floor((enough + tooFew) / 2);
    if (isEnough(middle)) enough = middle;
    else tooFew = middle;
  }
  return enough;
}

/** Replaces runs of neighbouring steps by steps of their mean length; the span stays as long as it is. */
function fewLengths(stepsM: Float64Array, lengthM: number): Float64Array {
  const count = stepsM.length;
  if (count <= STEP_LENGTHS) return stepsM;
  const shared = new Float64Array(count);
  let doneM = 0;
  for (let group = 0; group < STEP_LENGTHS; group++) {
    const from = Math.floor((group * count) / STEP_LENGTHS);
    const to = Math.floor(((group + 1) * count) / STEP_LENGTHS);
    let groupM = 0;
    for (let i = from; i < to; i++) groupM += stepsM[i] as number;
    const isLast = group === STEP_LENGTHS - 1;
    shared.fill((isLast ? lengthM - doneM : groupM) / (to - from), from, to);
    doneM += groupM;
  }
  return shared;
}
