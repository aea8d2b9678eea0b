/**
 * Likelihoods of 10,000 data and 10,000 Monte Carlo events on one thread: the K-matrix model with 34 parameters, against the same
 * arithmetic contracted by hand in C, Numba, JAX and NumPy, and two Breit–Wigner resonances with 5 parameters. Each call takes other
 * parameters. Values are compared with the peers' before anything is reported. Then both models on one and two threads, up to a
 * million events.
 */
import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { type Analysis, kopfTables, type Likelihood } from "@simloom/amplitude";
import { createNodeContext } from "@simloom/kernel/node";
import {
  type BenchmarkEvents,
  benchmarkEvents,
  parameterVectors,
  writeAngularColumns,
  writeContracted,
} from "../amplitude/contracted.ts";
import { type ContractedTimes, timesInC } from "../amplitude/likelihood-in-c.ts";
import { example, likelihoodOf, nearbyVectors, timesOf } from "../amplitude/model.ts";
import { scalingRows } from "../amplitude/scaling.ts";
import { type Row, rowOf, type SuiteOptions } from "../row.ts";

const EVENTS = 10_000;
const BACKENDS = ["wasm", "native"] as const;
const BUDGETS_MS = { wasm: { value: 0.18, gradient: 0.5 }, native: { value: 0.07, gradient: 0.2 } } as const;

