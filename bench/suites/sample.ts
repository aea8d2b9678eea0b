/**
 * Samplers on a banana, a correlated normal, eight schools and Neal's funnel: effective draws per evaluation and per second of CPU
 * time, against emcee and BlackJAX, which take turns with ours.
 *
 * Effective draws are the least bulk size over the parameters, of all samplers by the formulas of `@simloom/solve` (those of
 * ArviZ to rounding, as a test there holds), averaged over seeds. A rate per second takes the least CPU time per evaluation of the
 * seeds. Starts are standard normal, warm-up counts.
 */
import { createExecutionContext } from "@simloom/kernel";
import {
  affineInvariant,
  bulkEffectiveSize,
  type Chain,
  chainSummary,
  densityOf,
  drawsOf,
  ensembleSlice,
  type LogDensity,
  nuts,
  rankNormalisedRHat,
  type Sampler,
  sample,
} from "@simloom/solve";
import { DENSITIES, type TestDensity } from "../../packages/solve/src/sample/fixtures/densities.ts";
import { type Row, rowOf, type SuiteOptions } from "../row.ts";
import { type PeerRun, type PeerSamplers, peerSamplers, type SamplerCase } from "../sample/peer-samplers.ts";

type Shape = Omit<SamplerCase, "target" | "seed">;

const STRETCH: Shape = { walkers: 32, warmup: 1000, steps: 9000 };
const SLICE: Shape = { walkers: 32, warmup: 500, steps: 2000 };
const HAMILTONIAN: Shape = { walkers: 4, warmup: 1000, steps: 2000 };

/** Effective draws per second that no peer of the run stands for: 20 times emcee's on a quiet machine of this kind, BlackJAX's. */
const FIXED_PER_SECOND: Readonly<Record<string, readonly [stretch: number, nuts: number]>> = {
  "banana 2": [3900, 16],
  "gauss 10": [23_400, 3010],
  "eight schools": [11_240, 18_400],
  "funnel 10": [3780, 6.93],
};

/** A run in numbers. */
interface SamplerRun extends Omit<PeerRun, "draws"> {
  /** The least over the parameters. */
  readonly bulkEffectiveSize: number;
  /** The greatest over the parameters. */
  readonly rHat: number;
}

/** Runs of one sampler on one target, ours and the peer's. */
interface Runs {
  readonly ours: SamplerRun[];
  readonly theirs: SamplerRun[];
}

/** Runs the suite from the repository's root. Takes two to four minutes, most of them the peers'. */
export async function rows({ isQuick, python }: SuiteOptions): Promise<Row[]> {
  const peers = python === undefined ? undefined : peerSamplers(python);
  const seeds = Array.from({ length: isQuick ? 1 : 4 }, (_, k) => k + 1);
  const context = createExecutionContext();
  const table: Row[] = [];
  try {
    for (const [target, density] of Object.entries(DENSITIES)) {
      const compiled = densityOf(context, density.formula, density.names);
      table.push(...(await stretchRows(target, density, compiled, seeds, peers)));
      const slice = await takeTurns(target, ensembleSlice(), compiled, density, SLICE, seeds);
      table.push(plainRow(`${target}, ensembleSlice, compiled`, slice));
      table.push(...(await nutsRows(target, density, compiled, seeds, peers)));
      compiled.dispose();
    }
    table.push(summaryRow(DENSITIES["gauss 10"]));
  } finally {
    peers?.close();
    context.dispose();
  }
  return table;
}

async function stretchRows(
  target: string,
  density: TestDensity,
  compiled: LogDensity,
  seeds: readonly number[],
  peers: PeerSamplers | undefined,
): Promise<Row[]> {
  const sampler = affineInvariant();
  const emcee = peers && ((asked: SamplerCase) => peers.run("emcee", asked));
  const runs = await takeTurns(target, sampler, compiled, density, STRETCH, seeds, emcee);
  const plain = await takeTurns(target, sampler, density.plain, density, STRETCH, seeds);
  const fixed = FIXED_PER_SECOND[target]?.[0] ?? 0;
  const perSecond = runs.theirs.length === 0 ? fixed : 20 * ratePerSecond(runs.theirs);
  const perThousand = isHonest(runs.theirs) ? 0.9 * ratePerThousand(runs.theirs) : undefined;
  return [
    thousandRow(`${target}, affineInvariant`, "evaluations", runs, perThousand, "emcee"),
    secondRow(`${target}, affineInvariant, compiled`, runs, perSecond, "emcee"),
    secondRow(`${target}, affineInvariant, TypeScript`, { ...plain, theirs: runs.theirs }, perSecond, "emcee"),
  ];
}

