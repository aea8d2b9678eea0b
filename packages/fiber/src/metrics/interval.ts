/**
 * Rates with exact confidence bounds from counted errors.
 *
 * Bounds are those of Clopper and Pearson (Biometrika 26 (1934) 404): solutions of binomial tail sums, which are
 * regularised incomplete beta functions. They cover at least the stated confidence for any rate and any count.
 */

import { exp, log } from "@simloom/numerics";
import { fiberError } from "../errors.ts";

/** A counted rate. `lower ≤ estimate ≤ upper`. */
export interface CountedRate {
  readonly errorCount: number;
  readonly trialCount: number;
  /** errors / trials. */
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
  readonly confidence: number;
}

/**
 * The rate of errors among trials, with bounds.
 *
 * With no error the upper bound is one-sided at the whole confidence (3/trials at 95 %), as nothing is left to the other
 * side; likewise the lower bound when every trial is an error. Otherwise each side gets half. Relative accuracy of the
 * bounds 1e-11, for up to 1e9 trials. Cost: some hundred evaluations of a continued fraction.
 *
 * @throws FiberError `FIBR-051` for counts that are not whole, more errors than trials, no trials, or a confidence outside
 * 0…1.
 */
export function countedRate(errorCount: number, trialCount: number, confidence = 0.95): CountedRate {
  requireCounts(errorCount, trialCount, confidence);
  const hasNone = errorCount === 0;
  const hasAll = errorCount === trialCount;
  const tail = hasNone || hasAll ? 1 - confidence : (1 - confidence) / 2;
  return {
    errorCount,
    trialCount,
    estimate: errorCount / trialCount,
    lower: hasNone ? 0 : rateWhere((rate) => atLeast(errorCount, trialCount, rate) < tail),
    upper: hasAll ? 1 : rateWhere((rate) => atMost(errorCount, trialCount, rate) > tail),
    confidence,
  };
}

/** Probability of at least so many errors at a rate: I_rate(errors, trials − errors + 1). */
function atLeast(errorCount: number, trialCount: number, rate: number): number {
  return incompleteBeta(errorCount, trialCount - errorCount + 1, rate);
}

/** Probability of at most so many errors at a rate, without the cancellation of 1 − x. */
function atMost(errorCount: number, trialCount: number, rate: number): number {
  return incompleteBeta(trialCount - errorCount, errorCount + 1, 1 - rate, rate);
}

/** The rate up to which a claim holds that is true at 0 and false at 1, by bisection down to neighbouring doubles. */
function rateWhere(isBelow: (rate: number) => boolean): number {
  let low = 0;
  let high = 1;
  for (;;) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) return middle;
    if (isBelow(middle)) low = middle;
    else high = middle;
  }
}

/**
 * Regularised incomplete beta function I_x(a, b) for whole a, b ≥ 1. `complement` is 1 − x to full precision, which x
 * itself cannot give when the rate is small against one.
 */
function incompleteBeta(a: number, b: number, x: number, complement = 1 - x): number {
  if (x <= 0) return 0;
  if (complement <= 0) return 1;
  const excess = complement < x ? (a + b) * complement - b : a - (a + b) * x;
  const kernel = betaKernel(a, b, x, complement);
  return excess >= 0
    ? kernel * continuedFraction(a, b, x, complement, excess)
    : 1 - kernel * continuedFraction(b, a, complement, x, -excess);
}

/**
 * The fraction 1/(β₁ + α₂/(β₂ + …)) for x below the mean a/(a + b), by the method of Lentz; λ = a − (a + b)x is handed
 * in, because it cancels. All terms are positive. Converges in about √max(a, b) steps.
 * Source: A. R. DiDonato, A. H. Morris, ACM Trans. Math. Softw. 18 (1992) 360, the fraction of BFRAC.
 */
function continuedFraction(a: number, b: number, x: number, complement: number, excess: number): number {
  let denominator = ((excess + 1) * a) / (a + 1);
  let c = denominator;
  let d = 0;
  for (let n = 1; n <= MAXIMUM_STEPS; n++) {
    const odd = a + 2 * n - 1;
    const alpha = ((a + n - 1) / odd) * ((a + b + n - 1) / odd) * n * (b - n) * x * x;
    const beta = n + (n * (b - n) * x) / odd + ((a + n) / (odd + 2)) * (excess + 1 + n * (1 + complement));
    d = 1 / (beta + alpha * d);
    c = beta + alpha / c;
    const factor = c * d;
    denominator *= factor;
    if (Math.abs(factor - 1) < 1e-15) break;
  }
  return 1 / denominator;
}

const MAXIMUM_STEPS = 200_000;

/**
 * x^a (1 − x)^b / B(a, b) by the saddle-point form of the binomial probability, which keeps all digits where logarithms
 * of gamma functions would cancel. Source: C. Loader, Fast and accurate computation of binomial probabilities (2000).
 */
function betaKernel(a: number, b: number, x: number, complement: number): number {
  const n = a + b;
  const exponent =
    stirlingError(n) - stirlingError(a) - stirlingError(b) - deviance(a, n * x) - deviance(b, n * complement);
  return Math.sqrt((a * b) / (2 * Math.PI * n)) * exp(exponent);
}

/** ln n! minus Stirling's formula, for whole n ≥ 1. */
function stirlingError(n: number): number {
  if (n <= 15) {
    let factorial = 1;
    for (let k = 2; k <= n; k++) factorial *= k;
    return log(factorial) - (n + 0.5) * log(n) + n - 0.5 * log(2 * Math.PI);
  }
  const square = n * n;
  return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / square) / square) / square) / square) / n;
}

/** k ln(k/m) + m − k, by its series where k is near m. */
function deviance(k: number, m: number): number {
  const difference = k - m;
  if (Math.abs(difference) >= 0.1 * (k + m)) return k * log(k / m) + m - k;
  const ratio = difference / (k + m);
  let sum = difference * ratio;
  let term = 2 * k * ratio;
  for (let j = 1; ; j++) {
    term *= ratio * ratio;
    const next = sum + term / (2 * j + 1);
    if (next === sum) return sum;
    sum = next;
  }
}

function requireCounts(errorCount: number, trialCount: number, confidence: number): void {
  const isWhole = Number.isSafeInteger(errorCount) && Number.isSafeInteger(trialCount);
  if (isWhole && errorCount >= 0 && trialCount >= 1 && errorCount <= trialCount && confidence > 0 && confidence < 1)
    return;
  throw fiberError({
    code: "FIBR-051",
    message: `${errorCount} errors in ${trialCount} trials at a confidence of ${confidence} make no rate`,
    remedy: "Give whole counts with 0 ≤ errors ≤ trials, at least one trial, and a confidence between 0 and 1.",
  });
}
