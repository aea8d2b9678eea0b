import { describe, expect, it } from "vitest";
import { z } from "zod";
import { add, durable, multiply, needsWatts, power, subtract, total } from "../fixtures/stages.ts";
import { run } from "../run/run.ts";
import { anyPort, arrayPort, numberPort, recordPort } from "../stage/port.ts";
import { type AnyStage, defineStage } from "../stage/stage.ts";
import { memoryStore } from "../store/memory-store.ts";
import { ndarrayFrom } from "../value/ndarray.ts";
import type { Value } from "../value/value.ts";
import { assembleGraph, chain, type Graph, graph, graphOfStage } from "./graph.ts";
import type { NodeDraft } from "./node.ts";
import { gather, metricOf, type Source } from "./wire.ts";

interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly path?: string;
  readonly problems: readonly {
    readonly code: string;
    readonly message: string;
    readonly remedy: string;
    readonly path?: string;
  }[];
}

function refusal(build: () => unknown): Refusal {
  try {
    build();
  } catch (thrown) {
    return thrown as Refusal;
  }
  throw new Error("nothing was refused");
}

const from = (nodeId: string, port: string): Source => ({ kind: "output", nodeId, port });
const draft = (
  id: string,
  stage: AnyStage,
  inputs: Readonly<Record<string, Source>> = {},
  config: unknown = {},
): NodeDraft => ({
  id,
  label: undefined,
  stage,
  config,
  inputs,
  mapOver: [],
  after: [],
  retry: undefined,
  resources: undefined,
  stream: undefined,
  isChecked: false,
  unproven: [],
});
const zero: Source = { kind: "value", value: 0 };
const assemble = (drafts: readonly NodeDraft[]): Graph => assembleGraph("drafted", drafts, {}, {}, {});

