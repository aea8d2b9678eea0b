import { describe, expect, it } from "vitest";
import { add, durable, talkative } from "../fixtures/stages.ts";
import { type Graph, graph } from "../graph/graph.ts";
import { numberPort } from "../stage/port.ts";
import { defineStage } from "../stage/stage.ts";
import { memoryStore } from "../store/memory-store.ts";
import { digestOf } from "../value/encode.ts";
import type { NdArray } from "../value/ndarray.ts";
import type { Value } from "../value/value.ts";
import type { RunOptions } from "./options.ts";
import { run } from "./run.ts";

const talk = graph("talk", ({ add: put }) => put(talkative, {}, { x: 3 }));
const contentsOf = async (model: Graph, options: RunOptions = {}): Promise<Readonly<Record<string, Value>>> => {
  const { artifacts } = await run(model, options);
  const loaded = await Promise.all(
    artifacts.map(async (one) => [`${one.nodeId}/${one.name}`, await one.load()] as const),
  );
  return Object.fromEntries(loaded.map(([name, { content }]) => [name, content as unknown as Value]));
};

describe("artifacts", () => {
  it("D-10: of every kind are kept whole, lists and large arrays among them, with and without a store, cold and warm", async () => {
    const store = memoryStore();
    const bare = await contentsOf(talk as Graph);
    expect(Object.keys(bare)).toEqual(["plot", "data", "list", "text", "file"].map((name) => `talkative/${name}`));
    expect(bare["talkative/list"]).toEqual({ kind: "data", title: "List", data: [1, "two", null] });
    expect(bare["talkative/file"]).toMatchObject({ bytes: new Uint8Array([1, 2, 3]) });
    const { data } = bare["talkative/data"] as { data: NdArray };
    expect(data.shape).toEqual([4096]);
    expect(data.data.at(-1)).toBe(3);
    for (const state of ["cold", "warm"]) {
      const kept = await contentsOf(talk as Graph, { store, fingerprints: durable });
      expect(digestOf(kept), state).toBe(digestOf(bare));
    }
  });

  it("D-11: of parts inside parts survive, under the path of their node", async () => {
    const inner = graph("inner", { inputs: { x: numberPort() } }, ({ add: put, inputs }) =>
      put(talkative, {}, { x: inputs.x }),
    );
    const middle = graph("middle", { inputs: { x: numberPort() } }, ({ add: put, inputs }) =>
      put(inner, {}, { x: inputs.x }),
    );
    const outer = graph("outer", ({ add: put }) => put(middle, {}, { x: 3 }));
    const store = memoryStore();
    for (const state of ["cold", "warm"]) {
      const found = await contentsOf(outer as Graph, { store, fingerprints: durable });
      expect(Object.keys(found), state).toEqual(
        ["plot", "data", "list", "text", "file"].map((name) => `middle/inner/talkative/${name}`),
      );
    }
  });

  it("are data: what would draw itself is refused", async () => {
    const draws = defineStage(undefined, {
      name: "test/draws",
      version: 1,
      outputs: {},
      run: ({ artifact }) => {
        artifact("figure", { kind: "data", title: "Figure", data: (() => "drawn") as never });
        return {};
      },
    });
    await expect(run(graph("draws", ({ add: put }) => put(draws, {})))).rejects.toThrow("artifact figure");
  });
});

describe("what the originals promise of runs", () => {
  it("a part of +2 and a +3 after it make 6 of 1, like the flat line, and the part keeps its name", async () => {
    const part = graph("two more", { inputs: { x: numberPort() } }, ({ add: put, inputs }) =>
      put(add, { amount: 2 }, { x: inputs.x }),
    );
    const nested = await run(graph("n", ({ add: put }) => put(add, { amount: 3 }, { x: put(part, {}, { x: 1 }).y })));
    expect(await nested.output("y")).toBe(6);
    expect(nested.nodes.map(({ id }) => id)).toEqual(["two-more/add", "add"]);
  });

  it("a second run on the same store reports hits, and the same value", async () => {
    const model = graph("three", ({ add: put }) => put(add, { amount: 2 }, { x: 1 }));
    const store = memoryStore();
    for (const status of ["computed", "hit"]) {
      const result = await run(model, { store, fingerprints: durable });
      expect([result.nodes[0]?.status, await result.output("y")]).toEqual([status, 3]);
    }
  });

  it("records stand in the order of the graph, with label, key, version, settings and time", async () => {
    const model = graph("labels", ({ add: put }) =>
      put(add, {}, { x: put(add, {}, { x: 0 }, { label: "First" }).y }, { label: "Second" }),
    );
    const { nodes } = await run(model, { fingerprints: durable });
    expect(nodes.map(({ label, stage, version }) => [label, stage, version])).toEqual([
      ["First", "test/add", 1],
      ["Second", "test/add", 1],
    ]);
    for (const { key, durationMs, startedAtMs, attempts } of nodes) {
      expect(key).toMatch(/^[0-9a-f]{64}$/);
      expect(durationMs).toBeGreaterThanOrEqual(0);
      expect(startedAtMs).toBe(attempts[0]?.startedAtMs);
    }
  });

  it("a node that waits for itself is a circle of one, and is named", () => {
    const document = {
      graph: "self",
      nodes: { loop: { stage: "test/add", inputs: { x: "loop.y" } } },
    };
    return import("../graph/document.ts").then(({ graphFromDocument, parseGraphDocument }) => {
      expect(() => graphFromDocument(parseGraphDocument(document), new Map([[add.name, add]]))).toThrowError(
        expect.objectContaining({ code: "PIPE-023", message: expect.stringContaining("loop → loop") }),
      );
    });
  });
});
