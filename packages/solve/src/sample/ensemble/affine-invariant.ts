/**
 * Affine-invariant ensemble: each walker of one half moves along the line to a walker of the other (stretch), or by the
 * difference of two of them. The halves move in turn, which keeps detailed balance; all moves of a half are one batch.
 *
 * Sources: J. Goodman, J. Weare, Comm. Appl. Math. Comput. Sci. 5 (2010) 65–80; D. Foreman-Mackey et al., PASP 125 (2013) 306,
 * section 3 for the halves; C. J. F. ter Braak, Stat. Comput. 16 (2006) 239–249 for differences.
 */
import { log } from "@simloom/numerics";
import { solveError } from "../../errors.ts";
import type { Sampler, SamplerState, SamplingProblem } from "../frame/sampler.ts";
import { VectorPool } from "../frame/vector-pool.ts";

/** Settings of the affine-invariant ensemble. */
export interface AffineInvariantOptions {
  /** Longest stretch, above 1. Default 2. */
  readonly stretch?: number;
  /** Part of the steps that move by differences of two walkers. Default 0. */
  readonly differences?: number;
}

export interface EnsembleState extends SamplerState {
  /** Draws taken from the stream. */
  position: number;
}

/** The ensemble as a value: at least 2 n walkers. Fails softly where n is above 50 or so. Throws `SOLV-062`. */
export function affineInvariant({ stretch = 2, differences = 0 }: AffineInvariantOptions = {}): Sampler {
  if (!(stretch > 1 && differences >= 0 && differences <= 1))
    throw solveError(
      "SOLV-062",
      `A stretch of ${stretch} with ${differences} differences cannot be`,
      "Give above 1, and 0 to 1.",
    );
  const pool = new VectorPool();
  const sampler: Sampler<EnsembleState> = {
    name: "affine-invariant",
    bounds: "limited",
    warmup: 500,
    walkersNeeded: (count) => Math.max(4, 2 * count),
    start: ensembleStart,
    step(problem, state) {
      const stream = problem.stream("affine-invariant", state.position);
      const count = state.walkers.length;
      const order = stream.permutation(count);
      const middle = count >> 1;
      const isDifference = differences > 0 && stream.uniform() < differences;
      for (const [own, other] of [
        [order.subarray(0, middle), order.subarray(middle)],
        [order.subarray(middle), order.subarray(0, middle)],
      ] as const) {
        pool.reset();
        const factors = pool.take(own.length).fill(0);
        const values = pool.take(own.length);
        const proposals = Array.from(own, (k, at) => {
          const walker = state.walkers[k] as Float64Array;
          const target = pool.take(problem.count);
          const first = stream.integer(other.length);
          const a = state.walkers[other[first] as number] as Float64Array;
          if (isDifference) {
            const second = (first + 1 + stream.integer(other.length - 1)) % other.length;
            const b = state.walkers[other[second] as number] as Float64Array;
            const scale = (2.38 / Math.sqrt(2 * problem.count)) * (1 + 1e-5 * stream.normal());
            for (let i = 0; i < target.length; i++)
              target[i] = (walker[i] as number) + scale * ((a[i] as number) - (b[i] as number));
            return target;
          }
          const root = 1 + (stretch - 1) * stream.uniform();
          const z = (root * root) / stretch;
          factors[at] = (problem.count - 1) * log(z);
          for (let i = 0; i < target.length; i++) {
            const centre = a[i] as number;
            target[i] = centre + z * ((walker[i] as number) - centre);
          }
          return target;
        });
        problem.values(proposals, values);
        for (const [at, k] of own.entries()) {
          state.proposed[k] = (state.proposed[k] as number) + 1;
          const gain = (factors[at] as number) + (values[at] as number) - (state.logs[k] as number);
          if (!(log(1 - stream.uniform()) < gain)) continue;
          state.accepted[k] = (state.accepted[k] as number) + 1;
          (state.walkers[k] as Float64Array).set(proposals[at] as Float64Array);
          state.logs[k] = values[at] as number;
        }
      }
      state.position = stream.position;
    },
  };
  return sampler;
}

/** An ensemble at its starts. */
export function ensembleStart(problem: SamplingProblem, walkers: readonly Float64Array[]): EnsembleState {
  const logs = new Float64Array(walkers.length);
  problem.values(walkers, logs);
  const zeros = () => new Float64Array(walkers.length);
  return {
    walkers: walkers.map((walker) => Float64Array.from(walker)),
    logs,
    accepted: zeros(),
    proposed: zeros(),
    position: 0,
  };
}
