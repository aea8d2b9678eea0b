/** The search distribution of CMA-ES and how it learns. Symbols as in N. Hansen, arXiv:1604.00772. */

import { exp, log, pow } from "@simloom/numerics";

/** What is fixed by dimension and population. */
export interface Strategy {
  /** Recombination weights, best first; those of the worse half are negative. */
  readonly weights: Float64Array;
  readonly parents: number;
  readonly effective: number;
  readonly cSigma: number;
  readonly dSigma: number;
  readonly cc: number;
  readonly c1: number;
  readonly cMu: number;
  /** Expected length of a standard normal vector. */
  readonly chi: number;
  readonly decomposeEvery: number;
}

/** Everything a start of CMA-ES knows. */
export interface Distribution {
  mean: Float64Array;
  sigma: number;
  covariance: Float64Array;
  vectors: Float64Array;
  /** Square roots of eigenvalues. */
  lengths: Float64Array;
  pathSigma: Float64Array;
  pathC: Float64Array;
  generation: number;
  decomposedAt: number;
  /** Best and median values of the last generations, and the spread of the last. */
  bestValues: number[];
  medianValues: number[];
  lastSpread: number;
}

/** An isotropic distribution around a point. */
export function freshDistribution(mean: Float64Array, sigma: number): Distribution {
  const n = mean.length;
  const identity = new Float64Array(n * n);
  for (let i = 0; i < n; i++) identity[i * n + i] = 1;
  return {
    mean: Float64Array.from(mean),
    sigma,
    covariance: identity,
    vectors: Float64Array.from(identity),
    lengths: new Float64Array(n).fill(1),
    pathSigma: new Float64Array(n),
    pathC: new Float64Array(n),
    generation: 0,
    decomposedAt: 0,
    bestValues: [],
    medianValues: [],
    lastSpread: Number.POSITIVE_INFINITY,
  };
}

/** Table 1: the default strategy parameters. */
export function strategyOf(n: number, population: number): Strategy {
  const parents = Math.floor(population / 2);
  const raw = Float64Array.from({ length: population }, (_, k) => log((population + 1) / 2) - log(k + 1));
  const sums = (from: number, to: number) => {
    const part = raw.subarray(from, to);
    const sum = part.reduce((a, b) => a + b, 0);
    return { sum, effective: (sum * sum) / part.reduce((a, b) => a + b * b, 0) };
  };
  const good = sums(0, parents);
  const bad = sums(parents, population);
  const effective = good.effective;
  const cc = (4 + effective / n) / (n + 4 + (2 * effective) / n);
  const cSigma = (effective + 2) / (n + effective + 5);
  const c1 = 2 / ((n + 1.3) * (n + 1.3) + effective);
  const cMu = Math.min(1 - c1, (2 * (0.25 + effective + 1 / effective - 2)) / ((n + 2) * (n + 2) + effective));
  const negative = Math.min(1 + c1 / cMu, 1 + (2 * bad.effective) / (effective + 2), (1 - c1 - cMu) / (n * cMu));
  return {
    weights: raw.map((weight, k) => (k < parents ? weight / good.sum : (negative * weight) / Math.abs(bad.sum))),
    parents,
    effective,
    cSigma,
    dSigma: 1 + 2 * Math.max(0, Math.sqrt((effective - 1) / (n + 1)) - 1) + cSigma,
    cc,
    c1,
    cMu,
    chi: Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n)),
    decomposeEvery: Math.max(1, Math.floor(1 / ((c1 + cMu) * n * 10))),
  };
}

/** Moves and reshapes the distribution by samples (in units of sigma, from the mean), best first. */
export function adapt(distribution: Distribution, strategy: Strategy, samples: readonly Float64Array[]): void {
  const { weights, parents, effective, cSigma, dSigma, cc, c1, cMu, chi } = strategy;
  const { mean, covariance, vectors, lengths, pathSigma, pathC } = distribution;
  const n = mean.length;
  const move = mean.map((_, i) => {
    let sum = 0;
    for (let k = 0; k < parents; k++) sum += (weights[k] as number) * ((samples[k] as Float64Array)[i] as number);
    return sum;
  });
  const whitened = (y: Float64Array): Float64Array => {
    const turned = lengths.map((length, j) => {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += (vectors[i * n + j] as number) * (y[i] as number);
      return sum / length;
    });
    return y.map((_, i) => {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += (vectors[i * n + j] as number) * (turned[j] as number);
      return sum;
    });
  };
  const white = whitened(move);
  let norm2 = 0;
  for (let i = 0; i < n; i++) {
    mean[i] = (mean[i] as number) + distribution.sigma * (move[i] as number);
    pathSigma[i] =
      (1 - cSigma) * (pathSigma[i] as number) + Math.sqrt(cSigma * (2 - cSigma) * effective) * (white[i] as number);
    norm2 += (pathSigma[i] as number) * (pathSigma[i] as number);
  }
  distribution.generation++;
  const norm = Math.sqrt(norm2);
  const isSteady = norm / Math.sqrt(1 - pow(1 - cSigma, 2 * distribution.generation)) < (1.4 + 2 / (n + 1)) * chi;
  for (let i = 0; i < n; i++)
    pathC[i] =
      (1 - cc) * (pathC[i] as number) + (isSteady ? Math.sqrt(cc * (2 - cc) * effective) * (move[i] as number) : 0);
  const factors = weights.map((weight, k) => {
    if (weight >= 0) return weight;
    const length = whitened(samples[k] as Float64Array).reduce((sum, entry) => sum + entry * entry, 0);
    return length > 0 ? (weight * n) / length : 0;
  });
  const kept = 1 + c1 * (isSteady ? 0 : cc * (2 - cc)) - c1 - cMu * weights.reduce((sum, weight) => sum + weight, 0);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let rank = 0;
      for (let k = 0; k < samples.length; k++) {
        const y = samples[k] as Float64Array;
        rank += (factors[k] as number) * (y[i] as number) * (y[j] as number);
      }
      const entry =
        kept * (covariance[i * n + j] as number) + c1 * (pathC[i] as number) * (pathC[j] as number) + cMu * rank;
      covariance[i * n + j] = entry;
      covariance[j * n + i] = entry;
    }
  distribution.sigma *= exp(Math.min(1, (cSigma / dSigma) * (norm / chi - 1)));
}
