import type { Distribution } from "./cma-distribution.ts";

/** What is said of a distribution that grows without limit. */
export const GROWS = "the distribution grows without limit";

/**
 * Why a distribution can get no further, or undefined while it can. Source: N. Hansen, arXiv:1604.00772, appendix B.3.
 */
export function exhausted(distribution: Distribution, firstSigma: number): string | undefined {
  const { sigma, lengths, covariance, mean, bestValues, medianValues, lastSpread, vectors, generation } = distribution;
  const n = mean.length;
  const longest = lengths.reduce((a, b) => Math.max(a, b), 0);
  const shortest = lengths.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  if (!Number.isFinite(sigma) || sigma * longest > 1e8 * firstSigma) return GROWS;
  if (mean.every((_, i) => sigma * Math.sqrt(covariance[i * n + i] as number) < 1e-12 * firstSigma))
    return "the distribution is as narrow as it gets";
  if ((longest / shortest) ** 2 > 1e14) return "the distribution is 1e7 times as long as wide";
  const recent = bestValues.slice(-10 - Math.ceil((30 * n) / 10));
  if (generation > recent.length && recent.length >= 10 + Math.ceil((30 * n) / 10)) {
    const range = Math.max(...recent) - Math.min(...recent);
    if (Math.max(range, lastSpread) < 1e-12) return "values differ by less than 1e-12";
    if (range === 0) return "the best values are equal";
  }
  const axis = generation % n;
  const isAxisLost = mean.every(
    (entry, i) => entry === entry + 0.1 * sigma * (lengths[axis] as number) * (vectors[i * n + axis] as number),
  );
  if (isAxisLost) return "steps along an axis are lost in rounding";
  const window = Math.floor(bestValues.length / 3);
  if (bestValues.length >= 120) {
    const median = (list: readonly number[]) => [...list].sort((a, b) => a - b)[list.length >> 1] as number;
    const stands = (list: readonly number[]) => median(list.slice(-window)) >= median(list.slice(0, window));
    if (stands(bestValues) && stands(medianValues)) return "values have stopped getting better";
  }
  return undefined;
}
