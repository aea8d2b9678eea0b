import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { add, durable, multiply, noise, subtract, talkative, total } from "../fixtures/stages.ts";
import { type Graph, graph } from "../graph/graph.ts";
import { gather } from "../graph/wire.ts";
import { readPreimage } from "../key/explain.ts";
import type { Fingerprinter } from "../key/fingerprint.ts";
import { inlineScheduler } from "../schedule/inline.ts";
import { anyPort, arrayPort, numberPort } from "../stage/port.ts";
import { defineStage } from "../stage/stage.ts";
import { decodeEntry, encodeEntry } from "../store/entry.ts";
import { memoryStore } from "../store/memory-store.ts";
import type { Store } from "../store/store.ts";
import { faultyStore } from "../testing/faulty-store.ts";
import { sha256, sha256Text } from "../value/digest.ts";
import { digestOf, encode, INLINE_LIMIT } from "../value/encode.ts";
import { type NdArray, ndarrayFrom } from "../value/ndarray.ts";
import type { Value } from "../value/value.ts";
import type { RunEvent } from "./events.ts";
import { loadWith } from "./load.ts";
import type { RunOptions } from "./options.ts";
import type { RunResult } from "./result.ts";
import { type RunError, run } from "./run.ts";

const kept = (store: Store, more: RunOptions = {}): RunOptions => ({ store, fingerprints: durable, ...more });

/** Everything that a run says, but for times and who did what. */
async function saying(result: Pick<RunResult, "artifacts" | "metrics" | "nodes" | "warnings">): Promise<Value> {
  const artifacts = await Promise.all(
    result.artifacts.map(async ({ nodeId, name, load }) => ({
      nodeId,
      name,
      content: (await load()).content as unknown as Value,
    })),
  );
  const metrics = Object.entries(result.metrics).map(([name, metric]) => [name, metric.toJSON() as unknown as Value]);
  return { metrics, artifacts, warnings: result.warnings, nodes: result.nodes.map(({ id, key }) => [id, key]) };
}

const talk = graph("talk", ({ add: put }) =>
  put(talkative, { gain: 4 }, { x: put(talkative, { gain: 3 }, { x: put(add, {}, { x: 1 }).y }).y }),
);

