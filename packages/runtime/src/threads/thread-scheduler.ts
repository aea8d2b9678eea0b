/**
 * Runs stages on warm worker threads. Stages are loaded there by module and name; arrays cross on shared memory. Work that
 * runs past its limit, outgrows its memory or is cancelled is stopped, with its thread where it does not listen.
 */
import { availableParallelism, hostname, totalmem } from "node:os";
import {
  type AnyStage,
  type Capabilities,
  type Clock,
  failure,
  failureOf,
  type Grant,
  type Job,
  type JobHandle,
  JobLedger,
  type JobOutcome,
  type JobStatus,
  PipelineError,
  type Scheduler,
  type SchedulerEvent,
  type SlotCapacity,
  Slots,
  type StageFailure,
  statusAfter,
  systemClock,
  type Ticket,
} from "@simloom/pipeline";
import { RuntimeError } from "../errors.ts";
import { isUnchanged } from "../fingerprint/fingerprint.ts";
import { causeOfDeath } from "./cause-of-death.ts";
import { MemoryWatch } from "./memory-watch.ts";
import { packOutcome, unpackOutcome } from "./packed-outcome.ts";
import type { FromWorker } from "./protocol.ts";
import { type Assistance, OfferedMaps } from "./shared-maps.ts";
import { ThreadCrew } from "./thread-crew.ts";
import type { ThreadOptions } from "./thread-options.ts";
import { pack } from "./wire.ts";
import type { WorkerSays, WorkerThread } from "./worker-thread.ts";

/**
 * A scheduler of worker threads. A job that answers at once costs about 40 µs of travel; a thread costs about 50 ms to start.
 *
 * Errors: RUNT-035 when the options make no sense. `submit` throws PIPE-028 for what it can never grant, PIPE-029 for a
 * stage without a module, PIPE-042 once closed.
 */
export function threadScheduler(options: ThreadOptions = {}): Scheduler {
  return new ThreadScheduler(options);
}

interface Entry {
  readonly job: Job;
  readonly sequence: number;
  /** The stage whose fingerprint has the code in it: of a helper that of the stage that maps. */
  readonly code: AnyStage;
  readonly settle: (outcome: JobOutcome) => void;
  grant: Grant | undefined;
  thread: WorkerThread | undefined;
  startedAtMs: number;
  callOff: (() => void) | undefined;
  /** Why the job is being stopped; whatever its thread still answers, this is its outcome. */
  ending: StageFailure | undefined;
}

type ShareMessage = FromWorker & { readonly kind: "share" };

class ThreadScheduler implements Scheduler {
  readonly name = "threads";
  private readonly ledger = new JobLedger("threads");
  private readonly capacity: SlotCapacity & { readonly jobs: number };
  private readonly slots: Slots<Entry>;
  private readonly clock: Clock;
  private readonly host = hostname();
  private readonly jobMemoryMb: number;
  private readonly graceMs: number;
  private readonly crew: ThreadCrew;
  private readonly entries = new Map<number, Entry>();
  private readonly tickets = new Map<number, Ticket<Entry>>();
  private readonly running = new Map<WorkerThread, Entry>();
  private readonly references = new Map<string, number>();
  private readonly watch: MemoryWatch;
  /** Maps inside running stages that others may help with. */
  private readonly maps = new OfferedMaps({ assist: (job, code) => this.assist(job, code) });
  private isDrainDue = false;
  private isClosed = false;

