import { describe, expect, it } from "vitest";
import { z } from "zod";
import { add, durable, multiply, noise, talkative, total } from "../fixtures/stages.ts";
import { chain, type Graph, graph } from "../graph/graph.ts";
import { gather } from "../graph/wire.ts";
import { inlineScheduler } from "../schedule/inline.ts";
import { arrayPort, listPort, numberPort, recordPort } from "../stage/port.ts";
import { defineStage } from "../stage/stage.ts";
import { memoryStore } from "../store/memory-store.ts";
import { shufflingScheduler } from "../testing/shuffling-scheduler.ts";
import { type NdArray, ndarrayFrom } from "../value/ndarray.ts";
import type { RunEvent } from "./events.ts";
import type { RunOptions } from "./options.ts";
import type { RunResult } from "./result.ts";
import { RunError, run } from "./run.ts";

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Fails as often as it is told, then gives 1. Counts its calls. */
function flaky(failures: number, name = "flaky") {
  const seen = { calls: 0 };
  const stage = defineStage(undefined, {
    name: `test/${name}`,
    version: 1,
    outputs: { y: numberPort() },
    run() {
      seen.calls += 1;
      if (seen.calls <= failures) throw new RangeError(`failure ${seen.calls}`);
      return { y: 1 };
    },
  });
  return { stage, seen };
}

const failing = defineStage(undefined, {
  name: "test/failing",
  version: 1,
  config: z.strictObject({ why: z.string().default("no convergence") }),
  inputs: { x: numberPort() },
  outputs: { y: numberPort() },
  run({ config }): never {
    throw new RangeError(config.why);
  },
});

/** A run that is expected to fail. */
async function failed(model: Graph, options: RunOptions = {}): Promise<RunError> {
  const refused: unknown = await run(model, options).catch((thrown: unknown) => thrown);
  expect(refused).toBeInstanceOf(RunError);
  return refused as RunError;
}

const half = (): Graph =>
  graph("half", ({ add: put }) => {
    const a = put(add, { amount: 1 }, { x: 0 });
    const bad = put(failing, {}, { x: a.y });
    const after = put(add, { amount: 2 }, { x: bad.y }, { id: "after" });
    const free = put(add, { amount: 3 }, { x: a.y }, { id: "free" });
    return { after: after.y, free: free.y };
  });
const statuses = (result: RunResult): Readonly<Record<string, string>> =>
  Object.fromEntries(result.nodes.map(({ id, status }) => [id, status]));

describe("failure modes", () => {
  it("D-18: failFast stops, names the node, and hands over what was finished", async () => {
    const error = await failed(half());
    expect(error).toMatchObject({
      code: "PIPE-045",
      path: "failing",
      message: expect.stringContaining("node failing failed: no convergence"),
    });
    expect(statuses(error.result)).toEqual({ add: "computed", failing: "failed", after: "skipped", free: "skipped" });
    expect(error.result.metrics["add.sum"]?.value).toBe(1);
    expect(error.result.nodes.find(({ id }) => id === "failing")?.failure).toMatchObject({
      kind: "error",
      code: "PIPE-040",
      stack: expect.stringContaining("RangeError"),
    });
  });

  it("D-18: continueIndependent finishes what does not depend on the failure, and keeps it in the store", async () => {
    const store = memoryStore();
    const error = await failed(half(), { failureMode: "continueIndependent", store, fingerprints: durable });
    expect(statuses(error.result)).toEqual({ add: "computed", failing: "failed", after: "skipped", free: "computed" });
    expect(await error.result.output("free")).toBe(4);
    await expect(error.result.output("after")).rejects.toMatchObject({ code: "PIPE-045", path: "after" });
    expect(
      statuses((await failed(half(), { failureMode: "continueIndependent", store, fingerprints: durable })).result),
    ).toMatchObject({ add: "hit", free: "hit" });
  });

  it("collect gives failures as data", async () => {
    const result = await run(half(), { failureMode: "collect" });
    expect(result.status).toBe("partial");
    expect(await result.output("free")).toBe(4);
  });

  it("lists every failed node", async () => {
    const both = graph(
      "both",
      ({ add: put }) => (put(failing, { why: "one" }, { x: 0 }), put(failing, { why: "two" }, { x: 0 }), {}),
    );
    const error = await failed(both, { failureMode: "continueIndependent" });
    expect(error.problems.map(({ path, message }) => [path, message])).toEqual([
      ["failing", "failing: one"],
      ["failing-2", "failing-2: two"],
    ]);
  });

  it("D-13: a scheduler serves run after run, failed ones too, and is not closed by them", async () => {
    const scheduler = inlineScheduler();
    for (let again = 0; again < 3; again++) {
      await failed(half(), { scheduler });
      expect(
        (
          await run(
            graph("fine", ({ add: put }) => put(add, {}, { x: 1 })),
            { scheduler },
          )
        ).status,
      ).toBe("succeeded");
    }
  });
});

