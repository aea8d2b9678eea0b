import type { Digest } from "@simloom/pipeline";
import type { Pack } from "./pack.ts";

/** Where a record stands. */
export interface Place {
  readonly pack: Pack;
  readonly offset: number;
  readonly length: number;
}

/**
 * From key to place, in memory: two maps from text to a row number and flat columns for the rest, about 150 bytes per key.
 * Rows of dropped records are not used again; the index is rebuilt when packs are merged.
 */
export class EntryIndex {
  private readonly rowOfKey = new Map<Digest, number>();
  private readonly rowOfAlias = new Map<Digest, number>();
  private readonly packs: Pack[] = [];
  private packOfRow = new Uint16Array(1024);
  private offsets = new Float64Array(1024);
  private lengths = new Uint32Array(1024);
  private isUsed = new Uint8Array(1024);
  private rows = 0;

  /** Records, aliases not counted. */
  get size(): number {
    return this.rowOfKey.size;
  }

  add(key: Digest, alias: Digest | undefined, pack: Pack, offset: number, length: number): void {
    if (this.rows === this.offsets.length) this.grow();
    const row = this.rows++;
    if (this.packs.at(-1) !== pack) this.packs.push(pack);
    this.packOfRow[row] = this.packs.length - 1;
    this.offsets[row] = offset;
    this.lengths[row] = length;
    this.rowOfKey.set(key, row);
    if (alias !== undefined) this.rowOfAlias.set(alias, row);
  }

  /** Forgets what stands under `key` and, as far as it is the same record, under `alias`. */
  drop(key: Digest, alias: Digest | undefined): void {
    const row = this.rowOfKey.get(key);
    if (alias !== undefined && (row === undefined || this.rowOfAlias.get(alias) === row)) this.rowOfAlias.delete(alias);
    this.rowOfKey.delete(key);
    this.rowOfAlias.delete(key);
  }

  /** Row of a key or alias, or −1. */
  rowOf(key: Digest): number {
    return this.rowOfKey.get(key) ?? this.rowOfAlias.get(key) ?? -1;
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
    this.isUsed[row] = 1;
  }

  /** Keys marked since the last call. */
  takeUsed(): Digest[] {
    const used: Digest[] = [];
    for (const [key, row] of this.rowOfKey) if (this.isUsed[row] === 1) used.push(key);
    this.isUsed.fill(0);
    return used;
  }

  keys(): IterableIterator<Digest> {
    return this.rowOfKey.keys();
  }

  /** All records and where they stand. */
  *places(): Generator<readonly [Digest, Place]> {
    for (const [key, row] of this.rowOfKey) {
      yield [key, { pack: this.packAt(row), offset: this.offsetAt(row), length: this.lengthAt(row) }];
    }
  }

  private grow(): void {
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
