import {
  type AnyStage,
  defineStage,
  type Job,
  type JobOutcome,
  type NdArray,
  ndarray,
  numberPort,
  type Scheduler,
} from "@simloom/pipeline";
import { afterEach, describe, expect, it } from "vitest";
import { jobFor, schedulerClaims } from "../../../pipeline/src/testing/scheduler-conformance.ts";
import { double, doubleArray, wait } from "../../../pipeline/src/testing/scheduler-stages.ts";
import * as faulty from "./fixtures/faulty-stages.ts";
import type { ThreadOptions } from "./thread-options.ts";
import { threadScheduler } from "./thread-scheduler.ts";

/** Hands stages of the pipeline's own test module to threads as they were built: TypeScript costs each thread 0.2 s. */
function withBuiltStages(scheduler: Scheduler): Scheduler {
  const submit = scheduler.submit.bind(scheduler);
  scheduler.submit = (job) => {
    const url = job.stage.module?.url.replace(
      "/src/testing/scheduler-stages.ts",
      "/dist/bundle/testing/scheduler-stages.js",
    );
    return submit(url === undefined ? job : { ...job, stage: { ...job.stage, module: { url } } });
  };
  return scheduler;
}

describe("threadScheduler", () => {
  for (const { claim, check } of schedulerClaims) {
    it(claim, () =>
      check({
        make: (capacity) => withBuiltStages(threadScheduler({ ...capacity, workers: Math.min(capacity.cpu, 4) })),
      }),
    );
  }
});

let open: Scheduler[] = [];

afterEach(async () => {
  await Promise.all(open.map((scheduler) => scheduler.close()));
  open = [];
});

function threads(options: ThreadOptions = {}): Scheduler {
  const scheduler = withBuiltStages(threadScheduler({ workers: 1, ...options }));
  open.push(scheduler);
  return scheduler;
}

async function run(scheduler: Scheduler, stage: AnyStage, extra: Partial<Job> = {}): Promise<JobOutcome> {
  return await scheduler.submit(jobFor(stage, extra.inputs ?? {}, extra)).outcome;
}

describe("a thread that misbehaves", () => {
  const next = async (scheduler: Scheduler): Promise<void> => {
    expect(await run(scheduler, double, { inputs: { x: 1 } })).toMatchObject({ outputs: { y: 2 } });
  };

  it("is stopped when it hangs in a busy loop, and the work really stops", async () => {
    const scheduler = threads();
    let beats = 0;
    const outcome = await run(scheduler, faulty.heartbeat, { timeoutMs: 100, onLog: () => void beats++ });
    expect(outcome).toMatchObject({ failure: { kind: "timeout", code: "PIPE-041" } });
    const before = beats;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(before).toBeGreaterThan(0);
    expect(beats).toBe(before);
    await next(scheduler);
  });

  it("keeps its thread when its busy loop looks at the signal", async () => {
    const scheduler = threads({ graceMs: 5000 });
    await run(scheduler, faulty.countRuns);
    const startedAt = performance.now();
    const outcome = await run(scheduler, faulty.attentive, { timeoutMs: 50 });
    expect(outcome).toMatchObject({ failure: { kind: "timeout" } });
    // Far less than the grace of 5 s: the loop ended by itself.
    expect(performance.now() - startedAt).toBeLessThan(2000);
    expect(await run(scheduler, faulty.countRuns)).toMatchObject({ outputs: { y: 2 } });
  });

  it("is stopped in a busy loop when the job is cancelled", async () => {
    const scheduler = threads();
    const handle = scheduler.submit(jobFor(faulty.heartbeat, {}, { onLog: () => scheduler.cancel(handle.jobId) }));
    expect(await handle.outcome).toMatchObject({ failure: { kind: "cancelled" } });
    await next(scheduler);
  });

  it("is replaced when it calls process.exit", async () => {
    const scheduler = threads();
    const outcome = await run(scheduler, faulty.exit);
    expect(outcome).toMatchObject({ failure: { kind: "workerDied", code: "PIPE-043" } });
    expect((outcome as JobOutcome & { status: "failed" }).failure.message).toContain("exit code 3");
    await next(scheduler);
  });

  it("is replaced when an error beside the stage ends it", async () => {
    const scheduler = threads();
    const outcome = await run(scheduler, faulty.uncaught);
    expect(outcome).toMatchObject({ failure: { kind: "workerDied" } });
    expect((outcome as JobOutcome & { status: "failed" }).failure.message).toContain("thrown beside the stage");
    await next(scheduler);
  });

  for (const [where, stage] of [
    ["on the heap", faulty.fillHeap],
    ["in buffers", faulty.fillBuffers],
    ["in shared memory", faulty.fillSharedMemory],
  ] as const) {
    it(`is stopped when it allocates without end ${where}, and the coordinator lives on`, async () => {
      const scheduler = threads();
      const resources = { cpu: 1, gpu: 0, memoryMb: 200 };
      const outcome = await run(scheduler, stage, { resources });
      expect(outcome).toMatchObject({ failure: { kind: "outOfMemory", code: "PIPE-044" } });
      await next(scheduler);
    });
  }

  it("answers an allocation that the system refuses as out of memory", async () => {
    expect(await run(threads(), faulty.askTooMuch)).toMatchObject({ failure: { kind: "outOfMemory" } });
  });

  it("leaves other threads alone when it dies", async () => {
    const scheduler = threads({ workers: 2 });
    const steady = scheduler.submit(jobFor(wait, {}, { config: { ms: 300 } }));
    expect(await run(scheduler, faulty.exit)).toMatchObject({ failure: { kind: "workerDied" } });
    expect(await steady.outcome).toMatchObject({ status: "succeeded" });
  });
});

