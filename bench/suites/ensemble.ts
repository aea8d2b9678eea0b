/**
 * Ensembles: many small stiff systems against one by one and diffrax's vmap; figures of legacy mould shots against the whole model in Numba
 * and as a NumPy batch over shots. Every peer's results are checked against ours before its time counts.
 */
import { spawnSync } from "node:child_process";
import {
  computeShot,
  ensembleFigures,
  ensembleFiguresParallel,
  type ShotFigures,
  type ShotSettings,
  shotFigures,
} from "@simloom/mold";
import { createFiguresPool } from "@simloom/mold/node";
import { ensemble, ensembleParallel, euler, rodas5p, saveEnd, solve, tsit5, type WorkerPool } from "@simloom/solve";
import { PROBLEMS, type TestProblem } from "../../packages/solve/src/ode/fixtures/problems.ts";
import { legacyFixed, legacyShot, legacyShots } from "../ensemble/legacy-shots.ts";
import { quietMs, threadsMs } from "../ensemble/quiet.ts";
import { type PeerSamples, type Row, rowOf, type SuiteOptions } from "../row.ts";

/** Runs the suite from the repository's root. Takes one to two minutes. */
export async function rows({ isQuick, python }: SuiteOptions): Promise<Row[]> {
  const pools = { one: createFiguresPool({ workers: 1 }), two: createFiguresPool({ workers: 2 }) };
  try {
    return [
      ...singleRows(isQuick),
      ...(await shotRows(pools.two, isQuick, python)),
      ...equationRows(isQuick),
      ...(await stiffRows(pools, isQuick, python)),
    ];
  } finally {
    await Promise.all(Object.values(pools).map((pool) => pool.dispose()));
  }
}

const STIFF = {
  method: rodas5p,
  relativeTolerance: 1e-6,
  absoluteTolerance: { a: 1e-10, b: 1e-14, c: 1e-10 },
  timeSpan: [0, 1e4],
} as const;

/** Robertson's equations with rate constants of their own for each member. */
async function stiffRows(
  pools: Readonly<Record<"one" | "two", WorkerPool>>,
  isQuick: boolean,
  python: string | undefined,
): Promise<Row[]> {
  const { problem } = PROBLEMS.robertson as TestProblem;
  const members = 10_000;
  const rates = ratesOf(members);
  const options = { ...STIFF, parameters: { k1: rates.k1, k3: rates.k3 } };
  const runs = isQuick ? 2 : 8;
  const perSecond = (ms: readonly number[]) => ms.map((one) => (1000 * members) / one);
  const alone = quietMs(runs, () => {
    for (let member = 0; member < members; member++)
      solve(problem, {
        ...STIFF,
        save: saveEnd(),
        parameters: { k1: rates.k1[member] as number, k3: rates.k3[member] as number },
      });
  });
  const together = quietMs(runs, () => ensemble(problem, options));
  const { final } = ensemble(problem, options);
  const vmap = python === undefined ? undefined : inDiffrax(python, final, members, isQuick ? 20 : 200);
  const table = [
    rowOf("Robertson, 10,000 members, `solve` one by one", "1/s", perSecond(alone), { isMoreBetter: true }),
    rowOf("Robertson, 10,000 members, `ensemble`, one thread", "1/s", perSecond(together), {
      isMoreBetter: true,
      peer: vmap,
    }),
  ];
  for (const [name, pool] of [
    ["one worker", pools.one],
    ["two workers", pools.two],
  ] as const) {
    const { clock, processors } = await threadsMs(runs, () => ensembleParallel(problem, { ...options, pool }));
    table.push(
      rowOf(`Robertson, 10,000 members, \`ensembleParallel\`, ${name}, by the clock`, "1/s", perSecond(clock), {
        isMoreBetter: true,
        peer: vmap,
      }),
      rowOf(
        `Robertson, 10,000 members, \`ensembleParallel\`, ${name}, per second of one processor`,
        "1/s",
        perSecond(processors),
        { isMoreBetter: true },
      ),
    );
  }
  return table;
}

function ratesOf(members: number) {
  return {
    k1: Float64Array.from({ length: members }, (_, k) => 0.04 * (0.8 + (0.4 * k) / members)),
    k3: Float64Array.from({ length: members }, (_, k) => 3e7 * (0.8 + (0.4 * ((7 * k) % members)) / members)),
  };
}

/** Members per second of diffrax, over every so-many-th member: its time is proportional to their number, and all take minutes. */
function inDiffrax(
  python: string,
  final: Readonly<Record<string, Float64Array>>,
  members: number,
  share: number,
): PeerSamples | undefined {
  const every = members / share;
  const { k1, k3 } = ratesOf(members);
  const some = (values: Float64Array) => [...values].filter((_, member) => member % every === 0);
  const answer = outputOf(python, "bench/peers/ensemble_diffrax.py", {
    ...{ k1: some(k1), k2: 1e4, k3: some(k3), end: STIFF.timeSpan[1], relative: 1e-6 },
    ...{ absolute: Object.values(STIFF.absoluteTolerance), runs: 2 },
  }) as { readonly seconds: readonly number[]; readonly final: readonly (readonly number[])[] } | undefined;
  if (answer === undefined) return undefined;
  // both keep local errors below 1e-6: five digits are common to them
  for (const [index, values] of Object.values(final).entries())
    requireClose("diffrax", some(values), answer.final[index] as readonly number[], 1e-5);
  return {
    name: `diffrax Kvaerno5, vmap over ${share}`,
    samples: answer.seconds.map((seconds) => share / seconds),
  };
}

