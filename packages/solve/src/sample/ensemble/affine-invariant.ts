/**
 * Affine-invariant ensemble: each walker of one half moves along the line to a walker of the other (stretch), or by the
 * difference of two of them. All moves of a half are one batch.
 *
 * On a circle, a stretch is one in the chart that is centred at the other walker: it takes the short way to it, and a walker that
 * would be stretched beyond half a period stays, since it could not come back by the inverse stretch.
 *
 * Sources: J. Goodman, J. Weare, Comm. Appl. Math. Comput. Sci. 5 (2010) 65–80; D. Foreman-Mackey et al., PASP 125 (2013) 306,
 * section 3 for the halves; C. J. F. ter Braak, Stat. Comput. 16 (2006) 239–249 for differences.
 */
import { log } from "@simloom/numerics";
import { solveError } from "../../errors.ts";
import type { Sampler, SamplingProblem } from "../frame/sampler.ts";
import type { Uniforms } from "../frame/uniforms.ts";
import {
  difference,
  type EnsembleState,
  ensembleSize,
  ensembleStart,
  type Half,
  halvesScratch,
  splitAtRandom,
} from "./halves.ts";

/** Settings of the affine-invariant ensemble. */
export interface AffineInvariantOptions {
  /** Longest stretch, above 1. Default 2. */
  readonly stretch?: number;
  /** Part of the steps that move by differences of two walkers. Default 0. */
  readonly differences?: number;
}

/** The ensemble as a value: at least 2 n walkers. Fails softly where n is above 50 or so. Throws `SOLV-062`. */
export function affineInvariant({ stretch = 2, differences = 0 }: AffineInvariantOptions = {}): Sampler {
  if (!(stretch > 1 && differences >= 0 && differences <= 1))
    throw solveError(
      "SOLV-062",
      `A stretch of ${stretch} with ${differences} differences cannot be`,
      "Give above 1, and 0 to 1.",
    );
  const scratchFor = halvesScratch();
  let factors = new Float64Array(0);
  const sampler: Sampler<EnsembleState> = {
    name: "affine-invariant",
    bounds: "limited",
    warmup: 500,
    walkersNeeded: ensembleSize,
    start: ensembleStart,
    step(problem, state) {
      const uniforms = problem.uniforms("affine-invariant", state.position);
      const { order, halves } = scratchFor(state.walkers.length, problem.count);
      if (factors.length < order.length) factors = new Float64Array(order.length);
      splitAtRandom(order, uniforms);
      const isDifference = differences > 0 && uniforms.next() < differences;
      for (const half of halves) {
        if (isDifference) proposeDifferences(problem, state, half, uniforms, factors);
        else proposeStretches(problem, state, half, uniforms, stretch, factors);
        problem.values(half.points, half.values);
        accept(state, half, uniforms, factors);
      }
      state.position = uniforms.position;
    },
  };
  return sampler;
}

/** Points x_j + z (x_k − x_j) with z of density ∝ 1/√z in [1/a, a]; logarithms of z^(n−1) into `factors`. */
function proposeStretches(
  { count, periods, wrap }: SamplingProblem,
  { walkers }: EnsembleState,
  { own, other, points }: Half,
  uniforms: Uniforms,
  stretch: number,
  factors: Float64Array,
): void {
  for (let at = 0; at < own.length; at++) {
    const walker = walkers[own[at] as number] as Float64Array;
    // one number is both: its whole part picks the other walker, what is left (45 bits and more) the stretch
    const picked = uniforms.next() * other.length;
    const index = Math.floor(picked);
    const centre = walkers[other[index] as number] as Float64Array;
    const root = 1 + (stretch - 1) * (picked - index);
    const z = (root * root) / stretch;
    const target = points[at] as Float64Array;
    factors[at] = (count - 1) * log(z);
    if (periods === undefined) {
      for (let i = 0; i < count; i++)
        target[i] = (centre[i] as number) + z * ((walker[i] as number) - (centre[i] as number));
      continue;
    }
    difference(centre, walker, periods, target);
    for (let i = 0; i < count; i++) {
      const moved = z * (target[i] as number);
      if ((periods[i] as number) > 0 && Math.abs(moved) >= (periods[i] as number) / 2)
        factors[at] = Number.NEGATIVE_INFINITY;
      target[i] = (centre[i] as number) + moved;
    }
    wrap(target);
  }
}

/** Points x_k + γ (x_i − x_j), with γ about 2.38 / √(2 n). */
function proposeDifferences(
  { count, periods, wrap }: SamplingProblem,
  { walkers }: EnsembleState,
  { own, other, points }: Half,
  uniforms: Uniforms,
  factors: Float64Array,
): void {
  const optimal = 2.38 / Math.sqrt(2 * count);
  for (let at = 0; at < own.length; at++) {
    const walker = walkers[own[at] as number] as Float64Array;
    const first = Math.floor(uniforms.next() * other.length);
    const second = (first + 1 + Math.floor(uniforms.next() * (other.length - 1))) % other.length;
    const target = points[at] as Float64Array;
    difference(
      walkers[other[second] as number] as Float64Array,
      walkers[other[first] as number] as Float64Array,
      periods,
      target,
    );
    // a little jitter, symmetric about 1, lets walkers leave a lattice
    const scale = optimal * (1 + 2e-5 * (uniforms.next() - 0.5));
    for (let i = 0; i < count; i++) target[i] = (walker[i] as number) + scale * (target[i] as number);
    factors[at] = 0;
    wrap(target);
  }
}

function accept(
  { walkers, logs, accepted, proposed }: EnsembleState,
  { own, points, values }: Half,
  uniforms: Uniforms,
  factors: Float64Array,
): void {
  for (let at = 0; at < own.length; at++) {
    const k = own[at] as number;
    proposed[k] = (proposed[k] as number) + 1;
    const gain = (factors[at] as number) + (values[at] as number) - (logs[k] as number);
    // NaN is no gain: a place that cannot be, stretched without end
    if (!(log(1 - uniforms.next()) < gain)) continue;
    accepted[k] = (accepted[k] as number) + 1;
    const walker = walkers[k] as Float64Array;
    const point = points[at] as Float64Array;
    for (let i = 0; i < walker.length; i++) walker[i] = point[i] as number;
    logs[k] = values[at] as number;
  }
}
