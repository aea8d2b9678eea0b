/**
 * Ensemble slice sampling: each walker of one half is drawn anew from the slice of the density along the difference of two of
 * the other half. Nothing is rejected; the length of the first bracket adapts during warm-up. Brackets of a half grow and
 * shrink together: what one round needs is one batch.
 *
 * Sources: M. Karamanis, F. Beutler, Stat. Comput. 31 (2021) 61, algorithms 1, 2 and 4 (differential moves); R. M. Neal, Ann.
 * Stat. 31 (2003) 705–767, figure 3, for brackets of limited length, which on a circle end after one turn.
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

interface SliceState extends EnsembleState {
  /** Length of the first bracket, in units of differences. */
  scale: number;
  warmupLeft: number;
}

/** Steps by which a bracket may grow in all, and be cut. */
const MOST = 10_000;

/** Brackets of a half: along which direction, how high, from where to where, in units of the direction. */
interface Brackets {
  readonly directions: readonly Float64Array[];
  readonly heights: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Steps that either end may still take. */
  readonly lowSteps: Float64Array;
  readonly highSteps: Float64Array;
  readonly tried: Float64Array;
  /** Walkers (places in the half) that a round is about. */
  readonly active: Uint32Array;
  readonly batch: Float64Array[];
}

interface Tally {
  expansions: number;
  contractions: number;
}

/** Ensemble slice sampling as a value: at least 2 n walkers. Throws `SOLV-062`. */
export function ensembleSlice({ scale = 1 }: { readonly scale?: number } = {}): Sampler {
  if (!(scale > 0)) throw solveError("SOLV-062", `A bracket of ${scale} cannot be`, "Give a length above 0.");
  const scratchFor = halvesScratch();
  let brackets: Brackets | undefined;
  const sampler: Sampler<SliceState> = {
    name: "ensemble-slice",
    bounds: "limited",
    warmup: 500,
    walkersNeeded: ensembleSize,
    start: (problem, walkers, warmup) => ({ ...ensembleStart(problem, walkers), scale, warmupLeft: warmup }),
    step(problem, state) {
      const uniforms = problem.uniforms("ensemble-slice", state.position);
      const { order, halves } = scratchFor(state.walkers.length, problem.count);
      const most = halves[1].own.length;
      if (brackets?.heights.length !== most || brackets.directions[0]?.length !== problem.count)
        brackets = freshBrackets(most, problem.count);
      splitAtRandom(order, uniforms);
      const tally = { expansions: 0, contractions: 0 };
      for (const half of halves) {
        open(problem, state, half, brackets, uniforms);
        tally.expansions += grow(problem, state, half, brackets, -1) + grow(problem, state, half, brackets, 1);
        draw(problem, state, half, brackets, uniforms, tally);
      }
      if (state.warmupLeft > 0) {
        state.warmupLeft--;
        const { expansions, contractions } = tally;
        // brackets that fit at once everywhere, as on a flat circle, say nothing of their length
        if (expansions + contractions > 0)
          state.scale *= (2 * Math.max(1, expansions)) / (Math.max(1, expansions) + contractions);
      }
      state.position = uniforms.position;
    },
  };
  return sampler;
}

function freshBrackets(most: number, count: number): Brackets {
  const numbers = () => new Float64Array(most);
  return {
    directions: Array.from({ length: most }, () => new Float64Array(count)),
    heights: numbers(),
    low: numbers(),
    high: numbers(),
    lowSteps: numbers(),
    highSteps: numbers(),
    tried: numbers(),
    active: new Uint32Array(most),
    batch: [],
  };
}

/** Directions, heights and first brackets. */
function open(
  { periods }: SamplingProblem,
  { walkers, logs, scale }: SliceState,
  { own, other }: Half,
  { directions, heights, low, high, lowSteps, highSteps }: Brackets,
  uniforms: Uniforms,
): void {
  for (let at = 0; at < own.length; at++) {
    const first = Math.floor(uniforms.next() * other.length);
    const second = (first + 1 + Math.floor(uniforms.next() * (other.length - 1))) % other.length;
    const direction = directions[at] as Float64Array;
    difference(
      walkers[other[second] as number] as Float64Array,
      walkers[other[first] as number] as Float64Array,
      periods,
      direction,
    );
    const turns = scaleAndTurns(direction, 2 * scale, periods);
    const most = turns > 0 ? Math.max(1, Math.ceil(1 / turns)) : MOST;
    heights[at] = (logs[own[at] as number] as number) + log(1 - uniforms.next());
    low[at] = -uniforms.next();
    high[at] = (low[at] as number) + 1;
    lowSteps[at] = Math.floor(uniforms.next() * most);
    highSteps[at] = most - 1 - (lowSteps[at] as number);
  }
}

