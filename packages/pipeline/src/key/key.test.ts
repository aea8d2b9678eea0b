import { describe, expect, it } from "vitest";
import { z } from "zod";
import { add, multiply, noise, subtract } from "../fixtures/stages.ts";
import { type Graph, graph } from "../graph/graph.ts";
import { gather, type Wire } from "../graph/wire.ts";
import type { RunOptions } from "../run/options.ts";
import { planRun, preimageOf } from "../run/plan.ts";
import { caseOf } from "../run/run.ts";
import { anyPort, arrayPort, numberPort } from "../stage/port.ts";
import { type AnyStage, defineStage } from "../stage/stage.ts";
import { sha256Text } from "../value/digest.ts";
import { ndarrayFrom } from "../value/ndarray.ts";
import type { Value } from "../value/value.ts";
import { differences, readPreimage } from "./explain.ts";
import type { Fingerprinter } from "./fingerprint.ts";
import { keyOf, type Preimage, preimageBytes } from "./preimage.ts";

const byName: Fingerprinter = (stages) =>
  new Map(stages.map((stage) => [stage, { digest: sha256Text(stage.name), isDurable: true }]));

/** Keys of a graph's nodes by id. */
async function keysOf(model: Graph, options: RunOptions = {}): Promise<Readonly<Record<string, string>>> {
  const plan = await planRun([caseOf(model, options)], { fingerprints: byName, ...options });
  return Object.fromEntries(plan.nodes.map(({ id, key }) => [id, key]));
}
const keyIn = async (model: Graph, options: RunOptions = {}): Promise<string> =>
  Object.values(await keysOf(model, options)).at(-1) as string;
const one = (stage: AnyStage, config: unknown, inputs: Readonly<Record<string, Value>> = {}): Graph =>
  graph("one", ({ add: put }) => (put as (...all: unknown[]) => ReturnType<typeof put>)(stage, config, inputs));

const policed = defineStage(undefined, {
  name: "test/policed",
  version: 1,
  policy: ["test.noise"],
  outputs: { y: numberPort() },
  run: ({ policy }) => ({ y: Number(policy("test.noise")) }),
});
const deaf = defineStage(undefined, {
  name: "test/deaf",
  version: 1,
  policy: ["test.plot"],
  outputs: { y: numberPort() },
  run: () => ({ y: 1 }),
});
const leafy = (name = "test/leafy", version = 1): AnyStage =>
  defineStage(undefined, {
    name,
    version,
    config: z.strictObject({ tree: z.any(), depth: z.number().default(3) }),
    outputs: { y: numberPort() },
    run: () => ({ y: 1 }),
  });

