/**
 * Convergence of several chains and effective numbers of draws, from ranks, so that heavy tails do no harm.
 *
 * Source: A. Vehtari, A. Gelman, D. Simpson, B. Carpenter, P.-C. Bürkner, Bayesian Anal. 16 (2021) 667–718, eqs. 1 to 14; sums of
 * correlations by C. J. Geyer's initial monotone sequence.
 */
import { log10, normalQuantile } from "@simloom/numerics";
import { lagged } from "./autocorrelation.ts";

/** R̂ of split chains: the greater of that of normalised ranks and that of folded ones. 1 is good, above 1.01 is not. */
export function rankNormalisedRHat(chains: readonly Float64Array[]): number {
  const halves = split(chains);
  const centre = quantileOf(halves, 0.5);
  const folded = halves.map((half) => half.map((value) => Math.abs(value - centre)));
  return Math.max(rHat(normalisedRanks(halves)), rHat(normalisedRanks(folded)));
}

/** Draws that the chains are worth for their centre. */
export function bulkEffectiveSize(chains: readonly Float64Array[]): number {
  return effectiveSize(normalisedRanks(split(chains)));
}

/** Draws that the chains are worth for their 5 % and 95 % quantiles, the fewer of both. */
export function tailEffectiveSize(chains: readonly Float64Array[]): number {
  const halves = split(chains);
  const sizes = [0.05, 0.95].map((part) => {
    const limit = quantileOf(halves, part);
    return effectiveSize(halves.map((half) => half.map((value) => (value <= limit ? 1 : 0))));
  });
  return Math.min(...sizes);
}

/** Effective number of draws of split chains for their mean; all of them, at most n log10 n. */
export function effectiveSize(chains: readonly Float64Array[]): number {
  const length = chains[0]?.length ?? 0;
  const count = chains.length;
  const means = chains.map(meanOf);
  const series = chains.map((chain, k) => lagged(chain, means[k] as number));
  const within = series.reduce((sum, at) => sum + (at(0) * length) / (length - 1), 0) / count;
  const between = varianceOf(means);
  const total = (within * (length - 1)) / length + (count > 1 ? between : 0);
  if (!(total > 0)) return Number.NaN;
  const correlation = (lag: number): number => {
    const mean = series.reduce((sum, at) => sum + at(lag), 0) / count;
    return 1 - (within - (mean * length) / (length - 1)) / total;
  };
  let time = -1;
  let last = Number.POSITIVE_INFINITY;
  for (let lag = 0; lag + 1 < length - 1; lag += 2) {
    const pair = (lag === 0 ? 1 : correlation(lag)) + correlation(lag + 1);
    if (!(pair > 0)) break;
    last = Math.min(last, pair);
    time += 2 * last;
  }
  const draws = count * length;
  return draws / Math.max(time, 1 / log10(draws));
}

function rHat(chains: readonly Float64Array[]): number {
  const length = chains[0]?.length ?? 0;
  const within = chains.reduce((sum, chain) => sum + varianceOf([...chain]), 0) / chains.length;
  const between = varianceOf(chains.map(meanOf));
  return Math.sqrt((length - 1) / length + between / within);
}

function split(chains: readonly Float64Array[]): readonly Float64Array[] {
  return chains.flatMap((chain) => {
    const half = chain.length >> 1;
    return [chain.slice(0, half), chain.slice(chain.length - half)];
  });
}

/** Ranks over all chains (ties share theirs), as normal numbers: Φ⁻¹((r − 3/8) / (s + 1/4)). */
function normalisedRanks(chains: readonly Float64Array[]): readonly Float64Array[] {
  const length = chains[0]?.length ?? 0;
  const all = Float64Array.from(chains.flatMap((chain) => [...chain]));
  const order = Uint32Array.from(all.keys()).sort((a, b) => (all[a] as number) - (all[b] as number) || a - b);
  const ranks = new Float64Array(all.length);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to + 1 < order.length && all[order[to + 1] as number] === all[order[from] as number]) to++;
    for (let at = from; at <= to; at++) ranks[order[at] as number] = (from + to) / 2 + 1;
    from = to + 1;
  }
  const scores = ranks.map((rank) => normalQuantile((rank - 0.375) / (all.length + 0.25)));
  return chains.map((_, k) => scores.slice(k * length, (k + 1) * length));
}

function quantileOf(chains: readonly Float64Array[], part: number): number {
  const sorted = Float64Array.from(chains.flatMap((chain) => [...chain])).sort();
  const at = part * (sorted.length - 1);
  const below = Math.floor(at);
  const next = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return (sorted[below] as number) + (at - below) * (next - (sorted[below] as number));
}

function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return sum / values.length;
}

function varianceOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / (values.length - 1);
}
