import type { Digest } from "@simloom/pipeline";
import type { Pack } from "./pack.ts";

/** Slot of the table that was never used, or whose name was dropped. */
const EMPTY = -1;
const DROPPED = -2;

/** The 32 bits of a digest at a position among its hexadecimal digits. */
export function wordOf(digest: Digest, from: 0 | 8): number {
  let word = 0;
  for (let at = from; at < from + 8; at++) {
    const code = digest.charCodeAt(at);
    word = (word << 4) | (code < 58 ? code - 48 : code - 87);
  }
  return word >>> 0;
}

/**
 * Where records stand, by key and by alias: a hash table in typed arrays that holds the first 64 bits of each name. The
 * reader compares the whole name with the record, so two names with the same beginning cost a miss, never a wrong read.
 *
 * About 45 bytes per record, and nothing for the garbage collector to look at. Rows of dropped records are not used
 * again; the index is made anew when packs are merged.
 */
export class EntryIndex {
  private readonly packs: Pack[] = [];
  private packOfRow = new Uint16Array(1024);
  private offsets = new Float64Array(1024);
  private lengths = new Uint32Array(1024);
  private isUsed = new Uint8Array(1024);
  private usedCount = 0;
  /** Records that were ever added, dropped ones included. */
  rows = 0;

  /** Open addressing; a name leads to twice its row, and one more for an alias. */
  private high = new Uint32Array(4096);
  private low = new Uint32Array(4096);
  private target = new Int32Array(4096).fill(EMPTY);
  private slotsTaken = 0;
  private records = 0;

  /** The packs that rows refer to. */
  get packsInUse(): readonly Pack[] {
    return this.packs;
  }

  /** The tables as bytes, for {@link EntryIndex.fromTables}. Every part is a multiple of 8 bytes long. */
  tables(): Uint8Array[] {
    const counts = Float64Array.of(this.offsets.length, this.target.length, this.rows, this.slotsTaken, this.records);
    return [counts, this.offsets, this.lengths, this.packOfRow, this.high, this.low, this.target].map(
      ({ buffer }) => new Uint8Array(buffer),
    );
  }

  /** Takes over tables that are known to be undamaged. */
  static fromTables(bytes: Uint8Array, packs: readonly Pack[]): EntryIndex {
    let at = 0;
    const next = (byteLength: number) => {
      const part = new Uint8Array(byteLength);
      part.set(bytes.subarray(at, at + byteLength));
      at += byteLength;
      return part.buffer;
    };
    const [capacity = 0, slots = 0, rows = 0, slotsTaken = 0, records = 0] = new Float64Array(next(5 * 8));
    const index = new EntryIndex();
    index.packs.push(...packs);
    index.offsets = new Float64Array(next(capacity * 8));
    index.lengths = new Uint32Array(next(capacity * 4));
    index.packOfRow = new Uint16Array(next(capacity * 2));
    index.isUsed = new Uint8Array(capacity);
    index.high = new Uint32Array(next(slots * 4));
    index.low = new Uint32Array(next(slots * 4));
    index.target = new Int32Array(next(slots * 4));
    index.rows = rows;
    index.slotsTaken = slotsTaken;
    index.records = records;
    return index;
  }

  /** Records, aliases not counted. */
  get size(): number {
    return this.records;
  }

  /** Adds a record and gives its row. What stood under its names before is replaced. */
  add(pack: Pack, offset: number, length: number): number {
    if (this.rows === this.offsets.length) this.growRows();
    const row = this.rows++;
    let ordinal = this.packs.lastIndexOf(pack);
    if (ordinal < 0) ordinal = this.packs.push(pack) - 1;
    this.packOfRow[row] = ordinal;
    this.offsets[row] = offset;
    this.lengths[row] = length;
    return row;
  }

  /** Lets a name lead to a row. */
  name(high: number, low: number, row: number, isAlias: boolean): void {
    if (this.slotsTaken * 2 >= this.target.length) this.growTable();
    const known = this.slotOf(high, low, isAlias);
    if (known < 0 && !isAlias) this.records++;
    const slot = known >= 0 ? known : this.freeSlot(high);
    if (known < 0) this.slotsTaken++;
    this.high[slot] = high;
    this.low[slot] = low;
    this.target[slot] = row * 2 + (isAlias ? 1 : 0);
  }

