import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { graph, run } from "@simloom/pipeline";
import { describe, expect, it } from "vitest";
import { jobFor } from "../../../pipeline/src/testing/scheduler-conformance.ts";
import { crashesOnce, interval } from "./fixtures/parallel-stages.ts";
import { threadScheduler } from "./thread-scheduler.ts";

describe("threads", () => {
  it("D-32: two stages that keep a processor busy do so at the same time", async () => {
    const scheduler = threadScheduler({ workers: 2 });
    const both = (ms: number) =>
      Promise.all([1, 2].map(() => scheduler.submit(jobFor(interval, {}, { config: { ms } })).outcome));
    await both(1); // Both threads are up now.
    const [one, two] = (await both(150)).map((outcome) => {
      if (outcome.status === "failed") throw new Error(outcome.failure.message);
      return outcome.outputs as { readonly startMs: number; readonly endMs: number };
    });
    await scheduler.close();
    const overlapMs = Math.min(one?.endMs ?? 0, two?.endMs ?? 0) - Math.max(one?.startMs ?? 0, two?.startMs ?? 0);
    // One after the other they would not overlap at all; half is room for a machine that is busy with other things.
    expect(overlapMs).toBeGreaterThan(75);
  });

  it("a stage whose worker dies is tried again on another, and both attempts are on record", async () => {
    const folder = mkdtempSync(join(tmpdir(), "simloom-crash-"));
    const scheduler = threadScheduler({ workers: 1 });
    const model = graph("crash", ({ add }) => add(crashesOnce, { file: join(folder, "seen") }));
    const result = await run(model, {
      scheduler,
      retry: { maxAttempts: 2, backoff: { initialMs: 1, factor: 1, maxMs: 1, jitterFraction: 0 } },
    });
    await scheduler.close();
    rmSync(folder, { recursive: true, force: true });
    expect(await result.output("y")).toBe(1);
    const attempts = result.nodes[0]?.attempts ?? [];
    expect(attempts.map(({ failure }) => failure?.code)).toEqual(["PIPE-043", undefined]);
    expect(attempts[0]?.worker).not.toBe(attempts[1]?.worker);
  });
});