async function nutsRows(
  target: string,
  density: TestDensity,
  compiled: LogDensity,
  seeds: readonly number[],
  peers: PeerSamplers | undefined,
): Promise<Row[]> {
  const blackjax = peers && ((asked: SamplerCase) => peers.run("blackjax", asked));
  const runs = await takeTurns(target, nuts(), compiled, density, HAMILTONIAN, seeds, blackjax);
  const plain = await takeTurns(target, nuts(), density.plain, density, HAMILTONIAN, seeds);
  const dense = await takeTurns(target, nuts({ metric: "dense" }), compiled, density, HAMILTONIAN, seeds);
  const perSecond = runs.theirs.length === 0 ? (FIXED_PER_SECOND[target]?.[1] ?? 0) : ratePerSecond(runs.theirs);
  const budget = runs.theirs.length === 0 || isHonest(runs.theirs) ? perSecond : undefined;
  return [
    thousandRow(`${target}, nuts`, "slopes", runs, target === "eight schools" ? 35 : undefined, "BlackJAX"),
    secondRow(`${target}, nuts, compiled`, runs, budget, "BlackJAX"),
    secondRow(`${target}, nuts, TypeScript`, { ...plain, theirs: runs.theirs }, budget, "BlackJAX"),
    thousandRow(`${target}, nuts with a dense metric`, "slopes", dense, undefined, "BlackJAX"),
    ...compileRow(target, runs),
  ];
}

/** Whether chains agree: else the spread of their effective sizes between seeds is wider than any budget. */
function isHonest(runs: readonly SamplerRun[]): boolean {
  return runs.length > 0 && runs.every(({ rHat }) => rHat < 1.05);
}

/** Runs every seed with ours and with the peer, one after the other. */
async function takeTurns(
  target: string,
  sampler: Sampler,
  density: LogDensity,
  { names }: TestDensity,
  shape: Shape,
  seeds: readonly number[],
  peer?: (asked: SamplerCase) => Promise<PeerRun>,
): Promise<Runs> {
  const runs: Runs = { ours: [], theirs: [] };
  for (const seed of seeds) {
    if (peer !== undefined) runs.theirs.push(withSizes(await peer({ target, ...shape, seed }), names.length, shape));
    runs.ours.push(ownRun(sampler, density, names.length, shape, seed));
  }
  return runs;
}

function ownRun(sampler: Sampler, density: LogDensity, count: number, shape: Shape, seed: number): SamplerRun {
  const started = process.cpuUsage();
  const chain = sample(density, new Float64Array(count), { sampler, ...shape, seed, spread: 1 });
  const cpuSeconds = cpuSecondsSince(started);
  const evaluations = chain.evaluations.value + chain.evaluations.gradient;
  const { draws, divergences } = chain;
  return withSizes({ draws, divergences, evaluations, cpuSeconds, compileCpuSeconds: 0 }, count, shape);
}

function withSizes({ draws, ...run }: PeerRun, count: number, { walkers, steps }: Shape): SamplerRun {
  const names = Array.from({ length: count }, (_, k) => `${k}`);
  const series = names.map((_, k) => drawsOf({ draws, names, walkerCount: walkers, stepCount: steps }, k));
  return {
    ...run,
    bulkEffectiveSize: Math.min(...series.map(bulkEffectiveSize)),
    rHat: Math.max(...series.map(rankNormalisedRHat)),
  };
}

