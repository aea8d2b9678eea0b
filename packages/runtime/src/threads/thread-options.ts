import type { Clock, SlotCapacity } from "@simloom/pipeline";

/** How many threads, and what they have. */
export interface ThreadOptions extends Partial<Omit<SlotCapacity, "jobs">> {
  /** Threads at most; they start when there is work for them. Default: what the machine runs at a time. */
  readonly workers?: number;
  /** MiB that a job without `resources.memoryMb` may take. Default: three quarters of the machine's memory, shared out; at most 4096. */
  readonly jobMemoryMb?: number;
  /** Time that a stage has to heed its signal before its thread is stopped. Default 50 ms. */
  readonly graceMs?: number;
  /** Jobs after which a thread makes way for a fresh one. Default 100,000. */
  readonly maxJobsPerWorker?: number;
  /** Share of its memory limit above which an idle thread makes way for a fresh one. Default 0.5. */
  readonly recycleFraction?: number;
  /** Node options of the threads. Default none; NODE_OPTIONS holds for them as for every thread. */
  readonly execArgv?: readonly string[];
  readonly clock?: Clock;
}