/** Runs the suite from the repository's root. Takes about half a minute, a minute with the peers. */
export async function rows({ isQuick, python }: SuiteOptions): Promise<Row[]> {
  const runs = isQuick ? 20 : 400;
  const events = benchmarkEvents(EVENTS);
  const folder = mkdtempSync(join(tmpdir(), "simloom-bench-amplitude-"));
  try {
    const vectors = parameterVectors(34);
    const file = join(folder, "contracted.bin");
    writeContracted(file, events, vectors);
    const laddu = python === undefined ? undefined : ladduTimes(python, folder, events, vectors, runs);
    const peers = {
      "C, by hand": timesInC(file, folder, runs),
      ...(python === undefined ? {} : inPython(python, file, runs)),
      "laddu, JIT": laddu?.kMatrix,
    };
    return [
      ...kMatrixRows(events, vectors, peers, runs),
      ...breitWignerRows(events, laddu, runs),
      ...scalingRows(isQuick ? [EVENTS] : [EVENTS, 1_000_000]),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

type Peers = Readonly<Record<string, ContractedTimes | undefined>>;

function kMatrixRows(events: BenchmarkEvents, vectors: readonly Float64Array[], peers: Peers, runs: number): Row[] {
  const { analysis, names } = example("kmatrix");
  const table: Row[] = [];
  for (const backend of BACKENDS) {
    if (backend === "wasm") table.push(...firstCallRows(analysis, events, names.length));
    const context = createNodeContext({ backend });
    const nll = likelihoodOf(analysis, events, context);
    for (const [peer, times] of Object.entries(peers)) checkValue(nll, vectors[0] as Float64Array, peer, times);
    const samples = timesOf(nll, vectors, runs);
    for (const kind of ["value", "gradient"] as const) {
      const name = `K-matrix, ${kind === "value" ? "value" : "value and gradient"}, ${backend}`;
      const budget = BUDGETS_MS[backend][kind];
      const known = Object.entries(peers).flatMap(([peer, times]) =>
        times === undefined ? [] : [[peer, times] as const],
      );
      if (known.length === 0) table.push(rowOf(name, "ms", samples[kind], { budget }));
      for (const [peer, times] of known)
        table.push(rowOf(name, "ms", samples[kind], { budget, peer: { name: peer, samples: [times[`${kind}Ms`]] } }));
    }
    nll.dispose();
    context.dispose();
  }
  return table;
}

/** From the built model to the first gradient: a context and everything in it are new each time. */
function firstCallRows(analysis: Analysis, events: BenchmarkEvents, parameterCount: number): Row[] {
  let bytesPerEvent = Number.NaN;
  const firstCallMs = (count: number): number => {
    const some = { data: events.data.slice(0, count), monteCarlo: events.monteCarlo.slice(0, count) };
    const context = createNodeContext({ backend: "wasm" });
    const startedMs = performance.now();
    const nll = likelihoodOf(analysis, some, context);
    nll.valueAndGradient(new Float64Array(parameterCount).fill(0.25), new Float64Array(parameterCount));
    const elapsedMs = performance.now() - startedMs;
    bytesPerEvent = nll.compiled[0]?.plan.sets[0]?.bytesPerElement ?? Number.NaN;
    nll.dispose();
    context.dispose();
    return elapsedMs;
  };
  const cold = firstCallMs(16);
  const few = Array.from({ length: 9 }, () => firstCallMs(16));
  const all = Array.from({ length: 5 }, () => firstCallMs(EVENTS) - Math.min(...few));
  return [
    rowOf("K-matrix, build, plan and compile, first of the process", "ms", [cold]),
    rowOf("K-matrix, build, plan and compile, later", "ms", few, { budget: 50 }),
    rowOf("K-matrix, prepare 10,000 + 10,000 events", "ms", all, { budget: 100 }),
    rowOf("K-matrix, memory per event", "B", [bytesPerEvent], { budget: 240 }),
  ];
}

function breitWignerRows(events: BenchmarkEvents, laddu: LadduTimes | undefined, runs: number): Row[] {
  const { analysis, names, values } = example("closure");
  const table: Row[] = [];
  const vectors = nearbyVectors(values);
  for (const backend of BACKENDS) {
    const context = createNodeContext({ backend });
    const widths = Object.fromEntries(names.slice(0, 2).map((name, index) => [name, values[index] as number]));
    for (const [what, fixed, count, budgets, peer] of [
      ["free widths, per event", {}, 2 * EVENTS, { value: 15, gradient: 30 }, laddu?.breitWigner],
      ["fixed widths, per data event", widths, EVENTS, { value: 8, gradient: 16 }, laddu?.breitWignerFixed],
    ] as const) {
      const nll = likelihoodOf(analysis, events, context, fixed);
      const free = vectors.map((vector) => vector.subarray(names.length - nll.parameters.length));
      checkValue(nll, free[0] as Float64Array, "laddu", peer);
      const samples = timesOf(nll, free, runs);
      for (const kind of ["value", "gradient"] as const) {
        const perEvent = samples[kind].map((ms) => (1e6 * ms) / count);
        const name = `Breit–Wigner, ${what}, ${kind === "value" ? "value" : "with gradient"}, ${backend}`;
        const ofPeer =
          peer === undefined ? undefined : { name: "laddu, JIT", samples: [(1e6 * peer[`${kind}Ms`]) / count] };
        table.push(rowOf(name, "ns", perEvent, { budget: budgets[kind], peer: ofPeer }));
      }
      nll.dispose();
    }
    context.dispose();
  }
  return table;
}

/** A peer that computes something else is no peer. */
function checkValue(nll: Likelihood, at: Float64Array, peer: string, times: ContractedTimes | undefined): void {
  if (times === undefined) return;
  const value = nll.value(at);
  if (!(Math.abs(times.value / value - 1) < 1e-10)) throw new Error(`${peer} gives ${times.value} instead of ${value}`);
}

function inPython(python: string, file: string, runs: number): Peers {
  const script = resolve("bench/peers/amplitude_likelihood.py");
  const stdout = outputOf(script, spawnSync(python, [script, file, String(runs)], { encoding: "utf8" }));
  if (stdout === undefined) return {};
  const { numpy, numba, jax } = JSON.parse(stdout) as Readonly<Record<string, ContractedTimes | undefined>>;
  return { "Numba, by hand": numba, "JAX, by hand": jax, "NumPy, by hand": numpy };
}

/** What a peer printed; one that failed is left out, and says why on standard error. */
function outputOf(script: string, { status, error, stdout, stderr }: SpawnSyncReturns<string>): string | undefined {
  if (status === 0) return stdout;
  process.stderr.write(
    `${basename(script)} ended with ${status}, its rows are left out: ${error?.message ?? stderr}\n`,
  );
  return undefined;
}

interface LadduTimes {
  readonly kMatrix: ContractedTimes;
  readonly breitWigner: ContractedTimes;
  readonly breitWignerFixed: ContractedTimes;
}

/** laddu builds line shapes from s by itself; it takes some seconds to prepare. */
function ladduTimes(
  python: string,
  folder: string,
  events: BenchmarkEvents,
  vectors: readonly Float64Array[],
  runs: number,
): LadduTimes | undefined {
  const file = join(folder, "angular.bin");
  writeAngularColumns(file, events);
  const input = JSON.stringify({
    file,
    count: EVENTS,
    runs: Math.min(runs, 50),
    tables: kopfTables,
    vectors: vectors.map((vector) => [...vector]),
    breitWigner: nearbyVectors(example("closure").values).map((vector) => [...vector]),
  });
  const script = resolve("bench/peers/amplitude_laddu.py");
  const stdout = outputOf(script, spawnSync(python, [script], { input, encoding: "utf8", maxBuffer: 2 ** 26 }));
  return stdout === undefined ? undefined : (JSON.parse(stdout) as LadduTimes);
}