describe("a warm run", () => {
  it("hands the scheduler what is missing, and announces what is stored before, in the order of the graph", async () => {
    const chain = (last: number): Graph =>
      graph("chain", ({ add: put }) =>
        put(add, { amount: last }, { x: put(add, { amount: 2 }, { x: put(add, { amount: 1 }, { x: 0 }).y }).y }),
      );
    const store = memoryStore();
    await run(chain(3), kept(store));
    const scheduler = inlineScheduler();
    const submit = vi.spyOn(scheduler, "submit");
    const told: string[] = [];
    const onEvent: RunOptions["onEvent"] = (event) => {
      if (event.type === "nodeFinished") told.push(`${event.nodeId} ${event.status}`);
    };
    const again = await run(chain(3), kept(store, { scheduler, onEvent }));
    expect(submit).not.toHaveBeenCalled();
    expect(await again.output("y")).toBe(6);
    const other = await run(chain(4), kept(store, { scheduler, onEvent }));
    expect(submit).toHaveBeenCalledTimes(1);
    expect(await other.output("y")).toBe(7);
    expect(told).toEqual(["add hit", "add-2 hit", "add-3 hit", "add hit", "add-2 hit", "add-3 computed"]);
  });

  for (const isAsynchronous of [false, true]) {
    it(`D-16: returns what the cold one returned, artifacts, metrics and warnings in their order${isAsynchronous ? ", from a store that answers later" : ""}`, async () => {
      const store = faultyStore({ fault: () => undefined, isAsynchronous });
      const cold = await run(talk, kept(store));
      const warm = await run(talk, kept(store));
      expect(warm.nodes.map(({ status }) => status)).toEqual(["hit", "hit", "hit"]);
      expect(digestOf(await saying(warm))).toBe(digestOf(await saying(cold)));
      expect(await warm.output("y")).toBe(await cold.output("y"));
      expect(warm.warnings).toEqual([
        "talkative: first",
        "talkative: second",
        "talkative-2: first",
        "talkative-2: second",
      ]);
      expect(cold.cache).toMatchObject({ hits: 0, misses: 3, stored: 3, notStored: 0 });
      expect(warm.cache).toMatchObject({ hits: 3, misses: 0, stored: 0 });
    });
  }

  it("D-05: keeps metrics that came from single-precision and integer arrays", async () => {
    const single = defineStage(undefined, {
      name: "test/single",
      version: 1,
      outputs: {},
      run({ metric }) {
        metric("float", new Float32Array([0.1])[0] as number);
        metric("integer", Number(new BigInt64Array([3n])[0]));
        return {};
      },
    });
    const store = memoryStore();
    const model = graph("metrics", ({ add: put }) => (put(single, {}), {}));
    const cold = await run(model, kept(store));
    const warm = await run(model, kept(store));
    expect(warm.nodes[0]?.status).toBe("hit");
    expect(JSON.stringify(warm.metrics)).toBe(JSON.stringify(cold.metrics));
  });

  it("names what it took a hit from", async () => {
    const store = memoryStore();
    await run(talk, kept(store, { origin: "lab" }));
    expect((await run(talk, kept(store))).nodes[0]?.origin).toBe("lab/inline");
  });

  it("D-27: reuses work under another id, in another graph and in another place", async () => {
    const store = memoryStore();
    await run(talk, kept(store));
    const elsewhere = graph("elsewhere", ({ add: put }) =>
      put(talkative, { gain: 3 }, { x: put(add, {}, { x: 1 }, { id: "one" }).y }, { id: "two" }),
    );
    expect((await run(elsewhere, kept(store))).nodes.map(({ status }) => status)).toEqual(["hit", "hit"]);
  });

  it("computes everything again when told to, and keeps the new result", async () => {
    const store = memoryStore();
    await run(talk, kept(store));
    const again = await run(talk, kept(store, { recompute: true }));
    expect(again.cache).toMatchObject({ hits: 0, misses: 3, stored: 3 });
  });

  it("computes again what nodes of different keys come to by the same content", async () => {
    let calls = 0;
    const counted = defineStage(undefined, {
      name: "test/counted",
      version: 1,
      inputs: { x: numberPort() },
      outputs: { y: numberPort() },
      async run({ inputs }) {
        calls += 1;
        await new Promise((resolve) => setImmediate(resolve));
        return { y: inputs.x };
      },
    });
    const model = graph("race", ({ add: put }) => ({
      a: put(counted, {}, { x: put(add, { amount: 1 }, { x: 2 }).y }).y,
      b: put(counted, {}, { x: put(add, { amount: 2 }, { x: 1 }).y }).y,
    }));
    const store = memoryStore();
    await run(model, kept(store));
    calls = 0;
    const again = await run(model, kept(store, { recompute: true, scheduler: inlineScheduler({ cpu: 2 }) }));
    expect(again.nodes.map(({ status }) => status)).toEqual(["computed", "computed", "computed", "computed"]);
    expect(calls).toBe(2);
  });

  it("refuses a warning or a name with half a surrogate pair alike with a store and without", async () => {
    const half = defineStage(undefined, {
      name: "test/half",
      version: 1,
      config: z.strictObject({ where: z.enum(["warn", "metric", "unit", "artifact"]) }),
      outputs: {},
      run({ config: { where }, warn, metric, artifact }) {
        if (where === "warn") warn("half \ud83d");
        if (where === "metric") metric("\udc00", 1);
        if (where === "unit") metric("m", 1, "\ud800m");
        if (where === "artifact") artifact("\ud800", { kind: "text", title: "t", mediaType: "text/plain", text: "t" });
        return {};
      },
    });
    for (const where of ["warn", "metric", "unit", "artifact"] as const) {
      const model = graph("half", ({ add: put }) => put(half, { where }));
      const failures = await Promise.all(
        [{}, kept(memoryStore())].map(async (options) => {
          const error = await run(model, options).catch((thrown: unknown) => thrown as RunError);
          return (error as RunError).result.nodes[0]?.failure;
        }),
      );
      expect(failures[0]).toMatchObject({ code: "PIPE-001" });
      expect(failures[0]?.message).toContain("of stage test/half");
      expect(failures[1]).toMatchObject({ code: "PIPE-001", message: failures[0]?.message });
    }
  });

  it("D-09: hashes an array that passes through ten nodes once with a store, and never without", async () => {
    const pass = defineStage(undefined, {
      name: "test/pass",
      version: 1,
      inputs: { a: arrayPort("float64") },
      outputs: { a: arrayPort("float64") },
      run: ({ inputs }) => inputs,
    });
    const make = defineStage(undefined, {
      name: "test/make",
      version: 1,
      outputs: { a: arrayPort("float64") },
      run: () => ({ a: ndarrayFrom("float64", new Float64Array(4096).fill(3)) }),
    });
    const model = graph("pass", ({ add: put }) => {
      let { a } = put(make, {});
      for (let node = 0; node < 10; node++) a = put(pass, {}, { a }).a;
      return { a };
    });
    const reads = vi.spyOn((await import("../value/ndarray.ts")).NdArray.prototype, "bytes");
    await run(model);
    // Watching for stages that write to their inputs looks at samples: twice per node.
    const watching = reads.mock.calls.length;
    expect(watching).toBe(20);
    reads.mockClear();
    const store = memoryStore();
    await run(model, kept(store));
    // One call to hash the array, and one for each of the 11 results that name it.
    expect(reads.mock.calls.length - watching).toBeLessThanOrEqual(12);
    expect(store.stats().blobsWritten).toBe(1);
    reads.mockRestore();
  });
});

