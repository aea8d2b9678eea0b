/**
 * Where results are kept between nodes, runs and processes. Two interfaces: blobs (large content by its digest) and
 * entries (small records by node key). Every implementation passes the suite in `../testing/store-conformance.ts`.
 *
 * Methods answer at once where they can (`T`) and by a promise where they must wait: the executor spends no microtask
 * on a memory hit. No method throws for damaged, missing or unwritable storage: a damaged entry is a miss, quarantined
 * and counted; a write that failed is counted and reported in `stats().errors`, and the run goes on.
 */
import type { Digest } from "../value/digest.ts";

export type MaybePromise<T> = T | Promise<T>;

/** Large content by the digest of its bytes. */
export interface BlobStore {
  /** The content on shared memory (8-byte aligned), or nothing when it is not there or does not match its digest. */
  get(digest: Digest): MaybePromise<Uint8Array | undefined>;
  has(digest: Digest): MaybePromise<boolean>;
  /** Keeps the content, whole or not at all. False when it could not be kept. The bytes must not change afterwards. */
  put(digest: Digest, content: Uint8Array): MaybePromise<boolean>;
}

/**
 * The right to compute a key: `owner` computes, others wait for its entry. An owner asks `get` once more before it computes,
 * since the entry may have appeared between its miss and its claim. Whoever waited asks `get`, and claims again on a miss.
 */
export type Claim =
  | { readonly status: "owner"; release(): void }
  /** Somebody else is at it. `settled` resolves when an entry appeared, the owner gave up, or the owner is dead; it rejects with the signal's reason. */
  | { readonly status: "busy"; readonly owner: string; settled(signal: AbortSignal): Promise<void> };

/** Small records by key. */
export interface EntryStore {
  get(key: Digest): MaybePromise<Uint8Array | undefined>;
  /** The same for many keys, in their order. Where it is left out, {@link EntryStore.get} is asked for each. */
  getAll?(keys: readonly Digest[]): MaybePromise<readonly (Uint8Array | undefined)[]>;
  /** Keeps a record under a key and, if given, a second one. It survives `kill -9` from the moment this settles. False when it could not be kept. */
  put(key: Digest, record: Uint8Array, alias?: Digest): MaybePromise<boolean>;
  /** Asks for the right to compute `key`, among all processes that share the store. Never waits. */
  claim(key: Digest): MaybePromise<Claim>;
  /** Takes a record out of use, keeping it for inspection. */
  quarantine(key: Digest, reason: string): MaybePromise<void>;
  /** Keys of all records, without aliases, in no particular order. */
  keys(): MaybePromise<Iterable<Digest>>;
}

/** Both stores and what they have to say. */
export interface Store {
  /** `memory`, `disk`, … */
  readonly name: string;
  readonly entries: EntryStore;
  readonly blobs: BlobStore;
  stats(): StoreStats;
  /** Flushes and lets go of files and claims. A closed store is not used again. */
  close(): MaybePromise<void>;
}

/** Counts since the store was opened. */
export interface StoreStats {
  readonly entriesRead: number;
  readonly entriesWritten: number;
  readonly blobsRead: number;
  readonly blobsWritten: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  readonly quarantined: number;
  readonly claimsWaitedFor: number;
  /** Look-ups of entries, and the time that they took together; 0 ms where the store has no clock. */
  readonly lookups: number;
  readonly lookupMs: number;
  /** Entries and blobs that were to be kept, and the time that it took together; blobs may be written at the same time. */
  readonly stores: number;
  readonly storeMs: number;
  /** What could not be kept or read, worst first, at most 20 lines. */
  readonly errors: readonly string[];
}
