import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encode, sha256 } from "@simloom/pipeline";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type DiskStore, openDiskStore } from "./disk-store.ts";
import { blobOf, isSame, keyOf, recordOf } from "./fixtures/content.ts";
import { temporaryDirectory } from "./fixtures/processes.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Bytes of a record without alias, beside its payload: 64 of header, 4 of checksum. */
const OVERHEAD_BYTES = 68;

let folder = temporaryDirectory();
let nowMs = 0;
let store: DiskStore;
const open = () => openDiskStore(join(folder.path, "store"), { now: () => nowMs, packLimitBytes: 2000 });
beforeEach(() => {
  folder = temporaryDirectory();
  nowMs = Date.now() - 100 * DAY_MS;
  store = open();
});
afterEach(async () => {
  await store.close();
  folder.remove();
});

/** Writes entries 1, 2, … of 100 bytes, one a day, each with a blob of its own unless told otherwise. */
async function writeDaily(
  count: number,
  blobOfEntry: (number: number) => number | undefined = () => undefined,
): Promise<void> {
  for (let number = 1; number <= count; number++) {
    const blob = blobOfEntry(number);
    if (blob === undefined) await store.entries.put(keyOf(number), new Uint8Array(100));
    else {
      await store.blobs.put(blobOf(blob).digest, blobOf(blob).content);
      await store.entries.put(keyOf(number), encode({ number, blob: blobOf(blob).content }).bytes);
    }
    nowMs += DAY_MS;
  }
}

async function present(count: number): Promise<number[]> {
  const reader = open();
  const numbers: number[] = [];
  for (const key of await reader.entries.keys()) {
    for (let number = 1; number <= count; number++) if (key === keyOf(number)) numbers.push(number);
  }
  await reader.close();
  return numbers.sort((a, b) => a - b);
}

