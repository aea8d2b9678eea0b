/**
 * What a store did and could not do. Storage that fails is never an exception: it is counted here and shown in
 * `stats().errors`.
 */
import type { StoreStats } from "@simloom/pipeline";

type Counted = Exclude<keyof StoreStats, "errors">;

/** Counts of one store since it was opened. */
export class Ledger {
  readonly counts: { [name in Counted]: number } = {
    entriesRead: 0,
    entriesWritten: 0,
    blobsRead: 0,
    blobsWritten: 0,
    bytesRead: 0,
    bytesWritten: 0,
    quarantined: 0,
    claimsWaitedFor: 0,
    lookups: 0,
    lookupMs: 0,
    stores: 0,
    storeMs: 0,
  };
  private readonly faults = new Map<string, number>();

  /** Counts look-ups and the time that they took together. */
  looked(count: number, durationMs: number): void {
    this.counts.lookups += count;
    this.counts.lookupMs += durationMs;
  }

  /** Counts a result or blob that was given to the store, and the time that keeping it took. */
  stored(durationMs: number): void {
    this.counts.stores++;
    this.counts.storeMs += durationMs;
  }

  /** Notes that `action` failed. Equal failures are one line with a count. */
  fault(action: string, reason: unknown): void {
    const line = `${action}: ${reasonOf(reason)}`;
    const count = this.faults.get(line);
    if (count !== undefined) this.faults.set(line, count + 1);
    else if (this.faults.size < MOST_KINDS) this.faults.set(line, 1);
  }

  stats(): StoreStats {
    const worstFirst = [...this.faults].sort(([, a], [, b]) => b - a).slice(0, MOST_LINES);
    return {
      ...this.counts,
      errors: worstFirst.map(([line, count]) => (count === 1 ? line : `${line} (${count} times)`)),
    };
  }
}

const MOST_KINDS = 1000;
const MOST_LINES = 20;

/** The code of a system error (`ENOSPC`), if it is one. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

function reasonOf(reason: unknown): string {
  if (!(reason instanceof Error)) return String(reason);
  return systemCode(reason) ?? reason.message;
}
