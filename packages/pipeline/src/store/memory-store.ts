/** A store in the memory of this process: what was used longest ago goes first when it is full. */
import type { Digest } from "../value/digest.ts";
import { sharedBytes } from "../value/ndarray.ts";
import type { BlobStore, Claim, EntryStore, Store, StoreStats } from "./store.ts";

export interface MemoryStoreOptions {
  /** Content that is kept at most, entries and blobs together. Default: 1 GiB. */
  readonly maxBytes?: number;
  /** Clock in ms, for the times in the statistics. Default: none, and the times are 0. */
  readonly now?: () => number;
}

const DEFAULT_MAX_BYTES = 2 ** 30;
const KEY_PATTERN = /^[0-9a-f]{64}$/;
const MOST_ERRORS = 20;

/** Makes an empty store. Nothing outlives the process. Cost: under 1 µs per call. */
export function memoryStore(options: MemoryStoreOptions = {}): Store {
  return new MemoryStore(options.maxBytes ?? DEFAULT_MAX_BYTES, options.now ?? noTime);
}

function noTime(): number {
  return 0;
}

interface Item {
  readonly key: Digest;
  readonly alias: Digest | undefined;
  content: Uint8Array;
  readonly isBlob: boolean;
}

class MemoryStore implements Store {
  readonly name = "memory";
  readonly entries: EntryStore = {
    get: (key) => this.look(key),
    put: (key, record, alias) => this.keep({ key, alias, content: record.slice(), isBlob: false }),
    claim: (key) => this.claim(key),
    quarantine: (key) => {
      const item = this.records.get(key) ?? this.aliases.get(key);
      if (item === undefined) return;
      this.forget(item);
      this.counts.quarantined++;
    },
    keys: () => [...this.records.keys()],
  };
  readonly blobs: BlobStore = {
    get: (digest) => this.read(this.contents.get(digest)),
    has: (digest) => this.contents.has(digest),
    put: (digest, content) =>
      this.renew(digest, content) ||
      this.keep({ key: digest, alias: undefined, content: onSharedMemory(content), isBlob: true }),
  };

  private readonly maxBytes: number;
  private readonly now: () => number;
  /** Everything, in the order of last use. */
  private readonly items = new Set<Item>();
  private readonly records = new Map<Digest, Item>();
  private readonly aliases = new Map<Digest, Item>();
  private readonly contents = new Map<Digest, Item>();
  private readonly claims = new Map<Digest, Set<() => void>>();
  private readonly errors = new Set<string>();
  private bytes = 0;
  private readonly counts = {
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

  constructor(maxBytes: number, now: () => number) {
    this.maxBytes = maxBytes;
    this.now = now;
  }

  stats(): StoreStats {
    return { ...this.counts, errors: [...this.errors] };
  }

  close(): void {
    for (const item of [...this.items]) this.forget(item);
    for (const key of [...this.claims.keys()]) this.release(key);
  }

  private read(item: Item | undefined): Uint8Array | undefined {
    if (item === undefined) return undefined;
    this.items.delete(item);
    this.items.add(item);
    if (item.isBlob) this.counts.blobsRead++;
    else this.counts.entriesRead++;
    this.counts.bytesRead += item.content.byteLength;
    return item.content;
  }

  private look(key: Digest): Uint8Array | undefined {
    const startedMs = this.now();
    const record = this.read(this.records.get(key) ?? this.aliases.get(key));
    this.counts.lookups++;
    this.counts.lookupMs += this.now() - startedMs;
    return record;
  }

  private keep(item: Item): boolean {
    const startedMs = this.now();
    const isKept = this.keepItem(item);
    this.counts.stores++;
    this.counts.storeMs += this.now() - startedMs;
    return isKept;
  }

  private keepItem(item: Item): boolean {
    const { key, alias, content, isBlob } = item;
    if (!KEY_PATTERN.test(key) || (alias !== undefined && !KEY_PATTERN.test(alias)))
      return this.refuse("a key is not 64 hexadecimal digits");
    if (content.byteLength > this.maxBytes) return this.refuse("content is larger than the whole store");
    const old = (isBlob ? this.contents : this.records).get(key);
    if (old !== undefined) this.forget(old);
    this.items.add(item);
    this.bytes += content.byteLength;
    (isBlob ? this.contents : this.records).set(key, item);
    if (alias !== undefined) this.aliases.set(alias, item);
    for (const oldest of this.items) {
      if (this.bytes <= this.maxBytes) break;
      this.forget(oldest);
    }
    if (isBlob) this.counts.blobsWritten++;
    else this.counts.entriesWritten++;
    this.counts.bytesWritten += content.byteLength;
    if (!isBlob) this.wake(key);
    return true;
  }

  /**
   * Content that is here already is replaced by what comes: the same bytes, unless somebody wrote to the memory that this
   * store shares with the stages.
   */
  private renew(digest: Digest, content: Uint8Array): boolean {
    const known = this.contents.get(digest);
    if (known === undefined) return false;
    known.content = onSharedMemory(content);
    return true;
  }

  private refuse(why: string): false {
    if (this.errors.size < MOST_ERRORS) this.errors.add(why);
    return false;
  }

  private forget(item: Item): void {
    if (!this.items.delete(item)) return;
    this.bytes -= item.content.byteLength;
    const home = item.isBlob ? this.contents : this.records;
    if (home.get(item.key) === item) home.delete(item.key);
    if (item.alias !== undefined && this.aliases.get(item.alias) === item) this.aliases.delete(item.alias);
  }

  private claim(key: Digest): Claim {
    const waiting = this.claims.get(key);
    if (waiting !== undefined) {
      this.counts.claimsWaitedFor++;
      return {
        status: "busy",
        owner: "this process",
        settled: (signal) => this.untilSettled(key, waiting, signal),
      };
    }
    const mine = new Set<() => void>();
    this.claims.set(key, mine);
    return {
      status: "owner",
      release: () => {
        if (this.claims.get(key) === mine) this.release(key);
      },
    };
  }

  private async untilSettled(key: Digest, waiting: Set<() => void>, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.claims.get(key) !== waiting || this.records.has(key)) return;
    await new Promise<void>((resolve, reject) => {
      const settle = () => {
        signal.removeEventListener("abort", abort);
        resolve();
      };
      const abort = () => {
        waiting.delete(settle);
        reject(signal.reason);
      };
      waiting.add(settle);
      signal.addEventListener("abort", abort, { once: true });
    });
  }

  private release(key: Digest): void {
    this.wake(key);
    this.claims.delete(key);
  }

  private wake(key: Digest): void {
    const waiting = this.claims.get(key);
    if (waiting === undefined) return;
    for (const settle of waiting) settle();
    waiting.clear();
  }
}

/** The same bytes where they are on shared memory and aligned, else a copy that is. */
function onSharedMemory(content: Uint8Array): Uint8Array {
  if (!(content.buffer instanceof ArrayBuffer) && content.byteOffset % 8 === 0) return content;
  const copy = new Uint8Array(sharedBytes(content.byteLength));
  copy.set(content);
  return copy;
}