describe("attempts", () => {
  const quickly = { initialMs: 1, factor: 1, maxMs: 1, jitterFraction: 0 };

  it("a stage that fails once succeeds with a second attempt, and both are recorded", async () => {
    const { stage } = flaky(1);
    const events: RunEvent[] = [];
    const result = await run(
      graph("once", ({ add: put }) => put(stage, {})),
      { retry: { maxAttempts: 2, backoff: quickly }, onEvent: (event) => events.push(event) },
    );
    expect(await result.output("y")).toBe(1);
    expect(result.nodes[0]?.attempts).toMatchObject([
      { attempt: 1, failure: { message: "failure 1" }, worker: "inline" },
      { attempt: 2 },
    ]);
    expect(result.nodes[0]?.attempts[1]).not.toHaveProperty("failure");
    expect(events.filter(({ type }) => type === "retry")).toHaveLength(1);
  });

  it("N attempts are N calls, and the node's own policy goes before the run's", async () => {
    const { stage, seen } = flaky(99);
    const error = await failed(
      graph("never", ({ add: put }) => put(stage, {}, {}, { retry: { maxAttempts: 3 } })),
      { retry: { maxAttempts: 7, backoff: quickly } },
    );
    expect(seen.calls).toBe(3);
    expect(error.result.nodes[0]?.attempts.map((attempt) => attempt.failure?.message)).toEqual([
      "failure 1",
      "failure 2",
      "failure 3",
    ]);
    expect(error.message).toContain("failure 3");
  });

  it("only failures that are worth it are tried again: never a broken contract", async () => {
    let calls = 0;
    const liar = defineStage(undefined, {
      name: "test/liar",
      version: 1,
      outputs: { y: numberPort() },
      run: () => (calls++, { y: "text" as unknown as number }),
    });
    await failed(
      graph("liar", ({ add: put }) => put(liar, {})),
      { retry: { maxAttempts: 5, backoff: quickly } },
    );
    expect(calls).toBe(1);
    const { stage, seen } = flaky(99);
    await failed(
      graph("choosy", ({ add: put }) => put(stage, {})),
      { retry: { maxAttempts: 5, backoff: quickly, retryOn: ["timeout"] } },
    );
    expect(seen.calls).toBe(1);
  });

  it("back-off blocks nobody: four nodes that pause 60 ms are done together, and others run meanwhile", async () => {
    const pausing = Array.from({ length: 4 }, (_, index) => flaky(1, `flaky-${index}`).stage);
    const order: string[] = [];
    const model = graph("pauses", ({ add: put }) => {
      for (const stage of pausing) put(stage, {});
      put(add, {}, { x: 0 });
      return {};
    });
    const startedMs = performance.now();
    await run(model, {
      retry: { maxAttempts: 2, backoff: { initialMs: 400, factor: 1, maxMs: 400, jitterFraction: 0 } },
      onEvent: (event) => event.type === "nodeFinished" && order.push(event.nodeId),
    });
    // 1,600 ms one after another, 400 side by side; the rest is for a busy machine.
    expect(performance.now() - startedMs).toBeLessThan(1400);
    expect(order[0]).toBe("add");
  });

  it("D-29: a time limit is the node's own, is a timeout, tells the work to stop, and can be tried again", async () => {
    let aborted = 0;
    const slow = defineStage(undefined, {
      name: "test/slow",
      version: 1,
      config: z.strictObject({ n: z.number() }),
      outputs: { y: numberPort() },
      async run({ config, signal }) {
        signal.addEventListener("abort", () => aborted++);
        // So much longer than the limit of 5 ms that a busy machine cannot confuse the two.
        await sleep(config.n === 1 ? 2000 : 20);
        return { y: 1 };
      },
    });
    const model = graph("slow", ({ add: put }) => {
      put(slow, { n: 1 }, {}, { id: "hasty", retry: { timeoutMs: 5, maxAttempts: 2, backoff: quickly } });
      put(slow, { n: 2 }, {}, { id: "patient" });
      return {};
    });
    const late = await failed(model, { failureMode: "continueIndependent" });
    expect(statuses(late.result)).toEqual({ hasty: "failed", patient: "computed" });
    expect(late.result.nodes[0]?.failure).toMatchObject({ kind: "timeout", code: "PIPE-041" });
    expect(late.message).toContain("node hasty failed");
    expect(late.result.nodes[0]?.attempts).toHaveLength(2);
    expect(aborted).toBe(2);
  });

  it("D-19: an error is an error though a time limit and a deadline are set", async () => {
    const { stage } = flaky(99);
    const limits = {
      timeoutMs: 1000,
      deadlineMs: 30,
      maxAttempts: 9,
      backoff: { initialMs: 20, factor: 1, maxMs: 20, jitterFraction: 0 },
    };
    const error = await failed(
      graph("limits", ({ add: put }) => put(stage, {})),
      { retry: limits },
    );
    expect(error.result.nodes[0]?.failure).toMatchObject({
      kind: "error",
      code: "PIPE-040",
      message: expect.stringContaining("the deadline of 30 ms leaves no time for another"),
    });
  });

  it("the deadline holds for the first attempt, too", async () => {
    const endless = defineStage(undefined, {
      name: "test/endless",
      version: 1,
      outputs: {},
      run: () => new Promise<never>(() => {}),
    });
    const error = await failed(
      graph("endless", ({ add: put }) => put(endless, {})),
      { retry: { timeoutMs: 60_000, deadlineMs: 20 } },
    );
    expect(error.result.nodes[0]?.failure?.kind).toBe("timeout");
  });

  it("D-20: an attempt cannot leave its mark on the inputs of the next", async () => {
    let calls = 0;
    const clumsy = defineStage(undefined, {
      name: "test/clumsy",
      version: 1,
      inputs: { record: recordPort({ x: numberPort() }) },
      outputs: { y: numberPort() },
      run({ inputs }) {
        calls += 1;
        if (calls > 1) return { y: inputs.record.x };
        (inputs.record as { x: number }).x += 1;
        throw new Error("after the change");
      },
    });
    const result = await run(
      graph("clumsy", ({ add: put }) => put(clumsy, {}, { record: { x: 2 } })),
      { retry: { maxAttempts: 2, backoff: quickly } },
    );
    expect(await result.output("y")).toBe(2);
  });
});