  constructor(options: ThreadOptions) {
    const workers = options.workers ?? availableParallelism();
    if (!Number.isInteger(workers) || workers < 1) {
      throw new RuntimeError({
        code: "RUNT-035",
        message: `${workers} workers cannot be started`,
        remedy: "Ask for 1 worker or more.",
        path: "workers",
      });
    }
    const { cpu = workers, memoryMb, gpus = [], counters = {} } = options;
    this.capacity = { cpu, memoryMb, gpus, counters, jobs: workers };
    this.slots = new Slots(this.capacity);
    this.clock = options.clock ?? systemClock;
    this.jobMemoryMb = options.jobMemoryMb ?? Math.min(4096, Math.floor((0.75 * totalmem()) / 2 ** 20 / workers));
    this.graceMs = options.graceMs ?? 50;
    this.crew = new ThreadCrew({
      size: workers,
      maxJobsPerWorker: options.maxJobsPerWorker ?? 100_000,
      recycleFraction: options.recycleFraction ?? 0.5,
      execArgv: options.execArgv ?? [],
      onMessage: (thread, message) => this.receive(thread, message),
      onExit: (thread, exitCode, error) => this.exited(thread, exitCode, error),
    });
    this.watch = new MemoryWatch(() => this.watchedJobs());
  }

  capabilities(): Capabilities {
    const { cpu, memoryMb, gpus = [], counters = {} } = this.capacity;
    return { cpu, memoryMb, gpus, counters, isRemote: true, canKill: true };
  }

  submit(job: Job): JobHandle {
    if (this.isClosed) {
      throw new PipelineError({
        code: "PIPE-042",
        message: "the threads scheduler is closed",
        remedy: "Make a new scheduler; a closed one takes no more jobs.",
      });
    }
    if (job.stage.module === undefined) throw notLoadable(job);
    const problem = this.slots.check(job.resources);
    if (problem !== undefined) throw new PipelineError({ ...problem, code: "PIPE-028", path: job.nodeId });
    const { entry, outcome } = this.enter(job);
    const { sequence } = entry;
    const grant = this.slots.grantNow(job.resources);
    if (grant !== undefined) this.start(entry, grant);
    else {
      this.ledger.mark(sequence, job.nodeId, "queued");
      this.tickets.set(sequence, this.slots.enqueue(entry, job.resources, this.clock.now(), job.urgency));
      this.drain();
    }
    return { jobId: this.ledger.idOf(sequence), outcome };
  }

  private enter(
    job: Job,
    code: AnyStage = job.stage,
  ): { readonly entry: Entry; readonly outcome: Promise<JobOutcome> } {
    const sequence = this.ledger.open();
    let settle: Entry["settle"] = () => {};
    const outcome = new Promise<JobOutcome>((resolve) => {
      settle = resolve;
    });
    const entry: Entry = {
      job,
      sequence,
      code,
      settle,
      grant: undefined,
      thread: undefined,
      startedAtMs: 0,
      callOff: undefined,
      ending: undefined,
    };
    this.entries.set(sequence, entry);
    return { entry, outcome };
  }

  /** Starts a job that helps another one, on a slot that nobody waits for. */
  private assist(job: Job, code: AnyStage): Assistance | undefined {
    const grant = this.isClosed ? undefined : this.slots.grantNow(job.resources);
    if (grant === undefined) return undefined;
    const { entry, outcome } = this.enter(job, code);
    this.start(entry, grant);
    const stop = (): void => this.stop(entry, failure("cancelled", "its help is not needed any more"), this.graceMs);
    return { outcome, stop };
  }

  status(jobId: string): JobStatus | undefined {
    return this.ledger.statusOf(jobId);
  }

  cancel(jobId: string): void {
    const sequence = this.ledger.sequenceOf(jobId);
    const entry = sequence === undefined ? undefined : this.entries.get(sequence);
    if (entry !== undefined) this.stop(entry, failure("cancelled", `job ${jobId} was cancelled`), this.graceMs);
  }

  events(listener: (event: SchedulerEvent) => void): () => void {
    return this.ledger.listen(listener);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    const closing = failure("cancelled", "the scheduler was closed");
    for (const entry of [...this.entries.values()]) this.stop(entry, closing, 0);
    await this.crew.close();
    this.watch.close();
  }

