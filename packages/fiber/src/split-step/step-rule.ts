/** What a step rule is: a value that divides a span into steps and says which error to expect of them. */
import { fiberError } from "../errors.ts";
import type { PropagationCoefficients } from "./fibre-span.ts";

/** What a rule may look at. Two equal conditions give equal steps, whatever the field. */
export interface StepConditions {
  readonly lengthM: number;
  readonly coefficients: PropagationCoefficients;
  /** Mean power at the input of the span in W, both polarisations and all channels. */
  readonly launchPowerW: number;
  /** Width in Hz of the band that holds the light, from the lowest to the highest frequency. */
  readonly occupiedBandwidthHz: number;
  /** Number of spans of the link, for the errors at its end. */
  readonly spanCount: number;
}

/** Errors to expect at the end of the link, from a calibration that the rule documents. */
export interface ExpectedError {
  /** Power of the field's error over the power of the field, in dB. */
  readonly fieldErrorDb: number;
  /** Magnitude in dB of the change of a channel's SNR when nonlinear interference is the only noise. */
  readonly snrErrorDb: number;
}

/** The steps of one span. */
export interface StepPlan {
  /** Step lengths in m, in the direction of travel. They add up to the length of the span. */
  readonly stepsM: Float64Array;
  /** Undefined when the rule has no calibration for these conditions. */
  readonly expected: ExpectedError | undefined;
}

/** A way to choose steps. */
export interface StepRule {
  /** Name with the settings, for records: `fixed(100 m)`. */
  readonly name: string;
  plan(conditions: StepConditions): StepPlan;
}

/** Turns n + 1 step borders in m into n lengths. */
export function stepsBetween(bordersM: Float64Array): Float64Array {
  return Float64Array.from(
    { length: bordersM.length - 1 },
    (_, i) => (bordersM[i + 1] as number) - (bordersM[i] as number),
  );
}

/** Throws `FIBR-061` unless the figure is above zero and finite. */
export function checkPositive(rule: string, setting: string, value: number): void {
  if (value > 0 && Number.isFinite(value)) return;
  throw fiberError({
    code: "FIBR-061",
    message: `The step rule ${rule} was given ${setting} = ${value}`,
    remedy: `Set ${setting} to a number above zero.`,
    context: { rule, setting, value },
  });
}