describe("input isolation", () => {
  const source = defineStage(undefined, {
    name: "test/source",
    version: 1,
    outputs: { a: arrayPort("float64") },
    run: () => ({ a: ndarrayFrom("float64", [1, 2, 3]) }),
  });
  const first = defineStage(undefined, {
    name: "test/first",
    version: 1,
    config: z.strictObject({ n: z.number() }),
    inputs: { a: arrayPort("float64") },
    outputs: { y: numberPort() },
    run: ({ inputs }) => ({ y: inputs.a.data[0] ?? 0 }),
  });
  const inPlace = defineStage(undefined, {
    name: "test/in-place",
    version: 1,
    inputs: { a: arrayPort("float64") },
    outputs: { a: arrayPort("float64") },
    run({ inputs }) {
      inputs.a.data[0] = 10;
      return { a: inputs.a };
    },
  });

  it("D-07: a stage that works in place fails, and no sibling computes with what it left, in any mode", async () => {
    for (const failureMode of ["failFast", "continueIndependent", "collect"] as const) {
      const seen: number[] = [];
      const model = graph("siblings", ({ add: put }) => {
        const { a } = put(source, {});
        put(inPlace, {}, { a }, { id: "b-writes" });
        put(first, { n: 1 }, { a }, { id: "a-before" });
        put(first, { n: 2 }, { a }, { id: "c-after" });
        return {};
      });
      const result = await run(model, { failureMode, keep: "all" }).catch((error: RunError) => error.result);
      for (const { id, metrics, status } of result.nodes)
        if (id.includes("-") && status === "computed") seen.push(Object.keys(metrics).length);
      expect(result.nodes.find(({ id }) => id === "b-writes")?.failure).toMatchObject({
        code: "PIPE-016",
        kind: "contract",
        message: expect.stringContaining("wrote to its input a"),
      });
      expect(statuses(result)).toMatchObject({ "a-before": "computed", "c-after": "skipped" });
    }
  });

  it("D-07: a result in a store of this process that was written over is taken out of use", async () => {
    const big = defineStage(undefined, {
      name: "test/big",
      version: 1,
      outputs: { a: arrayPort("float64") },
      run: () => ({ a: ndarrayFrom("float64", new Float64Array(1000).fill(1)) }),
    });
    const store = memoryStore();
    const bad = graph("bad", ({ add: put }) => put(inPlace, {}, { a: put(big, {}).a }));
    await failed(bad, { store, fingerprints: durable });
    const good = graph("good", ({ add: put }) => put(first, { n: 1 }, { a: put(big, {}).a }));
    const result = await run(good, { store, fingerprints: durable });
    expect(await result.output("y")).toBe(1);
    const other = graph("other", ({ add: put }) => put(first, { n: 2 }, { a: put(big, {}).a }));
    expect(await (await run(other, { store, fingerprints: durable })).output("y")).toBe(1);
  });

  it("outputs cannot be changed after they are returned", async () => {
    const list: number[] = [1];
    const keeps = defineStage(undefined, {
      name: "test/keeps",
      version: 1,
      outputs: { a: listPort(numberPort()) },
      run: () => ({ a: list }),
    });
    await run(graph("keeps", ({ add: put }) => put(keeps, {})));
    expect(() => list.push(2)).toThrow(TypeError);
  });
});

