import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { add, durable, multiply, noise, subtract } from "../fixtures/stages.ts";
import { type Graph, graph, graphOfStage } from "../graph/graph.ts";
import { caseOf, run } from "../run/run.ts";
import { numberPort } from "../stage/port.ts";
import { defineStage } from "../stage/stage.ts";
import { memoryStore } from "../store/memory-store.ts";
import type { NdArray } from "../value/ndarray.ts";
import type { Value } from "../value/value.ts";
import { interval, logRange, parseAxis, range, replicas, values } from "./axes.ts";
import { expandAxes, type Point } from "./expand.ts";
import { planSweep, sweep, sweepCases } from "./sweep.ts";

const column = (points: readonly Point[], path: string): readonly Value[] =>
  points.map((point) => point[path] as Value);
const codeOf = (act: () => unknown): { code?: string; message?: string; remedy?: string } => {
  try {
    act();
    return {};
  } catch (thrown) {
    return thrown as { code: string };
  }
};

/** source → scale → two branches → difference. */
const model = (): Graph =>
  graph("model", ({ add: put }) => {
    const source = put(add, { amount: 1 }, { x: 0 }, { id: "source" });
    const scale = put(multiply, { factor: 2 }, { x: source.y }, { id: "scale" });
    const left = put(add, { amount: 10 }, { x: scale.y }, { id: "left" });
    const right = put(multiply, { factor: 3 }, { x: scale.y }, { id: "right" });
    return put(subtract, {}, { left: left.y, right: right.y }, { id: "end" });
  });

describe("axes", () => {
  it("list what they are given, in order", () => {
    expect(expandAxes({ a: [3, 1, "x"] })).toEqual([{ a: 3 }, { a: 1 }, { a: "x" }]);
  });

  it("are evenly spaced by count or by step, with exact ends", () => {
    expect(range(4, 6, { count: 5 })).toEqual(values([4, 4.5, 5, 5.5, 6]));
    expect(range(0, 1, { step: 0.25 })).toEqual(values([0, 0.25, 0.5, 0.75, 1]));
    expect(range(3, 1, { step: -1 })).toEqual(values([3, 2, 1]));
    expect(range(0.1, 0.7, { count: 7 })).toMatchObject({ values: expect.arrayContaining([0.1, 0.7]) });
    expect(range(2, 2, { count: 1 })).toEqual(values([2]));
  });

  it("have equal ratios on a logarithmic scale", () => {
    const axis = logRange(1, 1000, { count: 4 }) as { values: readonly number[] };
    // Two roundings in the power.
    for (const [at, value] of axis.values.entries()) expect(Math.abs(value / 10 ** at - 1)).toBeLessThan(1e-15);
    expect(axis.values.at(-1)).toBe(1000);
  });

  it("are refused when they make no sense", () => {
    const bad = [
      () => range(0, 1, { count: 1 }),
      () => range(0, 1, { step: -1 }),
      () => range(0, 1, { step: 0 }),
      () => range(0, Number.NaN, { count: 3 }),
      () => logRange(-1, 1, { count: 3 }),
      () => interval(2, 1),
      () => interval(0, 1, "log"),
      () => expandAxes({ a: [] }),
      () => parseAxis("1,,2"),
      () => parseAxis("log:1:2"),
    ];
    for (const act of bad) expect(codeOf(act).code).toBe("PIPE-051");
  });

  it("are read as the command line writes them", () => {
    expect(parseAxis("1,2.5,true,abc")).toEqual(values([1, 2.5, true, "abc"]));
    expect(parseAxis("0:1:3")).toEqual(values([0, 0.5, 1]));
    expect(parseAxis("log:1:100:3")).toEqual(values([1, 10, 100]));
    expect(parseAxis("a:b:c")).toEqual(values(["a:b:c"]));
    expect(replicas(3, 7)).toEqual(values([7, 8, 9]));
  });
});