  private drain(): void {
    for (let next = this.slots.take(this.clock.now()); next !== undefined; next = this.slots.take(this.clock.now())) {
      const entry = next.ticket.item;
      this.tickets.delete(entry.sequence);
      this.start(entry, next.grant);
    }
  }

  private start(entry: Entry, grant: Grant): void {
    const { job, sequence } = entry;
    entry.grant = grant;
    entry.startedAtMs = this.clock.now();
    const thread = this.crew.take(job.resources.memoryMb ?? this.jobMemoryMb);
    entry.thread = thread;
    this.running.set(thread, entry);
    thread.holdProcess(true);
    this.watch.wake();
    const stage = this.referenceOf(job.stage);
    this.ledger.mark(sequence, job.nodeId, "running");
    if (thread.hasLoaded(stage)) {
      this.dispatch(entry, thread, stage, grant);
      return;
    }
    void this.load(entry, thread, stage).then((problem) => {
      if (this.running.get(thread) !== entry || entry.ending !== undefined) return;
      if (problem === undefined) this.dispatch(entry, thread, stage, grant);
      else this.finish(entry, { status: "failed", failure: problem, durationMs: this.clock.now() - entry.startedAtMs });
    });
  }

  private async load({ job, code }: Entry, thread: WorkerThread, reference: number): Promise<StageFailure | undefined> {
    const { name, version, module } = job.stage;
    const problem = await thread.load(reference, { url: module?.url ?? "", name, version });
    if (problem !== undefined || (await isUnchanged(code))) return problem;
    // The thread has other code now than the key of the result says.
    this.crew.dismiss(thread);
    return failureOf(
      new RuntimeError({
        code: "RUNT-037",
        message: `the files of stage ${name} changed while the program ran`,
        remedy: "Run again; finished nodes whose code is the same are reused.",
        path: job.nodeId,
      }),
    );
  }

  private dispatch(entry: Entry, thread: WorkerThread, stage: number, grant: Grant): void {
    const { job, sequence } = entry;
    entry.startedAtMs = this.clock.now();
    job.onStart?.({ worker: thread.name, host: this.host, grant });
    const { timeoutMs } = job;
    if (timeoutMs !== undefined) {
      entry.callOff = this.clock.after(timeoutMs, () => {
        const message = `stage ${job.stage.name} ran past its limit of ${timeoutMs} ms`;
        this.stop(entry, failure("timeout", message), this.graceMs);
      });
    }
    const { nodeId, attempt, mapOver, streamKey, arithmetic } = job;
    try {
      const [config, inputs, policy] = [pack(job.config), pack(job.inputs), pack(job.policy)];
      thread.send({
        kind: "run",
        job: sequence,
        stage,
        nodeId,
        attempt,
        config,
        inputs,
        mapOver,
        policy,
        streamKey,
        arithmetic,
        grant,
        canShare: this.capacity.jobs > 1,
      });
    } catch (thrown) {
      this.finish(entry, { status: "failed", failure: failureOf(thrown), durationMs: 0 });
    }
  }

  /** Ends a job early. A running one is asked through its signal first; its slots stay taken until the work has stopped. */
  private stop(entry: Entry, ending: StageFailure, graceMs: number): void {
    const { sequence, job, thread } = entry;
    const ticket = this.tickets.get(sequence);
    if (ticket !== undefined && this.slots.remove(ticket)) {
      this.tickets.delete(sequence);
      this.settle(entry, { status: "failed", failure: ending, durationMs: 0 });
      if (!this.isClosed) this.drain();
      return;
    }
    if (thread === undefined || (entry.ending !== undefined && graceMs > 0)) return;
    entry.ending ??= ending;
    entry.callOff?.();
    const isAsked = graceMs > 0 && thread.hasLoaded(this.referenceOf(job.stage));
    if (!isAsked) {
      this.crew.dismiss(thread);
      return;
    }
    thread.abort(sequence, ending.kind === "timeout" ? "timeout" : "cancelled");
    entry.callOff = this.clock.after(graceMs, () => this.crew.dismiss(thread));
  }