describe("order", () => {
  const tree = (): Graph =>
    graph("tree", ({ add: put }) => {
      const leaves = Array.from({ length: 16 }, (_, x) => put(talkative, { gain: x + 1 }, { x }).y);
      const sums = Array.from(
        { length: 4 },
        (_, part) => put(total, {}, { terms: gather(leaves.slice(4 * part, 4 * part + 4)) }).sum,
      );
      return put(total, {}, { terms: gather(sums) });
    });
  const said = (result: RunResult): string =>
    JSON.stringify([
      result.nodes.map(({ id, key, status }) => [id, key, status]),
      Object.entries(result.metrics),
      result.artifacts.map(({ nodeId, name }) => [nodeId, name]),
      result.warnings,
    ]);

  it("D-15: results, metrics, artifacts and warnings stand in the order of the graph, whoever finishes first", async () => {
    const plain = await run(tree());
    for (let seed = 0; seed < 10; seed++) {
      const shuffled = await run(tree(), { scheduler: shufflingScheduler({ seed, cpu: 1 + (seed % 4) }) });
      expect(said(shuffled)).toBe(said(plain));
      expect(await shuffled.output("sum")).toBe(await plain.output("sum"));
    }
  });

  it("D-36: a straight line, a chain and a part give the same values, metric names apart from the scope", async () => {
    const passing = [talkative, talkative].map((stage, at) => [stage, { gain: at + 2 }] as const);
    const rename = defineStage(undefined, {
      name: "test/rename",
      version: 1,
      inputs: { y: numberPort() },
      outputs: { x: numberPort() },
      run: ({ inputs }) => ({ x: inputs.y }),
    });
    const line = chain("line", [
      passing[0] as readonly [typeof talkative, unknown],
      rename,
      passing[1] as readonly [typeof talkative, unknown],
    ]);
    const drawn = graph("drawn", { inputs: { x: numberPort() } }, ({ add: put, inputs }) =>
      put(talkative, { gain: 3 }, { x: put(rename, {}, { y: put(talkative, { gain: 2 }, { x: inputs.x }).y }).x }),
    );
    const nested = graph(
      "nested",
      { inputs: { x: numberPort() } },
      ({ add: put, inputs }) => put(line, {}, { x: inputs.x } as never) as never,
    );
    const [a, b, c] = await Promise.all(
      [line, drawn, nested].map((model) => run(model as Graph, { inputs: { x: 5 } })),
    );
    expect(said(a as RunResult)).toBe(said(b as RunResult));
    expect(c?.nodes.map(({ key }) => key)).toEqual(a?.nodes.map(({ key }) => key));
    expect(await c?.output("y")).toBe(30);
    // D-11: artifacts of parts survive.
    expect(c?.artifacts.map(({ nodeId, name }) => `${nodeId}.${name}`)).toEqual(
      a?.artifacts.map(({ nodeId, name }) => `line/${nodeId}.${name}`),
    );
  });

  it("D-14: equal names do not overwrite each other, and a short name answers where it is unique", async () => {
    const result = await run(
      graph("names", ({ add: put }) => put(add, { amount: 2 }, { x: put(add, { amount: 1 }, { x: 0 }).y })),
    );
    expect(Object.keys(result.metrics)).toEqual(["add.sum", "add-2.sum"]);
    expect(result.metrics["sum"]).toBeUndefined();
    const single = await run(graph("single", ({ add: put }) => put(add, {}, { x: 0 })));
    expect(single.metrics["sum"]?.value).toBe(1);
    const tricky = defineStage(undefined, {
      name: "test/tricky",
      version: 1,
      outputs: {},
      run: ({ metric }) => (metric("add.sum", 99), metric("constructor", 1), {}),
    });
    const shadow = await run(graph("shadow", ({ add: put }) => (put(add, {}, { x: 0 }), put(tricky, {}), {})));
    expect(shadow.metrics["add.sum"]?.value).toBe(1);
    expect(shadow.metrics["tricky.add.sum"]?.value).toBe(99);
  });

  it("D-14: a metric or artifact emitted twice, or no scalar, is an error that names it", async () => {
    const emits = (
      act: (context: {
        metric(name: string, value: unknown): void;
        artifact(name: string, content: never): void;
      }) => void,
    ) =>
      graph("emits", ({ add: put }) =>
        put(
          defineStage(undefined, {
            name: "test/emits",
            version: 1,
            outputs: {},
            run: (context) => (act(context as never), {}),
          }),
          {},
        ),
      );
    const codeOf = async (model: Graph): Promise<string | undefined> =>
      (await failed(model)).result.nodes[0]?.failure?.code;
    expect(await codeOf(emits(({ metric }) => (metric("m", 1), metric("m", 2))))).toBe("PIPE-015");
    expect(await codeOf(emits(({ metric }) => metric("__proto__", 1)))).toBe("PIPE-014");
    for (const bad of [
      Number.NaN,
      Number.POSITIVE_INFINITY,
      "1",
      null,
      1n,
      true,
      new Float64Array(1),
      [1, Number.NaN],
      ndarrayFrom("float64", [1]),
    ]) {
      expect(await codeOf(emits(({ metric }) => metric("bad", bad)))).toBe("PIPE-014");
    }
    expect((await failed(emits(({ metric }) => metric("bad", [[1]])))).message).toContain(
      "metric bad of stage test/emits must be a scalar",
    );
    expect((await failed(emits(({ metric }) => metric("bad", 3n)))).message).toContain("is the bigint 3");
  });

  it("D-08: what a node makes is used before unrelated nodes make more", async () => {
    const order: string[] = [];
    const columns = graph("columns", ({ add: put }) => {
      for (let column = 0; column < 3; column++) {
        const top = put(add, { amount: column }, { x: 0 }, { id: `top-${column}` });
        put(multiply, { factor: 2 }, { x: top.y }, { id: `bottom-${column}` });
      }
      return {};
    });
    const result = await run(columns, {
      onEvent: (event) => event.type === "nodeFinished" && order.push(event.nodeId),
    });
    expect(order).toEqual(["top-0", "bottom-0", "top-1", "bottom-1", "top-2", "bottom-2"]);
    expect(result.nodes.map(({ id }) => id)).toEqual(["top-0", "top-1", "top-2", "bottom-0", "bottom-1", "bottom-2"]);
  });

  it("D-08: dependents start before unrelated roots have finished, and a slow root holds nobody up", async () => {
    const slow = defineStage(undefined, {
      name: "test/slow",
      version: 1,
      outputs: { y: numberPort() },
      run: async () => (await sleep(30), { y: 1 }),
    });
    const order: string[] = [];
    const model = graph(
      "roots",
      ({ add: put }) => (
        put(slow, {}, {}, { id: "a-slow" }), put(multiply, { factor: 2 }, { x: put(add, {}, { x: 0 }).y }), {}
      ),
    );
    await run(model, { onEvent: (event) => event.type === "nodeFinished" && order.push(event.nodeId) });
    expect(order).toEqual(["add", "multiply", "a-slow"]);
  });
});

