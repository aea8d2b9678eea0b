/**
 * What every scheduler must do, whatever it runs stages on. A test file loops over {@link schedulerClaims}; a claim throws
 * when the scheduler breaks it.
 */
import {
  type AnyStage,
  type Job,
  type JobHandle,
  type JobOutcome,
  NdArray,
  ndarrayFrom,
  PipelineError,
  type Scheduler,
  type Value,
} from "@simloom/pipeline";
import { systemClock } from "../schedule/clock.ts";
import * as stages from "./scheduler-stages.ts";

/** How a suite makes the scheduler that it tests. Claims close what they make. */
export interface SchedulerHarness {
  make(capacity: {
    readonly cpu: number;
    readonly memoryMb?: number;
    readonly gpus?: readonly string[];
    readonly counters?: Readonly<Record<string, number>>;
  }): Scheduler;
}

export interface SchedulerClaim {
  readonly claim: string;
  check(harness: SchedulerHarness): Promise<void>;
}

/** A job for a stage with everything left out that a claim does not speak about. */
export function jobFor(stage: AnyStage, inputs: Readonly<Record<string, Value>> = {}, extra: Partial<Job> = {}): Job {
  const config: unknown = stage.config.parse({ ...(extra.config as object | undefined) });
  return {
    nodeId: stage.name,
    attempt: 1,
    stage,
    inputs,
    mapOver: [],
    policy: {},
    streamKey: undefined,
    arithmetic: "strict",
    resources: { cpu: 1, gpu: 0 },
    timeoutMs: undefined,
    ...extra,
    config: config as Value,
  };
}

