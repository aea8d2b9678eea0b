import { randomStream } from "@simloom/numerics/random";
import { failure } from "../schedule/failure.ts";
import { type InlineOptions, inlineScheduler } from "../schedule/inline.ts";
import type { Job, JobHandle, JobOutcome, JobStatus, Scheduler, SchedulerEvent } from "../schedule/scheduler.ts";

/** How to shuffle. */
export interface ShuffleOptions extends InlineOptions {
  /** Another seed, another order. Default 0. */
  readonly seed?: number;
}

interface Held {
  readonly jobId: string;
  readonly job: Job;
  settle(outcome: JobOutcome): void;
}

/**
 * A scheduler that starts and finishes the jobs at hand in a random, repeatable order: results that depend on who finishes
 * first come out different under another seed. Runs in this thread; every outcome comes by promise.
 */
export function shufflingScheduler(options: ShuffleOptions = {}): Scheduler {
  return new ShufflingScheduler(options);
}

class ShufflingScheduler implements Scheduler {
  readonly name = "shuffling";
  private readonly inner: Scheduler;
  private readonly draw: () => number;
  private readonly held: Held[] = [];
  private readonly innerIds = new Map<string, string>();
  private lastId = 0;
  private isPumping = false;

  constructor(options: ShuffleOptions) {
    this.inner = inlineScheduler(options);
    const stream = randomStream(`shuffle/${options.seed ?? 0}`);
    this.draw = () => stream.uniform();
  }

  capabilities(): ReturnType<Scheduler["capabilities"]> {
    return this.inner.capabilities();
  }

  submit(job: Job): JobHandle {
    this.lastId += 1;
    const jobId = `shuffled-${this.lastId}`;
    const outcome = new Promise<JobOutcome>((settle) => this.held.push({ jobId, job, settle }));
    void this.pump();
    return { jobId, outcome };
  }

  status(jobId: string): JobStatus | undefined {
    if (this.held.some((one) => one.jobId === jobId)) return "queued";
    const inner = this.innerIds.get(jobId);
    return inner === undefined ? undefined : this.inner.status(inner);
  }

  cancel(jobId: string): void {
    const at = this.held.findIndex((one) => one.jobId === jobId);
    const inner = this.innerIds.get(jobId);
    if (at >= 0)
      this.held
        .splice(at, 1)[0]
        ?.settle({ status: "failed", failure: failure("cancelled", `job ${jobId} was cancelled`), durationMs: 0 });
    else if (inner !== undefined) this.inner.cancel(inner);
  }

  events(listener: (event: SchedulerEvent) => void): () => void {
    return this.inner.events(listener);
  }

  async close(): Promise<void> {
    for (const { jobId } of [...this.held]) this.cancel(jobId);
    await this.inner.close();
  }

  /** Starts one job a turn, so that jobs released meanwhile take part in the draw. */
  private async pump(): Promise<void> {
    if (this.isPumping) return;
    this.isPumping = true;
    for (;;) {
      await Promise.resolve();
      const [one] = this.held.splice(Math.floor(this.draw() * this.held.length), 1);
      if (one === undefined) break;
      const { jobId, outcome } = this.inner.submit(one.job);
      this.innerIds.set(one.jobId, jobId);
      if (outcome instanceof Promise) void outcome.then((settled) => one.settle(settled));
      else one.settle(outcome);
    }
    this.isPumping = false;
  }
}