describe("a stage whose own code reads what no key can see", () => {
  const suspected: Fingerprinter = async (stages) =>
    new Map(
      [...(await durable(stages))].map(([stage, one]) =>
        stage === add ? [stage, { ...one, suspicions: ["it reads files or talks to others"] }] : [stage, one],
      ),
    );
  const twice = graph("twice", ({ add: put }) => {
    const first = put(add, { amount: 1 }, { x: 1 });
    return { y: put(add, { amount: 2 }, { x: first.y }).y };
  });

  it("is warned of once, cold and warm, where results are kept", async () => {
    const store = memoryStore();
    const told: string[] = [];
    const onEvent = (event: RunEvent): void => {
      if (event.type === "warning") told.push(event.message);
    };
    for (const expected of [0, 2]) {
      const { remarks, cache } = await run(twice, { store, fingerprints: suspected, onEvent });
      expect(cache.hits).toBe(expected);
      expect(remarks).toEqual([expect.stringContaining(`${add.name} may depend on more than its key: it reads files`)]);
    }
    expect(told).toHaveLength(2);
    expect((await run(twice, { fingerprints: suspected })).remarks).toEqual([]);
    expect((await run(twice, { store, fingerprints: durable })).remarks).toEqual([]);
  });
});

describe("one run", () => {
  it("computes equal work once, wherever it stands", async () => {
    let ran = 0;
    const counted = defineStage(undefined, {
      name: "test/counted",
      version: 1,
      inputs: { x: numberPort() },
      outputs: { y: numberPort() },
      run: ({ inputs, metric }) => (ran++, metric("m", 1), { y: inputs.x }),
    });
    const twice = graph("twice", ({ add: put }) =>
      put(total, {}, { terms: gather([1, 2, 1].map((x) => put(counted, {}, { x }).y)) }),
    );
    const result = await run(twice);
    expect(await result.output("sum")).toBe(4);
    expect(ran).toBe(2);
    expect(result.nodes.map(({ status }) => status)).toEqual(["computed", "computed", "hit", "computed"]);
    expect(result.metrics["counted-3.m"]?.value).toBe(1);
  });

  it("is joined by another at the same time: equal work is computed once in a process", async () => {
    let ran = 0;
    const slow = defineStage(undefined, {
      name: "test/slow",
      version: 1,
      outputs: { y: numberPort() },
      run: async () => {
        ran++;
        await new Promise((resolve) => setTimeout(resolve, 20));
        return { y: 5 };
      },
    });
    const model = graph("slow", ({ add: put }) => put(slow, {}));
    const store = memoryStore();
    const both = await Promise.all([run(model, kept(store)), run(model, kept(store))]);
    expect(ran).toBe(1);
    expect(both.map((one) => one.nodes[0]?.status).sort()).toEqual(["computed", "hit"]);
    expect(store.stats().claimsWaitedFor).toBe(1);
  });

  it("takes over when the other one fails, and lets go of its claim when it fails itself", async () => {
    let ran = 0;
    const once = defineStage(undefined, {
      name: "test/once",
      version: 1,
      outputs: { y: numberPort() },
      run: async () => {
        const isFirst = ran++ === 0;
        await new Promise((resolve) => setTimeout(resolve, 10));
        if (isFirst) throw new Error("the first one fails");
        return { y: 5 };
      },
    });
    const model = graph("once", ({ add: put }) => put(once, {}));
    const store = memoryStore();
    const [first, second] = await Promise.allSettled([run(model, kept(store)), run(model, kept(store))]);
    expect(first.status).toBe("rejected");
    expect(second).toMatchObject({ status: "fulfilled", value: { status: "succeeded" } });
  });

  it("lets go of its claim when its inputs cannot be had or the scheduler refuses", async () => {
    const text = defineStage(undefined, {
      name: "test/any",
      version: 1,
      outputs: { a: anyPort() },
      run: (): { a: Value } => ({ a: "text" }),
    });
    const model = graph("misfit", ({ add: put }) => put(add, {}, { x: put(text, {}).a as never }));
    const store = memoryStore();
    await expect(run(model, kept(store))).rejects.toMatchObject({ code: "PIPE-045" });
    // A claim that was not let go of would make this run wait for ever.
    await expect(run(model, kept(store))).rejects.toMatchObject({ code: "PIPE-045" });
  });
});