export const schedulerClaims: readonly SchedulerClaim[] = [
  claim("answers the outputs of a stage, frozen, and how long it took", { cpu: 1 }, async (scheduler) => {
    const outcome = succeeded(await outcomeOf(scheduler.submit(jobFor(stages.double, { x: 21 }))));
    same(outcome.outputs, { y: 42 });
    same(Object.isFrozen(outcome.outputs), true);
    same(outcome.durationMs >= 0, true);
  }),
  claim("hands arrays in and out with dtype, shape and unit", { cpu: 1 }, async (scheduler) => {
    const x = ndarrayFrom("float64", [1, 2, 3, 4], { unit: "W", shape: [2, 2] });
    const { y } = succeeded(await outcomeOf(scheduler.submit(jobFor(stages.doubleArray, { x })))).outputs;
    if (!(y instanceof NdArray)) throw new Error("y is not an NdArray");
    same([y.dtype, y.shape, y.unit, [...y.data]], ["float64", [2, 2], "W", [2, 4, 6, 8]]);
  }),
  claim("runs a map node over its items and answers lists", { cpu: 1 }, async (scheduler) => {
    const job = jobFor(stages.double, { x: [1, 2, 3] }, { mapOver: ["x"] });
    same(succeeded(await outcomeOf(scheduler.submit(job))).outputs, { y: [2, 4, 6] });
  }),
  claim("carries metrics, artifacts, warnings, progress and log lines", { cpu: 1 }, async (scheduler) => {
    const said: unknown[] = [];
    const job = jobFor(
      stages.emit,
      {},
      {
        onProgress: (fraction, note) => void said.push([fraction, note]),
        onLog: (message) => void said.push(message),
      },
    );
    const outcome = succeeded(await outcomeOf(scheduler.submit(job)));
    same(outcome.metrics, {
      power: { unit: "dBm", value: -1.5 },
      residual: { unit: "1", values: [1, 0.1, 0.01] },
    });
    const content = { kind: "text", title: "Notes", mediaType: "text/plain", text: "all is well" };
    same(outcome.artifacts, [{ name: "notes", content }]);
    same(outcome.warnings, ["first remark", "second remark"]);
    same(said, [[0.5, "half way"], "a line"]);
  }),
  claim("answers a thrown error as data, with its stack", { cpu: 1 }, async (scheduler) => {
    const failure = failureIn(await outcomeOf(scheduler.submit(jobFor(stages.fail))));
    same([failure.kind, failure.code, failure.message], ["error", "PIPE-040", "no convergence after 12 steps"]);
    same(/\n\s+at .+:\d+:\d+/.test(failure.stack ?? ""), true);
  }),
  claim("answers a broken promise as a contract failure", { cpu: 1 }, async (scheduler) => {
    const failure = failureIn(await outcomeOf(scheduler.submit(jobFor(stages.breakPromise))));
    same([failure.kind, failure.code], ["contract", "PIPE-013"]);
  }),
  claim("keeps inputs from being written to", { cpu: 1 }, async (scheduler) => {
    const record = Object.freeze({ x: 1 });
    same(failureIn(await outcomeOf(scheduler.submit(jobFor(stages.scribble, { record })))).kind, "error");
    same(record.x, 1);
  }),
  claim("says where a job runs when it starts", { cpu: 1 }, async (scheduler) => {
    const places: string[] = [];
    const job = jobFor(
      stages.double,
      { x: 1 },
      { onStart: ({ worker, grant }) => void places.push(`${worker} ${grant.cpu}`) },
    );
    await outcomeOf(scheduler.submit(job));
    same([places.length, places[0]?.endsWith(" 1")], [1, true]);
  }),
  claim("refuses what it can never grant at submission", { cpu: 2, gpus: ["0"], memoryMb: 4096 }, async (scheduler) => {
    for (const resources of [
      { cpu: 3, gpu: 0 },
      { cpu: 1, gpu: 2 },
      { cpu: 1, gpu: 0, memoryMb: 5000 },
      { cpu: 1, gpu: 0, counters: { licence: 1 } },
      { cpu: Number.NaN, gpu: 0 },
    ]) {
      const code = codeOfThrown(() => scheduler.submit(jobFor(stages.double, { x: 1 }, { resources })));
      same(code, "PIPE-028");
    }
  }),
  claim("runs one job at a time on one processor", { cpu: 1 }, async (scheduler) => {
    const peak = countRunning(scheduler);
    const startedAtMs = systemClock.now();
    await all(scheduler, [waiting(20), waiting(20)]);
    // Timers may fire up to a millisecond early, one per job.
    atLeast(systemClock.now() - startedAtMs, 38);
    same(peak(), 1);
  }),
  claim("runs no more jobs at a time than there are slots", { cpu: 4 }, async (scheduler) => {
    const peak = countRunning(scheduler);
    await all(
      scheduler,
      Array.from({ length: 12 }, () => waiting(5)),
    );
    same(peak(), 4);
  }),
  claim(
    "keeps to the memory and the counters that it has",
    { cpu: 8, memoryMb: 1000, counters: { licence: 2 } },
    async (scheduler) => {
      const peak = countRunning(scheduler);
      await all(
        scheduler,
        Array.from({ length: 4 }, () => waiting(5, { cpu: 1, gpu: 0, memoryMb: 400 })),
      );
      same(peak(), 2);
      await all(
        scheduler,
        Array.from({ length: 6 }, () => waiting(5, { cpu: 1, gpu: 0, counters: { licence: 1 } })),
      );
      same(peak(), 2);
    },
  ),
  claim("gives each running job devices of its own", { cpu: 8, gpus: ["0", "1", "2"] }, async (scheduler) => {
    const held = new Map<string, readonly string[]>();
    let clashes = 0;
    scheduler.events(({ nodeId, status }) => {
      if (status !== "running" && status !== "queued") held.delete(nodeId);
    });
    const jobs = Array.from({ length: 7 }, (_, index): Job => {
      const nodeId = `wait-${index}`;
      return {
        ...waiting(4 + (index % 3), { cpu: 1, gpu: index % 2 === 0 ? 1 : 2 }, nodeId),
        onStart({ grant }) {
          const others = [...held.values()].flat();
          if (grant.gpus.some((gpu) => others.includes(gpu))) clashes++;
          held.set(nodeId, grant.gpus);
        },
      };
    });
    const handles = jobs.map((job) => scheduler.submit(job));
    const granted: number[] = [];
    for (const handle of handles) {
      const gpus = succeeded(await outcomeOf(handle)).outputs["gpus"] as readonly string[];
      granted.push(new Set(gpus).size);
    }
    same([granted, clashes], [[1, 2, 1, 2, 1, 2, 1], 0]);
  }),
  claim("tells each change of status, in order", { cpu: 1 }, async (scheduler) => {
    const seen: string[] = [];
    const stop = scheduler.events(({ nodeId, status }) => void seen.push(`${nodeId} ${status}`));
    const handles = [waiting(2, undefined, "a"), waiting(2, undefined, "b")].map((job) => scheduler.submit(job));
    for (const handle of handles) await outcomeOf(handle);
    stop();
    const last = scheduler.submit(waiting(1));
    await outcomeOf(last);
    same(
      seen.filter((line) => line.startsWith("a") && !line.endsWith("queued")),
      ["a running", "a succeeded"],
    );
    same(
      seen.filter((line) => line.startsWith("b")),
      ["b queued", "b running", "b succeeded"],
    );
    same([scheduler.status(last.jobId), scheduler.status("nothing-1")], ["succeeded", undefined]);
  }),
  claim("cancels a job in the queue, and one that listens, and one that does not", { cpu: 2 }, async (scheduler) => {
    const deaf = scheduler.submit(jobFor(stages.hang));
    const listening = scheduler.submit(jobFor(stages.listen));
    const queued = scheduler.submit(waiting(1));
    same(scheduler.status(queued.jobId), "queued");
    for (const handle of [queued, listening, deaf]) {
      scheduler.cancel(handle.jobId);
      const failure = failureIn(await outcomeOf(handle));
      same([failure.kind, failure.code], ["cancelled", "PIPE-042"]);
      same(scheduler.status(handle.jobId), "cancelled");
    }
    same(succeeded(await outcomeOf(scheduler.submit(jobFor(stages.double, { x: 1 })))).outputs, { y: 2 });
  }),
  claim("ends a job at its time limit, whether the stage listens or not", { cpu: 2 }, async (scheduler) => {
    const startedAtMs = systemClock.now();
    for (const stage of [stages.listen, stages.hang]) {
      const handle = scheduler.submit(jobFor(stage, {}, { timeoutMs: 30 }));
      const failure = failureIn(await outcomeOf(handle));
      same([failure.kind, failure.code, scheduler.status(handle.jobId)], ["timeout", "PIPE-041", "timedOut"]);
    }
    // Two limits of 30 ms; a worker may have had to start and to be stopped.
    atMost(systemClock.now() - startedAtMs, 2000);
  }),
  claim(
    "does not count the queue into the time limit, nor call other errors a timeout",
    { cpu: 1 },
    async (scheduler) => {
      // The worker is warm from here on.
      await outcomeOf(scheduler.submit(waiting(1)));
      const first = scheduler.submit(waiting(150));
      const second = scheduler.submit({ ...waiting(1), timeoutMs: 100 });
      succeeded(await outcomeOf(first));
      succeeded(await outcomeOf(second));
      const failure = failureIn(await outcomeOf(scheduler.submit(jobFor(stages.fail, {}, { timeoutMs: 1000 }))));
      same(failure.kind, "error");
    },
  ),
  claim("cancels what is left when it is closed, and takes no more", { cpu: 1 }, async (scheduler) => {
    const handles = [jobFor(stages.hang), waiting(1)].map((job) => scheduler.submit(job));
    await scheduler.close();
    for (const handle of handles) same(failureIn(await outcomeOf(handle)).kind, "cancelled");
    same(
      codeOfThrown(() => scheduler.submit(waiting(1))),
      "PIPE-042",
    );
  }),
];

