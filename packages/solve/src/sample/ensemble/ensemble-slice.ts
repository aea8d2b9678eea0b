/**
 * Ensemble slice sampling: each walker of one half is drawn anew from the slice of the density along the difference of two of
 * the other half. Nothing is rejected; the length of the first bracket adapts during warm-up.
 *
 * Source: M. Karamanis, F. Beutler, Stat. Comput. 31 (2021) 61, algorithms 1, 2 and 4 (differential moves).
 */
import { log } from "@simloom/numerics";
import { solveError } from "../../errors.ts";
import type { Sampler, SamplingProblem } from "../frame/sampler.ts";
import { type EnsembleState, ensembleStart } from "./affine-invariant.ts";

interface SliceState extends EnsembleState {
  /** Length of the first bracket, in units of differences. */
  scale: number;
  warmupLeft: number;
}

const EXPANSIONS = 10_000;

/** Ensemble slice sampling as a value: at least 2 n walkers. Throws `SOLV-062`. */
export function ensembleSlice({ scale = 1 }: { readonly scale?: number } = {}): Sampler {
  if (!(scale > 0)) throw solveError("SOLV-062", `A bracket of ${scale} cannot be`, "Give a length above 0.");
  const sampler: Sampler<SliceState> = {
    name: "ensemble-slice",
    bounds: "limited",
    warmup: 500,
    walkersNeeded: (count) => Math.max(4, 2 * count),
    start: (problem, walkers, warmup) => ({ ...ensembleStart(problem, walkers), scale, warmupLeft: warmup }),
    step(problem, state) {
      const stream = problem.stream("ensemble-slice", state.position);
      const count = state.walkers.length;
      const order = stream.permutation(count);
      const middle = count >> 1;
      const tally = { expansions: 0, contractions: 0 };
      for (const [own, other] of [
        [order.subarray(0, middle), order.subarray(middle)],
        [order.subarray(middle), order.subarray(0, middle)],
      ] as const)
        for (const k of own) {
          const first = stream.integer(other.length);
          const second = (first + 1 + stream.integer(other.length - 1)) % other.length;
          const a = state.walkers[other[first] as number] as Float64Array;
          const b = state.walkers[other[second] as number] as Float64Array;
          const direction = a.map((x, i) => 2 * state.scale * (x - (b[i] as number)));
          move(problem, state, k, direction, stream, tally);
        }
      if (state.warmupLeft > 0) {
        state.warmupLeft--;
        const { expansions, contractions } = tally;
        state.scale *= (2 * Math.max(1, expansions)) / (Math.max(1, expansions) + contractions);
      }
      state.position = stream.position;
    },
  };
  return sampler;
}

function move(
  problem: SamplingProblem,
  state: SliceState,
  k: number,
  direction: Float64Array,
  stream: { uniform(): number },
  tally: { expansions: number; contractions: number },
): void {
  const walker = state.walkers[k] as Float64Array;
  const height = (state.logs[k] as number) + log(1 - stream.uniform());
  const at = (t: number) => walker.map((x, i) => x + t * (direction[i] as number));
  let low = -stream.uniform();
  let high = low + 1;
  for (let tries = 0; tries < EXPANSIONS && problem.value(at(low)) > height; tries++) {
    low -= 1;
    tally.expansions++;
  }
  for (let tries = 0; tries < EXPANSIONS && problem.value(at(high)) > height; tries++) {
    high += 1;
    tally.expansions++;
  }
  state.proposed[k] = (state.proposed[k] as number) + 1;
  for (let tries = 0; tries < EXPANSIONS; tries++) {
    const t = low + stream.uniform() * (high - low);
    const point = at(t);
    const value = problem.value(point);
    if (value > height) {
      state.walkers[k] = point;
      state.logs[k] = value;
      state.accepted[k] = (state.accepted[k] as number) + 1;
      return;
    }
    if (t < 0) low = t;
    else high = t;
    tally.contractions++;
  }
}
