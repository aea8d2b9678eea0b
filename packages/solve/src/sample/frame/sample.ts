import { canonicalValues, freeBounds, freeScales, type ParameterSet } from "@simloom/kernel";
import { solveError } from "../../errors.ts";
import { brokenCheckpoint, type Checkpoint, encodeState, resumedState } from "../../minimise/frame/checkpoint.ts";
import { type RunParameters, runParameters, startOf } from "../../minimise/frame/parameters.ts";
import type { LogDensity } from "./density.ts";
import { DrawStore } from "./draw-store.ts";
import type { Sampler, SamplerState, SamplingProblem } from "./sampler.ts";
import { type DensityCounts, samplingProblem } from "./sampling-problem.ts";

/** How a density is sampled. */
export interface SampleOptions {
  readonly sampler: Sampler;
  /** Steps that are kept. */
  readonly steps: number;
  /** Steps before them. Default: what the sampler asks for. */
  readonly warmup?: number;
  /** Walkers (chains). Default: twice the fewest that the sampler works with. */
  readonly walkers?: number;
  /** Where walkers start, in outer coordinates. Default: normal around the start of the set, by `spread`. */
  readonly starts?: readonly ArrayLike<number>[];
  /** Standard deviation of the starts in units of the parameters' scales. Default 0.1. */
  readonly spread?: number;
  /** Default 0. */
  readonly seed?: number | bigint | string;
  readonly observers?: readonly ((progress: SampleProgress, checkpoint: () => Checkpoint) => void)[];
  /** Ends the run after the step in which it is aborted; what was drawn is kept. */
  readonly signal?: AbortSignal;
  /** Goes on from here, with the bits of the uninterrupted run; `steps` may be more. */
  readonly resume?: Checkpoint;
}

/** Where a run stands after a step. */
export interface SampleProgress {
  /** Steps kept; negative during warm-up. */
  readonly step: number;
  readonly steps: number;
  readonly acceptedFraction: number;
  readonly divergences: number;
}

/** Draws from a density. */
export interface Chain {
  readonly names: readonly string[];
  /** Walkers × steps × parameters, the last index fastest, in outer coordinates. */
  readonly draws: Float64Array;
  /** Log densities, walkers × steps. */
  readonly logDensities: Float64Array;
  readonly walkerCount: number;
  readonly stepCount: number;
  readonly sampler: string;
  /** Part of the proposals that was accepted; for NUTS the mean acceptance of its trajectories. */
  readonly acceptedFraction: number;
  /** Trajectories that went astray after warm-up: above 0, the draws may miss parts of the density. */
  readonly divergences: number;
  readonly evaluations: { readonly value: number; readonly gradient: number };
  readonly isComplete: boolean;
  /** Where the run ended, draws included: resume with more steps to go on. */
  checkpoint(): Checkpoint;
}

interface RunState {
  step: number;
  warmup: number;
  counts: DensityCounts;
  draws: Float64Array;
  logs: Float64Array;
  sampler: SamplerState;
}

/**
 * Draws from a density over the free parameters of a set (or around a bare start). Synchronous; deterministic. Look at
 * `chainSummary` of what comes out before believing it.
 *
 * Throws `SOLV-060` without free parameters, `SOLV-063` for a checkpoint of another run, `SOLV-064` where slopes are missing,
 * `SOLV-080` for numbers of steps or walkers that cannot be, `SOLV-081` where no walker can start.
 */
