/**
 * All packs of a store as one log of entries.
 *
 * The order of records in the log is the same for all processes and decides everything: the last entry of a key counts, a
 * drop takes away what stands before it, and what was appended behind a seal does not count. So a writer reads back what it
 * appended; when a seal came first, it appends again to the next pack. No locks are needed, neither for readers nor for
 * writers nor while packs are merged.
 */
import { readdirSync } from "node:fs";
import type { Digest } from "@simloom/pipeline";
import { EntryIndex } from "./entry-index.ts";
import type { StoreFolder } from "./folder.ts";
import { loadSnapshot, saveSnapshot } from "./index-snapshot.ts";
import { type Ledger, systemCode } from "./ledger.ts";
import { Pack, type ScanVisitor } from "./pack.ts";
import type { Quarantine } from "./quarantine.ts";
import { ReadAhead } from "./read-ahead.ts";
import {
  aliasAt,
  checkAt,
  HEADER_BYTES,
  hasAliasAt,
  isIntactAt,
  isNamedAt,
  KEY_OFFSET,
  keyAt,
  kindAt,
  payloadAt,
  RecordKind,
  recordBytes,
  recordLengthAt,
} from "./record.ts";

const MOST_TRIES = 5;

export interface PackLogOptions {
  readonly limitBytes: number;
  readonly isSynced: boolean;
  readonly lookRoundMs: number;
  readonly rowsWorthSaving: number;
}

export class PackLog {
  index = new EntryIndex();
  private readonly folder: StoreFolder;
  private readonly ledger: Ledger;
  private readonly quarantine: Quarantine;
  private readonly options: PackLogOptions;
  private readonly ahead = new ReadAhead();
  private packs: Pack[] = [];
  private open: Pack | undefined;
  private scanned: Pack | undefined;
  private nextNumber = 1;
  private savedRows = 0;
  private isClosed = false;
  private lookedRoundAtMs = 0;
  /** Checksum of the record that is looked for in the log, and whether it was met. */
  private awaited = -1;
  private wasMet = false;

  constructor(folder: StoreFolder, ledger: Ledger, quarantine: Quarantine, options: PackLogOptions) {
    this.folder = folder;
    this.ledger = ledger;
    this.quarantine = quarantine;
    this.options = options;
    this.load();
  }

  /** Looks for what other processes appended. Cost: one read(2) when there is nothing. */
  refresh(): void {
    const nowMs = performance.now();
    if (nowMs - this.lookedRoundAtMs > this.options.lookRoundMs) {
      this.lookedRoundAtMs = nowMs;
      if (this.open === undefined || this.packs.some((pack) => !pack.isThere())) this.load();
    }
    this.scanOpen();
  }