  /** Forgets what stands under `key` and, as far as it is the same record, under `alias`. */
  drop(key: Digest, alias: Digest | undefined): void {
    const row = this.remove(wordOf(key, 0), wordOf(key, 8), false, undefined);
    this.remove(wordOf(key, 0), wordOf(key, 8), true, undefined);
    if (alias !== undefined) this.remove(wordOf(alias, 0), wordOf(alias, 8), true, row);
  }

  /** Row that a key or alias leads to, or −1. */
  rowOf(name: Digest): number {
    const high = wordOf(name, 0);
    const low = wordOf(name, 8);
    let slot = this.slotOf(high, low, false);
    if (slot < 0) slot = this.slotOf(high, low, true);
    return slot < 0 ? -1 : (this.target[slot] as number) >> 1;
  }

  packAt(row: number): Pack {
    return this.packs[this.packOfRow[row] as number] as Pack;
  }

  offsetAt(row: number): number {
    return this.offsets[row] as number;
  }

  lengthAt(row: number): number {
    return this.lengths[row] as number;
  }

  markUsed(row: number): void {
    if (this.isUsed[row] === 1) return;
    this.isUsed[row] = 1;
    this.usedCount++;
  }

  /** The first 8 bytes of each key whose record was marked since the last call. */
  takeUsed(): Uint8Array {
    const { target, high, low, isUsed } = this;
    const prefixes = new DataView(new ArrayBuffer(this.usedCount * 8));
    let end = 0;
    for (let slot = 0; slot < target.length && end < prefixes.byteLength; slot++) {
      const leadsTo = target[slot] as number;
      if (leadsTo < 0 || (leadsTo & 1) === 1 || isUsed[leadsTo >> 1] !== 1) continue;
      prefixes.setUint32(end, high[slot] as number);
      prefixes.setUint32(end + 4, low[slot] as number);
      end += 8;
    }
    isUsed.fill(0);
    this.usedCount = 0;
    return new Uint8Array(prefixes.buffer, 0, end);
  }

  /** Rows of all records, in the order in which they were written. */
  rowsInUse(): number[] {
    const rows: number[] = [];
    this.forEachKey((row) => rows.push(row));
    return rows.sort((a, b) => a - b);
  }

  private forEachKey(visit: (row: number, slot: number) => void): void {
    for (let slot = 0; slot < this.target.length; slot++) {
      const target = this.target[slot] as number;
      if (target >= 0 && target % 2 === 0) visit(target >> 1, slot);
    }
  }

  private remove(high: number, low: number, isAlias: boolean, onlyRow: number | undefined): number | undefined {
    const slot = this.slotOf(high, low, isAlias);
    if (slot < 0) return undefined;
    const row = (this.target[slot] as number) >> 1;
    if (onlyRow !== undefined && row !== onlyRow) return undefined;
    this.target[slot] = DROPPED;
    if (!isAlias) this.records--;
    return row;
  }

  private slotOf(high: number, low: number, isAlias: boolean): number {
    const mask = this.target.length - 1;
    const kind = isAlias ? 1 : 0;
    for (let slot = high & mask; ; slot = (slot + 1) & mask) {
      const target = this.target[slot] as number;
      if (target === EMPTY) return -1;
      if (this.high[slot] === high && this.low[slot] === low && target >= 0 && (target & 1) === kind) return slot;
    }
  }

  private freeSlot(high: number): number {
    const mask = this.target.length - 1;
    let slot = high & mask;
    while (this.target[slot] !== EMPTY) slot = (slot + 1) & mask;
    return slot;
  }

  private growTable(): void {
    const { high, low, target } = this;
    const capacity = target.length * 2;
    this.high = new Uint32Array(capacity);
    this.low = new Uint32Array(capacity);
    this.target = new Int32Array(capacity).fill(EMPTY);
    this.slotsTaken = 0;
    for (let from = 0; from < target.length; from++) {
      if ((target[from] as number) < 0) continue;
      const slot = this.freeSlot(high[from] as number);
      this.slotsTaken++;
      this.high[slot] = high[from] as number;
      this.low[slot] = low[from] as number;
      this.target[slot] = target[from] as number;
    }
  }

  private growRows(): void {
    const capacity = this.offsets.length * 2;
    this.packOfRow = enlarged(this.packOfRow, new Uint16Array(capacity));
    this.offsets = enlarged(this.offsets, new Float64Array(capacity));
    this.lengths = enlarged(this.lengths, new Uint32Array(capacity));
    this.isUsed = enlarged(this.isUsed, new Uint8Array(capacity));
  }
}

function enlarged<T extends Uint8Array | Uint16Array | Uint32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
