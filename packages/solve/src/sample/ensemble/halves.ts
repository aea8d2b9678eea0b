/**
 * What samplers with an ensemble share: its walkers, split at random into two halves that move in turn, each by looking at the
 * other, which stands still meanwhile. This keeps detailed balance, and makes all moves of a half one batch.
 *
 * Source: D. Foreman-Mackey et al., PASP 125 (2013) 306, section 3.
 */
import type { SamplerState, SamplingProblem } from "../frame/sampler.ts";
import type { Uniforms } from "../frame/uniforms.ts";

/** An ensemble between two steps. */
export interface EnsembleState extends SamplerState {
  /** Draws taken from the stream. */
  position: number;
}

/** The half that moves, the other, and room for one proposal per walker of the former. */
export interface Half {
  readonly own: Uint32Array;
  readonly other: Uint32Array;
  readonly points: readonly Float64Array[];
  readonly values: Float64Array;
}

/** Working memory for an ensemble of one size: made once, used in every step. */
export interface HalvesScratch {
  readonly order: Uint32Array;
  readonly halves: readonly [Half, Half];
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

/** Fewest walkers for so many parameters. */
export function ensembleSize(count: number): number {
  return Math.max(4, 2 * count);
}

/** Gives working memory for ensembles, the same one as long as they have one size. */
export function halvesScratch(): (walkerCount: number, count: number) => HalvesScratch {
  let known: HalvesScratch | undefined;
  return (walkerCount, count) => {
    if (known?.order.length !== walkerCount || known.halves[0].points[0]?.length !== count)
      known = freshScratch(walkerCount, count);
    return known;
  };
}

function freshScratch(walkerCount: number, count: number): HalvesScratch {
  const order = new Uint32Array(walkerCount);
  const middle = walkerCount >> 1;
  const lower = order.subarray(0, middle);
  const upper = order.subarray(middle);
  const points = Array.from(upper, () => new Float64Array(count));
  const values = new Float64Array(upper.length);
  return {
    order,
    halves: [
      { own: lower, other: upper, points: points.slice(0, middle), values: values.subarray(0, middle) },
      { own: upper, other: lower, points, values },
    ],
  };
}

/**
 * Puts every walker into one half or the other, all splits equally likely (Fisher and Yates, as far as needed). A number picks two
 * walkers: the second by what the first pick leaves of its 53 bits.
 */
export function splitAtRandom(order: Uint32Array, uniforms: Uniforms): void {
  const count = order.length;
  for (let k = 0; k < count; k++) order[k] = k;
  let rest = 0;
  for (let k = 0; k < count >> 1; k++) {
    const picked = (k % 2 === 0 ? uniforms.next() : rest) * (count - k);
    const index = Math.floor(picked);
    rest = picked - index;
    const other = k + index;
    const moved = order[k] as number;
    order[k] = order[other] as number;
    order[other] = moved;
  }
}

/** target = b − a, the short way round where a parameter is periodic. */
export function difference(
  a: Float64Array,
  b: Float64Array,
  periods: Float64Array | undefined,
  target: Float64Array,
): void {
  for (let i = 0; i < target.length; i++) target[i] = (b[i] as number) - (a[i] as number);
  if (periods === undefined) return;
  for (let i = 0; i < target.length; i++) {
    const period = periods[i] as number;
    if (period > 0) target[i] = (target[i] as number) - period * Math.round((target[i] as number) / period);
  }
}
