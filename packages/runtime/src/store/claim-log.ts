/**
 * The log in which all processes note claims and releases, 64 bytes each.
 *
 * | at | bytes | what |
 * |---|---|---|
 * | 0 | 4 | CRC-32 of the rest, started from the seed of the store |
 * | 4 | 4 | kind: claim, release, seal |
 * | 8 | 12 | owner |
 * | 20 | 4 | serial number of the claim among those of its owner |
 * | 32 | 32 | key |
 *
 * As with packs, the order in the log decides, and what stands behind a seal does not count. 64 divides the size of a
 * page, so even a full disk leaves no record in part.
 */
import { closeSync, constants, openSync, readdirSync, readSync, rmSync, writeSync } from "node:fs";
import { crc32 } from "node:zlib";
import type { Digest } from "@simloom/pipeline";
import { makeDirectories, type StoreFolder } from "./folder.ts";

export const ClaimKind = { claim: 1, release: 2, seal: 3 } as const;
export type ClaimKind = (typeof ClaimKind)[keyof typeof ClaimKind];

export interface ClaimNote {
  readonly kind: ClaimKind;
  readonly owner: string;
  readonly serial: number;
  readonly key: Digest;
}

const NOTE_BYTES = 64;
/** Notes that wait to be written: at most so many. */
const MOST_WAITING = 256;
const window = Buffer.alloc(1024 * NOTE_BYTES);

export class ClaimLog {
  private readonly folder: StoreFolder;
  private readonly visit: (note: ClaimNote, log: number) => void;
  private file: number | undefined;
  /** Whether parts of the log were deleted before they could be read. */
  hasGap = false;
  private number = 0;
  private scannedTo = 0;
  private readonly waiting = Buffer.alloc(MOST_WAITING * NOTE_BYTES);
  private waitingBytes = 0;
  /** Releases by serial number that were not yet found in the log: behind a seal they do not count, and go out again. */
  private readonly unseen = new Map<number, { readonly owner: string; readonly key: Digest }>();

  constructor(folder: StoreFolder, visit: (note: ClaimNote, log: number) => void) {
    this.folder = folder;
    this.visit = visit;
  }

  /** Number of the open part. */
  get part(): number {
    return this.number;
  }

  /** Bytes in the open part of the log. */
  get bytes(): number {
    return this.scannedTo;
  }

  /** Keeps a release until the next claim or {@link settle}. Throws the system's error. */
  releaseLater(owner: string, serial: number, key: Digest): void {
    this.unseen.set(serial, { owner, key });
    this.add(ClaimKind.release, owner, serial, key);
  }

  /**
   * Appends what waits and looks whether it counts; what came behind a seal is appended again. Cost: one write(2) and one
   * read(2). Throws the system's error; then what was not written waits on.
   */
  settle(): void {
    if (this.waitingBytes === 0 && this.unseen.size === 0) return;
    do {
      this.flush();
      this.refresh();
    } while (this.waitingBytes > 0);
  }

  /** Appends what waits, by one write(2) unless the system takes less at once. What an error leaves over waits on. */
  private flush(): void {
    while (this.waitingBytes > 0) {
      const written = writeSync(this.opened(), this.waiting, 0, this.waitingBytes);
      if (written === 0) throw Object.assign(new Error("nothing was written"), { code: "ENOSPC" });
      this.waiting.copyWithin(0, written, this.waitingBytes);
      this.waitingBytes -= written;
    }
  }

  /**
   * Appends a claim, and says whether it stands right behind what was visited: then it counts as visited, like those that
   * waited before it. Cost: one write(2) and one read(2). Throws the system's error.
   */
  isNext(owner: string, serial: number, key: Digest): boolean {
    this.add(ClaimKind.claim, owner, serial, key);
    const bytes = this.waitingBytes;
    this.flush();
    if (readSync(this.opened(), window, 0, bytes + 1, this.scannedTo) !== bytes) return false;
    // Notes that were written at once are still there.
    if (window.compare(this.waiting, 0, bytes, 0, bytes) !== 0) return false;
    this.scannedTo += bytes;
    this.unseen.clear();
    return true;
  }

