import { solveError } from "../../errors.ts";
import { checkKnown } from "./known-options.ts";

/** What a run may use. A run that reaches one ends with status "failed" and keeps what it has. */
export interface RunLimits {
  /** Steps, rejected ones included. Default 100,000. */
  readonly steps: number;
  /** Numbers kept: save points times (states + 1). Default 50,000,000. */
  readonly savedNumbers: number;
  /** Smallest step. Default 0: as small as the time can resolve. */
  readonly minimumStep: number;
  /** Largest step. Default: the whole span. */
  readonly maximumStep: number;
}

/** The defaults. */
export const DEFAULT_LIMITS: RunLimits = {
  steps: 100_000,
  savedNumbers: 50_000_000,
  minimumStep: 0,
  maximumStep: Number.POSITIVE_INFINITY,
};

/** Limits from some of them. Throws `SOLV-010` for values that no run could keep, `SOLV-017` for unknown names. */
export function runLimits(given: Partial<RunLimits> = {}): RunLimits {
  checkKnown("limits", given, Object.keys(DEFAULT_LIMITS));
  const limits = { ...DEFAULT_LIMITS, ...given };
  const { steps, savedNumbers, minimumStep, maximumStep } = limits;
  if (steps >= 1 && savedNumbers >= 1 && minimumStep >= 0 && maximumStep > 0 && minimumStep <= maximumStep)
    return limits;
  throw solveError(
    "SOLV-010",
    `Limits of ${steps} steps, ${savedNumbers} numbers and steps from ${minimumStep} to ${maximumStep} leave no run`,
    "Give positive limits, the smallest step not above the largest.",
    { ...limits },
  );
}