describe("a key changes with", () => {
  it("D-01: the stage's name, its version and its code, at equal id and configuration", async () => {
    const base = await keyIn(one(leafy(), { tree: 1 }));
    expect(await keyIn(one(leafy("test/other"), { tree: 1 }))).not.toBe(base);
    expect(await keyIn(one(leafy("test/leafy", 2), { tree: 1 }))).not.toBe(base);
    const edited: Fingerprinter = (stages) =>
      new Map(stages.map((stage) => [stage, { digest: sha256Text("edited"), isDurable: true }]));
    expect(await keyIn(one(leafy(), { tree: 1 }), { fingerprints: edited })).not.toBe(base);
  });

  it("D-01: another stage in its place, in process too, where code has no fingerprint", async () => {
    const [adds, multiplies] = [(x: number) => x + 10, (x: number) => x * 10].map((act) =>
      defineStage(undefined, {
        name: "test/same",
        version: 1,
        inputs: { x: numberPort() },
        outputs: { y: numberPort() },
        run: ({ inputs }) => ({ y: act(inputs.x) }),
      }),
    ) as [AnyStage, AnyStage];
    const keys = await Promise.all(
      [adds, multiplies].map(
        async (stage) => (await planRun([caseOf(one(stage, {}, { x: 3 }), {})], {})).nodes[0]?.key,
      ),
    );
    expect(keys[0]).not.toBe(keys[1]);
  });

  it("D-03: the order of its inputs, by port and in a list", async () => {
    const merge = (left: number, right: number): Graph =>
      graph("merge", ({ add: put }) => {
        const ys = [put(add, { amount: 1 }, { x: 0 }), put(add, { amount: 2 }, { x: 0 })].map(({ y }) => y);
        return put(subtract, {}, { left: ys[left] as (typeof ys)[0], right: ys[right] as (typeof ys)[0] });
      });
    expect(await keyIn(merge(0, 1))).not.toBe(await keyIn(merge(1, 0)));
  });

  it("the nesting of gathered lists", async () => {
    const give = defineStage(undefined, {
      name: "test/give",
      version: 1,
      config: z.strictObject({ n: z.number() }),
      outputs: { a: anyPort() },
      run: ({ config }): { a: Value } => ({ a: config.n }),
    });
    const take = defineStage(undefined, {
      name: "test/take",
      version: 1,
      inputs: { a: anyPort() },
      outputs: {},
      run: () => ({}),
    });
    const nested = (nest: (a: Wire<Value>, b: Wire<Value>) => Wire<Value>): Graph =>
      graph("nested", ({ add: put }) => put(take, {}, { a: nest(put(give, { n: 1 }).a, put(give, { n: 2 }).a) }));
    const together = await keyIn(nested((a, b) => gather([gather([a, b])])));
    const apart = await keyIn(nested((a, b) => gather<Value>([gather([a]), b])));
    expect(apart).not.toBe(together);
  });

  it("D-04: any leaf of the configuration, ten levels down, or one element in the middle of an array", async () => {
    const deep = (leaf: Value): Value => Array.from({ length: 10 }).reduce<Value>((inner) => ({ inner }), leaf);
    expect(await keyIn(one(leafy(), { tree: deep(1) }))).not.toBe(await keyIn(one(leafy(), { tree: deep(2) })));
    const long = new Float64Array(2000);
    const spike = long.slice().fill(1, 1000, 1001);
    expect(await keyIn(one(leafy(), { tree: ndarrayFrom("float64", long) }))).not.toBe(
      await keyIn(one(leafy(), { tree: ndarrayFrom("float64", spike) })),
    );
    expect(await keyIn(one(leafy(), { tree: 1 }))).not.toBe(await keyIn(one(leafy(), { tree: 1, depth: 4 })));
  });

  it("D-06: an inner change of a sub-graph", async () => {
    const outer = (amount: number): Graph => {
      const inner = graph("inner", { inputs: { x: numberPort() } }, ({ add: put, inputs }) =>
        put(add, { amount }, { x: inputs.x }),
      );
      return graph("outer", ({ add: put }) => put(multiply, { factor: 2 }, { x: put(inner, {}, { x: 0 }).y }));
    };
    expect(await keyIn(outer(1))).not.toBe(await keyIn(outer(100)));
  });

  it("the policy pairs that the stage declares, and no others", async () => {
    const both = graph("both", ({ add: put }) => (put(policed, {}), put(deaf, {})));
    const quiet = await keysOf(both, { policy: { "test.noise": 1, "test.plot": "a.svg" } });
    const moved = await keysOf(both, { policy: { "test.plot": "b.svg", "test.noise": 1 } });
    expect(moved["policed"]).toBe(quiet["policed"]);
    expect(moved["deaf"]).not.toBe(quiet["deaf"]);
    expect((await keysOf(both, { policy: { "test.noise": 2 } }))["policed"]).not.toBe(quiet["policed"]);
    expect((await keysOf(both, {}))["policed"]).not.toBe(quiet["policed"]);
  });

  it("the seed, for stages that draw only", async () => {
    const mixed = graph("mixed", ({ add: put }) => (put(add, {}, { x: 0 }), put(noise, {})));
    const first = await keysOf(mixed, { seed: 1 });
    const second = await keysOf(mixed, { seed: 2 });
    expect(second["add"]).toBe(first["add"]);
    expect(second["noise"]).not.toBe(first["noise"]);
  });

  it("the class of arithmetic, the ports run over, and what is wired in place of a value", async () => {
    const base = await keyIn(one(add, {}, { x: 1 }));
    expect(await keyIn(one(add, {}, { x: 1 }), { arithmetic: "fast" })).not.toBe(base);
    const list = defineStage(undefined, {
      name: "test/each",
      version: 1,
      inputs: { x: anyPort() },
      outputs: { y: anyPort() },
      run: ({ inputs }) => ({ y: inputs.x }),
    });
    const whole = graph("whole", ({ add: put }) => put(list, {}, { x: [1, 2] }));
    const mapped = graph("mapped", ({ map }) => map(list, {}, { each: { x: [1, 2] } }));
    expect(await keyIn(whole)).not.toBe(await keyIn(mapped));
  });
});