describe("graph", () => {
  it("gives nodes the last part of their stage's name, counted from the second on", () => {
    const built = graph("three", ({ add: put }) =>
      put(add, {}, { x: put(add, {}, { x: put(add, {}, { x: 0 }).y }).y }),
    );
    expect(built.nodes.map((node) => node.id)).toEqual(["add", "add-2", "add-3"]);
  });

  it("may be empty", () => {
    expect(graph("nothing", () => ({})).nodes).toEqual([]);
  });

  it("refuses a duplicate id, a missing dependency and a circle, each by its own code and with the path", () => {
    expect(refusal(() => assemble([draft("a", add, { x: zero }), draft("a", add, { x: zero })]))).toMatchObject({
      code: "PIPE-021",
      message: "duplicate node id: a",
    });
    expect(
      refusal(() => assemble([draft("span", add, { x: zero }), draft("b", add, { x: from("spam", "y") })])),
    ).toMatchObject({
      code: "PIPE-022",
      message: "missing dependency spam for b.x",
      remedy: "Did you mean span?",
    });
    expect(
      refusal(() => assemble([draft("a", add, { x: from("b", "y") }), draft("b", add, { x: from("a", "y") })])),
    ).toMatchObject({
      code: "PIPE-023",
      message: expect.stringContaining("a → b → a"),
    });
    expect(refusal(() => assemble([draft("a", add, { x: from("a", "y") })]))).toMatchObject({
      code: "PIPE-023",
      message: expect.stringContaining("a → a"),
    });
  });

  it("reports all problems at once, each with its place and a remedy", () => {
    const refused = refusal(() =>
      assemble([
        draft("a", add, { x: zero }, { amont: 1 }),
        draft("a", add, {}),
        draft("bad id", add, { x: from("gone", "y"), z: zero }),
        draft("w", needsWatts, { power: from("a", "y") }),
        draft("c", add, { x: from("a", "yy") }, { amount: "three" }),
      ]),
    );
    expect(refused.code).toBe("PIPE-020");
    expect(refused.problems.map(({ code }) => code).sort()).toEqual([
      "PIPE-021",
      "PIPE-022",
      "PIPE-022",
      "PIPE-024",
      "PIPE-025",
      "PIPE-026",
      "PIPE-027",
      "PIPE-027",
      "PIPE-032",
    ]);
    for (const { path, remedy } of refused.problems) {
      expect(path).toBeTruthy();
      expect(remedy).toBeTruthy();
    }
  });

  it("D-15: its order does not depend on the order of listing", () => {
    const drafts = (): NodeDraft[] => [
      draft("d", subtract, { left: from("b", "y"), right: from("c", "y") }),
      draft("b", add, { x: from("a", "y") }),
      draft("c", add, { x: from("a", "y") }),
      draft("a", add, { x: zero }),
    ];
    expect(assemble(drafts()).nodes.map(({ id }) => id)).toEqual(["a", "b", "c", "d"]);
    expect(assemble(drafts().reverse()).nodes.map(({ id }) => id)).toEqual(["a", "b", "c", "d"]);
  });

  it("builds 100,000 nodes in linear time", () => {
    const build = (count: number): number => {
      const startedMs = performance.now();
      graph("long", ({ add: put }) => {
        let y = put(add, {}, { x: 0 }).y;
        for (let index = 1; index < count; index++) y = put(add, {}, { x: y }).y;
        return { y };
      });
      return performance.now() - startedMs;
    };
    build(10_000);
    // 4 µs per node are usual; 30 µs leave room for a machine under load, and a quadratic step would take minutes.
    expect(build(100_000)).toBeLessThan(3000);
  });

  it("D-30: unknown settings are refused with a suggestion, and parsed settings cannot be changed", () => {
    expect(
      refusal(() =>
        graph("typo", ({ add: put }) => put(add, { amuont: 1 } as unknown as { amount: number }, { x: 0 })),
      ),
    ).toMatchObject({
      code: "PIPE-027",
      message: "add has no setting amuont",
      remedy: "Did you mean amount?",
    });
    const { nodes } = graph("fixed", ({ add: put }) => put(add, {}, { x: 0 }));
    expect(() => {
      (nodes[0]?.config as { amount: number }).amount = 7;
    }).toThrow(TypeError);
  });

  it("D-34: a configuration without an encoding is refused when the graph is built", () => {
    const callable = defineStage(undefined, {
      name: "test/callable",
      version: 1,
      config: z.strictObject({ f: z.any() }),
      outputs: {},
      run: () => ({}),
    });
    expect(refusal(() => graph("f", ({ add: put }) => put(callable, { f: [() => 1] })))).toMatchObject({
      code: "PIPE-027",
      path: expect.stringContaining("f[0]"),
    });
  });

  it("does not parse a configuration again when a graph becomes a part", async () => {
    const kilometres = defineStage(undefined, {
      name: "test/kilometres",
      version: 1,
      config: z.strictObject({ length: z.number().transform((km) => km * 1000) }),
      outputs: { m: numberPort() },
      run: ({ config }) => ({ m: config.length }),
    });
    const part = graph("part", ({ add: put }) => put(kilometres, { length: 2 }));
    const whole = graph("whole", ({ add: put }) =>
      put(
        graph("middle", ({ add: inner }) => inner(part, {})),
        {},
      ),
    );
    expect(await (await run(whole)).output("m")).toBe(2000);
  });

  it("inlines parts with scoped ids and rewires their inputs", async () => {
    const plusThree = graph("plus three", { inputs: { x: numberPort() } }, ({ add: put, inputs }) =>
      put(add, { amount: 2 }, { x: put(add, { amount: 1 }, { x: inputs.x }).y }),
    );
    const whole = graph("twice", ({ add: put }) => put(plusThree, {}, { x: put(plusThree, {}, { x: 1 }).y }));
    expect(whole.nodes.map(({ id }) => id)).toEqual([
      "plus-three/add",
      "plus-three/add-2",
      "plus-three-2/add",
      "plus-three-2/add-2",
    ]);
    expect(await (await run(whole)).output("y")).toBe(7);
  });

  it("names an input of a part that is not connected", () => {
    const part = graph("part", { inputs: { x: numberPort() } }, ({ add: put, inputs }) =>
      put(add, {}, { x: inputs.x }),
    );
    expect(
      refusal(() => graph("whole", ({ add: put }) => (put as (...all: unknown[]) => ReturnType<typeof put>)(part, {}))),
    ).toMatchObject({ code: "PIPE-031" });
  });
});