describe("designs", () => {
  it("grid: every combination, the last path fastest", () => {
    expect(expandAxes({ a: [1, 2], b: [10, 20, 30] }).map(({ a, b }) => [a, b])).toEqual([
      [1, 10],
      [1, 20],
      [1, 30],
      [2, 10],
      [2, 20],
      [2, 30],
    ]);
    expect(expandAxes({})).toEqual([{}]);
    expect(
      codeOf(() => expandAxes({ a: range(1, 2000, { count: 2000 }), b: range(1, 2000, { count: 2000 }) })),
    ).toMatchObject({ code: "PIPE-051", message: "the grid has 4000000 points" });
  });

  it("zip: first with first; unequal lengths are refused by name", () => {
    expect(expandAxes({ a: [1, 2], b: ["x", "y"] }, { mode: "zip" })).toEqual([
      { a: 1, b: "x" },
      { a: 2, b: "y" },
    ]);
    expect(codeOf(() => expandAxes({ a: [1, 2], b: [1] }, { mode: "zip" }))).toMatchObject({
      code: "PIPE-051",
      message: expect.stringContaining("a has 2 values, b has 1"),
    });
  });

  for (const mode of ["random", "latinHypercube", "sobol"] as const) {
    it(`${mode}: the same points for the same seed, others for another, all inside`, () => {
      const axes = { a: interval(-1, 3), b: interval(1, 100, "log"), c: ["x", "y", "z"] };
      const one = expandAxes(axes, { mode, count: 64, seed: 3 });
      expect(expandAxes(axes, { mode, count: 64, seed: 3 })).toEqual(one);
      expect(expandAxes(axes, { mode, count: 64, seed: 4 })).not.toEqual(one);
      for (const { a, b, c } of one) {
        expect(a).toBeGreaterThanOrEqual(-1);
        expect(a).toBeLessThan(3);
        expect(b).toBeGreaterThanOrEqual(1);
        expect(b).toBeLessThan(100);
        expect(["x", "y", "z"]).toContain(c);
      }
      expect(codeOf(() => expandAxes(axes, { mode })).code).toBe("PIPE-051");
    });
  }

  it("latinHypercube and sobol put one point into each of as many slices; a logarithmic interval has half of them below its geometric mean", () => {
    for (const mode of ["latinHypercube", "sobol"] as const) {
      const points = expandAxes({ a: interval(0, 1), b: interval(1, 100, "log") }, { mode, count: 32 });
      expect(new Set(column(points, "a").map((a) => Math.floor((a as number) * 32))).size).toBe(32);
      expect(column(points, "b").filter((b) => (b as number) < 10)).toHaveLength(16);
    }
  });

  it("refuse intervals where points must be listed", () => {
    expect(codeOf(() => expandAxes({ b: values([1]), a: interval(0, 1) }))).toMatchObject({
      code: "PIPE-051",
      path: "a",
    });
  });
});

