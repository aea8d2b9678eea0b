import { describe, expect, it } from "vitest";
import { add } from "../fixtures/stages.ts";
import { graph } from "../graph/graph.ts";
import type { RunEvent } from "./events.ts";
import { run } from "./run.ts";

const two = graph("two", ({ add: put }) => put(add, {}, { x: put(add, {}, { x: 0 }).y }));

describe("a listener of events that throws", () => {
  it("does the run no harm, is told of every event, and is reported once", async () => {
    const heard: RunEvent["type"][] = [];
    const result = await run(two, {
      onEvent: (event) => {
        heard.push(event.type);
        throw new Error("no ears");
      },
    });
    expect(result.status).toBe("succeeded");
    expect(await result.output("y")).toBe(2);
    expect(heard.filter((type) => type === "nodeFinished")).toHaveLength(2);
    expect(heard.at(-1)).toBe("runFinished");
    expect(result.remarks).toEqual(["the listener of events threw at runStarted: no ears; the run goes on"]);
  });

  it("is told of its own failure, as a warning of the run", async () => {
    const warnings: RunEvent[] = [];
    await run(two, {
      onEvent: (event) => {
        if (event.type === "warning") warnings.push(event);
        if (event.type === "nodeStarted") throw new TypeError("not a function");
      },
    });
    expect(warnings).toEqual([
      { type: "warning", message: "the listener of events threw at nodeStarted: not a function; the run goes on" },
    ]);
  });

  it("may also fail by promise", async () => {
    const result = await run(two, { onEvent: (async () => Promise.reject(new Error("later"))) as () => void });
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(result.status).toBe("succeeded");
    expect(result.remarks).toHaveLength(1);
  });
});
