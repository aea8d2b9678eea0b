import { type AnyStage, inlineScheduler, type JobOutcome, type Scheduler } from "@simloom/pipeline";
import { afterEach, describe, expect, it } from "vitest";
import { jobFor } from "../../../pipeline/src/testing/scheduler-conformance.ts";
import * as mapping from "./fixtures/mapping-stages.ts";
import type { ThreadOptions } from "./thread-options.ts";
import { threadScheduler } from "./thread-scheduler.ts";

let open: Scheduler[] = [];
afterEach(async () => {
  await Promise.all(open.map((scheduler) => scheduler.close()));
  open = [];
});

function threads(workers: number, options: ThreadOptions = {}): Scheduler {
  const scheduler = threadScheduler({ workers, ...options });
  open.push(scheduler);
  return scheduler;
}

async function run(
  scheduler: Scheduler,
  stage: AnyStage,
  config: object = {},
  extra: object = {},
): Promise<JobOutcome> {
  return await scheduler.submit(jobFor(stage, {}, { config: config as never, ...extra })).outcome;
}

const outputsOf = (outcome: JobOutcome): unknown =>
  outcome.status === "succeeded" ? outcome.outputs : outcome.failure;

describe("a map inside a stage, on threads", () => {
  it("is done by all threads that nobody waits for, and by one where there is only one", async () => {
    const spreadOver = async (workers: number): Promise<number> => {
      const scheduler = threads(workers);
      // All threads are up and know the module: what follows does not depend on how long that takes.
      await Promise.all([1, 2].map(() => run(scheduler, mapping.spread, { count: 1, ms: 1 })));
      const { threads: used } = outputsOf(await run(scheduler, mapping.spread, { count: 60, ms: 5 })) as {
        threads: readonly number[];
      };
      expect(used).toHaveLength(60);
      return new Set(used).size;
    };
    expect(await spreadOver(1)).toBe(1);
    // 0.3 s of work: far more than a message to a thread takes.
    expect(await spreadOver(2)).toBe(2);
  });

  it("gives the same bytes inline and on 1, 2 and 3 threads", async () => {
    const config = { count: 40 };
    const inline = outputsOf(await run(inlineScheduler(), mapping.sines, config));
    for (const workers of [1, 2, 3])
      expect(outputsOf(await run(threads(workers), mapping.sines, config))).toEqual(inline);
  });

  it("fails with the first item that fails, whoever came upon it", async () => {
    for (const workers of [1, 3]) {
      expect(await run(threads(workers), mapping.fails, { count: 200 })).toMatchObject({
        failure: { code: "PIPE-018", message: expect.stringContaining("item 5 of 200 failed in mapping/failing: 5") },
      });
    }
  });

  it("outlives its helpers: what they had is done again", async () => {
    expect(await run(threads(2), mapping.survives)).toMatchObject({
      outputs: { list: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15] },
    });
  });

  it("is done by the stage alone where no other thread can load the function", async () => {
    expect(await run(threads(2), mapping.secretive)).toMatchObject({
      outputs: { list: Array.from({ length: 60 }, (_, x) => 2 * x) },
    });
  });

  it("stops with its stage, helpers and all, and leaves the slots to others", async () => {
    const scheduler = threads(2);
    expect(await run(scheduler, mapping.hangs, {}, { timeoutMs: 700 })).toMatchObject({ failure: { kind: "timeout" } });
    // Both slots must be free again for two stages to run side by side.
    const both = await Promise.all([1, 2].map(() => run(scheduler, mapping.spread, { count: 1, ms: 1 })));
    expect(both.map(({ status }) => status)).toEqual(["succeeded", "succeeded"]);
  });

  it("takes no slot that another job waits for", async () => {
    const scheduler = threads(2);
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => run(scheduler, mapping.spread, { count: 70, ms: 1 })));
    expect(outcomes.map(({ status }) => status)).toEqual(["succeeded", "succeeded", "succeeded", "succeeded"]);
  });
});