/** The equations of the mould alone, without gas and figures. */
function equationRows(isQuick: boolean): Row[] {
  const { problem: shot } = PROBLEMS.pu_legacy as TestProblem;
  const plain = { ...shot, events: [] };
  const members = 256;
  const parameters = { tau: Float64Array.from({ length: members }, (_, index) => 80 + (10 * index) / members) };
  const adaptive = { method: tsit5, relativeTolerance: 1e-6, absoluteTolerance: 1e-8, parameters };
  const lanes = { method: euler, step: 0.5, parameters };
  const perSecond = (run: () => unknown) => quietMs(isQuick ? 10 : 100, run).map((ms) => (1000 * members) / ms);
  return [
    rowOf(
      "equations of a legacy shot, tsit5 at 1e-6, one thread (budget: fixed figure)",
      "1/s",
      perSecond(() => ensemble(plain, adaptive)),
      { budget: 10_700, isMoreBetter: true },
    ),
    rowOf(
      "equations of a legacy shot, euler in lanes, 1,200 steps, one thread (budget: fixed figure)",
      "1/s",
      perSecond(() => ensemble(plain, lanes)),
      { budget: 10_700, isMoreBetter: true },
    ),
  ];
}

/** One shot of 1,201 points after the other: use case 1 as it is. */
function singleRows(isQuick: boolean): Row[] {
  const shot = legacyShot();
  const runs = isQuick ? 200 : 3000;
  return [
    rowOf(
      "a legacy shot with all profiles, 1,201 points",
      "ms",
      quietMs(runs, () => computeShot(shot)),
      { budget: 0.2 },
    ),
    rowOf(
      "figures of a legacy shot alone",
      "ms",
      quietMs(runs, () => shotFigures(shot)),
    ),
  ];
}

/** Whole legacy shots of 1,201 points: cure, gas, vents, pressure, window, hardness, verdict. */
async function shotRows(pool: WorkerPool, isQuick: boolean, python: string | undefined): Promise<Row[]> {
  const shots = legacyShots(256);
  const runs = isQuick ? 10 : 100;
  const peers = python === undefined ? undefined : inPython(python, shots, runs);
  const perSecond = (ms: readonly number[]) => ms.map((one) => (1000 * shots.length) / one);
  const { clock, processors } = await threadsMs(runs, () => ensembleFiguresParallel(shots, { pool }));
  const rate = (seconds: readonly number[] | undefined, name: string): PeerSamples | undefined =>
    seconds && { name, samples: seconds.map((one) => shots.length / one) };
  return [
    rowOf("figures of legacy shots, two workers, by the clock", "1/s", perSecond(clock), {
      budget: 20_000,
      isMoreBetter: true,
      peer: rate(peers?.numpy.seconds, "NumPy batch, one core"),
    }),
    // what two cores do in a second when nobody else uses them: neighbours do not count
    rowOf(
      "figures of legacy shots, two workers, per two seconds of processors",
      "1/s",
      perSecond(processors.map((ms) => ms / 2)),
      { isMoreBetter: true },
    ),
    rowOf(
      "figures of legacy shots, `ensembleFigures`, one thread",
      "1/s",
      perSecond(quietMs(runs, () => ensembleFigures(shots))),
      { budget: 10_000, isMoreBetter: true, peer: rate(peers?.numba.seconds, "Numba, one core") },
    ),
  ];
}

interface PeerFigures {
  readonly seconds: readonly number[];
  readonly figures: Readonly<Record<string, readonly number[]>>;
}

function inPython(
  python: string,
  shots: readonly ShotSettings[],
  runs: number,
): { readonly numba: PeerFigures; readonly numpy: PeerFigures } | undefined {
  const { fixed, varied } = legacyFixed(shots);
  const [{ grid }] = shots as [ShotSettings];
  const answer = outputOf(python, "bench/peers/mold_shots.py", {
    ...{ shots: varied, fixed, totalS: grid.totalS, count: grid.count, runs },
  }) as { readonly numba: PeerFigures; readonly numpy: PeerFigures } | undefined;
  if (answer === undefined) return undefined;
  const ours = ensembleFigures(shots);
  const figures: Readonly<Record<string, (shot: ShotFigures) => number>> = {
    density: ({ densityKgPerM3 }) => densityKgPerM3,
    peakPa: ({ peakPa }) => peakPa,
    peakTimeS: ({ peakTimeS }) => peakTimeS,
    ventClosureS: ({ ventClosureS }) => ventClosureS ?? -1,
    hottestC: ({ hottestC }) => hottestC,
    demoldShore: ({ demoldShore }) => demoldShore,
    dayShore: ({ dayShore }) => dayShore,
    defectRisk: ({ defectRisk }) => defectRisk,
  };
  // the tolerance of the golden figures
  for (const [peer, { figures: theirs }] of Object.entries(answer))
    for (const [name, figureOf] of Object.entries(figures))
      requireClose(`${peer}, ${name}`, ours.map(figureOf), theirs[name] as readonly number[], 1e-9);
  return answer;
}

/** A peer that computes something else is no peer. */
function requireClose(what: string, ours: readonly number[], theirs: readonly number[], relative: number): void {
  const odd = ours.findIndex((value, k) => !(Math.abs((theirs[k] as number) - value) <= relative * Math.abs(value)));
  if (odd >= 0 || ours.length !== theirs.length)
    throw new Error(`${what} gives ${theirs[odd]} instead of ${ours[odd]} for member ${odd}`);
}

/** What a peer answered; one that failed is left out, and says why on standard error. */
function outputOf(python: string, script: string, input: unknown): unknown {
  const { status, stdout, stderr, error } = spawnSync(python, [script], {
    input: JSON.stringify(input),
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  if (status === 0) return JSON.parse(stdout);
  process.stderr.write(`${script} ended with ${status}, its rows are left out: ${error?.message ?? stderr}\n`);
  return undefined;
}
