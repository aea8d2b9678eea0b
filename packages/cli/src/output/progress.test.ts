import { describe, expect, it } from "vitest";
import { Progress } from "./progress.ts";

describe("Progress", () => {
  it("writes nothing where the output is no terminal", () => {
    const written: unknown[] = [];
    const { write } = process.stderr;
    process.stderr.write = (chunk: unknown) => written.push(chunk) > 0;
    try {
      const progress = new Progress();
      progress.onEvent({ type: "runStarted", nodeCount: 2, hitCount: 0 });
      progress.onEvent({ type: "nodeStarted", nodeId: "a", attempt: 1, worker: "w" });
      progress.onEvent({ type: "runFinished", status: "succeeded" });
    } finally {
      process.stderr.write = write;
    }
    expect(written).toEqual([]);
  });
});