describe("memory", () => {
  const bytes = 2 ** 20;
  const make = defineStage(undefined, {
    name: "test/make",
    version: 1,
    config: z.strictObject({ seed: z.number() }),
    outputs: { a: arrayPort("float64") },
    run: ({ config }) => ({ a: ndarrayFrom("float64", new Float64Array(bytes / 8).fill(config.seed)) }),
  });
  const copy = defineStage(undefined, {
    name: "test/copy",
    version: 1,
    inputs: { a: arrayPort("float64") },
    outputs: { a: arrayPort("float64") },
    run: ({ inputs }) => ({ a: ndarrayFrom("float64", inputs.a.data) }),
  });
  const sum = defineStage(undefined, {
    name: "test/sum",
    version: 1,
    inputs: { a: arrayPort("float64") },
    outputs: { y: numberPort() },
    run: ({ inputs }) => ({ y: inputs.a.data.reduce((one, two) => one + two, 0) }),
  });

  it("D-33: a long chain holds two results at a time", async () => {
    const long = graph("long", ({ add: put }) => {
      let { a } = put(make, { seed: 1 });
      for (let node = 0; node < 20; node++) a = put(copy, {}, { a }).a;
      return put(sum, {}, { a });
    });
    const result = await run(long);
    expect(await result.output("y")).toBe(bytes / 8);
    expect(result.peakResultBytes).toBeLessThanOrEqual(2 * bytes + 64);
  });

  it("D-33: many branches hold one branch at a time", async () => {
    const wide = graph("wide", ({ add: put }) =>
      put(
        total,
        {},
        {
          terms: gather(
            Array.from(
              { length: 20 },
              (_, seed) => put(sum, {}, { a: put(copy, {}, { a: put(make, { seed }).a }).a }).y,
            ),
          ),
        },
      ),
    );
    const result = await run(wide);
    expect(await result.output("sum")).toBe((190 * bytes) / 8);
    expect(result.peakResultBytes).toBeLessThanOrEqual(2 * bytes + 20 * 8);
  });

  it("results over the limit go to the store early and are read back", async () => {
    const late = graph("late", ({ add: put }) => {
      const made = Array.from({ length: 8 }, (_, seed) => put(make, { seed: seed + 1 }));
      const gate = put(total, {}, { terms: gather(made.map(({ a }) => put(sum, {}, { a }).y)) });
      return put(
        total,
        {},
        { terms: gather(made.map(({ a }) => put(sum, {}, { a: put(copy, {}, { a }, { after: [gate] }).a }).y)) },
        { id: "end" },
      );
    });
    const store = memoryStore();
    const result = await run(late, { store, fingerprints: durable, memoryMb: 3 });
    expect(await result.output("sum")).toBe((36 * bytes) / 8);
    expect(result.peakResultBytes).toBeLessThanOrEqual(5 * bytes);
    expect(store.stats().blobsRead).toBeGreaterThan(0);
  });

  it("keeps outputs of the graph, and all results where it is told to", async () => {
    const model = graph("kept", ({ add: put }) => {
      const { a } = put(make, { seed: 4 });
      return { a, ...put(sum, {}, { a }) };
    });
    expect(((await (await run(model)).output("a")) as NdArray).data[0]).toBe(4);
  });

  it("a wrong name of an output is PIPE-047 with the right one", async () => {
    const model = graph("named", ({ add: put }) => ({ field: put(add, {}, { x: 0 }).y }));
    await expect((await run(model)).output("fild")).rejects.toMatchObject({
      code: "PIPE-047",
      message: "graph named has no output fild",
      remedy: "Did you mean field?",
    });
    const none = graph("none", ({ add: put }) => (put(add, {}, { x: 0 }), {}));
    await expect((await run(none)).output("field")).rejects.toMatchObject({ code: "PIPE-047" });
    await expect((await run(none)).output("toString")).rejects.toMatchObject({ code: "PIPE-047" });
  });
});