describe("early cut-off", () => {
  const fingerprintsOf =
    (version: string): Fingerprinter =>
    (stages) =>
      new Map(
        stages.map((stage) => [
          stage,
          { digest: sha256Text(stage.name === "test/rounded" ? version : stage.name), isDurable: true },
        ]),
      );
  const rounded = defineStage(undefined, {
    name: "test/rounded",
    version: 1,
    config: z.strictObject({ x: z.number() }),
    outputs: { y: numberPort() },
    run: ({ config }) => ({ y: Math.round(config.x) }),
  });
  const model = (x: number): Graph =>
    graph("cut", ({ add: put }) =>
      put(multiply, { factor: 3 }, { x: put(add, { amount: 1 }, { x: put(rounded, { x }).y }).y }),
    );

  it("finds what was made of the same bytes, though the code or the configuration before it changed", async () => {
    const store = memoryStore();
    await run(model(1.2), { store, fingerprints: fingerprintsOf("a") });
    const edited = await run(model(1.2), { store, fingerprints: fingerprintsOf("b") });
    expect(edited.nodes.map(({ status }) => status)).toEqual(["computed", "hit", "hit"]);
    expect(edited.cache.earlyCutoffs).toBe(2);
    const moved = await run(model(0.9), { store, fingerprints: fingerprintsOf("a") });
    expect(moved.nodes.map(({ status }) => status)).toEqual(["computed", "hit", "hit"]);
    expect(await moved.output("y")).toBe(6);
    expect(
      (await run(model(7), { store, fingerprints: fingerprintsOf("a") })).nodes.map(({ status }) => status),
    ).toEqual(["computed", "computed", "computed"]);
  });

  it("is found by key from then on, and the old key still answers: changed and changed back are hits", async () => {
    const store = memoryStore();
    for (const version of ["a", "b"]) await run(model(1.2), { store, fingerprints: fingerprintsOf(version) });
    for (const version of ["b", "a", "b"]) {
      const again = await run(model(1.2), { store, fingerprints: fingerprintsOf(version) });
      expect(again.cache).toMatchObject({ hits: 3, misses: 0, earlyCutoffs: 0 });
    }
  });

  it("reads no value that it does not need", async () => {
    const store = memoryStore();
    const make = defineStage(undefined, {
      name: "test/rounded",
      version: 1,
      outputs: { a: arrayPort("float64") },
      run: () => ({ a: ndarrayFrom("float64", new Float64Array(1000).fill(2)) }),
    });
    const first = defineStage(undefined, {
      name: "test/first",
      version: 1,
      inputs: { a: arrayPort("float64") },
      outputs: { y: numberPort() },
      run: ({ inputs }) => ({ y: inputs.a.data[0] ?? 0 }),
    });
    const large = graph("large", ({ add: put }) => put(first, {}, { a: put(make, {}).a }));
    await run(large, { store, fingerprints: fingerprintsOf("a") });
    await run(large, { store, fingerprints: fingerprintsOf("b") });
    await run(large, { store, fingerprints: fingerprintsOf("b") });
    expect(store.stats().blobsRead).toBe(0);
  });
});

