/**
 * Line search for the strong Wolfe conditions: bracket, then close in by cubic interpolation with safeguards. Where the
 * decrease is smaller than the rounding of the value, slopes decide alone (approximate Wolfe conditions).
 *
 * Sources: J. Nocedal, S. J. Wright, Numerical Optimization, 2nd ed., algorithms 3.5 and 3.6; W. W. Hager, H. Zhang,
 * SIAM J. Optim. 16 (2005) 170–192, eq. 4.1 for the approximate conditions.
 */

/** A point on the line. */
export interface Trial {
  readonly step: number;
  readonly value: number;
  /** Derivative along the line. */
  readonly slope: number;
  readonly x: Float64Array;
  readonly gradient: Float64Array;
}

/** How strict a search is. */
export interface LineSearchOptions {
  readonly firstStep: number;
  /** Greatest step that keeps to the bounds. */
  readonly maxStep: number;
  /** Part of the linear decrease that is asked for. Default 1e-4. */
  readonly decrease?: number;
  /** Part of the slope that may be left. Default 0.9; less makes the search longer and more exact. */
  readonly curvature?: number;
  /** Default 40. */
  readonly trialLimit?: number;
}

/** The point found, or undefined where no step along the line decreases the value visibly. */
export function strongWolfe(
  trialAt: (step: number) => Trial,
  start: Trial,
  options: LineSearchOptions,
): Trial | undefined {
  const { firstStep, maxStep, decrease = 1e-4, curvature = 0.9, trialLimit = 40 } = options;
  const rounding = 4 * Number.EPSILON * Math.abs(start.value);
  // with a decrease in view that is far above rounding, a step that shows none is a failure, not noise
  const noise = firstStep * -start.slope <= NOISY * rounding ? rounding : 0;
  const descends = ({ step, value, slope }: Trial) =>
    (value < start.value && value <= start.value + decrease * step * start.slope) ||
    (noise > 0 && value <= start.value + noise && slope <= (2 * decrease - 1) * start.slope);
  const isFlat = ({ slope }: Trial) => Math.abs(slope) <= -curvature * start.slope;
  let trials = 0;

  const closeIn = (from: Trial, to: Trial): Trial | undefined => {
    let [low, high] = [from, to];
    while (trials++ < trialLimit) {
      const width = high.step - low.step;
      const trial = trialAt(low.step + width * inside(low, high));
      if (trial.step === low.step || trial.step === high.step) break;
      if (!descends(trial) || trial.value > low.value + noise || (trial.value >= low.value && trial.slope * width > 0))
        high = trial;
      else {
        if (isFlat(trial)) return trial;
        if (trial.slope * width >= 0) high = low;
        low = trial;
      }
    }
    return low.step > 0 ? low : undefined;
  };

  let previous = start;
  let step = Math.min(firstStep, maxStep);
  while (trials++ < trialLimit) {
    const trial = trialAt(step);
    if (!descends(trial) || (previous !== start && trial.value >= previous.value + noise))
      return closeIn(previous, trial);
    if (isFlat(trial)) return trial;
    if (trial.slope >= 0) return closeIn(trial, previous);
    if (step >= maxStep) return trial;
    step = Math.min(maxStep, further(previous, trial));
    previous = trial;
  }
  return previous.step > 0 ? previous : undefined;
}

/** Decreases in units of rounding up to which values alone are not trusted. */
const NOISY = 1e4;

/** Where between two points to look, as a part of the way: minimum of the cubic, 0.1 to 0.9. */
function inside(low: Trial, high: Trial): number {
  if (!Number.isFinite(high.value)) return 0.2;
  const width = high.step - low.step;
  const part = cubicMinimum(low.value, low.slope * width, high.value, high.slope * width);
  return Number.isFinite(part) ? Math.min(Math.max(part, 0.1), 0.9) : 0.5;
}

/** The next step out, 1.5 to 10 times as far again as from the previous one. */
function further(previous: Trial, trial: Trial): number {
  const width = trial.step - previous.step;
  const part = cubicMinimum(previous.value, previous.slope * width, trial.value, trial.slope * width);
  return previous.step + width * (part > 1 ? Math.min(Math.max(part, 1.5), 10) : 4);
}

/** Where the cubic with these values and slopes at 0 and 1 has its minimum; NaN if nowhere. */
function cubicMinimum(value0: number, slope0: number, value1: number, slope1: number): number {
  const a = slope0 + slope1 - 3 * (value1 - value0);
  const discriminant = a * a - slope0 * slope1;
  if (!(discriminant >= 0)) return Number.NaN;
  const root = Math.sqrt(discriminant);
  return 1 - (slope1 + root - a) / (slope1 - slope0 + 2 * root);
}
