import { memoryStore } from "../store/memory-store.ts";
import type { MaybePromise, Store } from "../store/store.ts";
import type { Digest } from "../value/digest.ts";

/** What a store is asked to do. */
export type StoreOperation = "getEntry" | "putEntry" | "getBlob" | "putBlob" | "hasBlob" | "claim";

/**
 * What goes wrong: `lose` (a read finds nothing, a write is refused), `corrupt` (one byte in the middle of what is read is
 * another), `reject` (the store breaks its promise never to throw).
 */
export type StoreFault = "lose" | "corrupt" | "reject";

export interface FaultyStoreOptions {
  /** Decides for each operation, by name and key, counted from 0; nothing means that it goes well. */
  fault(operation: StoreOperation, key: Digest, count: number): StoreFault | undefined;
  /** The store behind it. Default: an empty one in memory. */
  readonly inner?: Store;
  /** Answers by promise, as stores on disks and networks do. Default false. */
  readonly isAsynchronous?: boolean;
}

/** A store in which things go wrong when they are told to. For tests of what a run survives. */
export function faultyStore({ fault, inner = memoryStore(), isAsynchronous = false }: FaultyStoreOptions): Store {
  let count = 0;
  const answer = <T>(value: () => MaybePromise<T>): MaybePromise<T> =>
    isAsynchronous ? Promise.resolve().then(value) : value();
  const through = <T>(
    operation: StoreOperation,
    key: Digest,
    act: () => MaybePromise<T>,
    lost: T,
    corrupt: (value: T) => T = (value) => value,
  ): MaybePromise<T> => {
    const what = fault(operation, key, count++);
    return answer(() => {
      if (what === "lose") return lost;
      if (what === "reject") throw new Error(`${operation} ${key.slice(0, 8)} was made to fail`);
      const value = act();
      if (what !== "corrupt") return value;
      return value instanceof Promise ? value.then(corrupt) : corrupt(value);
    });
  };
  return {
    name: `faulty ${inner.name}`,
    entries: {
      get: (key) => through("getEntry", key, () => inner.entries.get(key), undefined, flipped),
      put: (key, record, alias) => through("putEntry", key, () => inner.entries.put(key, record, alias), false),
      claim: (key) =>
        through("claim", key, () => inner.entries.claim(key), { status: "owner" as const, release: () => {} }),
      quarantine: (key, reason) => answer(() => inner.entries.quarantine(key, reason)),
      keys: () => answer(() => inner.entries.keys()),
    },
    blobs: {
      get: (digest) => through("getBlob", digest, () => inner.blobs.get(digest), undefined, flipped),
      put: (digest, content) => through("putBlob", digest, () => inner.blobs.put(digest, content), false),
      has: (digest) => through("hasBlob", digest, () => inner.blobs.has(digest), false),
    },
    stats: () => inner.stats(),
    close: () => inner.close(),
  };
}

function flipped(content: Uint8Array | undefined): Uint8Array | undefined {
  if (content === undefined || content.byteLength === 0) return content;
  const copy = new Uint8Array(content);
  const middle = copy.byteLength >> 1;
  copy[middle] = (copy[middle] as number) ^ 0xff;
  return copy;
}