describe("a large pre-image", () => {
  it("is kept outside the record, and read back whole", async () => {
    const store = memoryStore();
    // The text alone is longer than what stands inside a record.
    const settings = { amount: 1, note: "x".repeat(2 * INLINE_LIMIT) };
    const noted = defineStage(undefined, {
      name: "test/noted",
      version: 1,
      config: z.strictObject({ amount: z.number(), note: z.string() }),
      outputs: { y: numberPort() },
      run: ({ config }) => ({ y: config.amount }),
    });
    const model = graph("noted", ({ add: put }) => put(noted, settings, {}));
    const cold = await run(model, kept(store));
    expect((await run(model, kept(store))).cache.hits).toBe(1);
    const record = (await store.entries.get(cold.nodes[0]?.key as string)) as Uint8Array;
    const { preimage } = await loadWith(store, (blob) => decodeEntry(record, blob));
    expect(readPreimage(preimage)["config"]).toEqual(settings);
  });
});

describe("a self-check", () => {
  /** Replaces the stored result of a node by a forged one that is consistent in itself. */
  async function forge(
    store: Store,
    key: string,
    change: (entry: ReturnType<typeof decodeEntry>) => ReturnType<typeof decodeEntry>,
  ): Promise<void> {
    const { outputs, metrics, artifacts, warnings, durationMs, origin, createdAtMs, preimage } = decodeEntry(
      (await store.entries.get(key)) as Uint8Array,
      () => new Uint8Array(),
    );
    const entry = { outputs, metrics, artifacts, warnings, durationMs, origin, createdAtMs, preimage };
    await store.entries.put(key, encodeEntry(change(entry)).record);
  }
  const long = graph("long", ({ add: put }) =>
    put(add, { amount: 3 }, { x: put(add, { amount: 2 }, { x: put(add, { amount: 1 }, { x: 0 }).y }).y }),
  );
  const keyOf = (result: RunResult, id: string): string => result.nodes.find((node) => node.id === id)?.key as string;

  it("confirms honest results", async () => {
    const store = memoryStore();
    await run(talk, kept(store));
    const checked = await run(talk, kept(store, { selfCheckShare: 1 }));
    expect(checked.cache).toMatchObject({ hits: 3, misses: 0, selfChecked: 3, selfCheckFailed: 0 });
  });

  it("finds a tampered output, takes it and all that came of it out of use, and gives the right result", async () => {
    const store = memoryStore();
    const cold = await run(long, kept(store));
    const { bytes } = encode(100);
    await forge(store, keyOf(cold, "add"), (entry) => ({
      ...entry,
      outputs: [{ port: "y", digest: sha256(bytes), encoding: bytes }],
    }));
    const said: string[] = [];
    const checked = await run(
      long,
      kept(store, { selfCheckShare: 1, onEvent: (event) => event.type === "warning" && said.push(event.message) }),
    );
    expect(await checked.output("y")).toBe(6);
    expect(checked.cache).toMatchObject({ selfChecked: 1, selfCheckFailed: 1, hits: 0, misses: 3 });
    expect(said[0]).toContain("a fresh computation of add differs from what local/inline stored");
    expect(store.stats().quarantined).toBeGreaterThanOrEqual(3);
    expect((await run(long, kept(store))).cache).toMatchObject({ hits: 3 });
  });

  it("finds tampered metrics, artifacts and warnings", async () => {
    const changes: readonly ((entry: ReturnType<typeof decodeEntry>) => ReturnType<typeof decodeEntry>)[] = [
      (entry) => ({ ...entry, metrics: { ...entry.metrics, gain: { unit: "dB", value: 99 } } }),
      (entry) => ({ ...entry, warnings: ["first"] }),
      (entry) => ({ ...entry, artifacts: entry.artifacts.slice(1) }),
    ];
    for (const change of changes) {
      const store = memoryStore();
      const cold = await run(talk, kept(store));
      await forge(store, keyOf(cold, "talkative"), change);
      const checked = await run(talk, kept(store, { selfCheckShare: 1 }));
      expect(checked.cache.selfCheckFailed).toBe(1);
      const remarks = checked.warnings.filter((warning) => !warning.includes("a fresh computation"));
      const { nodes, metrics, artifacts } = checked;
      expect(digestOf(await saying({ nodes, metrics, artifacts, warnings: remarks }))).toBe(
        digestOf(await saying(cold)),
      );
    }
  });

  it("says nothing against a result when the check itself fails", async () => {
    let isIll = false;
    const moody = defineStage(undefined, {
      name: "test/moody",
      version: 1,
      outputs: { y: numberPort() },
      run() {
        if (isIll) throw new Error("not today");
        return { y: 1 };
      },
    });
    const store = memoryStore();
    const model = graph("moody", ({ add: put }) => put(moody, {}));
    await run(model, kept(store));
    isIll = true;
    const checked = await run(model, kept(store, { selfCheckShare: 1 }));
    expect(checked.nodes[0]?.status).toBe("hit");
    expect(checked.cache).toMatchObject({ selfChecked: 1, selfCheckFailed: 0 });
    expect(store.stats().quarantined).toBe(0);
  });

  it("looks at the share that it was told to, by key", async () => {
    const store = memoryStore();
    const wide = graph("wide", ({ add: put }) =>
      put(total, {}, { terms: gather(Array.from({ length: 200 }, (_, x) => put(add, {}, { x }).y)) }),
    );
    await run(wide, kept(store));
    const shares = await Promise.all(
      [0, 0.25, 0.25].map(
        async (selfCheckShare) => (await run(wide, kept(store, { selfCheckShare }))).cache.selfChecked,
      ),
    );
    expect(shares[0]).toBe(0);
    // 201 keys: 50 expected, standard deviation 6; five of them.
    expect(Math.abs((shares[1] as number) - 50)).toBeLessThan(31);
    expect(shares[2]).toBe(shares[1]);
  });
});