describe("wires", () => {
  it("of another unit do not compile, and are refused with both ends named", () => {
    expect(
      refusal(() =>
        graph("mismatch", ({ add: put }) => {
          const watts = put(power, {});
          // @ts-expect-error watts are no dimensionless number
          return put(total, {}, { terms: watts.power });
        }),
      ),
    ).toMatchObject({ code: "PIPE-026", message: expect.stringContaining("power.power cannot feed total.terms") });
    expect(refusal(() => assemble([draft("p", power), draft("a", add, { x: from("p", "power") })]))).toMatchObject({
      code: "PIPE-026",
      message: "p.power cannot feed a.x: W does not fit 1",
    });
  });

  it("of another type, to unknown ports, or missing, do not compile", () => {
    graph("types", ({ add: put }) => {
      const watts = put(power, {});
      // @ts-expect-error a text is no number
      expect(refusal(() => graph("t", ({ add: inner }) => inner(add, {}, { x: watts.name })))).toMatchObject({
        code: "PIPE-022",
      });
      // @ts-expect-error the stage has no output of this name
      expect(watts.powr).toBeUndefined();
      // @ts-expect-error the input x is missing
      expect(refusal(() => graph("m", ({ add: inner }) => inner(add, {})))).toMatchObject({ code: "PIPE-024" });
      // @ts-expect-error the setting is a number
      expect(refusal(() => graph("c", ({ add: inner }) => inner(add, { amount: "1" }, { x: 0 })))).toMatchObject({
        code: "PIPE-027",
      });
      // @ts-expect-error a plain number is not in watts
      const watt: Parameters<typeof needsWatts.run>[0]["inputs"]["power"] = 2;
      expect(watt).toBe(2);
      return {};
    });
  });

  const make = (rank: number | undefined): AnyStage =>
    defineStage(undefined, {
      name: "test/make",
      version: 1,
      outputs: { a: arrayPort("float64", rank === undefined ? {} : { rank }) },
      run: () => ({ a: ndarrayFrom("float64", [1, 2, 3, 4], { shape: [2, 2] }) }),
    });
  const take = defineStage(undefined, {
    name: "test/take",
    version: 1,
    inputs: { a: arrayPort("float64", { rank: 1 }) },
    outputs: { n: numberPort() },
    run: ({ inputs }) => ({ n: inputs.a.shape[0] ?? 0 }),
  });

  it("of another rank are refused, and of unknown rank when the value comes", async () => {
    expect(refusal(() => assemble([draft("m", make(2)), draft("t", take, { a: from("m", "a") })]))).toMatchObject({
      code: "PIPE-026",
    });
    const late = assemble([draft("m", make(undefined)), draft("t", take, { a: from("m", "a") })]);
    await expect(run(late)).rejects.toMatchObject({
      code: "PIPE-045",
      message: expect.stringContaining("t.a has 2 dimensions, not 1"),
    });
  });

  it("that carry anything are checked when the value comes", async () => {
    const anything = defineStage(undefined, {
      name: "test/anything",
      version: 1,
      outputs: { a: anyPort() },
      run: (): { a: Value } => ({ a: "a text" }),
    });
    await expect(run(assemble([draft("any", anything), draft("b", add, { x: from("any", "a") })]))).rejects.toThrow(
      "b.x is not a number",
    );
  });

  it("compare members of records with their units", () => {
    const sum = defineStage(undefined, {
      name: "test/r",
      version: 1,
      inputs: { r: recordPort({ a: numberPort() }) },
      outputs: {},
      run: () => ({}),
    });
    expect(refusal(() => assemble([draft("r", sum, { r: { kind: "value", value: { a: 1, b: 2 } } })]))).toMatchObject({
      message: expect.stringContaining("unexpected member b"),
    });
  });

  it("carry metrics in their unit, and refuse another unit or a metric that is not there", async () => {
    const level = (unit: string, name = "level"): Graph =>
      graph("metrics", ({ add: put }) => put(add, {}, { x: metricOf(put(power, {}), name, unit) }));
    expect(refusal(() => level("dB"))).toMatchObject({
      code: "PIPE-026",
      message: expect.stringContaining("dB does not fit 1"),
    });
    await expect(run(level("1"))).rejects.toThrow("emitted level in dB, not in 1");
    await expect(run(level("1", "levle"))).rejects.toThrow("emitted no metric levle");
    const sums = graph("sums", ({ add: put }) =>
      put(add, {}, { x: metricOf(put(add, { amount: 4 }, { x: 1 }), "sum") }),
    );
    expect(await (await run(sums)).output("y")).toBe(6);
  });

  it("gather things of one type only, in the order given", async () => {
    expect(
      refusal(() =>
        assemble([
          draft("p", power),
          draft("a", add, { x: zero }),
          draft("t", total, { terms: { kind: "gather", items: [from("a", "y"), from("p", "power")] } }),
        ]),
      ),
    ).toMatchObject({ code: "PIPE-026" });
    expect(
      await (await run(graph("none", ({ add: put }) => put(total, {}, { terms: gather<number>([]) })))).output("sum"),
    ).toBe(0);
  });
});