describe("interruption", () => {
  const waits = defineStage(undefined, {
    name: "test/waits",
    version: 1,
    inputs: { x: numberPort() },
    outputs: { y: numberPort() },
    run: ({ signal }) =>
      new Promise<{ y: number }>((_, reject) =>
        signal.addEventListener("abort", () => reject(signal.reason), { once: true }),
      ),
  });

  it("stops what runs, skips the rest, resolves as interrupted, and keeps what was finished", async () => {
    const model = graph("waits", ({ add: put }) =>
      put(add, {}, { x: put(waits, {}, { x: put(add, {}, { x: 0 }).y }).y }),
    );
    const stop = new AbortController();
    const store = memoryStore();
    const result = await run(model, {
      signal: stop.signal,
      store,
      fingerprints: durable,
      onEvent: (event) => event.type === "nodeStarted" && event.nodeId === "waits" && stop.abort(),
    });
    expect(result.status).toBe("interrupted");
    expect(statuses(result)).toEqual({ add: "computed", waits: "skipped", "add-2": "skipped" });
    expect(
      (
        await run(
          graph("first", ({ add: put }) => put(add, {}, { x: 0 })),
          { store, fingerprints: durable },
        )
      ).nodes[0]?.status,
    ).toBe("hit");
  });

  it("starts nothing when the signal is aborted before, and changes nothing after the end", async () => {
    const model = graph("one", ({ add: put }) => put(add, {}, { x: 0 }));
    expect(statuses(await run(model, { signal: AbortSignal.abort() }))).toEqual({ add: "skipped" });
    const late = new AbortController();
    const result = await run(model, { signal: late.signal });
    late.abort();
    expect(result.status).toBe("succeeded");
  });

  it("is no failure of a node that pauses before its next attempt", async () => {
    const { stage } = flaky(9);
    const stop = new AbortController();
    const result = await run(
      graph("pausing", ({ add: put }) => put(stage, {})),
      {
        signal: stop.signal,
        retry: { maxAttempts: 9, backoff: { initialMs: 10_000, factor: 1, maxMs: 10_000, jitterFraction: 0 } },
        onEvent: (event) => event.type === "retry" && stop.abort(),
      },
    );
    expect(result.status).toBe("interrupted");
    expect(result.nodes[0]).toMatchObject({ status: "skipped", attempts: [{ failure: { message: "failure 1" } }] });
  });

  it("is no failure of a node that waits for another process", async () => {
    const store = memoryStore();
    const model = graph("busy", ({ add: put }) => put(add, {}, { x: 0 }));
    const [node] = (await run(model, { store: memoryStore(), fingerprints: durable })).nodes;
    expect((await store.entries.claim(node?.key as string)).status).toBe("owner");
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 10);
    expect(await run(model, { store, fingerprints: durable, signal: stop.signal })).toMatchObject({
      status: "interrupted",
    });
  });
});

