import { describe, expect, it } from "vitest";
import { z } from "zod";
import { graph } from "../graph/graph.ts";
import { gather } from "../graph/wire.ts";
import { listPort, numberPort } from "../stage/port.ts";
import { defineStage } from "../stage/stage.ts";
import { run } from "./run.ts";

const add = defineStage(undefined, {
  name: "test/add",
  version: 1,
  config: z.strictObject({ amount: z.number() }),
  inputs: { x: numberPort() },
  outputs: { y: numberPort() },
  run({ config, inputs, metric }) {
    metric("sum", inputs.x + config.amount);
    return { y: inputs.x + config.amount };
  },
});

const total = defineStage(undefined, {
  name: "test/total",
  version: 1,
  inputs: { terms: listPort(numberPort()) },
  outputs: { sum: numberPort() },
  run: ({ inputs }) => ({ sum: inputs.terms.reduce((sum, term) => sum + term, 0) }),
});

describe("run", () => {
  it("gives 7 for a diamond of +1, +2, +3 and a summing merge on 0", async () => {
    const diamond = graph("diamond", (builder) => {
      const a = builder.add(add, { amount: 1 }, { x: 0 });
      const b = builder.add(add, { amount: 2 }, { x: a.y });
      const c = builder.add(add, { amount: 3 }, { x: a.y });
      return builder.add(total, {}, { terms: gather([b.y, c.y]) });
    });
    const result = await run(diamond);
    expect(await result.output("sum")).toBe(7);
    expect(result.nodes.map((node) => node.id)).toEqual(["add", "add-2", "add-3", "total"]);
    expect(result.metrics["add-3.sum"]?.value).toBe(4);
  });

  it("runs a map node item by item, as one node", async () => {
    const each = graph("each", ({ map }) => map(add, { amount: 1 }, { each: { x: [1, 2, 3] } }));
    const result = await run(each);
    expect(await result.output("y")).toEqual([2, 3, 4]);
  });
});