describe("map", () => {
  it("refuses items that do not fit, and what is no list", () => {
    expect(
      refusal(() => graph("m", ({ map }) => map(add, {}, { each: { x: [1, "two" as unknown as number] } }))),
    ).toMatchObject({ code: "PIPE-026", message: expect.stringContaining("item 1 that is not a number") });
    expect(
      refusal(() => graph("m", ({ map }) => map(add, {}, { each: { x: 3 as unknown as number[] } }))),
    ).toMatchObject({ code: "PIPE-026" });
  });

  it("runs over the output of another map, and over several lists at once", async () => {
    const mapped = graph("m", ({ add: put, map }) => {
      const more = map(add, { amount: 1 }, { each: { x: [1, 2, 3] } });
      const differences = map(subtract, {}, { each: { left: more.y, right: [1, 1, 1] } });
      return put(total, {}, { terms: differences.difference });
    });
    expect(await (await run(mapped)).output("sum")).toBe(6);
  });

  it("fails on lists of different length, naming both", async () => {
    const uneven = graph("m", ({ map }) => map(subtract, {}, { each: { left: [1, 2], right: [1] } }));
    await expect(run(uneven)).rejects.toThrow("left 2, right 1");
  });

  it("an item without a metric is missing in its series, not 0: cold, warm, in words and in documents", async () => {
    const picky = defineStage(undefined, {
      name: "test/picky",
      version: 1,
      inputs: { x: numberPort() },
      outputs: { y: numberPort() },
      run: ({ inputs, metric }) => {
        if (inputs.x > 0) metric("log", Math.log2(inputs.x), "dB");
        return { y: inputs.x };
      },
    });
    const model = graph("m", ({ map, add: put }) => {
      const items = map(picky, {}, { each: { x: [8, 0, 2, -1] } });
      return put(total, {}, { terms: items.y });
    });
    const store = memoryStore();
    for (const status of ["computed", "hit"]) {
      const result = await run(model, { store, fingerprints: durable });
      expect(result.nodes[0]?.status).toBe(status);
      const series = result.metrics["picky.log"];
      expect(series?.values).toEqual([3, Number.NaN, 1, Number.NaN]);
      expect(String(series)).toBe("2 values, 2 missing dB");
      expect(JSON.parse(JSON.stringify(series))).toEqual({ unit: "dB", values: [3, null, 1, null], missing: 2 });
    }
  });

  it("a series with gaps is not handed on as if it were whole", async () => {
    const gappy = defineStage(undefined, {
      name: "test/gappy",
      version: 1,
      inputs: { x: numberPort() },
      outputs: {},
      run: ({ inputs, metric }) => (inputs.x > 0 && metric("m", inputs.x), {}),
    });
    const reader = defineStage(undefined, {
      name: "test/reader",
      version: 1,
      inputs: { all: anyPort() },
      outputs: {},
      run: () => ({}),
    });
    const model = graph("m", ({ map, add: put }) =>
      put(reader, {}, { all: metricOf(map(gappy, {}, { each: { x: [1, 0, 3] } }), "m") }),
    );
    await expect(run(model)).rejects.toThrow("1 of 3 items of gappy emitted no metric m");
  });

  it("makes a series of each metric and refuses series in series", async () => {
    const result = await run(graph("m", ({ map }) => map(add, { amount: 1 }, { each: { x: [1, 2] } })));
    expect(result.metrics["add.sum"]?.values).toEqual([2, 3]);
    const serial = defineStage(undefined, {
      name: "test/serial",
      version: 1,
      inputs: { x: numberPort() },
      outputs: {},
      run: ({ metric }) => (metric("s", [1, 2]), {}),
    });
    await expect(run(graph("m", ({ map }) => map(serial, {}, { each: { x: [1] } })))).rejects.toThrow("is a series");
  });
});

