/**
 * Differential evolution: a population that mixes differences of its members; for rugged objectives in a box.
 *
 * Source: R. Storn, K. Price, J. Global Optim. 11 (1997) 341–359; the scale of differences is drawn anew per generation (dither).
 */
import { solveError } from "../../errors.ts";
import type { MethodState, Minimiser } from "../frame/method.ts";

/** Settings of differential evolution. */
export interface DifferentialEvolutionOptions {
  /** Members. Default 5 n, at least 20. */
  readonly population?: number;
  /** What differences are added to: the best member (default), or a random one, slower and harder to lead astray. */
  readonly base?: "random" | "best";
  /** Range from which the factor of differences is drawn. Default [0.5, 1]. */
  readonly factor?: readonly [low: number, high: number];
  /**
   * Probability that a coordinate comes from the mutant; of a range, one is drawn for each trial. Low ones suit objectives that
   * are sums over coordinates, high ones those that are not. Default [0.1, 1].
   */
  readonly crossover?: number | readonly [low: number, high: number];
  /** Ends where values of the population differ by less than this part of the mean of |f|. Default 1e-10. */
  readonly tolerance?: number;
}

interface EvolutionState extends MethodState {
  members: Float64Array[];
  values: Float64Array;
  position: number;
}

/** Differential evolution as a value. Members start uniform in the bounds, or around the start where there are none. Throws `SOLV-062`. */
export function differentialEvolution(options: DifferentialEvolutionOptions = {}): Minimiser {
  const { population, base = "best", factor = [0.5, 1], crossover = [0.1, 1], tolerance = 1e-10 } = options;
  const [lowCrossover, highCrossover] = typeof crossover === "number" ? [crossover, crossover] : crossover;
  if (
    !(
      (population === undefined || (Number.isInteger(population) && population >= 5)) &&
      factor[0] > 0 &&
      factor[0] <= factor[1] &&
      lowCrossover >= 0 &&
      lowCrossover <= highCrossover &&
      highCrossover <= 1 &&
      tolerance >= 0
    )
  )
    throw solveError(
      "SOLV-062",
      "A setting of differential evolution is outside its range",
      "Give five members or more, factors above 0 in order, and a crossover from 0 to 1.",
      { population, factor, crossover, tolerance },
    );
  const method: Minimiser<EvolutionState> = {
    name: "differential-evolution",
    bounds: "native",
    stop: { name: "population", check: () => undefined },
    start(problem) {
      const count = population ?? Math.max(20, 5 * problem.count);
      const stream = problem.stream("differential-evolution start", 0);
      const members = Array.from({ length: count }, (_, k) =>
        k === 0 ? Float64Array.from(problem.start) : problem.sample(stream),
      );
      const values = new Float64Array(count);
      problem.values(members, values);
      return { ...best(members, values), members, values, position: 0 };
    },
    step(problem, state) {
      const { members, values } = state;
      const stream = problem.stream("differential-evolution", state.position);
      const n = problem.count;
      const scale = factor[0] < factor[1] ? stream.uniform(factor[0], factor[1]) : factor[0];
      const trials = members.map((member, k) => {
        const [a, b, c] = others(stream, members.length, k);
        const origin = base === "best" ? state.x : (members[a] as Float64Array);
        const [left, right] = [members[b] as Float64Array, members[c] as Float64Array];
        const part = lowCrossover < highCrossover ? stream.uniform(lowCrossover, highCrossover) : lowCrossover;
        const sure = stream.integer(n);
        return member.map((entry, i) => {
          if (stream.uniform() >= part && i !== sure) return entry;
          const moved = (origin[i] as number) + scale * ((left[i] as number) - (right[i] as number));
          // back inside by half the way from the base that overshot
          if (moved < (problem.lower[i] as number)) return ((origin[i] as number) + (problem.lower[i] as number)) / 2;
          if (moved > (problem.upper[i] as number)) return ((origin[i] as number) + (problem.upper[i] as number)) / 2;
          return moved;
        });
      });
      state.position = stream.position;
      const found = new Float64Array(trials.length);
      problem.values(trials, found);
      trials.forEach((trial, k) => {
        if ((found[k] as number) > (values[k] as number)) return;
        members[k] = trial;
        values[k] = found[k] as number;
      });
      Object.assign(state, best(members, values));
      const spread = values.reduce((a, b) => Math.max(a, b), 0 - Number.MAX_VALUE) - state.value;
      const size = values.reduce((sum, value) => sum + Math.abs(value), 0) / values.length;
      if (spread === 0 || (Number.isFinite(spread) && spread <= tolerance * size))
        state.end = {
          converged: true,
          reason: "population",
          message: `values of the population differ by ${spread.toExponential(1)}`,
        };
    },
  };
  return method;
}

/** Three members, different from each other and from k. */
function others(
  stream: { integer(bound: number): number },
  count: number,
  k: number,
): readonly [number, number, number] {
  const pick = (...taken: readonly number[]): number => {
    for (;;) {
      const chosen = stream.integer(count);
      if (!taken.includes(chosen)) return chosen;
    }
  };
  const a = pick(k);
  const b = pick(k, a);
  return [a, b, pick(k, a, b)];
}

function best(members: readonly Float64Array[], values: Float64Array): { x: Float64Array; value: number } {
  let at = 0;
  values.forEach((value, k) => {
    if (value < (values[at] as number)) at = k;
  });
  return { x: Float64Array.from(members[at] as Float64Array), value: values[at] as number };
}