function claim(
  text: string,
  capacity: Parameters<SchedulerHarness["make"]>[0],
  check: (scheduler: Scheduler) => Promise<void>,
): SchedulerClaim {
  return {
    claim: text,
    async check(harness) {
      const scheduler = harness.make(capacity);
      try {
        await check(scheduler);
      } finally {
        await scheduler.close();
      }
    },
  };
}

function waiting(ms: number, resources: Job["resources"] = { cpu: 1, gpu: 0 }, nodeId = "wait"): Job {
  return jobFor(stages.wait, {}, { config: { ms }, resources, nodeId });
}

async function outcomeOf(handle: JobHandle): Promise<JobOutcome> {
  return await handle.outcome;
}

async function all(scheduler: Scheduler, jobs: readonly Job[]): Promise<void> {
  for (const handle of jobs.map((job) => scheduler.submit(job))) succeeded(await outcomeOf(handle));
}

/** Follows how many jobs run at a time; answers the most there were since it was asked last. */
function countRunning(scheduler: Scheduler): () => number {
  let running = 0;
  let most = 0;
  const started = new Set<string>();
  scheduler.events(({ jobId, status }) => {
    if (status === "running") {
      started.add(jobId);
      running++;
      most = Math.max(most, running);
    } else if (started.delete(jobId)) running--;
  });
  return () => {
    const answer = most;
    most = 0;
    return answer;
  };
}

function succeeded(outcome: JobOutcome): JobOutcome & { readonly status: "succeeded" } {
  if (outcome.status === "failed") throw new Error(`expected success, got ${JSON.stringify(outcome.failure)}`);
  return outcome;
}

function failureIn(outcome: JobOutcome): (JobOutcome & { readonly status: "failed" })["failure"] {
  if (outcome.status === "succeeded") throw new Error(`expected a failure, got ${JSON.stringify(outcome.outputs)}`);
  return outcome.failure;
}

function codeOfThrown(act: () => unknown): string {
  try {
    act();
  } catch (thrown) {
    if (thrown instanceof PipelineError) return thrown.code;
    throw thrown;
  }
  throw new Error("expected an error to be thrown");
}

function same(actual: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Error(`expected ${b}, got ${a}`);
}

function atLeast(actual: number, least: number): void {
  if (!(actual >= least)) throw new Error(`expected at least ${least}, got ${actual}`);
}

function atMost(actual: number, most: number): void {
  if (!(actual <= most)) throw new Error(`expected at most ${most}, got ${actual}`);
}