  private receive(thread: WorkerThread, message: FromWorker & { readonly kind: WorkerSays }): void {
    const entry = this.running.get(thread);
    if (entry === undefined || entry.sequence !== message.job) return;
    if (message.kind === "progress") entry.job.onProgress?.(message.fraction, message.note);
    else if (message.kind === "log") entry.job.onLog?.(message.message);
    else if (message.kind === "share") this.offer(entry, thread, message);
    else if (message.kind === "unshare") this.maps.remove(message.job, message.map);
    else if (!thread.isRetired) {
      this.crew.countJob(thread, message.memoryMb);
      this.finish(entry, unpackOutcome(message.outcome));
    }
  }

  private offer({ job, sequence }: Entry, thread: WorkerThread, { map, shared }: ShareMessage): void {
    const deliver = (part: number, outcome: JobOutcome): void => {
      if (!thread.isRetired) thread.send({ kind: "part", map, part, outcome: packOutcome(outcome) });
    };
    this.maps.add(sequence, map, { owner: job, deliver }, shared);
  }

  private exited(thread: WorkerThread, exitCode: number, error: Error | undefined): void {
    const entry = this.running.get(thread);
    if (entry === undefined) return;
    const died = entry.ending ?? causeOfDeath(entry.job.stage.name, exitCode, error);
    this.finish(entry, { status: "failed", failure: died, durationMs: this.clock.now() - entry.startedAtMs });
  }

  private finish(entry: Entry, outcome: JobOutcome): void {
    const { thread, grant, job, ending } = entry;
    entry.callOff?.();
    this.maps.removeAll(entry.sequence);
    if (thread !== undefined) {
      this.running.delete(thread);
      this.crew.release(thread);
    }
    if (grant !== undefined) this.slots.release(job.resources, grant);
    const { durationMs } = outcome;
    this.settle(entry, ending === undefined ? outcome : { status: "failed", failure: ending, durationMs });
    this.drainSoon();
  }

  /** Slots are handed out when those who waited for the outcome have reacted: what they submit may be more urgent. */
  private drainSoon(): void {
    if (this.isDrainDue || (this.slots.waiting === 0 && !this.maps.isHelpWanted)) return;
    this.isDrainDue = true;
    setImmediate(() => {
      this.isDrainDue = false;
      if (this.isClosed) return;
      this.drain();
      this.maps.lend();
    });
  }

  private settle(entry: Entry, outcome: JobOutcome): void {
    this.entries.delete(entry.sequence);
    this.ledger.mark(entry.sequence, entry.job.nodeId, statusAfter(outcome));
    entry.settle(outcome);
  }

  private referenceOf({ name, version, module }: AnyStage): number {
    const key = `${module?.url}\n${name}\n${version}`;
    let reference = this.references.get(key);
    if (reference === undefined) {
      reference = this.references.size;
      this.references.set(key, reference);
    }
    return reference;
  }

  private watchedJobs(): { threadId: number; limitMb: number; startedAtMs: number; stop(usedMb: number): void }[] {
    return [...this.running].map(([{ threadId }, entry]) => {
      const limitMb = entry.job.resources.memoryMb ?? this.jobMemoryMb;
      const stop = (usedMb: number): void => {
        const message = `stage ${entry.job.stage.name} took ${Math.round(usedMb)} MiB, more than the ${limitMb} MiB that it may`;
        this.stop(entry, failure("outOfMemory", message), 0);
      };
      return { threadId, limitMb, startedAtMs: entry.startedAtMs, stop };
    });
  }
}

function notLoadable({ nodeId, stage: { name } }: Job): PipelineError {
  return new PipelineError({
    code: "PIPE-029",
    message: `stage ${name} was declared without import.meta, so no thread can load it`,
    remedy: "Declare it with defineStage(import.meta, …) and export it, or run it inline.",
    path: nodeId,
  });
}
