/**
 * What schedulers keep about their jobs: a number, a status, and who wants to hear of changes. One byte per job, so that
 * `status` answers for every job there ever was.
 */
import type { JobStatus, SchedulerEvent } from "./scheduler.ts";

const statuses: readonly JobStatus[] = [
  "pending",
  "queued",
  "running",
  "succeeded",
  "failed",
  "cancelled",
  "timedOut",
  "lost",
];
const codes = Object.fromEntries(statuses.map((status, code) => [status, code])) as Readonly<Record<JobStatus, number>>;

/** Numbers jobs `<name>-1`, `<name>-2`, … and follows their status. */
export class JobLedger {
  readonly name: string;
  private readonly prefix: string;
  private codes = new Uint8Array(64);
  private count = 0;
  private readonly listeners = new Set<(event: SchedulerEvent) => void>();

  constructor(name: string) {
    this.name = name;
    this.prefix = `${name}-`;
  }

  /** Opens the record of a job and answers its number. */
  open(): number {
    const sequence = ++this.count;
    if (sequence >= this.codes.length) {
      const grown = new Uint8Array(this.codes.length * 2);
      grown.set(this.codes);
      this.codes = grown;
    }
    return sequence;
  }

  idOf(sequence: number): string {
    return this.prefix + sequence;
  }

  /** The number behind an id of this ledger, or nothing. */
  sequenceOf(jobId: string): number | undefined {
    if (!jobId.startsWith(this.prefix)) return undefined;
    const sequence = Number(jobId.slice(this.prefix.length));
    return Number.isInteger(sequence) && sequence >= 1 && sequence <= this.count ? sequence : undefined;
  }

  statusOf(jobId: string): JobStatus | undefined {
    const sequence = this.sequenceOf(jobId);
    return sequence === undefined ? undefined : statuses[this.codes[sequence] as number];
  }

  mark(sequence: number, nodeId: string, status: JobStatus): void {
    this.codes[sequence] = codes[status];
    if (this.listeners.size === 0) return;
    const event: SchedulerEvent = Object.freeze({ jobId: this.idOf(sequence), nodeId, status });
    for (const listener of this.listeners) listener(event);
  }

  listen(listener: (event: SchedulerEvent) => void): () => void {
    const own = (event: SchedulerEvent): void => listener(event);
    this.listeners.add(own);
    return () => void this.listeners.delete(own);
  }
}

/** The status that an outcome leaves a job in. */
export function statusAfter(
  outcome:
    | { readonly status: "succeeded" }
    | { readonly status: "failed"; readonly failure: { readonly kind: string } },
): JobStatus {
  if (outcome.status === "succeeded") return "succeeded";
  const { kind } = outcome.failure;
  return kind === "timeout"
    ? "timedOut"
    : kind === "cancelled"
      ? "cancelled"
      : kind === "workerDied"
        ? "lost"
        : "failed";
}
