/**
 * Stops jobs that outgrow their memory in ways that the limit of the heap does not see: buffers, and arrays on shared
 * memory. The size of the process is looked at all the time, as that is cheap; when it has grown by more than a job may
 * take, a diagnostic report tells the heap and the buffers of each thread, even of one in a busy loop.
 */

/** A job that the watch looks after. */
export interface WatchedJob {
  readonly threadId: number;
  readonly limitMb: number;
  readonly startedAtMs: number;
  /** Called once the job has outgrown its limit. */
  stop(usedMb: number): void;
}

const INTERVAL_MS = 25;
/** A report takes 20 ms of the coordinator's time; while reports find nothing the pause between them doubles. */
const SHORTEST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 8000;
const MIB = 2 ** 20;

interface ThreadReport {
  readonly header: { readonly threadId: number };
  readonly javascriptHeap: { readonly usedMemory: number; readonly externalMemory: number };
}

/** Watches the jobs that `jobs` answers, from {@link MemoryWatch.wake} until none is left. */
export class MemoryWatch {
  private readonly jobs: () => readonly WatchedJob[];
  private timer: NodeJS.Timeout | undefined;
  /** Size of the process when no job ran. */
  private idleMb = processMb();
  private newestStartMs = 0;
  /** Size of the process when the job that began last was seen first. */
  private newestMb = 0;
  private reportedAtMs = 0;
  private reportedMb = 0;
  private pauseMs = SHORTEST_PAUSE_MS;

  constructor(jobs: () => readonly WatchedJob[]) {
    this.jobs = jobs;
  }

  wake(): void {
    if (this.timer !== undefined) return;
    this.timer = setInterval(() => this.look(), INTERVAL_MS);
    this.timer.unref();
  }

  close(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private look(): void {
    const jobs = this.jobs();
    if (jobs.length === 0) {
      this.idleMb = processMb();
      this.close();
      return;
    }
    const sizeMb = processMb();
    this.idleMb = Math.min(this.idleMb, sizeMb);
    const newest = jobs.reduce((a, b) => (b.startedAtMs > a.startedAtMs ? b : a));
    if (newest.startedAtMs !== this.newestStartMs) {
      this.newestStartMs = newest.startedAtMs;
      this.newestMb = sizeMb;
    }
    const smallestLimitMb = Math.min(...jobs.map(({ limitMb }) => limitMb));
    if (sizeMb - this.idleMb <= smallestLimitMb) return;
    const nowMs = performance.now();
    const hasGrown = sizeMb > this.reportedMb + smallestLimitMb / 4;
    if (nowMs - this.reportedAtMs < (hasGrown ? SHORTEST_PAUSE_MS : this.pauseMs)) return;
    const isOneStopped = this.stopByReport(jobs) || this.stopByGrowth(jobs, newest, sizeMb);
    this.reportedAtMs = nowMs;
    this.reportedMb = sizeMb;
    this.pauseMs = isOneStopped || hasGrown ? SHORTEST_PAUSE_MS : Math.min(2 * this.pauseMs, LONGEST_PAUSE_MS);
  }

  private stopByReport(jobs: readonly WatchedJob[]): boolean {
    const used = usedByThreadMb();
    let isOneStopped = false;
    for (const { threadId, limitMb, stop } of jobs) {
      const usedMb = used.get(threadId) ?? 0;
      if (usedMb <= limitMb) continue;
      stop(usedMb);
      isOneStopped = true;
    }
    return isOneStopped;
  }

  /** Shared memory stands in no report. When all jobs together grow past what they may take, the newest one goes. */
  private stopByGrowth(jobs: readonly WatchedJob[], newest: WatchedJob, sizeMb: number): boolean {
    const grownMb = sizeMb - this.newestMb;
    if (grownMb <= jobs.reduce((sum, { limitMb }) => sum + limitMb, 0)) return false;
    newest.stop(grownMb);
    return true;
  }
}

/** Resident size of the process without the coordinator's own heap and buffers. */
function processMb(): number {
  const { rss, heapTotal, arrayBuffers } = process.memoryUsage();
  return (rss - heapTotal - arrayBuffers) / MIB;
}

function usedByThreadMb(): ReadonlyMap<number, number> {
  const report = process.report as typeof process.report & { excludeNetwork?: boolean };
  // Naming every open socket can take seconds.
  report.excludeNetwork = true;
  const { workers = [] } = report.getReport() as unknown as { readonly workers?: readonly ThreadReport[] };
  return new Map(
    workers.map(({ header, javascriptHeap: { usedMemory, externalMemory } }) => [
      header.threadId,
      (usedMemory + externalMemory) / MIB,
    ]),
  );
}
