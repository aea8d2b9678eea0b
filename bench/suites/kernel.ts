/**
 * What kernels cost beside their arithmetic (compilation, calls), what the arithmetic costs per event on each back end
 * against C written by hand, and elementary functions against the system's mathematical library. One thread, unless said.
 * Sums are compared with those of C before anything is reported.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PreparedKernel, Program } from "@simloom/kernel";
import { createNodeContext, type NodeContextOptions, nodeHost } from "@simloom/kernel/node";
import {
  BODY_PARAMETERS,
  bodyPrograms,
  elementaryPrograms,
  eventColumns,
  manySums,
  programOfNodes,
} from "../kernel/bodies.ts";
import { bodiesInC, type SumInC, type VariantInC } from "../kernel/bodies-in-c.ts";
import { type Row, rowOf, type SuiteOptions } from "../row.ts";

const COMPILE_BUDGET_MS = 50;
const INTERPRETER_BUDGET_RATIO = 3;
/** After one that is not counted, or the data of all variants would push each other out of the cache. C has it to itself. */
const CALLS_IN_A_ROW = 10;
const NO_PARAMETERS = new Float64Array();

/** How a case is computed, by what the table calls it. */
const VARIANTS = {
  interpreter: { backend: "interpreter" },
  js: { backend: "js" },
  wasm: { backend: "wasm" },
  native: { backend: "native" },
  "native, fast": { backend: "native", arithmetic: "fast" },
  "wasm, two threads": { backend: "wasm", threads: { dedicated: 2 } },
  "native, two threads": { backend: "native", threads: { dedicated: 2 } },
} as const satisfies Readonly<Record<string, NodeContextOptions>>;
type Variant = keyof typeof VARIANTS;

