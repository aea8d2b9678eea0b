/** Blobs on disk: one file per content, named by its digest, written under another name and then renamed. */

import { createHash } from "node:crypto";
import {
  close,
  closeSync,
  fstatSync,
  fsync,
  fsyncSync,
  openSync,
  read,
  readSync,
  rename,
  renameSync,
  statSync,
  utimesSync,
  write,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { type BlobStore, type Digest, type MaybePromise, sha256, sharedBytes } from "@simloom/pipeline";
import { removeFile } from "./files.ts";
import { makeDirectories, type StoreFolder } from "./folder.ts";
import { type Ledger, systemCode } from "./ledger.ts";
import type { Quarantine } from "./quarantine.ts";
import { isKey } from "./record.ts";

/** Up to this size a blob is read and written at once; the thread pool costs more than it saves. */
const AT_ONCE_BYTES = 512 * 1024;
/** Large blobs are read in parts of this size, several at a time, and hashed as they arrive. */
const PART_BYTES = 2 << 20;
const PARTS_AHEAD = 3;
const YOUNG_MS = 10 * 60_000;
const MOST_BYTES_PER_WRITE = 1 << 30;

const closeFile = promisify(close);
const readFile = promisify(read);
const writeFile = promisify(write);
const renameFile = promisify(rename);
const syncFile = promisify(fsync);

export class DiskBlobs implements BlobStore {
  private readonly folder: StoreFolder;
  private readonly ledger: Ledger;
  private readonly aside: Quarantine;
  private readonly writer: string;
  private readonly isSynced: boolean;
  private readonly underway = new Map<Digest, Promise<boolean>>();
  private serial = 0;

  /** `writer` is unique among all processes; `isSynced` asks for an fsync before a blob counts as kept. */
  constructor(
    folder: StoreFolder,
    ledger: Ledger,
    quarantine: Quarantine,
    options: { readonly writer: string; readonly isSynced: boolean },
  ) {
    this.folder = folder;
    this.ledger = ledger;
    this.aside = quarantine;
    this.writer = options.writer;
    this.isSynced = options.isSynced;
  }

  get(digest: Digest): MaybePromise<Uint8Array | undefined> {
    if (!isKey(digest)) return undefined;
    let file: number;
    try {
      file = openSync(this.pathOf(digest), "r");
    } catch (error) {
      if (systemCode(error) !== "ENOENT") this.ledger.fault("a blob cannot be read", error);
      return undefined;
    }
    try {
      const { size } = fstatSync(file);
      if (size > AT_ONCE_BYTES) return this.getInParts(digest, file, size);
      const content = new Uint8Array(sharedBytes(size));
      const count = readSync(file, content, 0, size, 0);
      closeSync(file);
      return this.checked(digest, content, count === size ? sha256(content) : "");
    } catch (error) {
      this.ledger.fault("a blob cannot be read", error);
      closeSync(file);
      return undefined;
    }
  }

  has(digest: Digest): boolean {
    try {
      return isKey(digest) && statSync(this.pathOf(digest), { throwIfNoEntry: false }) !== undefined;
    } catch (error) {
      this.ledger.fault("a blob cannot be read", error);
      return false;
    }
  }

  put(digest: Digest, content: Uint8Array): MaybePromise<boolean> {
    const startedMs = performance.now();
    const kept = this.keep(digest, content);
    if (!(kept instanceof Promise)) this.ledger.stored(performance.now() - startedMs);
    else
      kept.then(
        () => this.ledger.stored(performance.now() - startedMs),
        () => {},
      );
    return kept;
  }

  private keep(digest: Digest, content: Uint8Array): MaybePromise<boolean> {
    if (!isKey(digest)) {
      this.ledger.fault("a blob was refused", `${JSON.stringify(digest.slice(0, 80))} is no digest`);
      return false;
    }
    const known = this.underway.get(digest);
    if (known !== undefined) return known;
    const path = this.pathOf(digest);
    try {
      const status = statSync(path, { throwIfNoEntry: false });
      if (status?.isFile() === true && status.size === content.byteLength) return this.foundAgain(path, status.mtimeMs);
      if (content.byteLength <= AT_ONCE_BYTES) return this.putAtOnce(path, content);
    } catch (error) {
      this.ledger.fault("a blob cannot be written", error);
      return false;
    }
    const kept = this.putAside(path, content).finally(() => this.underway.delete(digest));
    this.underway.set(digest, kept);
    return kept;
  }

  pathOf(digest: Digest): string {
    return join(this.folder.path, "blobs", digest.slice(0, 2), digest.slice(2));
  }

  /** A blob that is wanted again is made young, so that a clean-up does not take it before its entry is written. */
  private foundAgain(path: string, writtenAtMs: number): true {
    const now = new Date();
    if (now.getTime() - writtenAtMs < YOUNG_MS) return true;
    try {
      utimesSync(path, now, now);
    } catch (error) {
      this.ledger.fault("a blob cannot be marked as wanted", error);
    }
    return true;
  }

  private putAtOnce(path: string, content: Uint8Array): boolean {
    const own = this.temporary(path);
    try {
      const file = this.made(path, () => openSync(own, "wx"));
      try {
        for (let at = 0; at < content.byteLength; ) at += writeSync(file, content, at, content.byteLength - at);
        if (this.isSynced) fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(own, path);
      return this.wrote(content);
    } catch (error) {
      return this.failed(own, error);
    }
  }

  private async putAside(path: string, content: Uint8Array): Promise<boolean> {
    const own = this.temporary(path);
    try {
      const file = this.made(path, () => openSync(own, "wx"));
      try {
        for (let at = 0; at < content.byteLength; ) {
          const count = Math.min(content.byteLength - at, MOST_BYTES_PER_WRITE);
          at += (await writeFile(file, content, at, count, at)).bytesWritten;
        }
        if (this.isSynced) await syncFile(file);
      } finally {
        await closeFile(file);
      }
      await renameFile(own, path);
      return this.wrote(content);
    } catch (error) {
      return this.failed(own, error);
    }
  }

  /** Reads parts on the thread pool while this thread hashes those that are there. */
  private async getInParts(digest: Digest, file: number, size: number): Promise<Uint8Array | undefined> {
    try {
      const content = new Uint8Array(sharedBytes(size));
      const hash = createHash("sha256");
      const reads: Promise<number>[] = [];
      const begin = (at: number) => {
        if (at >= size) return;
        const part = readFile(file, content, at, Math.min(PART_BYTES, size - at), at);
        reads.push(
          part.then(
            ({ bytesRead }) => bytesRead,
            () => 0,
          ),
        );
      };
      for (let part = 0; part < PARTS_AHEAD; part++) begin(part * PART_BYTES);
      let isWhole = true;
      for (let at = 0, part = 0; at < size; at += PART_BYTES, part++) {
        const count = Math.min(PART_BYTES, size - at);
        isWhole = (await reads[part]) === count && isWhole;
        begin(at + PARTS_AHEAD * PART_BYTES);
        hash.update(content.subarray(at, at + count));
      }
      return this.checked(digest, content, isWhole ? hash.digest("hex") : "");
    } catch (error) {
      this.ledger.fault("a blob cannot be read", error);
      return undefined;
    } finally {
      await closeFile(file).catch(() => {});
    }
  }

  private checked(digest: Digest, content: Uint8Array, found: Digest): Uint8Array | undefined {
    if (found !== digest) {
      this.aside.take(this.pathOf(digest), `blob-${digest}`, "the content does not match its digest");
      return undefined;
    }
    this.ledger.counts.blobsRead++;
    this.ledger.counts.bytesRead += content.byteLength;
    return content;
  }

  private temporary(path: string): string {
    return `${path}.${this.writer}-${++this.serial}.tmp`;
  }

  /** Opens a file, making the directory it stands in when that is missing. */
  private made(path: string, openIt: () => number): number {
    try {
      return openIt();
    } catch (error) {
      if (systemCode(error) !== "ENOENT") throw error;
      makeDirectories(dirname(path));
      return openIt();
    }
  }

  private wrote(content: Uint8Array): true {
    this.ledger.counts.blobsWritten++;
    this.ledger.counts.bytesWritten += content.byteLength;
    return true;
  }

  private failed(own: string, error: unknown): false {
    this.ledger.fault("a blob cannot be written", error);
    removeFile(own, this.ledger);
    return false;
  }
}