function thousandRow(
  name: string,
  what: string,
  { ours, theirs }: Runs,
  budget: number | undefined,
  peer: string,
): Row {
  return rowOf(`${name}, effective draws${warningOf(ours, theirs)}`, `per 1,000 ${what}`, [ratePerThousand(ours)], {
    isMoreBetter: true,
    ...(budget === undefined ? {} : { budget }),
    ...(theirs.length === 0 ? {} : { peer: { name: peer, samples: [ratePerThousand(theirs)] } }),
  });
}

function secondRow(name: string, { ours, theirs }: Runs, budget: number | undefined, peer: string): Row {
  const isFixed = theirs.length === 0 && budget !== undefined;
  return rowOf(`${name}, effective draws${isFixed ? " (budget: fixed figure)" : ""}`, "1/s", [ratePerSecond(ours)], {
    isMoreBetter: true,
    ...(budget === undefined ? {} : { budget }),
    ...(theirs.length === 0 ? {} : { peer: { name: peer, samples: [ratePerSecond(theirs)] } }),
  });
}

function plainRow(name: string, { ours, theirs }: Runs): Row {
  return rowOf(`${name}, effective draws${warningOf(ours, theirs)}`, "1/s", [ratePerSecond(ours)], {
    isMoreBetter: true,
  });
}

/** The first draw: what a program has to do before it, once per density. */
function compileRow(target: string, { ours, theirs }: Runs): readonly Row[] {
  const compilation = theirs[0]?.compileCpuSeconds;
  if (compilation === undefined) return [];
  return [
    rowOf(`${target}, nuts, first run with all compilation`, "s", [ours[0]?.cpuSeconds ?? 0], {
      peer: { name: "BlackJAX", samples: [compilation + (theirs[0]?.cpuSeconds ?? 0)] },
    }),
  ];
}

/** Diagnostics of a long chain of an ensemble: moments, ranks, three effective sizes and the autocorrelation time of ten parameters. */
function summaryRow({ plain, names }: TestDensity): Row {
  const chain: Chain = sample(plain, new Float64Array(names.length), {
    ...{ sampler: affineInvariant(), seed: 1, spread: 1 },
    ...STRETCH,
  });
  const samples = Array.from({ length: 3 }, () => {
    const started = process.cpuUsage();
    chainSummary(chain);
    return cpuSecondsSince(started);
  });
  return rowOf("summary of 288,000 draws of 10 parameters", "s", samples);
}

/** R̂ and divergences, where they speak against the draws. */
function warningOf(ours: readonly SamplerRun[], theirs: readonly SamplerRun[]): string {
  const worst = (runs: readonly SamplerRun[]) => Math.max(...runs.map(({ rHat }) => rHat));
  const diverged = (runs: readonly SamplerRun[]) => runs.reduce((sum, { divergences }) => sum + divergences, 0);
  const said = (runs: readonly SamplerRun[]) =>
    `R-hat ${worst(runs).toFixed(2)}${diverged(runs) > 0 ? `, ${diverged(runs)} divergences` : ""}`;
  const isSuspect = [...ours, ...theirs].some(({ rHat, divergences }) => !(rHat < 1.05) || divergences > 10);
  if (!isSuspect) return "";
  return theirs.length === 0 ? ` (${said(ours)})` : ` (${said(ours)}; peer ${said(theirs)})`;
}

function ratePerThousand(runs: readonly SamplerRun[]): number {
  const evaluations = runs.reduce((sum, run) => sum + run.evaluations, 0);
  return (1000 * runs.reduce((sum, run) => sum + run.bulkEffectiveSize, 0)) / evaluations;
}

function ratePerSecond(runs: readonly SamplerRun[]): number {
  const size = runs.reduce((sum, run) => sum + run.bulkEffectiveSize, 0) / runs.length;
  // trajectories differ between seeds: the least time of an evaluation, times their mean number
  const evaluations = runs.reduce((sum, run) => sum + run.evaluations, 0) / runs.length;
  return size / (evaluations * Math.min(...runs.map((run) => run.cpuSeconds / run.evaluations)));
}

function cpuSecondsSince(started: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1e6;
}
