/** The suite that every store passes, run by each implementation in a test file of its own. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Claim, Store } from "../store/store.ts";
import { type Digest, sha256 } from "../value/digest.ts";
import { encode } from "../value/encode.ts";

export interface StoreConformance {
  /** Makes an empty store for one test. */
  open(): Store | Promise<Store>;
  /** A second view of the same content, as another process has it; left out where there is none. */
  again?(store: Store): Store | Promise<Store>;
  /** Removes what `open` made. */
  dispose?(): void | Promise<void>;
}

/** Digest of a text: keys for tests. */
export function keyOf(text: string): Digest {
  return sha256(new TextEncoder().encode(text));
}

/** Registers the claims that every store makes, under `name`. */
export function describeStore(name: string, conformance: StoreConformance): void {
  describe(`store: ${name}`, () => {
    let store: Store;
    beforeEach(async () => {
      store = await conformance.open();
    });
    afterEach(async () => {
      await store.close();
      await conformance.dispose?.();
    });

    describeEntries(() => store);
    describeBlobs(() => store);
    describeClaims(() => store);
    const { again } = conformance;
    if (again !== undefined) describeSharing(() => store, again);
  });
}

function describeEntries(current: () => Store): void {
  describe("entries", () => {
    it("gives back the bytes that were put", async () => {
      const { entries } = current();
      for (const record of [bytes(0), bytes(1), bytes(400), bytes(300_000)]) {
        const key = sha256(record);
        expect(await entries.put(key, record)).toBe(true);
        expect(equal(await entries.get(key), record)).toBe(true);
      }
    });

    it("misses what was never put", async () => {
      expect(await current().entries.get(keyOf("never"))).toBeUndefined();
    });

    it("gives the records of many keys in their order, as it gives each", async () => {
      const { entries } = current();
      await entries.put(keyOf("a"), bytes(10));
      await entries.put(keyOf("b"), bytes(20), keyOf("alias"));
      const found = await entries.getAll?.([keyOf("alias"), keyOf("never"), keyOf("a"), keyOf("a")]);
      if (found === undefined) return;
      expect(found.map((record) => record?.byteLength)).toEqual([20, undefined, 10, 10]);
      expect(found.every((record) => record === undefined || equal(record, bytes(record.byteLength)))).toBe(true);
    });

    it("finds a record by its alias, too, and lists it once", async () => {
      const { entries } = current();
      await entries.put(keyOf("key"), bytes(40), keyOf("alias"));
      expect(equal(await entries.get(keyOf("alias")), bytes(40))).toBe(true);
      expect([...(await entries.keys())]).toEqual([keyOf("key")]);
    });

    it("keeps the newer of two records of a key", async () => {
      const { entries } = current();
      await entries.put(keyOf("key"), bytes(10));
      await entries.put(keyOf("key"), bytes(20));
      expect(equal(await entries.get(keyOf("key")), bytes(20))).toBe(true);
      expect([...(await entries.keys())]).toHaveLength(1);
    });

    it("does not see what happens later to the bytes that were put or given back", async () => {
      const { entries } = current();
      const record = bytes(50);
      await entries.put(keyOf("key"), record);
      record.fill(0);
      expect(equal(await entries.get(keyOf("key")), bytes(50))).toBe(true);
    });

    it("takes a quarantined record out of use under both its names, until it is put again", async () => {
      const { entries } = current();
      await entries.put(keyOf("key"), bytes(30), keyOf("alias"));
      await entries.quarantine(keyOf("alias"), "the self-check got another result");
      expect(await entries.get(keyOf("key"))).toBeUndefined();
      expect(await entries.get(keyOf("alias"))).toBeUndefined();
      expect(current().stats().quarantined).toBe(1);
      await entries.put(keyOf("key"), bytes(30), keyOf("alias"));
      expect(equal(await entries.get(keyOf("alias")), bytes(30))).toBe(true);
    });

    it("ignores the quarantine of a key that is not there", async () => {
      await current().entries.quarantine(keyOf("nothing"), "no reason");
      expect(current().stats().quarantined).toBe(0);
    });

    it("refuses keys that are not 64 hexadecimal digits, without an exception", async () => {
      const { entries, blobs } = current();
      for (const key of [
        "",
        "../../evil",
        "A".repeat(64),
        `${"a".repeat(63)}/`,
        "a".repeat(65),
        `${"a".repeat(64)}\n`,
      ]) {
        expect(await entries.put(key, bytes(3))).toBe(false);
        expect(await entries.put(keyOf("key"), bytes(3), key)).toBe(false);
        expect(await entries.get(key)).toBeUndefined();
        expect(await blobs.put(key, bytes(3))).toBe(false);
        expect(await blobs.get(key)).toBeUndefined();
        expect(await blobs.has(key)).toBe(false);
      }
      expect(current().stats().errors.length).toBeGreaterThan(0);
    });

    it("gives code back as text: D-23 has nothing to run", async () => {
      const { entries } = current();
      const trap = encode({ toString: "() => { globalThis.trapped = true }", toJSON: "process.exit(1)" });
      await entries.put(keyOf("trap"), trap.bytes);
      expect(equal(await entries.get(keyOf("trap")), trap.bytes)).toBe(true);
      expect("trapped" in globalThis).toBe(false);
    });
  });
}