/** Runs the suite from the repository's root. Takes about a minute. */
export async function rows({ isQuick }: SuiteOptions): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "simloom-bench-kernel-"));
  try {
    return [...compileRows(folder, isQuick), ...callRows(isQuick), ...(await elementRows(folder, isQuick))];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A context, the data and the first call; each time of a program that was never seen before. */
function compileRows(folder: string, isQuick: boolean): Row[] {
  const columns = eventColumns(16);
  let variant = 0;
  const firstCallMs = (program: Program, options: NodeContextOptions): number => {
    const context = createNodeContext(options);
    const startedMs = performance.now();
    const prepared = context.prepare(program, columns, 16);
    prepared.run(Float64Array.of(0.5), new Float64Array(1));
    const elapsedMs = performance.now() - startedMs;
    context.dispose();
    return elapsedMs;
  };
  return (isQuick ? [50, 500] : [50, 500, 5000]).flatMap((nodeCount) => {
    const inWasm = Array.from({ length: isQuick ? 3 : 15 }, () =>
      firstCallMs(programOfNodes(nodeCount, variant++), { backend: "wasm" }),
    );
    const row = rowOf(`compile ${nodeCount} nodes, wasm`, "ms", inWasm, { budget: COMPILE_BUDGET_MS });
    if (!nodeHost().hasNative) return [row];
    const native = { backend: "native", cacheFolder: join(folder, "compile") } as const;
    const programs = Array.from({ length: isQuick ? 1 : 3 }, () => programOfNodes(nodeCount, variant++));
    const first = programs.map((program) => firstCallMs(program, native));
    const again = programs.map((program) => firstCallMs(program, native));
    return [
      row,
      rowOf(`compile ${nodeCount} nodes, native`, "ms", first),
      rowOf(`compile ${nodeCount} nodes, native, found in the cache`, "ms", again),
    ];
  });
}

/** Calls without events: 34 parameters in, 35 sums out. */
function callRows(isQuick: boolean): Row[] {
  const program = manySums(34);
  const [parameters, results] = [new Float64Array(34).fill(0.5), new Float64Array(35)];
  const calls = 1000;
  return variants(["js", "wasm", "native"]).map((name) => {
    const context = createNodeContext(VARIANTS[name]);
    const prepared = context.prepare(program, eventColumns(0), 0);
    const samples = Array.from({ length: isQuick ? 5 : 50 }, () => {
      const startedMs = performance.now();
      for (let call = 0; call < calls; call++) prepared.run(parameters, results);
      return (1e3 * (performance.now() - startedMs)) / calls;
    });
    context.dispose();
    return rowOf(`call without events, 34 parameters, 35 sums, ${name}`, "µs", samples);
  });
}

async function elementRows(folder: string, isQuick: boolean): Promise<Row[]> {
  const [count, rounds] = isQuick ? [8192, 10] : [65_536, 100];
  const peers = peersInC(folder, count, rounds);
  const columns = eventColumns(count);
  const table: Row[] = [];
  for (const [body, program] of Object.entries(bodyPrograms())) {
    const what = `${program.perElement.length} operations${body === "logarithm" ? ", one a logarithm" : ""}`;
    const names = variants(Object.keys(VARIANTS) as Variant[]);
    const samples = await samplesOf(program, columns, BODY_PARAMETERS, names, rounds, peers.sum(body));
    for (const [name, ns] of samples)
      for (const peer of peers.of(body, name)) table.push(rowOf(`${what}, per event, ${name}`, "ns", ns, { peer }));
    table.push(interpreterRow(what, samples));
  }
  for (const [name, program] of Object.entries(elementaryPrograms())) {
    const backends = variants(["wasm", "native"]);
    const samples = await samplesOf(program, columns, NO_PARAMETERS, backends, rounds, peers.sum(name));
    for (const [variant, ns] of samples)
      for (const peer of peers.of(name, variant)) table.push(rowOf(`${name}, ${variant}`, "ns", ns, { peer }));
  }
  return table;
}

function interpreterRow(what: string, samples: ReadonlyMap<Variant, readonly number[]>): Row {
  const least = (name: Variant) => Math.min(...(samples.get(name) ?? []));
  return rowOf(`${what}, interpreter against js`, "×", [least("interpreter") / least("js")], {
    budget: INTERPRETER_BUDGET_RATIO,
  });
}

/** ns per event of each variant, which take turns so that a busy moment of the machine meets all of them. */
async function samplesOf(
  program: Program,
  columns: Readonly<Record<string, Float64Array>>,
  parameters: Float64Array,
  names: readonly Variant[],
  rounds: number,
  expected: number | undefined,
): Promise<ReadonlyMap<Variant, readonly number[]>> {
  const count = columns.x?.length ?? 0;
  const results = new Float64Array(1);
  const contexts = names.map((name) => createNodeContext(VARIANTS[name]));
  const prepared = contexts.map((context) => context.prepare(program, columns, count));
  const samples = new Map(names.map((name): [Variant, number[]] => [name, []]));
  const timedNs = (kernel: PreparedKernel): number => {
    const startedMs = performance.now();
    kernel.run(parameters, results);
    return (1e6 * (performance.now() - startedMs)) / count;
  };
  prepared.forEach((kernel, index) => {
    for (let run = 0; run < 10; run++) timedNs(kernel);
    const sum = results[0] as number;
    // sums of hundreds of thousands of roundings, elementary functions that differ in the last place
    if (expected !== undefined && !(Math.abs(sum / expected - 1) < 1e-10))
      throw new Error(`${names[index]} gives ${sum} instead of ${expected}`);
  });
  // the engine optimises in the background; it needs the thread to be idle to switch over
  await new Promise((resolve) => setTimeout(resolve, 100));
  for (let round = 0; round < rounds; round += CALLS_IN_A_ROW)
    prepared.forEach((kernel, index) => {
      timedNs(kernel);
      for (let call = 0; call < CALLS_IN_A_ROW; call++) samples.get(names[index] as Variant)?.push(timedNs(kernel));
    });
  for (const context of contexts) context.dispose();
  return samples;
}

interface PeersInC {
  /**
   * The peers of a case with the ns per event of each; one that is absent where there is no compiler. What is not native is
   * held against C that rounds as it does.
   */
  of(
    name: string,
    variant: Variant,
  ): readonly ({ readonly name: string; readonly samples: readonly number[] } | undefined)[];
  sum(name: string): number | undefined;
}

/** Programs in C run three times with a pause between, so that a busy moment does not meet all of them. */
function peersInC(folder: string, count: number, runs: number): PeersInC {
  const names: readonly VariantInC[] = ["C -O3", "C -O3 -ffast-math"];
  const programs = names.flatMap((name) => {
    const run = bodiesInC(name, folder);
    return run === undefined ? [] : [{ name, run }];
  });
  const turns: Readonly<Record<string, SumInC>>[][] = programs.map(() => []);
  for (let turn = 0; turn < 3; turn++)
    programs.forEach(({ run }, index) => {
      turns[index]?.push(run(count, runs));
    });
  return {
    of(name, variant) {
      if (programs.length === 0) return [undefined];
      const peers = programs.map((program, index) => ({
        name: program.name,
        samples: (turns[index] ?? []).flatMap((turn) => turn[name]?.ns ?? []),
      }));
      return VARIANTS[variant].backend === "native" ? peers : peers.slice(0, 1);
    },
    sum: (name) => turns[0]?.[0]?.[name]?.sum,
  };
}

/** Those that the machine can run: without a C compiler native rows would be of WebAssembly. */
function variants(names: readonly Variant[]): readonly Variant[] {
  return nodeHost().hasNative ? names : names.filter((name) => VARIANTS[name].backend !== "native");
}
