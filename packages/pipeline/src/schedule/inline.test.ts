import { describe, expect, it } from "vitest";
import { numberPort } from "../stage/port.ts";
import { defineStage } from "../stage/stage.ts";
import { jobFor, schedulerClaims } from "../testing/scheduler-conformance.ts";
import { double, wait } from "../testing/scheduler-stages.ts";
import type { Clock } from "./clock.ts";
import { inlineScheduler } from "./inline.ts";
import type { JobOutcome, Scheduler } from "./scheduler.ts";

describe("inlineScheduler", () => {
  for (const { claim, check } of schedulerClaims) it(claim, () => check({ make: inlineScheduler }));

  it("answers at once when the stage does", () => {
    const { outcome } = inlineScheduler().submit(jobFor(double, { x: 4 }));
    expect(outcome).not.toBeInstanceOf(Promise);
    expect((outcome as JobOutcome & { status: "succeeded" }).outputs).toEqual({ y: 8 });
  });

  it("reports a synchronous overrun as a timeout when it returns", () => {
    let nowMs = 0;
    const clock: Clock = { now: () => nowMs, epochMs: () => 0, after: () => () => {} };
    const slow = defineStage(undefined, {
      name: "slow",
      version: 1,
      outputs: { y: numberPort() },
      run() {
        nowMs += 50;
        return { y: 1 };
      },
    });
    const { outcome } = inlineScheduler({ clock }).submit(jobFor(slow, {}, { timeoutMs: 40 }));
    expect(outcome).toMatchObject({ status: "failed", failure: { kind: "timeout", code: "PIPE-041" }, durationMs: 50 });
  });

  it("aborts the signal of a stage that waits past its limit, with the reason", async () => {
    let reason: unknown;
    const attentive = defineStage(undefined, {
      name: "attentive",
      version: 1,
      outputs: {},
      run: ({ signal }) =>
        new Promise<never>(() =>
          signal.addEventListener("abort", () => {
            reason = signal.reason;
          }),
        ),
    });
    await inlineScheduler().submit(jobFor(attentive, {}, { timeoutMs: 5 })).outcome;
    expect(reason).toMatchObject({ code: "PIPE-041" });
  });

  it("cancels a job that asks for it in the midst of its own synchronous part", () => {
    const scheduler: Scheduler = inlineScheduler();
    let wasAborted = false;
    const quitter = defineStage(undefined, {
      name: "quitter",
      version: 1,
      outputs: {},
      run({ progress, signal }) {
        progress(0);
        wasAborted = signal.aborted;
        return {};
      },
    });
    const job = jobFor(quitter, {}, { onProgress: () => scheduler.cancel("inline-1") });
    expect(scheduler.submit(job).outcome).toMatchObject({ failure: { kind: "cancelled" } });
    expect(wasAborted).toBe(true);
    // The aborted signal is not given to the next job.
    expect(scheduler.submit(jobFor(double, { x: 1 })).outcome).toMatchObject({ status: "succeeded" });
  });

  it("runs 8 jobs of 10 ms on 4 slots in two rounds", async () => {
    const durations: number[] = [];
    for (let attempt = 0; attempt < 5; attempt++) {
      const scheduler = inlineScheduler({ cpu: 4 });
      const startedAt = performance.now();
      const jobs = Array.from({ length: 8 }, () => scheduler.submit(jobFor(wait, {}, { config: { ms: 10 } })));
      for (const { outcome } of jobs) await outcome;
      durations.push(performance.now() - startedAt);
    }
    const best = Math.min(...durations);
    // Two rounds of 10 ms; timers may be a millisecond early, and one in five runs is free of other load.
    expect(best).toBeGreaterThan(18);
    expect(best).toBeLessThan(30);
  });

  it("runs a queue of 100,000 jobs without growing the stack", async () => {
    const scheduler = inlineScheduler({ cpu: 1 });
    const blocker = scheduler.submit(jobFor(wait, {}, { config: { ms: 1 } }));
    const job = jobFor(double, { x: 1 });
    const handles = Array.from({ length: 100_000 }, () => scheduler.submit(job));
    expect(scheduler.status((handles[99_999] as { jobId: string }).jobId)).toBe("queued");
    await blocker.outcome;
    expect(await (handles[99_999] as { outcome: unknown }).outcome).toMatchObject({ outputs: { y: 2 } });
  });
});
