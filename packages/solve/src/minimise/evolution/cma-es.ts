/**
 * CMA-ES: samples of a normal distribution whose covariance adapts to the landscape, with active update and restarts; for rugged
 * or noisy objectives of up to about a hundred parameters, without slopes.
 *
 * Sources: N. Hansen, arXiv:1604.00772, eqs. 5 to 47 and table 1 (active weights included); A. Auger, N. Hansen, CEC 2005,
 * 1769–1776, for growing populations; N. Hansen, GECCO workshop 2009, 2389–2396, for the two regimes.
 */
import { log, pow } from "@simloom/numerics";
import { solveError } from "../../errors.ts";
import { symmetricEigen } from "../../linear/symmetric-eigen.ts";
import type { InnerProblem, MethodState, Minimiser } from "../frame/method.ts";
import { runaway } from "../frame/runaway.ts";
import { adapt, type Distribution, freshDistribution, strategyOf } from "./cma-distribution.ts";
import { exhausted, GROWS } from "./cma-exhausted.ts";

/** Settings of CMA-ES. */
export interface CmaEsOptions {
  /** Standard deviation of the first samples, in inner coordinates. Default 0.5. */
  readonly sigma?: number;
  /** Samples per generation. Default 4 + ⌊3 ln n⌋. */
  readonly population?: number;
  /** Starts after the first, each where the last can get no further. Default 0. */
  readonly restarts?: number;
  /** `ipop` (default): twice the population each time. `bipop`: in turns, large, and small with short reach. */
  readonly regime?: "ipop" | "bipop";
}

export interface CmaState extends MethodState {
  distribution: Distribution;
  population: number;
  /** Draws taken from the stream. */
  position: number;
  restarts: number;
  /** How often the population was doubled. */
  doublings: number;
  /** Evaluations spent in large and small populations. */
  large: number;
  small: number;
  isSmall: boolean;
}

/** CMA-ES as a value. `x` is the best sample so far. Throws `SOLV-062`. */
export function cmaEs(options: CmaEsOptions = {}): Minimiser {
  const { sigma = 0.5, population, restarts = 0, regime = "ipop" } = options;
  if (!(sigma > 0 && (population === undefined || (Number.isInteger(population) && population >= 4)) && restarts >= 0))
    throw solveError(
      "SOLV-062",
      "A setting of CMA-ES is outside its range",
      "Give a sigma above 0 and a population from 4.",
      {
        sigma,
        population,
        restarts,
      },
    );
  const method: Minimiser<CmaState> = {
    name: "cma-es",
    bounds: "transformed",
    stop: { name: "distribution", check: () => undefined },
    start(problem) {
      const x = Float64Array.from(problem.start);
      return {
        x,
        value: problem.value(x),
        extent: sigma,
        distribution: freshDistribution(x, sigma),
        population: population ?? 4 + Math.floor(3 * log(problem.count)),
        position: 0,
        restarts: 0,
        doublings: 0,
        large: 0,
        small: 0,
        isSmall: false,
      };
    },
    step(problem, state) {
      generation(problem, state);
      const reason = exhausted(state.distribution, sigma);
      if (reason === undefined) return;
      if (state.restarts >= restarts) {
        state.end =
          reason === GROWS && growsInTheOpen(problem, state)
            ? runaway(reason)
            : { converged: true, reason: "distribution", message: reason };
        return;
      }
      restart(problem, state, sigma, regime, population ?? 4 + Math.floor(3 * log(problem.count)));
    },
  };
  return method;
}

/** Whether the longest way of the distribution is one on which no bound lies: towards a bound, coordinates grow without harm. */
function growsInTheOpen(problem: InnerProblem, { distribution, x }: CmaState): boolean {
  const variance = (i: number) => distribution.covariance[i * problem.count + i] as number;
  const longest = [...x.keys()].reduce((most, i) => (variance(i) > variance(most) ? i : most), 0);
  return problem.isOpen(longest, x[longest] as number);
}

function generation(problem: InnerProblem, state: CmaState): void {
  const { distribution, population } = state;
  const n = problem.count;
  const strategy = strategyOf(n, population);
  if (distribution.generation - distribution.decomposedAt >= strategy.decomposeEvery) decompose(distribution);
  const normals = problem.stream("cma-es", state.position).fillNormal(new Float64Array(n * population));
  state.position += n * population;
  const { mean, vectors, lengths, sigma } = distribution;
  const samples = Array.from({ length: population }, (_, k) => {
    const y = new Float64Array(n);
    for (let j = 0; j < n; j++) {
      const z = (lengths[j] as number) * (normals[k * n + j] as number);
      for (let i = 0; i < n; i++) y[i] = (y[i] as number) + (vectors[i * n + j] as number) * z;
    }
    return y;
  });
  const points = samples.map((y) => y.map((entry, i) => (mean[i] as number) + sigma * entry));
  const values = new Float64Array(population);
  problem.values(points, values);
  if (state.isSmall) state.small += population;
  else state.large += population;
  const order = [...values.keys()].sort((a, b) => (values[a] as number) - (values[b] as number) || a - b);
  const best = order[0] as number;
  if ((values[best] as number) < state.value) {
    state.x = points[best] as Float64Array;
    state.value = values[best] as number;
  }
  adapt(
    distribution,
    strategy,
    order.map((k) => samples[k] as Float64Array),
  );
  distribution.bestValues.push(values[best] as number);
  distribution.medianValues.push(values[order[population >> 1] as number] as number);
  distribution.lastSpread = (values[order.at(-1) as number] as number) - (values[best] as number);
  const window = 120 + Math.ceil((30 * n) / population) * 2;
  if (distribution.bestValues.length > window) {
    distribution.bestValues.shift();
    distribution.medianValues.shift();
  }
  state.extent = distribution.sigma * distribution.lengths.reduce((a, b) => Math.max(a, b), 0);
}

/** Eigenvectors and square roots of eigenvalues of the covariance. */
function decompose(distribution: Distribution): void {
  const n = distribution.mean.length;
  const { values, vectors } = symmetricEigen(distribution.covariance, n);
  const least = values.reduce((a, b) => Math.max(a, b), 0) * 1e-20;
  distribution.vectors = vectors;
  distribution.lengths = values.map((value) => Math.sqrt(Math.max(value, least)));
  distribution.decomposedAt = distribution.generation;
}

function restart(problem: InnerProblem, state: CmaState, sigma: number, regime: "ipop" | "bipop", base: number): void {
  state.restarts++;
  const stream = problem.stream("cma-es restart", 64 * problem.count * state.restarts);
  const start = problem.sample(stream);
  state.isSmall = regime === "bipop" && state.small < state.large;
  if (state.isSmall) {
    const u = stream.uniform();
    state.population = Math.max(4, Math.floor(base * pow(0.5 * pow(2, state.doublings), u * u)));
    state.distribution = freshDistribution(start, sigma * pow(10, -2 * stream.uniform()));
    return;
  }
  state.doublings++;
  state.population = base * pow(2, state.doublings);
  state.distribution = freshDistribution(start, sigma);
}
