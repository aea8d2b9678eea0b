/** How far draws remember: autocovariances of many chains at once, by Fourier transforms. */
import { type ArenaField, fftPlan } from "@simloom/numerics";

/**
 * Mean over chains of the autocovariances Σ_t (x_t − m)(x_{t+lag} − m) / length at all lags, each chain around its own mean and
 * divided by `variances` where given. Two chains are the real and the imaginary part of one transform, whose squared magnitudes
 * add up over pairs: one transform goes back. Cost: a complex transform of twice the length per pair. Errs by some 1e-16 of
 * the variance.
 */
export function meanAutocovariances(chains: readonly Float64Array[], variances?: readonly number[]): Float64Array {
  const length = chains[0]?.length ?? 0;
  const plan = fftPlan(paddedLength(2 * length));
  const field = plan.field();
  const power = new Float64Array(plan.length);
  for (let k = 0; k < chains.length; k += 2) {
    field.re.fill(0);
    field.im.fill(0);
    centre(chains[k] as Float64Array, variances?.[k], field.re);
    if (k + 1 < chains.length) centre(chains[k + 1] as Float64Array, variances?.[k + 1], field.im);
    plan.forwardUnordered(field);
    addPower(field, power);
  }
  field.re.set(power);
  field.im.fill(0);
  plan.inverseUnordered(field);
  const scale = 1 / (chains.length * length);
  return Float64Array.from({ length }, (_, lag) => (field.re[lag] as number) * scale);
}

/**
 * Integrated autocorrelation time of an ensemble, in steps: correlations are averaged over walkers before they are summed, up to
 * the first lag that is `window` times the sum. NaN for series that do not move. Unreliable below some 50 times itself in steps.
 *
 * Source: A. D. Sokal (1997), section 3; D. Foreman-Mackey's averaging over walkers as in emcee 3.
 */
export function autocorrelationTime(walkers: readonly Float64Array[], window = 5): number {
  const length = walkers[0]?.length ?? 0;
  const variances = walkers.map(varianceOf);
  if (!variances.some((variance) => variance > 0)) return Number.NaN;
  const correlations = meanAutocovariances(walkers, variances);
  let time = 1;
  for (let lag = 1; lag < length; lag++) {
    time += 2 * (correlations[lag] as number);
    if (lag >= window * time) break;
  }
  return time;
}

/** The first length of 2^k or 3 · 2^k from `least` on: few lengths, so that few plans are kept. */
function paddedLength(least: number): number {
  let length = 16;
  while (length < least) length *= 2;
  return (length / 4) * 3 >= least ? (length / 4) * 3 : length;
}

/** A chain less its mean; zeros for one that does not move, where variances are given. */
function centre(chain: Float64Array, variance: number | undefined, target: Float64Array | Float32Array): void {
  if (variance !== undefined && !(variance > 0)) return;
  const mean = meanOf(chain);
  const factor = variance === undefined ? 1 : 1 / Math.sqrt(variance);
  for (let t = 0; t < chain.length; t++) target[t] = ((chain[t] as number) - mean) * factor;
}

function addPower({ re, im }: ArenaField, power: Float64Array): void {
  for (let k = 0; k < power.length; k++) {
    const [a, b] = [re[k] as number, im[k] as number];
    power[k] = (power[k] as number) + a * a + b * b;
  }
}

/** The mean, by plain summation. */
export function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return sum / values.length;
}

/** Σ (x − mean)² / length. */
function varianceOf(values: Float64Array): number {
  const mean = meanOf(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const away = (values[i] as number) - mean;
    sum += away * away;
  }
  return sum / values.length;
}
