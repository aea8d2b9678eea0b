import { describe, expect, it } from "vitest";
import { z } from "zod";
import { graph } from "../graph/graph.ts";
import { type RunError, run } from "../run/run.ts";
import { defineItemFunction } from "../stage/item-function.ts";
import { arrayPort, listPort, numberPort } from "../stage/port.ts";
import { defineStage } from "../stage/stage.ts";
import { runStage } from "../testing/run-stage.ts";
import { type NdArray, ndarrayFrom } from "../value/ndarray.ts";
import type { Help, InnerMap } from "./inner-map.ts";
import { partJob } from "./inner-map.ts";
import type { PerformEnvironment } from "./job-context.ts";
import { perform } from "./perform.ts";
import type { JobOutcome } from "./scheduler.ts";

const here = { url: import.meta.url };
const shifted = defineItemFunction(here, "test/shifted", (x: number, by: number) => x + by);
const squared = defineItemFunction(here, "test/squared", (x: number) => x * x);
const picky = defineItemFunction(here, "test/picky", (x: number) => {
  if (x % 5 === 3) throw new RangeError(`${x} will not do`);
  return x;
});
const later = defineItemFunction(here, "test/later", async (x: number) => (await Promise.resolve(), -x));
const wrongly = defineItemFunction(here, "test/wrongly", (x: number) => (() => x) as never);
const inPlace = defineItemFunction(here, "test/in-place", (field: NdArray<"float64">) => {
  field.data[0] = 7;
  return 0;
});

const squares = defineStage(import.meta, {
  name: "test/squares",
  version: 1,
  config: z.strictObject({ count: z.number(), by: z.number().default(0) }),
  outputs: { list: listPort(numberPort()) },
  async run({ config, map }) {
    const items = await map(
      Array.from({ length: config.count }, (_, x) => x),
      squared,
    );
    return { list: config.by === 0 ? items : await map(items, shifted, config.by) };
  },
});
const listed = async (count: number, by = 0): Promise<readonly number[]> =>
  (await runStage(squares, { count, by }, {})).outputs.list;

/** A helper that takes every second part, as if on another thread; what came of it may be replaced. */
function halving(spoil: (outcome: JobOutcome, part: number) => JobOutcome = (outcome) => outcome) {
  const ended: number[] = [];
  const taken: number[] = [];
  const share = (map: InnerMap): Help => {
    let next = 0;
    const outcomes = new Map<number, Promise<JobOutcome>>();
    return {
      claim() {
        const part = next++;
        const theirs = next;
        if (theirs < map.partCount) {
          next += 1;
          taken.push(theirs);
          const job = partJob({ nodeId: "n", arithmetic: "strict" }, map, theirs);
          outcomes.set(
            theirs,
            Promise.resolve(perform(job, environment())).then((outcome) => spoil(outcome, theirs)),
          );
        }
        return part;
      },
      close: () => next,
      partOf: (part) => outcomes.get(part) as Promise<JobOutcome>,
      end: () => void ended.push(1),
    };
  };
  return { share, ended, taken };
}

function environment(extra: Partial<PerformEnvironment> = {}): PerformEnvironment {
  const grant = { cpu: 1, memoryMb: undefined, gpus: [] };
  return { signal: new AbortController().signal, grant, now: () => 0, ...extra };
}

const performed = async (stage: typeof squares, config: object, extra: Partial<PerformEnvironment> = {}) =>
  perform(
    {
      nodeId: "n",
      stage,
      config: config as never,
      inputs: {},
      mapOver: [],
      policy: {},
      streamKey: undefined,
      arithmetic: "strict",
    },
    environment(extra),
  );

