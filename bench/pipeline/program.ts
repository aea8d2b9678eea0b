/**
 * What runs in a process of its own: one case, given as JSON, answers its times as JSON. Loading the modules is not timed,
 * as it is not for the peers; building the graph is.
 */
import { appendFileSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { inlineScheduler, isStage, memoryStore, planRun, type RunOptions, run } from "@simloom/pipeline";
import {
  arrayChainOf,
  busyOf,
  loggedOf,
  mapOf,
  resultOfShape,
  type Shape,
  shapeOf,
  sleepsOf,
  valuesOf,
} from "./graphs.ts";
import * as stages from "./stages.ts";
import { prepareArray, spin } from "./stages.ts";

/** A case by name, with what it needs. `folder` holds a store. */
export type Case =
  | { readonly name: "fingerprints" }
  | { readonly name: "nodes"; readonly shape: Shape; readonly count: number; readonly repetitions: number }
  | { readonly name: "map"; readonly count: number; readonly repetitions: number }
  | { readonly name: "memory"; readonly shape: Shape; readonly count: number }
  | { readonly name: "plan"; readonly count: number; readonly folder: string }
  | { readonly name: "upToDate"; readonly count: number; readonly folder: string }
  | { readonly name: "values"; readonly count: number; readonly folder: string }
  | { readonly name: "chain"; readonly count: number; readonly folder: string }
  | { readonly name: "remembered"; readonly count: number; readonly repetitions: number }
  | {
      readonly name: "array";
      readonly length: number;
      readonly folder: string | undefined;
      readonly isPrepared: boolean;
    }
  | { readonly name: "dispatch"; readonly count: number; readonly repetitions: number }
  | { readonly name: "busy"; readonly count: number; readonly workers: number }
  | { readonly name: "bare"; readonly count: number }
  | { readonly name: "sleeps"; readonly repetitions: number }
  | { readonly name: "logged"; readonly count: number; readonly folder: string; readonly log: string };

/** Seconds of each repetition; the first of the process apart where it is worth knowing. */
export interface Answer {
  readonly seconds: readonly number[];
  readonly firstSeconds?: number;
  readonly peakMib: number;
}

const one = JSON.parse(process.argv[2] ?? "{}") as Case;
type Runtime = typeof import("@simloom/runtime");
/** What a run without a store, workers and fingerprints of files takes in memory is the pipeline's alone. */
const { codeFingerprints, openDiskStore, threadScheduler } =
  one.name === "memory" ? ({} as Runtime) : ((await import("@simloom/runtime")) satisfies Runtime);
/** Fingerprints are made once, by the case `fingerprints`, as those of a package are when it is built. */
const FINGERPRINTS = fileURLToPath(new URL("../.fingerprints", import.meta.url));
const WARM_UP_RUNS = 3;
const WARM_UP_NODES = 10_000;
const UNCACHED_REPETITIONS = 20;

const programs: {
  readonly [N in Case["name"]]: (one: Extract<Case, { name: N }>) => Promise<Omit<Answer, "peakMib">>;
} = {
  async fingerprints() {
    const seconds = await secondsOf(
      async () =>
        void (await codeFingerprints({ cacheDirectory: FINGERPRINTS })(Object.values<unknown>(stages).filter(isStage))),
    );
    return { seconds: [seconds] };
  },
  async nodes({ shape, count, repetitions }) {
    const once = async (size: number): Promise<void> => {
      check(await output(shapeOf(shape, size), "y"), resultOfShape(shape, size));
    };
    const firstSeconds = await secondsOf(() => once(count));
    for (let round = 0; round < WARM_UP_RUNS; round++) await once(WARM_UP_NODES);
    return { seconds: await repeated(repetitions, () => once(count)), firstSeconds };
  },
  async map({ count, repetitions }) {
    const graph = mapOf(count);
    const once = async (): Promise<void> => check(((await output(graph, "all")) as readonly number[]).length, count);
    const firstSeconds = await secondsOf(once);
    return { seconds: await repeated(repetitions, once), firstSeconds };
  },
  async memory({ shape, count }) {
    return {
      seconds: [
        await secondsOf(async () => check(await output(shapeOf(shape, count), "y"), resultOfShape(shape, count))),
      ],
    };
  },
  async plan({ count, folder }) {
    const seconds = await secondsOf(async () => {
      const options = stored(folder);
      await planRun([{ id: "", graph: shapeOf("wide", count), seed: 0, policy: {}, inputs: {} }], options);
      await options.store.close();
    });
    return { seconds: [seconds] };
  },
  async upToDate({ count, folder }) {
    const seconds = await secondsOf(async () => {
      const options = stored(folder);
      const plan = await planRun([{ id: "", graph: valuesOf(count), seed: 0, policy: {}, inputs: {} }], options);
      check(plan.nodes.filter((node) => node.entry !== undefined).length, count);
      await options.store.close();
    });
    return { seconds: [seconds] };
  },
  async values({ count, folder }) {
    const seconds = await secondsOf(async () => {
      const options = stored(folder);
      const all = (await output(valuesOf(count), "all", options)) as readonly number[];
      check(all[count - 1], count - 1);
      await options.store.close();
    });
    return { seconds: [seconds] };
  },
  async chain({ count, folder }) {
    const seconds = await secondsOf(async () => {
      const options = stored(folder);
      check(await output(shapeOf("chain", count), "y", options), count);
      await options.store.close();
    });
    return { seconds: [seconds] };
  },
  async remembered({ count, repetitions }) {
    const options = { store: memoryStore(), fingerprints: codeFingerprints() };
    const once = async (): Promise<void> => {
      check(((await output(valuesOf(count), "all", options)) as readonly number[])[count - 1], count - 1);
    };
    const firstSeconds = await secondsOf(once);
    return { seconds: await repeated(repetitions, once), firstSeconds };
  },
  async array({ length, folder, isPrepared }) {
    const seed = 1;
    if (isPrepared) prepareArray(seed);
    const options: RunOptions = folder === undefined ? {} : stored(folder);
    const once = async (): Promise<void> => {
      const array = (await output(arrayChainOf(length, seed), "array", options)) as { byteLength: number };
      check(array.byteLength, 2 ** 26);
    };
    const seconds = await repeated(folder === undefined ? UNCACHED_REPETITIONS : 1, once);
    await options.store?.close();
    return { seconds };
  },
  async dispatch({ count, repetitions }) {
    const scheduler = threadScheduler({ workers: 1 });
    const options = { scheduler, fingerprints: codeFingerprints() };
    const once = async (): Promise<void> => check(await output(shapeOf("chain", count), "y", options), count);
    await once();
    const seconds = await repeated(repetitions, once);
    await scheduler.close();
    return { seconds };
  },
  async busy({ count, workers }) {
    const scheduler = threadScheduler({ workers });
    const options = { scheduler, fingerprints: codeFingerprints() };
    await output(busyOf(workers), "all", options);
    const seconds = await repeated(1, async () => void (await output(busyOf(count), "all", options)));
    await scheduler.close();
    return { seconds };
  },
  async bare({ count }) {
    spin(0);
    return { seconds: await repeated(1, async () => void Array.from({ length: count }, (_, round) => spin(round))) };
  },
  async sleeps({ repetitions }) {
    const once = async (): Promise<void> => {
      const all = (await output(sleepsOf(8, 10), "all", {
        scheduler: inlineScheduler({ cpu: 4 }),
      })) as readonly number[];
      check(all.length, 8);
    };
    await once();
    return { seconds: await repeated(repetitions, once) };
  },
  async logged({ count, folder, log }) {
    const options = {
      ...stored(folder),
      onEvent: (event: { type: string; nodeId?: string; status?: string }): void => {
        if (event.type === "nodeFinished" && event.status === "computed")
          appendFileSync(log, `finished ${event.nodeId}\n`);
      },
    };
    const seconds = await secondsOf(async () => check(await output(loggedOf(count, log), "y", options), count));
    return { seconds: [seconds] };
  },
};

function stored(folder: string) {
  return { store: openDiskStore(folder), fingerprints: codeFingerprints({ cacheDirectory: FINGERPRINTS }) };
}

async function output(graph: Parameters<typeof run>[0], name: string, options: RunOptions = {}): Promise<unknown> {
  const result = await run(graph, options);
  return result.output(name);
}

async function repeated(repetitions: number, once: () => Promise<void>): Promise<readonly number[]> {
  const seconds: number[] = [];
  for (let round = 0; round < repetitions; round++) seconds.push(await secondsOf(once));
  return seconds;
}

async function secondsOf(once: () => Promise<void>): Promise<number> {
  const startedMs = performance.now();
  await once();
  return (performance.now() - startedMs) / 1000;
}

/** A benchmark of a wrong answer is worth nothing. */
function check(found: unknown, wanted: number): void {
  if (found !== wanted) throw new Error(`the run answered ${String(found)} instead of ${wanted}`);
}

const answer = await (programs[one.name] as (given: Case) => Promise<Omit<Answer, "peakMib">>)(one);
process.stdout.write(JSON.stringify({ ...answer, peakMib: peakMib() } satisfies Answer));

/** Most memory of this process at one time. (`maxRSS` would count what the parent had when it forked.) */
function peakMib(): number {
  try {
    const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
    return Number(kib) / 1024;
  } catch {
    return process.resourceUsage().maxRSS / 1024;
  }
}