describe("random streams", () => {
  const draws = async (model: Graph, options: RunOptions = {}): Promise<readonly (readonly number[])[]> => {
    const result = await run(model, { keep: "all", ...options });
    return Promise.all(
      Object.keys(model.sources).map(async (name) => [...((await result.output(name)) as NdArray<"float64">).data]),
    );
  };
  const three = graph("three", ({ add: put }) => ({
    a: put(noise, {}).draws,
    b: put(noise, {}).draws,
    c: put(noise, {}).draws,
  }));

  it("differ by node, by name and by seed, and go on when asked for twice", async () => {
    const numbers = (await draws(three, { seed: 1 })).flat();
    expect(new Set(numbers).size).toBe(9);
    const other = (await draws(three, { seed: 2 })).flat();
    expect(numbers.some((number) => other.includes(number))).toBe(false);
  });

  it("do not depend on who draws first, nor on stages of other kinds", async () => {
    const plain = await draws(three, { seed: 1 });
    for (let seed = 0; seed < 5; seed++)
      expect(await draws(three, { seed: 1, scheduler: shufflingScheduler({ seed }) })).toEqual(plain);
    const more = graph("more", ({ add: put }) => {
      put(add, {}, { x: 0 });
      return { a: put(noise, {}, {}).draws, b: put(noise, {}).draws, c: put(noise, {}).draws };
    });
    expect(await draws(more, { seed: 1 })).toEqual(plain);
  });

  it("are told apart by rank, whatever the ids, and may be named", async () => {
    const renamed = graph("renamed", ({ add: put }) => ({
      a: put(noise, {}, {}, { id: "x1" }).draws,
      b: put(noise, {}, {}, { id: "x2" }).draws,
      c: put(noise, {}, {}, { id: "x3" }).draws,
    }));
    expect(await draws(renamed, { seed: 1 })).toEqual(await draws(three, { seed: 1 }));
    const named = graph("named", ({ add: put }) => ({
      a: put(noise, {}, {}, { stream: "mine" }).draws,
      b: put(noise, {}, {}, { stream: "mine" }).draws,
    }));
    const [a, b] = await draws(named);
    expect(a).toEqual(b);
  });

  it("must be declared, as policy keys must", async () => {
    const sly = defineStage(undefined, {
      name: "test/sly",
      version: 1,
      outputs: {},
      run: ({ random }) => (random("hidden" as never), {}),
    });
    expect((await failed(graph("sly", ({ add: put }) => put(sly, {})))).result.nodes[0]?.failure).toMatchObject({
      code: "PIPE-012",
      remedy: 'Add it to the stage: random: ["hidden"].',
    });
    const curious = defineStage(undefined, {
      name: "test/curious",
      version: 1,
      outputs: {},
      run: ({ policy }) => (policy("hidden" as never), {}),
    });
    expect((await failed(graph("curious", ({ add: put }) => put(curious, {})))).result.nodes[0]?.failure?.code).toBe(
      "PIPE-011",
    );
  });

  it("of the items of a map are their own", async () => {
    const one = defineStage(undefined, {
      name: "test/one",
      version: 1,
      inputs: { x: numberPort() },
      outputs: { y: numberPort() },
      random: ["r"],
      run: ({ random }) => ({ y: random("r").uniform() }),
    });
    const result = await run(graph("items", ({ map }) => map(one, {}, { each: { x: [1, 1, 1] } })));
    expect(new Set((await result.output("y")) as readonly number[]).size).toBe(3);
  });
});

