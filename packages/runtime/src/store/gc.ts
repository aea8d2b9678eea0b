/**
 * Cleaning up: the entries that were used longest ago go first, pinned ones stay, blobs go with the last entry that refers
 * to them, and the packs are merged into one. Others may read and write meanwhile: they miss at worst.
 */
import { renameSync } from "node:fs";
import type { Digest } from "@simloom/pipeline";
import { listBlobFiles } from "./blob-files.ts";
import { removeFile } from "./files.ts";
import type { StoreFolder } from "./folder.ts";
import { withGcLock } from "./gc-lock.ts";
import type { Ledger } from "./ledger.ts";
import type { Owners } from "./owners.ts";
import { Pack } from "./pack.ts";
import { logName, mergedName, type PackLog, packNames } from "./pack-log.ts";
import type { Pins } from "./pins.ts";
import { aliasAt, keyAt, payloadAt, RecordKind, recordBytes, writtenAtMsAt } from "./record.ts";
import { References } from "./references.ts";
import { appendUses, type LastUses, prefixOf, readUses, replaceUses } from "./uses.ts";
import { condenseWork } from "./work.ts";

export interface GcOptions {
  /** Entries are removed until records and blobs take no more than this. Default: no limit. */
  readonly maxBytes?: number;
  /** Entries not used for longer are removed. Default: no limit. */
  readonly maxAgeDays?: number;
  /** Only says what would be removed. Default: false. */
  readonly dryRun?: boolean;
  /** The time that ages are counted from, in ms since 1970. Default: now. */
  readonly nowMs?: number;
  /**
   * Blobs that never had an entry stay for so long after they were written, since it may be on its way. Those of removed
   * entries go with them, however young: whoever is about to refer to one misses it and computes it again. Default: one hour.
   */
  readonly blobGraceMs?: number;
}

export interface GcReport {
  /** `busy`: another process is cleaning up; nothing was done. */
  readonly status: "done" | "dryRun" | "busy";
  readonly removedEntries: number;
  readonly removedBlobs: number;
  /** Bytes of the removed records and blobs. */
  readonly removedBytes: number;
  readonly keptEntries: number;
  readonly keptBlobs: number;
  readonly keptBytes: number;
  /** Entries that would have gone if they were not pinned, or are pinned anyway. */
  readonly pinnedEntries: number;
}

export interface GcParts {
  readonly folder: StoreFolder;
  readonly ledger: Ledger;
  readonly log: PackLog;
  readonly owners: Owners;
  readonly pins: Pins;
  readonly now: () => number;
}