describe("chain", () => {
  it("v1 smoke: multiply 2 by 3 gives 6", async () => {
    const doubling = graphOfStage(multiply, { factor: 3 });
    expect(await (await run(doubling, { inputs: { x: 2 } })).output("y")).toBe(6);
  });

  it("passes outputs to inputs of the same name, and names what is missing", async () => {
    const carry = defineStage(undefined, {
      name: "test/carry",
      version: 1,
      inputs: { y: numberPort() },
      outputs: { x: numberPort() },
      run: ({ inputs }) => ({ x: inputs.y * 10 }),
    });
    const steps = chain("steps", [[add, { amount: 2 }], carry, [add, { amount: 3 }]]);
    expect(await (await run(steps, { inputs: { x: 1 } })).output("y")).toBe(33);
    expect(refusal(() => chain("broken", [add, add]))).toMatchObject({ code: "PIPE-024", path: "add-2.x" });
    expect(chain("empty", []).nodes).toEqual([]);
  });
});

describe("defineStage", () => {
  it("refuses names, versions and ports that cannot stand in keys and paths", () => {
    const declare = (name: string, version: number, port: string): unknown =>
      defineStage(undefined, { name, version, outputs: { [port]: numberPort() }, run: () => ({ [port]: 1 }) });
    expect(refusal(() => declare("Upper", 1, "y")).code).toBe("PIPE-010");
    expect(refusal(() => declare("fine", 0, "y")).code).toBe("PIPE-010");
    expect(refusal(() => declare("fine", 1, "metric gdd"))).toMatchObject({ code: "PIPE-010", path: "metric gdd" });
  });
});

describe("the layout of a graph", () => {
  it("says where each node stands and what it waits for, each once, whatever the order of listing", () => {
    const { nodes, layout } = graph("layout", ({ add: put }) => {
      const z = put(add, {}, { x: 0 }, { id: "z" });
      const a = put(add, {}, { x: 0 }, { id: "a" });
      const sum = put(total, {}, { terms: gather([z.y, a.y, z.y]) }, { id: "m", after: [a] });
      return { y: sum.sum };
    });
    expect(nodes.map(({ id }) => id)).toEqual(["a", "z", "m"]);
    expect([...layout.places].sort()).toEqual([
      ["a", 0],
      ["m", 2],
      ["z", 1],
    ]);
    expect(layout.dependencies.map((list) => [...list].sort())).toEqual([[], [], [0, 1]]);
  });
});