describe("a clean-up", () => {
  it("removes what was not used for too long", async () => {
    await writeDaily(10);
    const report = store.gc({ maxAgeDays: 4.5 });
    expect(report).toMatchObject({ status: "done", removedEntries: 6, keptEntries: 4, pinnedEntries: 0 });
    expect(report.removedBytes).toBe(6 * (100 + OVERHEAD_BYTES));
    expect(report.keptBytes).toBe(4 * (100 + OVERHEAD_BYTES));
    expect(await present(10)).toEqual([7, 8, 9, 10]);
    expect(await store.entries.get(keyOf(1))).toBeUndefined();
    expect(await store.entries.get(keyOf(10))).toBeDefined();
  });

  it("removes what was used longest ago until the rest fits, and reading is using", async () => {
    await writeDaily(10);
    await store.close();
    const reader = open();
    await reader.entries.get(keyOf(2));
    await reader.close();
    store = open();
    store.gc({ maxBytes: 3 * (100 + OVERHEAD_BYTES) });
    expect(await present(10)).toEqual([2, 9, 10]);
    nowMs += DAY_MS;
    await store.entries.put(keyOf(11), new Uint8Array(100));
    store.gc({ maxBytes: 2 * (100 + OVERHEAD_BYTES) });
    expect(await present(11)).toEqual([2, 11]);
  });

  it("keeps what is pinned until it is unpinned", async () => {
    await writeDaily(5);
    expect(store.pin("run-1", [keyOf(1), keyOf(3)])).toBe(true);
    expect(store.gc({ maxBytes: 0 })).toMatchObject({ removedEntries: 3, keptEntries: 2, pinnedEntries: 2 });
    expect(await present(5)).toEqual([1, 3]);
    store.unpin("run-1");
    store.gc({ maxBytes: 0 });
    expect(await present(5)).toEqual([]);
  });

  it("removes a blob with the last entry that refers to it", async () => {
    await writeDaily(4, (number) => (number === 4 ? 2 : 1));
    // Entry 3 is 98 days old, entry 4 is 97; the blobs were just written, so the clock must be past their grace.
    nowMs = Date.now() + 2 * HOUR_MS;
    expect(store.gc({ maxAgeDays: 98.5 })).toMatchObject({ removedBlobs: 0, keptBlobs: 2, keptEntries: 2 });
    expect(store.gc({ maxAgeDays: 97.5 })).toMatchObject({ removedBlobs: 1, keptBlobs: 1, keptEntries: 1 });
    expect(await store.blobs.has(blobOf(1).digest)).toBe(false);
    expect(isSame(await store.blobs.get(blobOf(2).digest), blobOf(2).content)).toBe(true);
  });

  it("finds references by way of an encoding that stands in a blob itself", async () => {
    const inner = encode(Array.from({ length: 1000 }, (_, at) => (at === 500 ? blobOf(1).content : at))).bytes;
    const outer = encode({ result: inner });
    for (const [digest, content] of outer.blobs) await store.blobs.put(digest, content);
    await store.blobs.put(blobOf(1).digest, blobOf(1).content);
    await store.entries.put(keyOf(1), outer.bytes);
    expect(store.gc({ blobGraceMs: -DAY_MS * 1000 })).toMatchObject({ removedBlobs: 0, keptBlobs: 2 });
    expect(await store.blobs.has(sha256(inner))).toBe(true);
  });

  it("leaves young blobs and unfinished files alone, since their entry may be on its way", async () => {
    await store.blobs.put(blobOf(1).digest, blobOf(1).content);
    const path = join(store.directory, "blobs", blobOf(1).digest.slice(0, 2), "half-written.tmp");
    writeFileSync(path, "half");
    nowMs = Date.now();
    expect(store.gc()).toMatchObject({ removedBlobs: 0, keptBlobs: 1 });
    nowMs = Date.now() + 2 * HOUR_MS;
    expect(store.gc()).toMatchObject({ removedBlobs: 1, keptBlobs: 0 });
    expect(existsSync(path)).toBe(false);
  });

  it("frees the blobs of what it removes at once, however young, and not those that stay in use", async () => {
    nowMs = Date.now();
    for (const [entry, blobs] of [
      [1, [1, 3]],
      [2, [2, 3]],
    ] as const) {
      for (const blob of blobs) await store.blobs.put(blobOf(blob).digest, blobOf(blob).content);
      await store.entries.put(keyOf(entry), encode(blobs.map((blob) => blobOf(blob).content)).bytes);
      nowMs += 1;
    }
    store.pin("run-2", [keyOf(2)]);
    const dry = store.gc({ maxBytes: 0, dryRun: true });
    const report = store.gc({ maxBytes: 0 });
    expect({ ...dry, status: "done" }).toEqual(report);
    expect(report).toMatchObject({ removedEntries: 1, removedBlobs: 1, keptEntries: 1, keptBlobs: 2 });
    const there = await Promise.all([1, 2, 3].map((blob) => store.blobs.has(blobOf(blob).digest)));
    expect(there).toEqual([false, true, true]);
  });

  it("only tells what it would do when it runs dry", async () => {
    await writeDaily(6);
    const dry = store.gc({ maxAgeDays: 3.5, dryRun: true });
    expect(dry).toMatchObject({ status: "dryRun", removedEntries: 3, keptEntries: 3 });
    expect(await present(6)).toHaveLength(6);
    expect({ ...dry, status: "done" }).toEqual(store.gc({ maxAgeDays: 3.5 }));
  });

  it("leaves one merged pack and an open one", async () => {
    await writeDaily(100);
    expect(readdirSync(join(store.directory, "packs")).length).toBeGreaterThan(5);
    store.gc({ maxAgeDays: 50 });
    expect(readdirSync(join(store.directory, "packs")).filter((name) => name.endsWith(".pack"))).toHaveLength(2);
    expect((await present(100)).length).toBe(store.usage().entries);
  });

  it("does not disturb those who read and write meanwhile", async () => {
    await writeDaily(60);
    const other = open();
    for (let round = 0; round < 5; round++) {
      store.gc({ maxAgeDays: 40 - round * 5 });
      await other.entries.put(keyOf(`new ${round}`), recordOf(round));
      expect(isSame(await store.entries.get(keyOf(`new ${round}`)), recordOf(round))).toBe(true);
      for (let number = 1; number <= 60; number++) {
        const found = await other.entries.get(keyOf(number));
        expect(found === undefined || isSame(found, new Uint8Array(100))).toBe(true);
      }
      expect(isSame(await other.entries.get(keyOf(60)), new Uint8Array(100))).toBe(true);
    }
    expect(other.stats()).toMatchObject({ quarantined: 0, errors: [] });
    await other.close();
  });

  it("does nothing while another process is at it", async () => {
    await writeDaily(2);
    const other = open();
    const claim = await other.entries.claim(keyOf(1));
    const [owner = ""] = readdirSync(join(store.directory, "owners"));
    writeFileSync(join(store.directory, "gc.lock"), owner);
    expect(store.gc({ maxBytes: 0 })).toMatchObject({ status: "busy", removedEntries: 0 });
    if (claim.status === "owner") claim.release();
    await other.close();
    expect(store.gc({ maxBytes: 0 })).toMatchObject({ status: "done", removedEntries: 2 });
  });
});

describe("the usage of a store", () => {
  it("counts exactly what is there", async () => {
    const startMs = nowMs;
    await writeDaily(3, (number) => number);
    store.pin("run-1", [keyOf(1)]);
    await store.entries.quarantine(keyOf(2), "a test");
    const usage = store.usage();
    expect(usage).toMatchObject({
      entries: 2,
      blobs: 3,
      oldestIso: new Date(startMs).toISOString(),
      newestIso: new Date(startMs + 2 * DAY_MS).toISOString(),
      quarantined: 1,
      pins: ["run-1"],
    });
    const onDisk = readdirSync(join(store.directory, "blobs"), { recursive: true }).length;
    expect(onDisk).toBeGreaterThanOrEqual(3);
    expect(usage.bytes).toBeGreaterThan(3 * blobOf(1).content.byteLength);
  });

  it("refuses a pin whose name could be a path", () => {
    for (const name of ["../evil", "", ".hidden", "a/b"]) {
      expect(() => store.pin(name, [])).toThrow(expect.objectContaining({ code: "RUNT-004" }));
    }
  });
});
