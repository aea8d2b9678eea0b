import { describe, expect, it } from "vitest";
import { durable } from "../fixtures/stages.ts";
import { graphFromDocument, parseGraphDocument } from "../graph/document.ts";
import { type Graph, graph } from "../graph/graph.ts";
import { numberPort } from "../stage/port.ts";
import { defineStage } from "../stage/stage.ts";
import { memoryStore } from "../store/memory-store.ts";
import { sweep } from "../sweep/sweep.ts";
import type { Value } from "../value/value.ts";
import { planRun } from "./plan.ts";
import { caseOf, run } from "./run.ts";

/** Says which grid it was told to use; 64 where nobody says. */
const sampler = defineStage(undefined, {
  name: "test/sampler",
  version: 1,
  policy: ["sampling.count"],
  outputs: { count: numberPort() },
  run: ({ policy }) => ({ count: Number(policy("sampling.count") ?? 64) }),
});
const plotter = defineStage(undefined, {
  name: "test/plotter",
  version: 1,
  policy: ["plot.folder"],
  outputs: { y: numberPort() },
  run: () => ({ y: 1 }),
});

const model = (own?: Value, said?: Value): Graph =>
  graph("layers", said === undefined ? {} : { policy: { "sampling.count": said } }, ({ add }) => {
    const { count } = add(sampler, {}, {}, own === undefined ? {} : { policy: { "sampling.count": own } });
    if (own !== undefined) add(sampler, {}, {}, { id: "open" });
    return { count, ...add(plotter, {}) };
  });
const keyOf = async (one: Graph, policy: Readonly<Record<string, Value>> = {}): Promise<string | undefined> =>
  (await planRun([caseOf(one, { policy })], { fingerprints: durable })).nodes.find(({ id }) => id === "sampler")?.key;