  /** Takes back the claim that was appended last, as far as it was written: an error left open whether it counts. */
  withdraw(owner: string, serial: number, key: Digest): void {
    const at = this.waitingBytes - NOTE_BYTES;
    const isWaiting =
      at >= 0 && this.waiting.readUInt32LE(at + 4) === ClaimKind.claim && this.waiting.readUInt32LE(at + 20) === serial;
    if (isWaiting) this.waitingBytes = at;
    else this.releaseLater(owner, serial, key);
  }

  private add(kind: ClaimKind, owner: string, serial: number, key: Digest): void {
    if (this.waitingBytes + NOTE_BYTES > this.waiting.byteLength) this.flush();
    const { waiting, waitingBytes: at } = this;
    waiting.writeUInt32LE(kind, at + 4);
    waiting.write(owner, at + 8, 12, "hex");
    waiting.writeUInt32LE(serial, at + 20);
    waiting.write(key, at + 32, 32, "hex");
    waiting.writeUInt32LE(crc32(waiting.subarray(at + 4, at + NOTE_BYTES), this.folder.seed), at);
    this.waitingBytes = at + NOTE_BYTES;
  }

  /** Visits what was appended since the last time. Cost when there is nothing: one read(2). Throws the system's error. */
  refresh(): void {
    for (;;) {
      const available = readSync(this.opened(), window, 0, window.byteLength, this.scannedTo);
      const part = this.number;
      for (let at = 0; at + NOTE_BYTES <= available && part === this.number; at += NOTE_BYTES) this.read(at);
      if (part === this.number && available < window.byteLength) return;
    }
  }

  /** Ends the open part and begins the next. Parts before `needed` are deleted. Throws the system's error. */
  rotate(owner: string, needed: number): void {
    closeSync(openSync(this.path(this.number + 1), flags, 0o666));
    this.add(ClaimKind.seal, owner, 0, "0".repeat(64));
    this.flush();
    for (const number of this.numbers())
      if (number < Math.min(needed, this.number)) rmSync(this.path(number), { force: true });
  }

  close(): void {
    if (this.file !== undefined) closeSync(this.file);
    this.file = undefined;
  }

  private read(at: number): void {
    this.scannedTo += NOTE_BYTES;
    if (crc32(window.subarray(at + 4, at + NOTE_BYTES), this.folder.seed) !== window.readUInt32LE(at)) return;
    const kind = window.readUInt32LE(at + 4) as ClaimKind;
    if (kind === ClaimKind.seal) {
      const next = this.numbers().find((number) => number > this.number) ?? this.number + 1;
      // Parts that went while this process did not look held claims that it will never see.
      if (next > this.number + 1) this.hasGap = true;
      this.open(next);
      this.waitingBytes = 0;
      for (const [serial, release] of this.unseen) this.add(ClaimKind.release, release.owner, serial, release.key);
      return;
    }
    const owner = window.toString("hex", at + 8, at + 20);
    const key = window.toString("hex", at + 32, at + 64);
    const serial = window.readUInt32LE(at + 20);
    if (kind === ClaimKind.release && this.unseen.get(serial)?.owner === owner) this.unseen.delete(serial);
    this.visit({ kind, owner, serial, key }, this.number);
  }

  private opened(): number {
    if (this.file === undefined) this.open(this.numbers()[0] ?? 1);
    return this.file as number;
  }

  private open(number: number): void {
    this.close();
    makeDirectories(this.folder.at("claims"));
    this.file = openSync(this.path(number), flags, 0o666);
    this.number = number;
    this.scannedTo = 0;
  }

  private numbers(): number[] {
    const names = readdirSync(this.folder.at("claims"), { withFileTypes: true });
    const numbers = names.flatMap(({ name }) => (/^\d+\.log$/.test(name) ? [Number.parseInt(name, 10)] : []));
    return numbers.sort((a, b) => a - b);
  }

  private path(number: number): string {
    return this.folder.at("claims", `${number}.log`);
  }
}

const flags = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT;