describe("sweep", () => {
  it("D-24: a node in the middle is swept and what follows is rewired", async () => {
    const study = await sweep(model(), { "scale.factor": [1, 2, 5] });
    const outputs = await Promise.all(study.cases.map(({ result }) => result.output("difference")));
    expect(outputs).toEqual([1 + 10 - 3, 2 + 10 - 6, 5 + 10 - 15]);
    expect(study.cases[0]?.result.nodes.map(({ id }) => id.split("/").at(-1))).toEqual([
      "source",
      "scale",
      "left",
      "right",
      "end",
    ]);
  });

  it("computes what points share once, and what is new when points are added", async () => {
    const store = memoryStore();
    const options = { store, fingerprints: durable };
    const first = await sweep(model(), { "left.amount": [1, 2, 3] }, options);
    // source, scale and right once; left and end three times; 15 nodes in all.
    expect(first.cache).toMatchObject({ misses: 9, hits: 6 });
    const more = await sweep(model(), { "left.amount": [1, 2, 3, 4] }, options);
    expect(more.cache.misses).toBe(2);
    expect((await sweep(model(), { "left.amount": [1, 2, 3, 4] }, options)).cache.misses).toBe(0);
  });

  it("plans without running: the distinct work is known before", async () => {
    const plan = await planSweep(model(), { "left.amount": [1, 2, 3] });
    expect(plan.nodes).toHaveLength(15);
    expect(plan.nodes.filter(({ index, first }) => index === first)).toHaveLength(9);
  });

  it("has ids that depend on the point alone, and rows in the order of the points", async () => {
    const ids = (list: readonly Value[]): readonly string[] =>
      sweepCases(model(), { "scale.factor": list }).map((one) => one.case.id);
    expect(ids([1, 2])).toEqual([...ids([2, 1])].reverse());
    expect(ids([1])[0]).toMatch(/^@[0-9a-f]{8}$/);
    expect(new Set(ids([1, 1, 1])).size).toBe(3);
    const study = await sweep(model(), { "scale.factor": [3, 1] });
    expect(study.rows()).toMatchObject([
      { id: study.cases[0]?.id, "scale.factor": 3, "left.sum": 13, status: "succeeded" },
      { id: study.cases[1]?.id, "scale.factor": 1, "left.sum": 11, status: "succeeded" },
    ]);
  });

  it("keeps equal points apart, however often a design draws them", async () => {
    const study = await sweep(model(), { "scale.factor": [1, 2] }, { mode: "random", count: 40 });
    expect(new Set(study.cases.map(({ id }) => id)).size).toBe(40);
    for (const { point, result } of study.cases)
      expect(await result.output("difference")).toBe(10 - 2 * (point["scale.factor"] as number));
  });

  it("D-14: a metric that is called like a swept path does not overwrite it", async () => {
    const shadow = defineStage(undefined, {
      name: "test/shadow",
      version: 1,
      config: z.strictObject({ gain: z.number() }),
      outputs: {},
      run: ({ metric }) => (metric("gain", 99), {}),
    });
    const study = await sweep(
      graph("shadow", ({ add: put }) => (put(shadow, { gain: 1 }), {})),
      { "shadow.gain": [1, 2] },
    );
    expect(study.rows()).toMatchObject([{ "shadow.gain": 1, "metric shadow.gain": 99 }, { "shadow.gain": 2 }]);
  });

  it("D-25: unknown nodes, settings and items are refused with a suggestion, before anything runs", async () => {
    const refuse = (path: string): ReturnType<typeof codeOf> => codeOf(() => sweepCases(model(), { [path]: [1] }));
    expect(refuse("scal.factor")).toMatchObject({ code: "PIPE-050", remedy: "Did you mean scale?" });
    expect(refuse("scale.facter")).toMatchObject({ code: "PIPE-050", remedy: "Did you mean factor?" });
    expect(refuse("scale.factor.deep")).toMatchObject({ code: "PIPE-050" });
    expect(refuse("scale")).toMatchObject({
      code: "PIPE-050",
      message: "scale names a node, not one of its settings",
      remedy: "There is: factor.",
    });
    expect(refuse("left.constructor")).toMatchObject({ code: "PIPE-050" });
    await expect(sweep(model(), { "policy.test.unknown": [1] })).rejects.toMatchObject({ code: "PIPE-030" });
    await expect(sweep(model(), { "input.launch": [1] })).rejects.toMatchObject({ code: "PIPE-031" });
  });

  it("D-25: values go through the stage's schema", () => {
    expect(codeOf(() => sweepCases(model(), { "scale.factor": ["abc"] })).code).toBe("PIPE-027");
    expect(codeOf(() => sweepCases(model(), { seed: [-1] })).code).toBe("PIPE-051");
    const metres = defineStage(undefined, {
      name: "test/metres",
      version: 1,
      config: z.strictObject({ length: z.number().transform((km) => km * 1000), n: z.number() }),
      outputs: { m: numberPort() },
      run: ({ config }) => ({ m: config.length }),
    });
    // Swept silently, the length would be multiplied a second time.
    expect(
      codeOf(() =>
        sweepCases(
          graph("metres", ({ add: put }) => put(metres, { length: 1, n: 0 })),
          { "metres.n": [1, 2] },
        ),
      ),
    ).toMatchObject({ code: "PIPE-051", path: "metres" });
  });

  it("reaches nested settings, list items, and settings that are known but not set", async () => {
    const nested = defineStage(undefined, {
      name: "test/nested",
      version: 1,
      config: z.strictObject({ pulse: z.strictObject({ taps: z.array(z.number()) }), offset: z.number().optional() }),
      outputs: { y: numberPort() },
      run: ({ config }) => ({ y: (config.pulse.taps[1] ?? 0) + (config.offset ?? 0) }),
    });
    const built = graph("nested", ({ add: put }) => put(nested, { pulse: { taps: [1, 2, 3] } }));
    const outputs = async (axes: Parameters<typeof sweep>[1]): Promise<readonly Value[]> =>
      Promise.all((await sweep(built, axes)).cases.map(({ result }) => result.output("y")));
    expect(await outputs({ "nested.pulse.taps.1": [7, 8] })).toEqual([7, 8]);
    expect(await outputs({ "nested.offset": [100] })).toEqual([102]);
    expect(codeOf(() => sweepCases(built, { "nested.pulse.taps.3": [0] }))).toMatchObject({ code: "PIPE-050" });
  });

  it("sweeps several nodes jointly, and nodes inside parts", async () => {
    const joint = await sweep(model(), { "scale.factor": [1, 2], "left.amount": [5, 6] }, { mode: "zip" });
    expect(await Promise.all(joint.cases.map(({ result }) => result.output("difference")))).toEqual([
      1 + 5 - 3,
      2 + 6 - 6,
    ]);
    const whole = graph("whole", ({ add: put }) => put(model(), {}, {}));
    const inside = await sweep(whole, { "model/scale.factor": [1] });
    expect(await inside.cases[0]?.result.output("difference")).toBe(8);
  });

  it("sweeps policy, seeds and inputs", async () => {
    const reads = defineStage(undefined, {
      name: "test/reads",
      version: 1,
      policy: ["test.level"],
      inputs: { x: numberPort() },
      outputs: { y: numberPort() },
      run: ({ inputs, policy }) => ({ y: inputs.x * Number(policy("test.level") ?? 1) }),
    });
    const open = graphOfStage(reads, {});
    const study = await sweep(open, { "policy.test.level": [2, 3], "input.x": [10, 20] });
    expect(await Promise.all(study.cases.map(({ result }) => result.output("y")))).toEqual([20, 40, 30, 60]);
    const replicated = await sweep(
      graph("noise", ({ add: put }) => put(noise, {})),
      { seed: replicas(4, 1) },
    );
    const draws = await Promise.all(
      replicated.cases.map(async ({ result }) => ((await result.output("draws")) as NdArray).data.join()),
    );
    expect(new Set(draws).size).toBe(4);
    const alone = await run(
      graph("noise", ({ add: put }) => put(noise, {})),
      { seed: 3 },
    );
    expect(draws[2]).toBe(((await alone.output("draws")) as NdArray).data.join());
  });

  it("sweeps a document, and hands its maker the paths that lead into it", async () => {
    const document = { scale: 2, offset: 1 };
    const study = await sweep(
      {
        document,
        place: (point, base) => {
          const { scale, offset } = { ...document, ...point } as typeof document;
          return {
            ...base,
            graph: graph("made", ({ add: put }) =>
              put(add, { amount: offset }, { x: put(multiply, { factor: scale }, { x: base.seed + 1 }).y }),
            ),
          };
        },
      },
      { scale: [3, 4], seed: [0, 1] },
    );
    expect(study.cases.map(({ point }) => point)).toEqual([
      { scale: 3, seed: 0 },
      { scale: 3, seed: 1 },
      { scale: 4, seed: 0 },
      { scale: 4, seed: 1 },
    ]);
    expect(await Promise.all(study.cases.map(({ result }) => result.output("y")))).toEqual([4, 4, 5, 5]);
  });

  it("D-18: a failing point costs no other point", async () => {
    const picky = defineStage(undefined, {
      name: "test/picky",
      version: 1,
      config: z.strictObject({ x: z.number() }),
      outputs: { y: numberPort() },
      run({ config }) {
        if (config.x === 2) throw new Error("not two");
        return { y: config.x };
      },
    });
    const study = await sweep(
      graph("picky", ({ add: put }) => put(picky, { x: 0 })),
      { "picky.x": [1, 2, 3] },
    );
    expect(study.status).toBe("partial");
    expect(study.cases.map(({ result }) => result.status)).toEqual(["succeeded", "partial", "succeeded"]);
  });

  it("gives each point the result of a run of its own", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 4 }),
        fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 3 }),
        async (factors, amounts) => {
          const study = await sweep(model(), { "scale.factor": factors, "left.amount": amounts });
          for (const { point, result } of study.cases) {
            const [one] = sweepCases(model(), {
              "scale.factor": [point["scale.factor"] as Value],
              "left.amount": [point["left.amount"] as Value],
            });
            const alone = await run(one?.case.graph as Graph, caseOf(model(), {}));
            expect(await result.output("difference")).toBe(await alone.output("difference"));
            expect(result.nodes.map(({ key }) => key)).toEqual(alone.nodes.map(({ key }) => key));
          }
        },
      ),
      { seed: 21, numRuns: 20 },
    );
  });
});