describe("threads", () => {
  it("are as fresh as maxJobsPerWorker says", async () => {
    const scheduler = threads({ maxJobsPerWorker: 2 });
    const counts: unknown[] = [];
    for (let i = 0; i < 4; i++) counts.push(await run(scheduler, faulty.countRuns));
    expect(counts).toMatchObject([1, 2, 1, 2].map((y) => ({ outputs: { y } })));
  });

  it("refuse stages that they cannot load, and say why", async () => {
    const scheduler = threads();
    const homeless = defineStage(undefined, { name: "homeless", version: 1, outputs: {}, run: () => ({}) });
    expect(() => scheduler.submit(jobFor(homeless))).toThrow(expect.objectContaining({ code: "PIPE-029" }));
    expect(await run(scheduler, faulty.hidden())).toMatchObject({ failure: { code: "RUNT-032" } });
    expect(await run(scheduler, faulty.twin)).toMatchObject({ failure: { code: "RUNT-033" } });
    const newer = defineStage(
      { url: double.module?.url as string },
      {
        name: double.name,
        version: 2,
        outputs: { y: numberPort() },
        run: () => ({ y: 1 }),
      },
    );
    expect(await run(scheduler, newer)).toMatchObject({ failure: { code: "RUNT-034" } });
    const lost = defineStage(
      { url: "file:///nowhere/stage.js" },
      { name: "lost", version: 1, outputs: {}, run: () => ({}) },
    );
    expect(await run(scheduler, lost)).toMatchObject({ failure: { code: "RUNT-031" } });
  });

  it("answer arrays on shared memory, and take them without a copy", async () => {
    const scheduler = threads();
    const x = ndarray("float64", [1000], "W");
    const outcome = await run(scheduler, doubleArray, { inputs: { x } });
    const { y } = (outcome as JobOutcome & { status: "succeeded" }).outputs as { y: NdArray };
    expect(y.data.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  it("run 8 jobs of 10 ms on 4 slots in two rounds", async () => {
    const scheduler = threads({ workers: 4 });
    const durations: number[] = [];
    // A busy machine delays timers: the best of many attempts says what the scheduler can do.
    for (let attempt = 0; attempt < 60 && !(Math.min(...durations) < 30); attempt++) {
      const startedAt = performance.now();
      const handles = Array.from({ length: 8 }, () => scheduler.submit(jobFor(wait, {}, { config: { ms: 10 } })));
      for (const { outcome } of handles) await outcome;
      durations.push(performance.now() - startedAt);
    }
    // Two rounds of 10 ms; timers may be a millisecond early. The first attempt starts the threads.
    expect(Math.min(...durations)).toBeGreaterThan(18);
    expect(Math.min(...durations)).toBeLessThan(30);
  });

  it("are gone after close", async () => {
    const scheduler = withBuiltStages(threadScheduler({ workers: 3 }));
    await Promise.all([1, 2, 3].map(() => run(scheduler, wait, { config: { ms: 20 } })));
    const report = (): number => (process.report.getReport() as unknown as { workers: unknown[] }).workers.length;
    expect(report()).toBe(3);
    await scheduler.close();
    expect(report()).toBe(0);
  });
});
