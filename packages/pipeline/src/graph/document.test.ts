import { describe, expect, it } from "vitest";
import { run } from "../run/run.ts";
import { inlineScheduler } from "../schedule/inline.ts";
import { numberPort, quantityPort } from "../stage/port.ts";
import { type AnyStage, defineStage } from "../stage/stage.ts";
import { sweep } from "../sweep/sweep.ts";
import { graphFromDocument, parseGraphDocument } from "./document.ts";

let calls = 0;
/** Fails twice, then answers. */
const moody = defineStage(undefined, {
  name: "test/moody",
  version: 1,
  outputs: { y: numberPort() },
  resources: { cpu: 1 },
  run() {
    calls += 1;
    if (calls < 3) throw new Error(`call ${calls}`);
    return { y: calls };
  },
});
const stages = new Map<string, AnyStage>([[moody.name, moody]]);
const file = (node: object) => ({ graph: "g", nodes: { m: { stage: "test/moody", ...node } }, outputs: { y: "m.y" } });

describe("a node of a graph file", () => {
  it("says how often, how long and how soon again it is attempted", async () => {
    const node = {
      maxAttempts: 3,
      timeoutMs: 500,
      deadlineMs: 1000,
      backoff: { initialMs: 1 },
      retryOn: ["error"],
    };
    const graph = graphFromDocument(parseGraphDocument(file(node)), stages);
    expect(graph.nodes[0]?.retry).toEqual({
      ...node,
      backoff: { initialMs: 1, factor: 2, maxMs: 30_000, jitterFraction: 0.2 },
    });
    calls = 0;
    const result = await run(graph);
    expect(await result.output("y")).toBe(3);
    expect(result.nodes[0]?.attempts.map(({ failure }) => failure?.message)).toEqual(["call 1", "call 2", undefined]);
  });

  it("may be tried again for some failures only", async () => {
    calls = 0;
    const graph = graphFromDocument(parseGraphDocument(file({ maxAttempts: 3, retryOn: ["timeout"] })), stages);
    await expect(run(graph)).rejects.toMatchObject({ code: "PIPE-045" });
    expect(calls).toBe(1);
  });

  it("says what it asks the scheduler for, in place of its stage", async () => {
    const graph = graphFromDocument(parseGraphDocument(file({ resources: { counters: { licences: 1 } } })), stages);
    await expect(run(graph)).rejects.toMatchObject({ code: "PIPE-028", path: "m" });
    calls = 2;
    const scheduler = inlineScheduler({ counters: { licences: 1 } });
    expect(await (await run(graph, { scheduler })).output("y")).toBe(3);
    await scheduler.close();
  });

  it("is refused where it says something else, by the place", () => {
    for (const [node, path] of [
      [{ maxAttempts: 0 }, "graph.nodes.m.maxAttempts"],
      [{ deadlineMs: 0 }, "graph.nodes.m.deadlineMs"],
      [{ backoff: { jitterFraction: 2 } }, "graph.nodes.m.backoff.jitterFraction"],
      [{ backoff: { initial: 1 } }, "graph.nodes.m.backoff.initial"],
      [{ resources: { cpus: 1 } }, "graph.nodes.m.resources.cpus"],
      [{ resources: { gpu: 0.5 } }, "graph.nodes.m.resources.gpu"],
    ] as const) {
      expect(() => parseGraphDocument(file(node))).toThrow(expect.objectContaining({ code: "PIPE-027", path }));
    }
  });
});

describe("the inputs of a graph file", () => {
  const scaled = defineStage(undefined, {
    name: "test/scaled",
    version: 1,
    inputs: { x: quantityPort<number>("V"), k: numberPort() },
    outputs: { y: quantityPort<number>("V") },
    run: ({ inputs }) => ({ y: inputs.x * inputs.k }),
  });
  const withInputs = (inputs: object, k: unknown = { input: "factor" }) => ({
    graph: "g",
    inputs,
    nodes: { s: { stage: "test/scaled", inputs: { x: { input: "volts" }, k } } },
    outputs: { y: "s.y" },
  });
  const graphOf = (document: unknown) =>
    graphFromDocument(parseGraphDocument(document), new Map<string, AnyStage>([[scaled.name, scaled]]));

  it("are taken by name, with the type and unit of who takes them", async () => {
    const graph = graphOf(withInputs({ volts: 3 }));
    expect(graph.inputs).toMatchObject({ volts: { unit: "V" }, factor: { unit: "1" } });
    expect(await (await run(graph, { inputs: { volts: 3, factor: 2 } })).output("y")).toBe(6);
    await expect(run(graph, { inputs: { volts: "3", factor: 2 } })).rejects.toMatchObject({ code: "PIPE-031" });
    const study = await sweep(graph, { "input.volts": [1, 2] }, { inputs: { volts: 3, factor: 2 } });
    expect(await Promise.all(study.cases.map(({ result }) => result.output("y")))).toEqual([2, 4]);
  });

  it("are refused when nobody takes them, or who take one do not agree", () => {
    expect(() => graphOf(withInputs({ volt: 3 }))).toThrow(
      expect.objectContaining({ code: "PIPE-031", path: "inputs.volt", remedy: "Did you mean volts?" }),
    );
    expect(() => graphOf(withInputs({}, { input: "volts" }))).toThrow(expect.objectContaining({ path: "s.k" }));
  });
});