export function sample(density: LogDensity, parameters: RunParameters, options: SampleOptions): Chain {
  const { sampler, steps, seed = 0, observers = [], signal, resume } = options;
  const set = runParameters(parameters);
  const n = set.free.length;
  const least = sampler.walkersNeeded(n);
  const walkerCount = options.starts?.length ?? options.walkers ?? 2 * least;
  const warmup = options.warmup ?? sampler.warmup;
  if (!(Number.isInteger(steps) && steps >= 1 && Number.isInteger(warmup) && warmup >= 0 && walkerCount >= least))
    throw solveError(
      "SOLV-080",
      `${sampler.name} cannot take ${steps} steps with ${walkerCount} walkers after ${warmup} for warm-up`,
      `Give whole numbers of steps, and ${least} walkers or more.`,
      { steps, walkerCount, warmup },
    );
  const counts = { value: 0, gradient: 0 };
  const { problem, outer, inner } = samplingProblem(density, set, sampler.bounds, seed, counts);
  const state =
    resume === undefined
      ? {
          ...{ step: -warmup, warmup, counts, draws: new Float64Array(0), logs: new Float64Array(0) },
          sampler: sampler.start(problem, startsOf(problem, set, options, walkerCount, inner), warmup),
        }
      : resumed(resume, sampler, counts);
  const done = Math.max(state.step, 0);
  if (state.sampler.walkers.length !== walkerCount || state.draws.length !== walkerCount * done * n || done > steps)
    throw solveError(
      "SOLV-063",
      "The checkpoint is one of other walkers, parameters or more steps",
      "Resume the same run.",
    );
  const store = new DrawStore(walkerCount, steps, n, done);
  store.restore(state.draws, state.logs, done);
  const checkpoint = (): Checkpoint => {
    const { draws, logs } = store.kept();
    return {
      ...{ format: "simloom-run", version: 1, method: sampler.name },
      state: encodeState({ ...state, counts, draws, logs }),
    };
  };

  while (state.step < steps && signal?.aborted !== true) {
    sampler.step(problem, state.sampler);
    if (state.step >= 0) {
      const { walkers, logs } = state.sampler;
      for (let k = 0; k < walkerCount; k++) store.put(k, outer(walkers[k] as Float64Array), logs[k] as number);
      store.endStep();
    }
    state.step++;
    if (state.step === 0) resetCounts(state.sampler);
    if (observers.length === 0) continue;
    const { accepted, proposed, divergences = 0 } = state.sampler;
    const progress = { step: state.step, steps, acceptedFraction: total(accepted) / total(proposed), divergences };
    for (const observer of observers) observer(progress, checkpoint);
  }
  const { draws, logs, steps: kept } = store.kept();
  const { accepted, proposed, divergences = 0 } = state.sampler;
  return {
    names: set.freeNames,
    draws,
    logDensities: logs,
    walkerCount,
    stepCount: kept,
    sampler: sampler.name,
    acceptedFraction: total(accepted) / total(proposed),
    divergences,
    evaluations: { ...counts },
    isComplete: kept === steps,
    checkpoint,
  };
}

/** Places with a density above 0, looked for up to a hundred times each. */
function startsOf(
  problem: SamplingProblem,
  set: ParameterSet,
  { starts, spread = 0.1 }: SampleOptions,
  walkerCount: number,
  inner: (x: Float64Array) => Float64Array,
): readonly Float64Array[] {
  const given = starts?.map((start) => inner(canonicalValues(set, startOf(set, start))));
  const centre = startOf(set, undefined);
  const scales = freeScales(set);
  const { lower, upper } = freeBounds(set);
  const stream = problem.stream("starts", 0);
  return Array.from({ length: walkerCount }, (_, k) => {
    for (let tries = 0; tries < 100; tries++) {
      const drawn = centre.map((value, i) => {
        const moved = value + spread * (scales[i] as number) * stream.normal();
        if (set.free[i]?.isPeriodic === true) return moved;
        return Math.min(Math.max(moved, lower[i] as number), upper[i] as number);
      });
      const walker = given?.[k] ?? inner(canonicalValues(set, drawn));
      if (problem.value(walker) > Number.NEGATIVE_INFINITY) return walker;
      if (given !== undefined) break;
    }
    throw solveError(
      "SOLV-081",
      `Walker ${k} starts where the density is 0`,
      "Start where the density is above 0, or with less spread.",
      { walker: k },
    );
  });
}

function resumed(checkpoint: Checkpoint, sampler: Sampler, counts: DensityCounts): RunState {
  const state = resumedState(checkpoint, sampler.name) as RunState;
  const { draws, logs, sampler: own, counts: counted } = (state ?? {}) as Partial<RunState>;
  if (
    !(draws instanceof Float64Array && logs instanceof Float64Array && typeof counted === "object") ||
    !(Array.isArray(own?.walkers) && own.walkers.every((walker) => walker instanceof Float64Array)) ||
    !Number.isInteger(state.step)
  )
    throw brokenCheckpoint(sampler.name);
  Object.assign(counts, state.counts);
  return state;
}

function resetCounts(state: SamplerState): void {
  state.accepted.fill(0);
  state.proposed.fill(0);
  if (state.divergences !== undefined) state.divergences = 0;
}

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