describe("a key stays through", () => {
  it("D-27: another id, label, graph name or place in a larger graph", async () => {
    const base = await keyIn(one(add, { amount: 3 }, { x: 1 }));
    const renamed = graph("renamed", ({ add: put }) =>
      put(add, { amount: 3 }, { x: 1 }, { id: "other", label: "Another name" }),
    );
    const inside = graph("inside", ({ add: put }) => {
      put(multiply, { factor: 2 }, { x: 1 });
      return put(
        graph("part", ({ add: inner }) => inner(add, { amount: 3 }, { x: 1 })),
        {},
      );
    });
    expect(await keyIn(renamed)).toBe(base);
    expect(await keyIn(inside)).toBe(base);
  });

  it("another order of configuration keys, a default written out, and 1.0 for 1", async () => {
    const tree = { a: 1, b: { c: 2, d: 3 } };
    const base = await keyIn(one(leafy(), { tree, depth: 3 }));
    expect(await keyIn(one(leafy(), { depth: 3.0, tree: { b: { d: 3, c: 2 }, a: 1.0 } }))).toBe(base);
    expect(await keyIn(one(leafy(), { tree }))).toBe(base);
  });

  it("waiting for others without reading from them", async () => {
    const free = graph("free", ({ add: put }) => (put(multiply, { factor: 1 }, { x: 2 }), put(add, {}, { x: 0 })));
    const bound = graph("bound", ({ add: put }) =>
      put(add, {}, { x: 0 }, { after: [put(multiply, { factor: 1 }, { x: 2 })] }),
    );
    expect((await keysOf(bound))["add"]).toBe((await keysOf(free))["add"]);
  });

  it("retries, time limits and resources", async () => {
    const plain = await keyIn(one(add, {}, { x: 0 }));
    const careful = graph("careful", ({ add: put }) =>
      put(add, {}, { x: 0 }, { retry: { maxAttempts: 5, timeoutMs: 10 }, resources: { cpu: 4 } }),
    );
    expect(await keyIn(careful)).toBe(plain);
  });
});

