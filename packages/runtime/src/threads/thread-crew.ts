/** The worker threads of one scheduler: they start when there is work for them, wait warm, and make way when they are worn. */
import type { FromWorker } from "./protocol.ts";
import { type WorkerSays, WorkerThread } from "./worker-thread.ts";

/** How many threads there may be, when they are worn, and who hears of them. */
export interface CrewOptions {
  /** Threads at most. */
  readonly size: number;
  /** Jobs after which a thread makes way for a fresh one. */
  readonly maxJobsPerWorker: number;
  /** Share of its memory limit above which a thread makes way for a fresh one. */
  readonly recycleFraction: number;
  /** Node options of the threads. */
  readonly execArgv: readonly string[];
  onMessage(thread: WorkerThread, message: FromWorker & { readonly kind: WorkerSays }): void;
  /** A thread has ended, whatever ended it. */
  onExit(thread: WorkerThread, exitCode: number, error: Error | undefined): void;
}

/** Heap limits come in powers of two, so that jobs with about the same need share threads. */
const SMALLEST_HEAP_MB = 32;

/** Owns threads: whoever takes one gives it back with `release`, or has it stopped with `dismiss`. */
export class ThreadCrew {
  private readonly idle: WorkerThread[] = [];
  private readonly leaving = new Set<Promise<void>>();
  private readonly options: CrewOptions;
  private threadCount = 0;

  constructor(options: CrewOptions) {
    this.options = options;
  }

  /** An idle thread with this memory limit, the one used last; else a new one. */
  take(memoryMb: number): WorkerThread {
    const heapLimitMb = 2 ** Math.ceil(Math.log2(Math.max(memoryMb, SMALLEST_HEAP_MB)));
    const index = this.idle.findLastIndex((thread) => thread.heapLimitMb === heapLimitMb);
    const [warm] = index < 0 ? [] : this.idle.splice(index, 1);
    if (warm !== undefined) return warm;
    // Threads are as many as jobs at a time; one that idles with another limit makes way.
    if (this.threadCount >= this.options.size) {
      const other = this.idle.shift();
      if (other !== undefined) this.dismiss(other);
    }
    return this.hire(heapLimitMb);
  }

  /** Notes that a job is done with so much memory in use; a thread that is worn by it is dismissed. */
  countJob(thread: WorkerThread, memoryMb = 0): void {
    const { recycleFraction, maxJobsPerWorker } = this.options;
    thread.jobsDone++;
    if (memoryMb > recycleFraction * thread.heapLimitMb || thread.jobsDone >= maxJobsPerWorker) this.dismiss(thread);
  }

  /** Takes a thread back, to wait for the next job; one that was dismissed meanwhile is gone. */
  release(thread: WorkerThread): void {
    if (thread.isRetired) return;
    thread.holdProcess(false);
    this.idle.push(thread);
  }

  /** Stops a thread, in the middle of its work if it has any. */
  dismiss(thread: WorkerThread): void {
    const leaving = thread.terminate();
    this.leaving.add(leaving);
    void leaving.then(() => this.leaving.delete(leaving));
  }

  /** Stops the idle ones, and waits for all that are leaving. */
  async close(): Promise<void> {
    for (const thread of this.idle.splice(0)) this.dismiss(thread);
    while (this.leaving.size > 0) await Promise.all(this.leaving);
  }

  private hire(heapLimitMb: number): WorkerThread {
    this.threadCount++;
    const name = `simloom-${nextThread()}`;
    const thread: WorkerThread = new WorkerThread(name, heapLimitMb, this.options.execArgv, {
      onMessage: (message) => this.options.onMessage(thread, message),
      onExit: (exitCode, error) => {
        this.threadCount--;
        const index = this.idle.indexOf(thread);
        if (index >= 0) this.idle.splice(index, 1);
        thread.isRetired = true;
        this.options.onExit(thread, exitCode, error);
      },
    });
    return thread;
  }
}

let threadsStarted = 0;

function nextThread(): number {
  threadsStarted += 1;
  return threadsStarted;
}