function describeBlobs(current: () => Store): void {
  describe("blobs", () => {
    it("gives content back on shared memory, aligned to 8 bytes", async () => {
      const { blobs } = current();
      const odd = bytes(100_001).subarray(1);
      for (const content of [bytes(0), bytes(8), odd, bytes(3_000_001)]) {
        const digest = sha256(content);
        expect(await blobs.has(digest)).toBe(false);
        expect(await blobs.put(digest, content)).toBe(true);
        expect(await blobs.has(digest)).toBe(true);
        const found = await blobs.get(digest);
        expect(equal(found, content)).toBe(true);
        expect(found?.buffer).toBeInstanceOf(SharedArrayBuffer);
        expect((found?.byteOffset ?? 1) % 8).toBe(0);
      }
    });

    it("misses what was never put", async () => {
      expect(await current().blobs.get(keyOf("never"))).toBeUndefined();
      expect(await current().blobs.has(keyOf("never"))).toBe(false);
    });

    it("takes content from shared memory", async () => {
      const content = new Uint8Array(new SharedArrayBuffer(2_000_000)).fill(7);
      expect(await current().blobs.put(sha256(content), content)).toBe(true);
      expect(equal(await current().blobs.get(sha256(content)), content)).toBe(true);
    });

    it("writes the same content once", async () => {
      const { blobs } = current();
      for (const content of [bytes(5000), bytes(2_000_000)]) {
        const digest = sha256(content);
        const before = current().stats().blobsWritten;
        const kept = await Promise.all([blobs.put(digest, content), blobs.put(digest, content)]);
        expect([...kept, await blobs.put(digest, content)]).toEqual([true, true, true]);
        expect(current().stats().blobsWritten).toBe(before + 1);
      }
    });

    it("counts exactly what it did", async () => {
      const store = current();
      await store.entries.put(keyOf("a"), bytes(100));
      await store.entries.put(keyOf("b"), bytes(200));
      await store.entries.get(keyOf("a"));
      await store.entries.get(keyOf("missing"));
      await store.blobs.put(sha256(bytes(5000)), bytes(5000));
      await store.blobs.get(sha256(bytes(5000)));
      await store.blobs.get(keyOf("missing"));
      const { lookupMs, storeMs, ...counts } = store.stats();
      expect(lookupMs).toBeGreaterThanOrEqual(0);
      expect(storeMs).toBeGreaterThanOrEqual(0);
      expect(counts).toEqual({
        entriesRead: 1,
        entriesWritten: 2,
        blobsRead: 1,
        blobsWritten: 1,
        bytesRead: 5100,
        bytesWritten: 5300,
        quarantined: 0,
        claimsWaitedFor: 0,
        lookups: 2,
        stores: 3,
        errors: [],
      });
    });
  });
}