describe("a map inside a stage", () => {
  it("gives a result per item, in the order of the items, for none, one and many", async () => {
    expect(await listed(0)).toEqual([]);
    expect(await listed(1)).toEqual([0]);
    expect(await listed(1000)).toEqual(Array.from({ length: 1000 }, (_, x) => x * x));
  });

  it("hands every call what all share, and waits for functions that answer later", async () => {
    expect(await listed(4, 100)).toEqual([100, 101, 104, 109]);
    const negative = defineStage(import.meta, {
      name: "test/negative",
      version: 1,
      outputs: { list: listPort(numberPort()) },
      run: async ({ map }) => ({ list: await map([1, 2, 3], later) }),
    });
    expect((await runStage(negative, {}, {})).outputs.list).toEqual([-1, -2, -3]);
  });

  it("gives the same whoever helps", async () => {
    for (const count of [2, 3, 63, 64, 65, 1000]) {
      const { share, taken, ended } = halving();
      const helped = await performed(squares, { count, by: 0 }, { share });
      expect(helped).toEqual(await performed(squares, { count, by: 0 }));
      expect(taken.length).toBeGreaterThan(0);
      expect(ended).toEqual([1]);
    }
  });

  it("does again what a lost helper had", async () => {
    const lost = (): JobOutcome => ({
      status: "failed",
      durationMs: 0,
      failure: { kind: "workerDied", code: "PIPE-043", message: "gone", remedy: "" },
    });
    expect(await performed(squares, { count: 20, by: 0 }, { share: halving(lost).share })).toMatchObject({
      status: "succeeded",
      outputs: { list: Array.from({ length: 20 }, (_, x) => x * x) },
    });
  });

  const fails = defineStage(import.meta, {
    name: "test/fails",
    version: 1,
    config: z.strictObject({ count: z.number(), by: z.number().default(0) }),
    outputs: { list: listPort(numberPort()) },
    run: async ({ config, map }) => ({
      list: await map(
        Array.from({ length: config.count }, (_, x) => x),
        picky,
      ),
    }),
  });

  it("fails with the first item that fails, by its index, whoever helps", async () => {
    for (const extra of [{}, { share: halving().share }]) {
      for (const count of [5, 64, 500]) {
        expect(await performed(fails, { count }, extra)).toMatchObject({
          status: "failed",
          failure: {
            kind: "error",
            code: "PIPE-018",
            message: `item 3 of ${count} failed in test/picky: 3 will not do`,
          },
        });
      }
    }
  });

  it("tells the stage which item it was, so that the stage may do without", async () => {
    const forgiving = defineStage(import.meta, {
      name: "test/forgiving",
      version: 1,
      outputs: { index: numberPort() },
      async run({ map }) {
        try {
          await map([0, 1, 8], picky);
        } catch (thrown) {
          return { index: (thrown as { context: { index: number } }).context.index };
        }
        return { index: -1 };
      },
    });
    expect((await runStage(forgiving, {}, {})).outputs.index).toBe(2);
  });

  it("refuses results that are no values, and items that are written to", async () => {
    const odd = defineStage(import.meta, {
      name: "test/odd",
      version: 1,
      outputs: {},
      run: async ({ map }) => (await map([1], wrongly), {}),
    });
    await expect(runStage(odd, {}, {})).rejects.toMatchObject({
      code: "PIPE-018",
      message: expect.stringMatching(/result\[0\] is a function/),
    });
    const writes = defineStage(import.meta, {
      name: "test/writes",
      version: 1,
      inputs: { field: arrayPort("float64") },
      outputs: {},
      run: async ({ inputs, map }) => (await map([inputs.field], inPlace), {}),
    });
    await expect(runStage(writes, {}, { field: ndarrayFrom("float64", [1, 2]) })).rejects.toMatchObject({
      code: "PIPE-016",
    });
  });

  it("ends when its stage is stopped", async () => {
    const stop = new AbortController();
    const stops = defineItemFunction(here, "test/stops", (x: number) => {
      if (x === 2) stop.abort(new Error("enough"));
      return x;
    });
    const endless = defineStage(import.meta, {
      name: "test/endless",
      version: 1,
      config: z.strictObject({ count: z.number(), by: z.number().default(0) }),
      outputs: { list: listPort(numberPort()) },
      run: async ({ map }) => ({ list: await map([0, 1, 2, 3, 4], stops) }),
    });
    expect(await performed(endless, {}, { signal: stop.signal })).toMatchObject({ failure: { message: "enough" } });
  });
});

describe("an item of a map that fails", () => {
  it("is named by its index in the failure, in a map of the graph as well", async () => {
    const strict = defineStage(import.meta, {
      name: "test/strict",
      version: 1,
      inputs: { x: numberPort() },
      outputs: {},
      run: ({ inputs }) => {
        if (inputs.x < 0) throw new RangeError("below 0");
        return {};
      },
    });
    const model = graph("m", ({ map }) => map(strict, {}, { each: { x: [1, 2, -3] } }));
    const thrown = await run(model).catch((error: unknown) => error);
    expect((thrown as RunError).result.nodes[0]?.failure).toMatchObject({
      code: "PIPE-040",
      message: "below 0",
      item: 2,
    });
  });
});
