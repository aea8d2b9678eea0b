import { describe, expect, it } from "vitest";
import { graph } from "../graph/graph.ts";
import { inlineScheduler } from "../schedule/inline.ts";
import { numberPort } from "../stage/port.ts";
import { defineStage } from "../stage/stage.ts";
import { run } from "./run.ts";

let ran = 0;
const light = defineStage(undefined, {
  name: "test/light",
  version: 1,
  outputs: { y: numberPort() },
  run() {
    ran += 1;
    return { y: 1 };
  },
});
const heavy = defineStage(undefined, {
  name: "test/heavy",
  version: 1,
  inputs: { x: numberPort() },
  outputs: { y: numberPort() },
  resources: { cpu: 8, counters: { licence: 1 } },
  run: ({ inputs }) => ({ y: inputs.x }),
});
const model = graph("two", ({ add }) => add(heavy, {}, { x: add(light, {}).y }));

describe("admission", () => {
  it("D-17: refuses a node that asks for more than there is, before anything upstream has run", async () => {
    ran = 0;
    await expect(run(model, { scheduler: inlineScheduler({ cpu: 2 }) })).rejects.toMatchObject({
      code: "PIPE-028",
      path: "heavy",
    });
    expect(ran).toBe(0);
  });

  it("names a missing licence counter", async () => {
    await expect(run(model, { scheduler: inlineScheduler({ cpu: 8 }) })).rejects.toThrow(
      "1 of licence, but there are 0",
    );
  });

  it("refuses stages that another thread cannot load, all at once", async () => {
    const inline = inlineScheduler({ cpu: 8, counters: { licence: 1 } });
    const elsewhere = {
      name: "elsewhere",
      capabilities: () => ({ ...inline.capabilities(), isRemote: true }),
      submit: inline.submit.bind(inline),
      status: inline.status.bind(inline),
      cancel: inline.cancel.bind(inline),
      events: inline.events.bind(inline),
      close: inline.close.bind(inline),
    };
    const refused = await run(model, { scheduler: elsewhere }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "PIPE-020" });
    expect((refused as { problems: { code: string }[] }).problems.map(({ code }) => code)).toEqual([
      "PIPE-029",
      "PIPE-029",
    ]);
  });
});