function describeClaims(current: () => Store): void {
  describe("claims", () => {
    it("gives a key to the first who asks, and to the next after its release", async () => {
      const { entries } = current();
      const first = owned(await entries.claim(keyOf("key")));
      expect((await entries.claim(keyOf("key"))).status).toBe("busy");
      expect((await entries.claim(keyOf("other"))).status).toBe("owner");
      first.release();
      first.release();
      const second = owned(await entries.claim(keyOf("key")));
      first.release();
      expect((await entries.claim(keyOf("key"))).status).toBe("busy");
      second.release();
    });

    it("wakes those who wait when the entry appears", async () => {
      const { entries } = current();
      const owner = owned(await entries.claim(keyOf("key")));
      const waiting = busy(await entries.claim(keyOf("key"))).settled(AbortSignal.timeout(5000));
      await entries.put(keyOf("key"), bytes(10));
      await waiting;
      expect(await entries.get(keyOf("key"))).toBeDefined();
      owner.release();
    });

    it("wakes those who wait when the owner gives up", async () => {
      const { entries } = current();
      const owner = owned(await entries.claim(keyOf("key")));
      const waiting = busy(await entries.claim(keyOf("key"))).settled(AbortSignal.timeout(5000));
      owner.release();
      await waiting;
      owned(await entries.claim(keyOf("key"))).release();
      expect(current().stats().claimsWaitedFor).toBe(1);
    });

    it("stops to wait with the reason of the signal", async () => {
      const { entries } = current();
      const owner = owned(await entries.claim(keyOf("key")));
      const waiter = busy(await entries.claim(keyOf("key")));
      const controller = new AbortController();
      const waiting = waiter.settled(controller.signal);
      controller.abort(new Error("enough"));
      await expect(waiting).rejects.toThrow("enough");
      await expect(waiter.settled(controller.signal)).rejects.toThrow("enough");
      owner.release();
    });
  });
}

function describeSharing(current: () => Store, again: (store: Store) => Store | Promise<Store>): void {
  describe("another view of the same store", () => {
    let other: Store;
    beforeEach(async () => {
      other = await again(current());
    });
    afterEach(() => other.close());

    it("sees entries and blobs as soon as they are put", async () => {
      const content = bytes(10_000);
      expect(await other.entries.get(keyOf("key"))).toBeUndefined();
      await current().entries.put(keyOf("key"), bytes(10), keyOf("alias"));
      await current().blobs.put(sha256(content), content);
      expect(equal(await other.entries.get(keyOf("alias")), bytes(10))).toBe(true);
      expect(equal(await other.blobs.get(sha256(content)), content)).toBe(true);
      await other.entries.put(keyOf("back"), bytes(20));
      expect(equal(await current().entries.get(keyOf("back")), bytes(20))).toBe(true);
    });

    it("does not find what was quarantined, once it looked", async () => {
      await current().entries.put(keyOf("key"), bytes(10));
      await current().entries.quarantine(keyOf("key"), "a test");
      expect(await other.entries.get(keyOf("key"))).toBeUndefined();
    });

    it("waits for a claim and gets the entry of the other", async () => {
      const owner = owned(await current().entries.claim(keyOf("key")));
      const waiting = busy(await other.entries.claim(keyOf("key"))).settled(AbortSignal.timeout(5000));
      await current().entries.put(keyOf("key"), bytes(10));
      owner.release();
      await waiting;
      expect(equal(await other.entries.get(keyOf("key")), bytes(10))).toBe(true);
    });

    it("gets the claim when the other gives up or closes", async () => {
      const owner = owned(await current().entries.claim(keyOf("key")));
      const waiter = busy(await other.entries.claim(keyOf("key")));
      owner.release();
      await waiter.settled(AbortSignal.timeout(5000));
      const mine = owned(await other.entries.claim(keyOf("key")));
      const third = await again(current());
      const waiting = busy(await third.entries.claim(keyOf("key"))).settled(AbortSignal.timeout(5000));
      await other.close();
      await waiting;
      owned(await third.entries.claim(keyOf("key"))).release();
      mine.release();
      await third.close();
    });
  });
}

function owned(claim: Claim): Extract<Claim, { status: "owner" }> {
  if (claim.status !== "owner") throw new Error(`busy: ${claim.owner}`);
  return claim;
}

function busy(claim: Claim): Extract<Claim, { status: "busy" }> {
  if (claim.status !== "busy") throw new Error("the claim should be busy");
  return claim;
}

/** Bytes that differ from those of every other length. */
function bytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => (at * 31 + (at >> 8) + length) & 255);
}

function equal(a: Uint8Array | undefined, b: Uint8Array): boolean {
  return a !== undefined && a.byteLength === b.byteLength && a.every((byte, at) => byte === b[at]);
}