/**
 * Multiplies a direction, as far as it stays within one period of every parameter; gives the greatest part of a period that it
 * goes, 0 without periodic parameters.
 */
function scaleAndTurns(direction: Float64Array, scale: number, periods: Float64Array | undefined): number {
  let turns = 0;
  for (let i = 0; i < direction.length; i++) {
    direction[i] = scale * (direction[i] as number);
    const period = periods?.[i] ?? 0;
    if (period > 0) turns = Math.max(turns, Math.abs(direction[i] as number) / period);
  }
  if (turns <= 1) return turns;
  for (let i = 0; i < direction.length; i++) direction[i] = (direction[i] as number) / turns;
  return 1;
}

/** Moves the ends of one side outwards until they are out of their slices; gives the number of steps. */
function grow(problem: SamplingProblem, state: SliceState, half: Half, brackets: Brackets, side: -1 | 1): number {
  const { active, heights } = brackets;
  const ends = side < 0 ? brackets.low : brackets.high;
  const steps = side < 0 ? brackets.lowSteps : brackets.highSteps;
  let count = 0;
  for (let at = 0; at < half.own.length; at++) if ((steps[at] as number) > 0) active[count++] = at;
  let expansions = 0;
  while (count > 0) {
    evaluate(problem, state, half, brackets, ends, count);
    let kept = 0;
    for (let j = 0; j < count; j++) {
      const at = active[j] as number;
      if (!((half.values[j] as number) > (heights[at] as number))) continue;
      ends[at] = (ends[at] as number) + side;
      steps[at] = (steps[at] as number) - 1;
      expansions++;
      if ((steps[at] as number) > 0) active[kept++] = at;
    }
    count = kept;
  }
  return expansions;
}

/** Draws from brackets, which are cut at what lies below the slice, until every walker has moved. */
function draw(
  problem: SamplingProblem,
  state: SliceState,
  half: Half,
  brackets: Brackets,
  uniforms: Uniforms,
  tally: Tally,
): void {
  const { active, heights, low, high, tried } = brackets;
  const { walkers, logs, accepted, proposed } = state;
  let count = half.own.length;
  for (let at = 0; at < count; at++) {
    active[at] = at;
    const k = half.own[at] as number;
    proposed[k] = (proposed[k] as number) + 1;
  }
  for (let tries = 0; tries < MOST && count > 0; tries++) {
    for (let j = 0; j < count; j++) {
      const at = active[j] as number;
      tried[at] = (low[at] as number) + uniforms.next() * ((high[at] as number) - (low[at] as number));
    }
    evaluate(problem, state, half, brackets, tried, count);
    let kept = 0;
    for (let j = 0; j < count; j++) {
      const at = active[j] as number;
      const value = half.values[j] as number;
      const t = tried[at] as number;
      if (value > (heights[at] as number)) {
        const k = half.own[at] as number;
        (walkers[k] as Float64Array).set(half.points[j] as Float64Array);
        logs[k] = value;
        accepted[k] = (accepted[k] as number) + 1;
        continue;
      }
      if (t < 0) low[at] = t;
      else high[at] = t;
      tally.contractions++;
      active[kept++] = at;
    }
    count = kept;
  }
}

/** Values at x + t d of the active walkers, one after the other into the values of the half; the points stay there, too. */
function evaluate(
  problem: SamplingProblem,
  { walkers }: Pick<SliceState, "walkers">,
  { own, points, values }: Half,
  { directions, active, batch }: Brackets,
  t: Float64Array,
  count: number,
): void {
  batch.length = count;
  for (let j = 0; j < count; j++) {
    const at = active[j] as number;
    const walker = walkers[own[at] as number] as Float64Array;
    const direction = directions[at] as Float64Array;
    const target = points[j] as Float64Array;
    const along = t[at] as number;
    for (let i = 0; i < target.length; i++) target[i] = (walker[i] as number) + along * (direction[i] as number);
    if (problem.periods !== undefined) problem.wrap(target);
    batch[j] = target;
  }
  problem.values(batch, values);
}