describe("explain", () => {
  const base: Preimage = {
    stage: "test/amplifier",
    version: 1,
    code: "c0de",
    config: { gain: { db: 16, points: [1, 2, 3] }, table: ndarrayFrom("float64", new Float64Array(1000)) },
    inputs: { field: "is 00" },
    policy: { "test.noise": true },
    seed: { run: 1, stream: "test/amplifier#1" },
    arithmetic: "strict",
    mapOver: [],
  };
  const against = (change: Partial<Preimage>): readonly string[] =>
    differences(preimageBytes(base), preimageBytes({ ...base, ...change })).map(
      ({ what, path, before, after }) => `${what} ${path}: ${JSON.stringify(before)} -> ${JSON.stringify(after)}`,
    );

  it("names the leaf that differs, with both values", () => {
    expect(against({})).toEqual([]);
    expect(against({ config: { ...(base.config as object), gain: { db: 17, points: [1, 5, 3] } } as Value })).toEqual([
      "config gain.db: 16 -> 17",
      "config gain.points[1]: 2 -> 5",
    ]);
    expect(against({ version: 2 })).toEqual(["version : 1 -> 2"]);
    expect(against({ code: "new" })).toEqual(['code : "c0de" -> "new"']);
    expect(against({ inputs: { field: "is 11" } })).toEqual(['input field: "is 00" -> "is 11"']);
    expect(against({ policy: {} })).toEqual(["policy test.noise: true -> null"]);
    expect(against({ seed: { run: 2, stream: "test/amplifier#1" } })).toEqual(["seed run: 1 -> 2"]);
    expect(against({ arithmetic: "fast" })).toEqual(['arithmetic : "strict" -> "fast"']);
  });

  it("D-04: names a large array that differs by its digest", () => {
    const table = ndarrayFrom("float64", new Float64Array(1000).fill(1, 500, 501));
    const found = differences(
      preimageBytes(base),
      preimageBytes({ ...base, config: { ...(base.config as object), table } as Value }),
    );
    expect(found.map(({ path }) => path)).toEqual(["table.sha256"]);
  });

  it("is not led astray by keys that are names of the object prototype", () => {
    expect(against({ policy: { "test.noise": true, constructor: 1 } })).toEqual(["policy constructor: null -> 1"]);
  });

  it("reads back what a plan hashed", async () => {
    const plan = await planRun([caseOf(one(add, { amount: 3 }, { x: 1 }), {})], { fingerprints: byName });
    const [node] = plan.nodes;
    const preimage = preimageOf(node as NonNullable<typeof node>, "strict", () => "is something");
    expect(readPreimage(preimageBytes(preimage))).toMatchObject({
      stage: "test/add",
      version: 1,
      config: { amount: 3 },
      inputs: { x: "is something" },
    });
    expect(keyOf(preimage)).toMatch(/^[0-9a-f]{64}$/);
  });

  it("D-02: names the key of an input that differs, whatever it is called", async () => {
    const state = arrayPort("float64");
    const takes = defineStage(undefined, {
      name: "test/takes",
      version: 1,
      inputs: { omega: state, anything: state },
      outputs: {},
      run: () => ({}),
    });
    const [a, b] = [ndarrayFrom("float64", [4]), ndarrayFrom("float64", [8])];
    expect(await keyIn(one(takes, {}, { omega: a, anything: a }))).not.toBe(
      await keyIn(one(takes, {}, { omega: a, anything: b })),
    );
    expect(await keyIn(one(takes, {}, { omega: a, anything: b }))).not.toBe(
      await keyIn(one(takes, {}, { omega: b, anything: a })),
    );
  });
});

describe("planRun", () => {
  it("refuses seeds that are none, policy nobody reads or that is no value, and inputs that are missing or unknown", async () => {
    for (const seed of [-1, 0.5, Number.NaN, 2 ** 53])
      await expect(keysOf(one(add, {}, { x: 0 }), { seed })).rejects.toMatchObject({ code: "PIPE-034", path: "seed" });
    await expect(keysOf(one(policed, {}), { policy: { "test.nosie": 1 } })).rejects.toMatchObject({
      code: "PIPE-030",
      remedy: "Did you mean test.noise?",
    });
    await expect(
      keysOf(one(policed, {}), { policy: { "test.noise": (() => 1) as unknown as Value } }),
    ).rejects.toMatchObject({ code: "PIPE-001", path: "policy.test.noise" });
    const open = graph("open", { inputs: { x: numberPort() } }, ({ add: put, inputs }) =>
      put(add, {}, { x: inputs.x }),
    );
    await expect(keysOf(open)).rejects.toMatchObject({ code: "PIPE-031", path: "input.x" });
    await expect(keysOf(open, { inputs: { x: "1" } })).rejects.toMatchObject({
      code: "PIPE-031",
      message: expect.stringContaining("is not a number"),
    });
    await expect(keysOf(open, { inputs: { x: 1, xx: 2 } })).rejects.toMatchObject({
      code: "PIPE-031",
      path: "input.xx",
    });
  });
});