describe("a store that lost content", () => {
  const large = defineStage(undefined, {
    name: "test/large",
    version: 1,
    config: z.strictObject({ fill: z.number() }),
    outputs: { a: arrayPort("float64") },
    run: ({ config }) => ({ a: ndarrayFrom("float64", new Float64Array(1000).fill(config.fill)) }),
  });
  const head = defineStage(undefined, {
    name: "test/head",
    version: 1,
    config: z.strictObject({ at: z.number() }),
    inputs: { a: arrayPort("float64") },
    outputs: { y: numberPort() },
    run: ({ config, inputs }) => ({ y: inputs.a.data[config.at] ?? 0 }),
  });
  const model = (at: number): Graph =>
    graph("lost", ({ add: put }) => put(head, { at }, { a: put(large, { fill: 2 }).a }));

  it("D-22: is healed where a value is needed: it is computed again", async () => {
    const inner = memoryStore();
    await run(model(0), kept(inner));
    let isLosing = true;
    const store = faultyStore({
      inner,
      fault: (operation) => (isLosing && operation === "getBlob" ? "lose" : undefined),
    });
    expect(await (await run(model(1), kept(store))).output("y")).toBe(2);
    isLosing = false;
    expect((await run(model(1), kept(store))).cache).toMatchObject({ hits: 2 });
  });

  it("D-22: an output that cannot be read is an error once, and computed by the next run", async () => {
    const inner = memoryStore();
    const only = graph("only", ({ add: put }) => put(large, { fill: 3 }));
    await run(only, kept(inner));
    let isLosing = true;
    const store = faultyStore({
      inner,
      fault: (operation) => (isLosing && operation === "getBlob" ? "lose" : undefined),
    });
    const warm = await run(only, kept(store));
    await expect(warm.output("a")).rejects.toMatchObject({ code: "PIPE-047" });
    isLosing = false;
    const next = await run(only, kept(store));
    expect(next.nodes[0]?.status).toBe("computed");
    expect(((await next.output("a")) as NdArray).data[0]).toBe(3);
  });

  it("D-18: results that cannot be kept are counted and said once, and the run goes on", async () => {
    const said: string[] = [];
    const store = faultyStore({ fault: (operation) => (operation === "putEntry" ? "lose" : undefined) });
    const result = await run(
      talk,
      kept(store, { onEvent: (event) => event.type === "warning" && said.push(event.message) }),
    );
    expect(result.cache).toMatchObject({ stored: 0, notStored: 3 });
    expect(said.filter((message) => message.includes("could not be kept"))).toHaveLength(1);
  });
});

