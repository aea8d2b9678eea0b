/**
 * Convergence of several chains and effective numbers of draws, from ranks, so that heavy tails do no harm.
 *
 * Source: A. Vehtari, A. Gelman, D. Simpson, B. Carpenter, P.-C. Bürkner, Bayesian Anal. 16 (2021) 667–718, eqs. 1 to 14; sums of
 * correlations by C. J. Geyer's initial monotone sequence, to the detail as ArviZ and the R package posterior take them.
 */
import { log10 } from "@simloom/numerics";
import { meanAutocovariances, meanOf } from "./autocorrelation.ts";
import {
  asChains,
  foldedScores,
  inHalves,
  quantileOf,
  rankScores,
  type SortedDraws,
  sortedDraws,
} from "./sorted-draws.ts";

/** R̂ of split chains: the greater of that of normalised ranks and that of folded ones. 1 is good, above 1.01 is not. */
export function rankNormalisedRHat(chains: readonly Float64Array[]): number {
  return rankDiagnostics(sortedDraws(chains), ["rHat"]).rHat;
}

/** Draws that the chains are worth for their centre. */
export function bulkEffectiveSize(chains: readonly Float64Array[]): number {
  return rankDiagnostics(sortedDraws(chains), ["bulk"]).bulkEffectiveSize;
}

/** Draws that the chains are worth for their 5 % and 95 % quantiles, the fewer of both. */
export function tailEffectiveSize(chains: readonly Float64Array[]): number {
  return rankDiagnostics(sortedDraws(chains), ["tail"]).tailEffectiveSize;
}

/** What ranks tell; NaN for what was not asked for. */
export interface RankDiagnostics {
  readonly rHat: number;
  readonly bulkEffectiveSize: number;
  readonly tailEffectiveSize: number;
}

/** Several diagnostics of draws that are sorted once. */
export function rankDiagnostics(
  draws: SortedDraws,
  wanted: readonly ("rHat" | "bulk" | "tail")[] = ["rHat", "bulk", "tail"],
): RankDiagnostics {
  const isWanted = { rHat: wanted.includes("rHat"), bulk: wanted.includes("bulk"), tail: wanted.includes("tail") };
  if (draws.length < 4 || !draws.values.every(Number.isFinite))
    return { rHat: Number.NaN, bulkEffectiveSize: Number.NaN, tailEffectiveSize: Number.NaN };
  const halves = inHalves(draws);
  const scores = isWanted.rHat || isWanted.bulk ? asChains(halves, rankScores(halves)) : [];
  return {
    rHat: isWanted.rHat ? Math.max(rHat(scores), rHat(asChains(halves, foldedScores(halves)))) : Number.NaN,
    bulkEffectiveSize: isWanted.bulk ? effectiveSize(scores) : Number.NaN,
    tailEffectiveSize: isWanted.tail ? Math.min(sizeBelow(draws, 0.05), sizeBelow(draws, 0.95)) : Number.NaN,
  };
}

/**
 * Effective number of draws of chains for their mean, at most n log10 n. NaN for chains of fewer than 4 draws, for chains none of
 * which moves, and for draws that are not finite.
 */
export function effectiveSize(chains: readonly Float64Array[]): number {
  const length = chains[0]?.length ?? 0;
  const draws = chains.length * length;
  if (length < 4) return Number.NaN;
  const covariances = meanAutocovariances(chains);
  const within = ((covariances[0] as number) * length) / (length - 1);
  const total = (within * (length - 1)) / length + (chains.length > 1 ? varianceOf(chains.map(meanOf)) : 0);
  if (!(total > 0)) return Number.NaN;
  const correlation = (lag: number): number => 1 - (within - (covariances[lag] as number)) / total;
  // pairs of correlations as long as their sums are positive, none above the one before
  let [even, odd] = [1, correlation(1)];
  let sum = 0;
  let last = Number.POSITIVE_INFINITY;
  let lag = 1;
  while (lag < length - 3 && even + odd > 0) {
    last = Math.min(last, even + odd);
    sum += last;
    even = correlation(lag + 1);
    odd = correlation(lag + 2);
    lag += 2;
  }
  // of the pair that ends the sequence, an even correlation above 0 still counts once
  const time = -1 + 2 * sum + (even > 0 || even + odd >= 0 ? even : 0);
  return draws / Math.max(time, 1 / log10(draws));
}

/** How many draws the chains are worth for the share of draws below a quantile. */
function sizeBelow(draws: SortedDraws, part: number): number {
  const limit = quantileOf(draws, part);
  const isBelow = draws.values.map((value) => (value <= limit ? 1 : 0));
  const halves = asChains(draws, isBelow).flatMap((chain) => {
    const half = chain.length >> 1;
    return [chain.subarray(0, half), chain.subarray(chain.length - half)];
  });
  return effectiveSize(halves);
}

function rHat(chains: readonly Float64Array[]): number {
  const length = chains[0]?.length ?? 0;
  const within = meanOf(chains.map(varianceOf));
  const between = varianceOf(chains.map(meanOf));
  return Math.sqrt((length - 1) / length + between / within);
}

function varianceOf(values: ArrayLike<number>): number {
  const mean = meanOf(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const away = (values[i] as number) - mean;
    sum += away * away;
  }
  return sum / (values.length - 1);
}
