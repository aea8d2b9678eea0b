import { describe, expect, it } from "vitest";
import { describeStore, keyOf } from "../testing/store-conformance.ts";
import { memoryStore } from "./memory-store.ts";

describeStore("memory", { open: () => memoryStore() });

describe("memory store", () => {
  const content = (length: number) => new Uint8Array(length);

  it("drops what was used longest ago when it is full", () => {
    const { entries } = memoryStore({ maxBytes: 300 });
    for (const name of ["a", "b", "c"]) entries.put(keyOf(name), content(100), keyOf(`alias of ${name}`));
    entries.get(keyOf("a"));
    entries.put(keyOf("d"), content(100));
    expect(["a", "b", "c", "d"].map((name) => entries.get(keyOf(name)) !== undefined)).toEqual([
      true,
      false,
      true,
      true,
    ]);
    expect(entries.get(keyOf("alias of b"))).toBeUndefined();
  });

  it("counts entries and blobs towards one limit", () => {
    const store = memoryStore({ maxBytes: 300 });
    store.entries.put(keyOf("entry"), content(100));
    store.blobs.put(keyOf("blob"), content(250));
    expect(store.entries.get(keyOf("entry"))).toBeUndefined();
    expect(store.blobs.has(keyOf("blob"))).toBe(true);
  });

  it("refuses what is larger than the store, and says so", () => {
    const store = memoryStore({ maxBytes: 300 });
    store.entries.put(keyOf("small"), content(200));
    expect(store.blobs.put(keyOf("large"), content(301))).toBe(false);
    expect(store.entries.get(keyOf("small"))).toBeDefined();
    expect(store.stats().errors).toEqual(["content is larger than the whole store"]);
  });
});