  /** Appends a record; whether all processes see it from now on. */
  append(record: Buffer): boolean {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      if (this.open === undefined) this.load();
      const pack = this.open;
      if (pack === undefined) return false;
      if (pack.refusal !== undefined) {
        this.ledger.fault("an entry cannot be written", pack.refusal);
        return false;
      }
      try {
        pack.append(record);
        if (this.options.isSynced) pack.sync();
      } catch (error) {
        this.ledger.fault("an entry cannot be written", error);
        return false;
      }
      if (this.isFound(record, pack)) {
        if (this.open === pack && pack.scannedTo > this.options.limitBytes) this.seal();
        return true;
      }
    }
    this.ledger.fault("an entry cannot be written", "it was not found where it was written");
    return false;
  }

  /** Whether a record that was just appended counts: no seal came first. */
  private isFound(record: Buffer, pack: Pack): boolean {
    const offset = pack.scannedTo;
    if (pack.isNext(record)) {
      this.scanned = pack;
      this.visitor.record(record, 0, record.byteLength, offset);
      return true;
    }
    this.awaited = checkAt(record, 0, record.byteLength);
    this.wasMet = false;
    this.scanOpen();
    this.awaited = -1;
    return this.wasMet;
  }

  /** The record of a name, if there is one. Cost: one checksum, and one read(2) unless the record before it was read last. */
  find(name: Digest): Buffer | undefined {
    const row = this.rowOf(name);
    const at = row < 0 ? -1 : this.read(name, row);
    return at < 0 ? undefined : this.recordIn(at, row);
  }

  /** The payload of a name's record, if there is one. Cost as that of {@link find}. */
  payloadOf(name: Digest): Uint8Array | undefined {
    return this.payloadIn(name, this.rowOf(name));
  }

  /** The same among the records that were seen so far. */
  seenPayloadOf(name: Digest): Uint8Array | undefined {
    return this.payloadIn(name, this.index.rowOf(name));
  }

  private rowOf(name: Digest): number {
    const row = this.index.rowOf(name);
    if (row >= 0) return row;
    this.refresh();
    return this.index.rowOf(name);
  }

  private payloadIn(name: Digest, row: number): Uint8Array | undefined {
    const at = row < 0 ? -1 : this.read(name, row);
    return at < 0 ? undefined : payloadAt(this.ahead.block, at, this.index.lengthAt(row));
  }

  private recordIn(at: number, row: number): Buffer {
    return this.ahead.block.subarray(at, at + this.index.lengthAt(row));
  }

  /** Where the record of a name stands in what was read last, or −1. */
  private read(name: Digest, row: number): number {
    const at = this.placeOf(row);
    if (at < 0) {
      this.forget(name, undefined);
      return -1;
    }
    if (!isNamedAt(this.ahead.block, at, name)) return -1;
    this.index.markUsed(row);
    return at;
  }

  /** All records in use that are whole, in the order in which they were written, and where they stand. */
  *records(): Generator<{ readonly row: number; readonly record: Buffer; readonly pack: Pack }> {
    const { index } = this;
    for (const row of index.rowsInUse()) {
      const at = this.placeOf(row);
      if (at >= 0) yield { row, record: this.recordIn(at, row), pack: index.packAt(row) };
    }
  }

  /** Where the record of a row stands in what was read last, or −1 when it is damaged; then it was set aside. */
  private placeOf(row: number): number {
    const { index } = this;
    const length = index.lengthAt(row);
    const offset = index.offsetAt(row);
    const pack = index.packAt(row);
    for (let tries = 0; tries < 2; tries++) {
      const at = this.readPart(pack, offset, length);
      const { block } = this.ahead;
      if (recordLengthAt(block, at) === length && isIntactAt(block, at, length, this.folder.seed)) return at;
      // What was read along may have been read while it was being written.
      this.ahead.forget();
      if (tries > 0)
        this.setAside(pack, offset, block.subarray(at, at + length), "the record does not match its checksum");
    }
    return -1;
  }

  private readPart(pack: Pack, offset: number, length: number): number {
    try {
      return this.ahead.read(pack, offset, length);
    } catch (error) {
      this.ledger.fault("an entry cannot be read", error);
      this.ahead.forget();
      return 0;
    }
  }

  /** Takes the records of a key (and alias) out of use, for all processes. */
  forget(key: Digest, alias: Digest | undefined): void {
    this.index.drop(key, alias);
    this.append(recordBytes({ kind: RecordKind.drop, key, alias, writtenAtMs: 0 }, this.folder.seed));
    this.index.drop(key, alias);
  }

  /** Ends the open pack; records go to the next one from now on. The number of the last pack that is sealed. */
  seal(): number {
    const pack = this.open;
    if (pack === undefined || pack.refusal !== undefined) return this.nextNumber - 1;
    try {
      Pack.make(this.folder.at("packs", logName(pack.number + 1)));
      pack.append(recordBytes({ kind: RecordKind.seal, writtenAtMs: 0 }, this.folder.seed));
    } catch (error) {
      this.ledger.fault("a pack cannot be ended", error);
      return pack.number - 1;
    }
    this.scanOpen();
    return pack.number;
  }

  /** Opens all packs anew, with the help of the saved index or by reading everything. */
  load(useSnapshot = true): void {
    if (this.isClosed) return;
    this.closePacks();
    const names = packNames(this.folder, this.ledger);
    const merged = names.merged.at(-1);
    if (merged !== undefined) this.openPack(mergedName(merged), merged);
    for (const number of names.logs) if (number > (merged ?? 0)) this.openPack(logName(number), number);
    const snapshot = useSnapshot ? loadSnapshot(this.folder, this.ledger, this.packs) : undefined;
    this.index = snapshot ?? new EntryIndex();
    this.savedRows = this.index.rows;
    let open: Pack | undefined;
    for (const pack of this.packs) {
      this.scan(pack);
      // A pack whose successor holds records was sealed, whatever became of its seal.
      if (open === undefined || pack.scannedTo > 0) open = pack.isSealed ? undefined : pack;
    }
    this.nextNumber = Math.max(merged ?? 0, names.logs.at(-1) ?? 0) + 1;
    this.open = open ?? this.makeOpenPack();
    this.lookedRoundAtMs = performance.now();
  }

  /** Saves the index when it has grown much since it was saved last. */
  save(writer: string): void {
    if (
      this.isClosed ||
      this.index.rows < this.savedRows + this.options.rowsWorthSaving ||
      this.open?.refusal !== undefined
    )
      return;
    saveSnapshot(this.folder, this.ledger, this.index, writer);
    this.savedRows = this.index.rows;
  }

  get all(): readonly Pack[] {
    return this.packs;
  }

  close(): void {
    this.isClosed = true;
    this.index = new EntryIndex();
    this.closePacks();
  }

  private closePacks(): void {
    this.ahead.forget();
    for (const pack of this.packs) pack.close();
    this.packs = [];
    this.open = undefined;
  }

  private makeOpenPack(): Pack | undefined {
    const name = logName(this.nextNumber);
    try {
      this.folder.restore();
      Pack.make(this.folder.at("packs", name));
    } catch (error) {
      this.ledger.fault("a pack cannot be made", error);
      return undefined;
    }
    return this.openPack(name, this.nextNumber);
  }

  private openPack(name: string, number: number): Pack | undefined {
    try {
      const pack = Pack.open(this.folder.at("packs", name), number, this.folder.seed);
      this.packs.push(pack);
      return pack;
    } catch (error) {
      if (systemCode(error) !== "ENOENT") this.ledger.fault("a pack cannot be opened", error);
      return undefined;
    }
  }

  private scanOpen(): void {
    while (this.open !== undefined) {
      const pack = this.open;
      this.scan(pack);
      if (!pack.isSealed) return;
      this.nextNumber = pack.number + 1;
      this.open = this.openPack(logName(this.nextNumber), this.nextNumber);
      if (this.open === undefined) this.load();
    }
  }

  private scan(pack: Pack | undefined): void {
    if (pack === undefined) return;
    this.scanned = pack;
    try {
      pack.scan(this.visitor);
    } catch (error) {
      this.ledger.fault("a pack cannot be read", error);
    }
  }

  private readonly visitor: ScanVisitor = {
    record: (bytes, at, length, offset) => {
      const kind = kindAt(bytes, at);
      if (kind === RecordKind.entry && this.scanned !== undefined) {
        const row = this.index.add(this.scanned, offset, length);
        const key = at + KEY_OFFSET;
        this.index.name(bytes.readUInt32BE(key), bytes.readUInt32BE(key + 4), row, false);
        const alias = at + HEADER_BYTES;
        if (hasAliasAt(bytes, at)) this.index.name(bytes.readUInt32BE(alias), bytes.readUInt32BE(alias + 4), row, true);
      } else if (kind === RecordKind.drop) {
        this.index.drop(keyAt(bytes, at), aliasAt(bytes, at));
      }
      if (this.awaited >= 0 && checkAt(bytes, at, length) === this.awaited) this.wasMet = true;
    },
    damage: (bytes, offset) => {
      if (this.scanned !== undefined) this.setAside(this.scanned, offset, bytes, "these bytes are no record");
    },
  };

  private setAside(pack: Pack, offset: number, bytes: Uint8Array, reason: string): void {
    this.quarantine.keep(`${pack.name}-${offset}`, bytes, reason);
  }
}

export function logName(number: number): string {
  return `log-${number}.pack`;
}

export function mergedName(number: number): string {
  return `merged-${number}.pack`;
}

/** Numbers of the packs that are there, ascending. */
export function packNames(folder: StoreFolder, ledger: Ledger): { logs: number[]; merged: number[] } {
  const logs: number[] = [];
  const merged: number[] = [];
  try {
    for (const name of readdirSync(folder.at("packs"))) {
      const [, kind, number] = /^(log|merged)-(\d+)\.pack$/.exec(name) ?? [];
      if (kind === "log") logs.push(Number(number));
      else if (kind === "merged") merged.push(Number(number));
    }
  } catch (error) {
    if (systemCode(error) !== "ENOENT") ledger.fault("the packs cannot be listed", error);
  }
  const ascending = (a: number, b: number) => a - b;
  return { logs: logs.sort(ascending), merged: merged.sort(ascending) };
}