interface Candidate {
  readonly key: Digest;
  readonly bytes: number;
  readonly blobs: readonly Digest[];
  readonly lastUseMs: number;
  readonly isPinned: boolean;
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

export function collectGarbage(parts: GcParts, options: GcOptions): GcReport {
  const nothing: GcReport = {
    status: "busy",
    removedEntries: 0,
    removedBlobs: 0,
    removedBytes: 0,
    keptEntries: 0,
    keptBlobs: 0,
    keptBytes: 0,
    pinnedEntries: 0,
  };
  if (options.dryRun === true) return collect(parts, options);
  return withGcLock(parts, () => collect(parts, options)) ?? nothing;
}

function collect(parts: GcParts, options: GcOptions): GcReport {
  const { folder, ledger, log, pins, now } = parts;
  const isDry = options.dryRun === true;
  const nowMs = options.nowMs ?? now();
  log.refresh();
  appendUses(folder, ledger, isDry ? new Uint8Array(0) : log.index.takeUsed(), now());
  const lastUseMs = readUses(folder, ledger);
  const pinned = pins.keys();
  const files = listBlobFiles(folder, ledger);
  const sizes = new Map(files.flatMap(({ digest, bytes }) => (digest === undefined ? [] : [[digest, bytes] as const])));
  const references = new References(
    new Map(files.flatMap(({ digest, path }) => (digest === undefined ? [] : [[digest, path] as const]))),
  );
  const candidates = candidatesOf(log, references, lastUseMs, pinned);
  const doomed = pinned === undefined ? new Set<Digest>() : chooseDoomed(candidates, sizes, options, nowMs);
  const isWorthMerging = doomed.size > 0 || log.all.length > MOST_PACKS;
  if (!isDry && isWorthMerging) merge(parts, doomed);

  // What was written in the meantime counts, too.
  const kept = isDry
    ? candidates.filter(({ key }) => !doomed.has(key))
    : candidatesOf(log, references, lastUseMs, pinned);
  const referenced = new Set(kept.flatMap(({ blobs }) => blobs));
  const released = new Set(candidates.flatMap(({ key, blobs }) => (doomed.has(key) ? blobs : [])));
  const graceMs = options.blobGraceMs ?? HOUR_MS;
  let removedBlobs = 0;
  let removedBytes = sumOf(candidates.filter(({ key }) => doomed.has(key)).map(({ bytes }) => bytes));
  let keptBlobs = 0;
  let keptBytes = sumOf(kept.map(({ bytes }) => bytes));
  for (const { path, digest, bytes, writtenAtMs } of files) {
    const isReferenced = digest !== undefined && referenced.has(digest);
    const isAwaited = nowMs - writtenAtMs <= graceMs && !(digest !== undefined && released.has(digest));
    const isNeeded = pinned === undefined || isReferenced || isAwaited;
    if (!isNeeded && (isDry || removeFile(path, ledger))) {
      removedBytes += bytes;
      if (digest !== undefined) removedBlobs++;
    } else {
      keptBytes += bytes;
      if (digest !== undefined) keptBlobs++;
    }
  }
  if (!isDry) {
    const prefixes = new Set(kept.map(({ key }) => prefixOf(key)));
    replaceUses(folder, ledger, new Map([...lastUseMs].filter(([prefix]) => prefixes.has(prefix))));
    condenseWork(folder, ledger, nowMs);
  }
  return {
    status: isDry ? "dryRun" : "done",
    removedEntries: doomed.size,
    removedBlobs,
    removedBytes,
    keptEntries: kept.length,
    keptBlobs,
    keptBytes,
    pinnedEntries: kept.filter(({ isPinned }) => isPinned).length,
  };
}

/** More packs than this are merged even when no entry goes: the open one, the merged one, and a few between. */
const MOST_PACKS = 4;

function candidatesOf(
  log: PackLog,
  references: References,
  lastUseMs: LastUses,
  pinned: ReadonlySet<Digest> | undefined,
): Candidate[] {
  const candidates: Candidate[] = [];
  for (const { record } of log.records()) {
    const key = keyAt(record, 0);
    const alias = aliasAt(record, 0);
    candidates.push({
      key,
      bytes: record.byteLength,
      blobs: references.of(payloadAt(record, 0, record.byteLength)),
      lastUseMs: Math.max(lastUseMs.get(prefixOf(key)) ?? 0, writtenAtMsAt(record, 0)),
      isPinned: pinned === undefined || pinned.has(key) || (alias !== undefined && pinned.has(alias)),
    });
  }
  return candidates;
}

/** Which entries go: the old ones, then the least recently used until the rest fits. */
function chooseDoomed(
  candidates: readonly Candidate[],
  sizes: ReadonlyMap<Digest, number>,
  options: GcOptions,
  nowMs: number,
): Set<Digest> {
  const references = new Map<Digest, number>();
  let total = 0;
  for (const { bytes, blobs } of candidates) {
    total += bytes;
    for (const blob of blobs) {
      const count = references.get(blob) ?? 0;
      if (count === 0) total += sizes.get(blob) ?? 0;
      references.set(blob, count + 1);
    }
  }
  const oldestMs = options.maxAgeDays === undefined ? Number.NEGATIVE_INFINITY : nowMs - options.maxAgeDays * DAY_MS;
  const maxBytes = options.maxBytes ?? Number.POSITIVE_INFINITY;
  const doomed = new Set<Digest>();
  const byUse = candidates
    .filter(({ isPinned }) => !isPinned)
    .sort((a, b) => a.lastUseMs - b.lastUseMs || (a.key < b.key ? -1 : 1));
  for (const { key, bytes, blobs, lastUseMs } of byUse) {
    if (lastUseMs >= oldestMs && total <= maxBytes) break;
    doomed.add(key);
    total -= bytes;
    for (const blob of blobs) {
      const count = (references.get(blob) ?? 1) - 1;
      references.set(blob, count);
      if (count === 0) total -= sizes.get(blob) ?? 0;
    }
  }
  return doomed;
}

/** Copies what stays of all packs up to a seal into one, puts it in their place, and lets go of them. */
function merge({ folder, ledger, log }: GcParts, doomed: ReadonlySet<Digest>): void {
  const last = log.seal();
  const before = packNames(folder, ledger);
  if (!before.logs.includes(last)) return;
  const own = folder.at("packs", `.merged-${last}.tmp`);
  try {
    removeFile(own, ledger);
    Pack.make(own);
    const merged = Pack.open(own, last, folder.seed);
    try {
      for (const { record, pack } of log.records()) {
        if (pack.number <= last && !doomed.has(keyAt(record, 0))) merged.append(record);
      }
      merged.append(recordBytes({ kind: RecordKind.seal, writtenAtMs: 0 }, folder.seed));
    } finally {
      merged.close();
    }
    renameSync(own, folder.at("packs", mergedName(last)));
  } catch (error) {
    ledger.fault("packs cannot be merged", error);
    removeFile(own, ledger);
    return;
  }
  for (const number of before.logs) if (number <= last) removeFile(folder.at("packs", logName(number)), ledger);
  for (const number of before.merged) if (number < last) removeFile(folder.at("packs", mergedName(number)), ledger);
  log.load();
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