describe("policy", () => {
  const reads = defineStage(undefined, {
    name: "test/reads",
    version: 1,
    policy: ["test.factor"],
    inputs: { x: numberPort() },
    outputs: { y: numberPort() },
    run: ({ inputs, policy }) => ({ y: inputs.x * Number(policy("test.factor") ?? 1) }),
  });
  const model = graph("policy", ({ add: put }) => put(add, {}, { x: put(reads, {}, { x: 3 }).y }));

  it("reaches the stage, and is recorded where it is read", async () => {
    const result = await run(model, { policy: { "test.factor": 5 } });
    expect(await result.output("y")).toBe(16);
    expect(result.nodes.map(({ policy }) => policy)).toEqual([{ "test.factor": 5 }, {}]);
    expect(await (await run(model)).output("y")).toBe(4);
  });
});

describe("scale", () => {
  const timed = async (count: number): Promise<number> => {
    const long = graph("long", ({ add: put }) => {
      let y = put(multiply, { factor: 1 }, { x: 1 }).y;
      for (let node = 1; node < count; node++) y = put(add, {}, { x: y }).y;
      return { y };
    });
    const startedMs = performance.now();
    expect(await (await run(long)).output("y")).toBe(count);
    return (performance.now() - startedMs) / count;
  };

  it("100,000 nodes in a row take no more time each than 10,000 do, and no stack", async () => {
    await timed(2_000);
    const few = await timed(10_000);
    // Three times as much leaves room for garbage collection on a shared machine; a quadratic step would be tenfold.
    expect(await timed(100_000)).toBeLessThan(3 * few);
  });
});