describe("policy", () => {
  it("comes from the graph, from the run before it, from the node before both, and from the stage where nobody says", async () => {
    for (const [one, policy, count, from] of [
      [model(), {}, 64, undefined],
      [model(undefined, 128), {}, 128, "graph"],
      [model(undefined, 128), { "sampling.count": 256 }, 256, "run"],
      [model(512, 128), { "sampling.count": 256 }, 512, "node"],
      [model(512), {}, 512, "node"],
    ] as const) {
      const result = await run(one, { policy });
      expect(await result.output("count")).toBe(count);
      const record = result.nodes.find(({ id }) => id === "sampler");
      expect(record?.policy).toEqual(from === undefined ? {} : { "sampling.count": count });
      expect(record?.policyFrom).toEqual(from === undefined ? {} : { "sampling.count": from });
    }
  });

  it("is overridden by false, 0 and null like by any other value", async () => {
    for (const own of [false, 0, null]) {
      const { nodes } = await run(model(own, 128), { policy: { "sampling.count": 256 } });
      expect(nodes.find(({ id }) => id === "sampler")?.policy).toEqual({ "sampling.count": own });
    }
  });

  it("enters a key by its value, whoever set it, and only where it is read", async () => {
    const key = await keyOf(model(256));
    expect(await keyOf(model(undefined, 256))).toBe(key);
    expect(await keyOf(model(), { "sampling.count": 256 })).toBe(key);
    expect(await keyOf(model(256, 1), { "sampling.count": 2, "plot.folder": "a" })).toBe(key);
    expect(await keyOf(model(257))).not.toBe(key);
    expect(await keyOf(model())).not.toBe(key);
  });

  it("lets a run reuse what another layer had set to the same", async () => {
    const store = memoryStore();
    await run(model(undefined, 32), { store, fingerprints: durable });
    const again = await run(model(), { store, fingerprints: durable, policy: { "sampling.count": 32 } });
    expect(again.nodes.map(({ status }) => status)).toEqual(["hit", "hit"]);
  });

  it("of a part is its default in a larger graph, and what is said where it is added stands below a node's own", async () => {
    const inner = graph("inner", { policy: { "sampling.count": 1 } }, ({ add }) => {
      add(sampler, {}, {}, { id: "own", policy: { "sampling.count": 2 } });
      return add(sampler, {}, {}, { id: "open" });
    });
    const counts = async (outer: Graph, policy: Readonly<Record<string, Value>> = {}): Promise<unknown> =>
      Object.fromEntries((await run(outer, { policy })).nodes.map((node) => [node.id, node.policy["sampling.count"]]));
    const plain = graph("plain", ({ add }) => add(inner, {}));
    expect(await counts(plain)).toEqual({ "inner/open": 1, "inner/own": 2 });
    expect(await counts(plain, { "sampling.count": 9 })).toEqual({ "inner/open": 9, "inner/own": 2 });
    const outer = graph("outer", { policy: { "sampling.count": 5 } }, ({ add }) => add(inner, {}));
    expect(await counts(outer)).toEqual({ "inner/open": 5, "inner/own": 2 });
    const told = graph("told", ({ add }) => {
      add(sampler, {}, {}, { id: "free" });
      return add(inner, {}, {}, { policy: { "sampling.count": 7 } });
    });
    expect(await counts(told, { "sampling.count": 9 })).toEqual({ free: 9, "inner/open": 7, "inner/own": 2 });
    const twice = graph("twice", { policy: { "sampling.count": 3 } }, ({ add }) => add(plain, {}));
    expect(await counts(twice)).toEqual({ "plain/inner/open": 3, "plain/inner/own": 2 });
  });

  it("that nobody reads is refused in every layer, with a suggestion", async () => {
    const refusal = { code: "PIPE-030", remedy: "Did you mean sampling.count?" };
    const misspelt = { policy: { "sampling.cuont": 1 } };
    expect(() => graph("g", misspelt, ({ add }) => add(sampler, {}))).toThrowError(expect.objectContaining(refusal));
    expect(() => graph("g", ({ add }) => add(sampler, {}, {}, misspelt))).toThrowError(
      expect.objectContaining({ ...refusal, path: "sampler.policy.sampling.cuont" }),
    );
    const part = graph("part", ({ add }) => add(sampler, {}));
    expect(() => graph("g", ({ add }) => add(part, {}, {}, misspelt))).toThrowError(expect.objectContaining(refusal));
    await expect(run(model(), misspelt)).rejects.toMatchObject(refusal);
    // Read in the graph, but not by this node.
    expect(() => graph("g", ({ add }) => add(plotter, {}, {}, { policy: { "sampling.count": 1 } }))).toThrowError(
      expect.objectContaining({ code: "PIPE-030" }),
    );
  });

  it("of a run or a sweep that every node which reads it sets itself is refused", async () => {
    const own = { policy: { "sampling.count": 1 } };
    const inner = graph("inner", ({ add }) => add(sampler, {}));
    const closed = graph("closed", ({ add }) => {
      add(sampler, {}, {}, own);
      add(plotter, {});
      return add(inner, {}, {}, own);
    });
    const refusal = { code: "PIPE-030", path: "policy.sampling.count" };
    const said = await run(closed, { policy: { "sampling.count": 2 } }).catch((thrown: unknown) => thrown);
    expect(said).toMatchObject(refusal);
    expect((said as Error).message).toContain("every node that reads it sets it itself");
    await expect(sweep(closed, { "policy.sampling.count": [1, 2] })).rejects.toMatchObject(refusal);
    expect((await run(closed, { policy: { "plot.folder": "a" } })).status).toBe("succeeded");
  });

  it("cannot be changed once it is said, and is a value like any other", () => {
    const said = { "sampling.count": [1] };
    const one = graph("g", { policy: said }, ({ add }) => add(sampler, {}));
    expect(() => (said["sampling.count"] as number[]).push(2)).toThrow(TypeError);
    expect(one.policy).toEqual({ "sampling.count": [1] });
    const odd = { policy: { "sampling.count": (() => 1) as never } };
    expect(() => graph("g", odd, ({ add }) => add(sampler, {}))).toThrowError(
      expect.objectContaining({ code: "PIPE-001", path: "policy.sampling.count" }),
    );
  });

  it("stands in graph files for the whole and for a node", async () => {
    const document = parseGraphDocument({
      graph: "file",
      policy: { "sampling.count": 8 },
      nodes: {
        open: { stage: "test/sampler" },
        own: { stage: "test/sampler", policy: { "sampling.count": 16 }, priority: 2 },
      },
    });
    const fromFile = graphFromDocument(document, new Map([[sampler.name, sampler]]));
    const { nodes } = await run(fromFile);
    expect(
      nodes.map(({ id, policy, policyFrom }) => [id, policy["sampling.count"], policyFrom["sampling.count"]]),
    ).toEqual([
      ["open", 8, "graph"],
      ["own", 16, "node"],
    ]);
    expect(fromFile.nodes.map(({ priority }) => priority)).toEqual([0, 2]);
  });
});