describe("wrong hits of the framework replaced", () => {
  const store = memoryStore();
  const outputOf = async (model: Graph, port: string): Promise<Value> => (await run(model, kept(store))).output(port);

  it("D-01: 3 + 10 and then 3 · 10 under the same id are 13 and 30", async () => {
    const sum = graph("op", ({ add: put }) => put(add, { amount: 10 }, { x: 3 }, { id: "op" }));
    const product = graph("op", ({ add: put }) => put(multiply, { factor: 10 }, { x: 3 }, { id: "op" }));
    expect([await outputOf(sum, "y"), await outputOf(product, "y")]).toEqual([13, 30]);
  });

  it("D-02: a node fed by any member of a record sees its change", async () => {
    const read = defineStage(undefined, {
      name: "test/read",
      version: 1,
      inputs: { state: anyPort() },
      outputs: { y: numberPort() },
      run: ({ inputs }) => ({
        y: Number((inputs.state as { meta: Record<string, NdArray> }).meta["phase/G1"]?.data[0]),
      }),
    });
    const fed = (phase: number): Graph =>
      graph("fed", ({ add: put }) =>
        put(read, {}, { state: { payload: 1, meta: { "phase/G1": ndarrayFrom("float64", [phase]) } } }),
      );
    expect([await outputOf(fed(4), "y"), await outputOf(fed(8), "y")]).toEqual([4, 8]);
  });

  it("D-03: 1 − 2 and 2 − 1 differ", async () => {
    const merge = (left: number, right: number): Graph =>
      graph("merge", ({ add: put }) =>
        put(
          subtract,
          {},
          { left: put(add, { amount: 0 }, { x: left }).y, right: put(add, { amount: 0 }, { x: right }).y },
        ),
      );
    expect([await outputOf(merge(1, 2), "difference"), await outputOf(merge(2, 1), "difference")]).toEqual([-1, 1]);
  });

  it("D-06: an inner change of a sub-graph changes the key, and the result", async () => {
    const outer = (amount: number): Graph => {
      const inner = graph("inner", { inputs: { x: numberPort() } }, ({ add: put, inputs }) =>
        put(add, { amount }, { x: inputs.x }),
      );
      return graph("outer", ({ add: put }) => put(inner, {}, { x: 0 }));
    };
    expect([await outputOf(outer(1), "y"), await outputOf(outer(100), "y")]).toEqual([1, 100]);
  });

  it("D-23: reading an entry runs nothing: what looks like code comes back as text", async () => {
    const code = graph("code", ({ add: put }) =>
      put(
        defineStage(undefined, {
          name: "test/code",
          version: 1,
          outputs: { a: anyPort() },
          run: (): { a: Value } => ({ a: { toJSON: "process.exit(1)", __proto__: null, then: "() => {}" } }),
        }),
        {},
      ),
    );
    await outputOf(code, "a");
    expect(await outputOf(code, "a")).toEqual({ toJSON: "process.exit(1)", then: "() => {}" });
  });

  it("does not keep what has no durable fingerprint", async () => {
    const inProcess = memoryStore();
    const model = graph("plain", ({ add: put }) => put(noise, {}));
    await run(model, { store: inProcess });
    const again = await run(model, { store: inProcess });
    expect(again.nodes[0]).toMatchObject({
      status: "computed",
      notKept: expect.stringContaining("within one process"),
    });
  });
});
