/**
 * One pack: a file to which records are appended, by all processes at once.
 *
 * A record is appended by one write(2) on a file opened with O_APPEND, so records of different processes never mix, and
 * their order is the same for everybody. A writer that was killed may leave a record cut short; a disk may damage one.
 * The scan finds the next intact record behind either. What stands behind the first seal does not count.
 */
import { closeSync, constants, fdatasyncSync, fstatSync, openSync, readSync, writeSync } from "node:fs";
import { basename } from "node:path";
import { statusOf } from "./files.ts";
import { isIntactAt, kindAt, nextIntactAt, RecordKind, recordLengthAt } from "./record.ts";

/** What a scan reports. `bytes` is used again after the call. */
export interface ScanVisitor {
  record(bytes: Buffer, at: number, length: number, offset: number): void;
  /** A run of bytes that is no record and was not left by a killed writer. */
  damage(bytes: Buffer, offset: number): void;
}

const WINDOW_BYTES = 1 << 20;
let window = Buffer.alloc(0);

export class Pack {
  readonly path: string;
  readonly name: string;
  readonly number: number;
  /** Why nothing can be appended; nothing when it can. */
  readonly refusal: unknown;
  readonly inode: number;
  isSealed = false;
  /** All before this offset has been visited. */
  scannedTo = 0;
  private seenTo = 0;
  private readonly file: number;
  private readonly seed: number;

  private constructor(path: string, number: number, seed: number, file: number, refusal: unknown) {
    this.path = path;
    this.name = basename(path, ".pack");
    this.number = number;
    this.seed = seed;
    this.file = file;
    this.refusal = refusal;
    this.inode = fstatSync(file).ino;
  }

  /** Opens a pack, for appending where that is allowed. Throws the system's error when it cannot even be read. */
  static open(path: string, number: number, seed: number): Pack {
    try {
      return new Pack(path, number, seed, openSync(path, constants.O_RDWR | constants.O_APPEND), undefined);
    } catch (refusal) {
      return new Pack(path, number, seed, openSync(path, constants.O_RDONLY), refusal);
    }
  }

  /** Makes an empty pack unless it is there. Throws the system's error. */
  static make(path: string): void {
    closeSync(openSync(path, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT, 0o666));
  }

  /** Appends one record by one write(2). Throws the system's error, also when the record was written in part. */
  append(record: Buffer): void {
    const written = writeSync(this.file, record, 0, record.byteLength);
    if (written !== record.byteLength) throw Object.assign(new Error("only a part was written"), { code: "ENOSPC" });
  }

  /** Waits until everything has reached the disk. */
  sync(): void {
    fdatasyncSync(this.file);
  }

  /** Reads `length` bytes at `offset` into `into`; how many there were. */
  read(into: Buffer, offset: number, length: number): number {
    return readSync(this.file, into, 0, length, offset);
  }

  get bytes(): number {
    return fstatSync(this.file).size;
  }

  /** Whether the path still leads to this file. Cost: one stat. */
  isThere(): boolean {
    const status = statusOf(this.path);
    return status !== undefined && status.ino === this.inode;
  }

  /** Visits the records that were appended since the last scan. Cost when there are none: one read(2), 0.7 µs. */
  scan(visitor: ScanVisitor): void {
    if (window.byteLength === 0) window = Buffer.alloc(WINDOW_BYTES);
    let view = window;
    // A cut record at the end is looked at again only once something stands behind it.
    if (this.seenTo > this.scannedTo && this.read(view, this.seenTo, 1) === 0) return;
    while (!this.isSealed) {
      const available = this.read(view, this.scannedTo, view.byteLength);
      if (available === 0) return;
      const isEnd = available < view.byteLength;
      const done = this.walk(view.subarray(0, available), isEnd, visitor);
      this.seenTo = this.scannedTo + available;
      this.scannedTo += done;
      if (isEnd) return;
      if (done === 0) view = Buffer.alloc(view.byteLength * 2);
    }
  }

  /**
   * Whether a record that was just appended stands right behind what was visited, and alone; then it counts as visited.
   * Cost: one read(2), without a checksum.
   */
  isNext(record: Buffer): boolean {
    const length = record.byteLength;
    if (length >= WINDOW_BYTES || this.isSealed) return false;
    if (window.byteLength === 0) window = Buffer.alloc(WINDOW_BYTES);
    if (this.read(window, this.scannedTo, length + 1) !== length) return false;
    if (window.compare(record, 0, length, 0, length) !== 0) return false;
    this.scannedTo += length;
    this.seenTo = this.scannedTo;
    return true;
  }

  /** Goes on where an earlier scan ended. */
  resume(scannedTo: number, isSealed: boolean): void {
    this.scannedTo = scannedTo;
    this.seenTo = scannedTo;
    this.isSealed = isSealed;
  }

  close(): void {
    closeSync(this.file);
  }

  /** Visits what is whole in `bytes`, and says how many bytes are done with. */
  private walk(bytes: Buffer, isEnd: boolean, visitor: ScanVisitor): number {
    let at = 0;
    while (at < bytes.byteLength) {
      const length = recordLengthAt(bytes, at);
      if (length > 0 && isIntactAt(bytes, at, length, this.seed)) {
        visitor.record(bytes, at, length, this.scannedTo + at);
        if (kindAt(bytes, at) === RecordKind.seal) {
          this.isSealed = true;
          return at + length;
        }
        at += length;
        continue;
      }
      const isWhole = length > 0 && at + length <= bytes.byteLength;
      if (!isWhole && !isEnd && length !== 0) return at;
      const next = nextIntactAt(bytes, at + 1, this.seed);
      if (next < 0 && !isWhole) return at;
      const end = next < 0 ? at + length : next;
      const wasCut = length > end - at;
      if (!wasCut) visitor.damage(bytes.subarray(at, end), this.scannedTo + at);
      at = end;
    }
    return at;
  }
}
