import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RuntimeError } from "../errors.ts";
import { setAsideUnreadable } from "./damaged-stamp.ts";
import { type DiskStore, openDiskStore } from "./disk-store.ts";
import { aliasOf, blobOf, isSame, keyOf, recordOf } from "./fixtures/content.ts";
import { temporaryDirectory } from "./fixtures/processes.ts";
import { Ledger } from "./ledger.ts";

const COUNT = 12;
let folder = temporaryDirectory();
let directory = "";
beforeEach(() => {
  folder = temporaryDirectory();
  directory = join(folder.path, "store");
});
afterEach(() => folder.remove());

async function fill(store: DiskStore): Promise<void> {
  for (let number = 1; number <= COUNT; number++) {
    await store.entries.put(keyOf(number), recordOf(number), aliasOf(number));
    await store.blobs.put(blobOf(number).digest, blobOf(number).content);
  }
}

/** Reads everything; how much of it was there. Anything wrong fails. */
async function readAll(store: DiskStore): Promise<{ entries: number; blobs: number }> {
  const found = { entries: 0, blobs: 0 };
  for (let number = 1; number <= COUNT; number++) {
    for (const key of [keyOf(number), aliasOf(number)]) {
      const record = await store.entries.get(key);
      if (record !== undefined) expect(isSame(record, recordOf(number))).toBe(true);
    }
    if ((await store.entries.get(keyOf(number))) !== undefined) found.entries++;
    const blob = await store.blobs.get(blobOf(number).digest);
    if (blob !== undefined) {
      expect(isSame(blob, blobOf(number).content)).toBe(true);
      found.blobs++;
    }
  }
  return found;
}

function filesBelow(place: string): string[] {
  const entries = readdirSync(place, { recursive: true, withFileTypes: true });
  return entries.flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name)] : [])).sort();
}

function flip(path: string, where: number, bit: number): void {
  const bytes = readFileSync(path);
  const at = where % bytes.byteLength;
  bytes[at] = (bytes[at] as number) ^ (1 << bit);
  writeFileSync(path, bytes);
}

describe("damage", () => {
  it("bits that flip anywhere in packs, index and blobs cost misses, never a wrong read or an exception", async () => {
    const flips = fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat(7)), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(flips, fc.boolean(), async (places, keepsIndex) => {
        rmSync(directory, { recursive: true, force: true });
        const before = openDiskStore(directory, { packLimitBytes: 30_000, rowsWorthSaving: 1 });
        await fill(before);
        await before.close();
        if (!keepsIndex) rmSync(join(directory, "packs", "index"));
        const files = [...filesBelow(join(directory, "packs")), ...filesBelow(join(directory, "blobs"))];
        for (const [file, where, bit] of places) {
          const path = files[file % files.length] as string;
          if (readFileSync(path).byteLength > 0) flip(path, where, bit);
        }
        const store = openDiskStore(directory, { packLimitBytes: 30_000 });
        await readAll(store);
        await store.verify();
        await fill(store);
        await readAll(store);
        await fill(store);
        expect(await readAll(store)).toEqual({ entries: COUNT, blobs: COUNT });
        expect(store.stats().errors).toEqual([]);
        await store.close();
      }),
      { numRuns: 40, seed: 20261122 },
    );
  });

  it("a pack that is cut anywhere keeps what stands before the cut", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (where) => {
        rmSync(directory, { recursive: true, force: true });
        const before = openDiskStore(directory);
        await fill(before);
        await before.close();
        const pack = join(directory, "packs", "log-1.pack");
        const size = readFileSync(pack).byteLength;
        truncateSync(pack, where % size);
        const store = openDiskStore(directory);
        const { entries } = await readAll(store);
        expect(store.stats().quarantined).toBe(0);
        await store.entries.put(keyOf("behind the cut"), recordOf(1));
        await store.close();
        const again = openDiskStore(directory);
        expect(await again.entries.get(keyOf("behind the cut"))).toBeDefined();
        expect((await readAll(again)).entries).toBe(entries);
        expect(again.stats()).toMatchObject({ quarantined: 0, errors: [] });
        await again.close();
      }),
      { numRuns: 30, seed: 20261122 },
    );
  });

  it("D-22: a damaged entry is a miss that is counted once, and can be put again", async () => {
    const writer = openDiskStore(directory);
    await writer.entries.put(keyOf(1), recordOf(1), aliasOf(1));
    await writer.entries.put(keyOf(2), recordOf(2));
    flip(join(directory, "packs", "log-1.pack"), 120, 3);
    for (const key of [keyOf(1), keyOf(1), aliasOf(1)]) expect(await writer.entries.get(key)).toBeUndefined();
    expect(writer.stats().quarantined).toBe(1);
    expect(readdirSync(join(directory, "quarantine")).sort()).toEqual(["log-1-0", "reasons.jsonl"]);
    await writer.entries.put(keyOf(1), recordOf(1), aliasOf(1));
    await writer.close();
    const reader = openDiskStore(directory);
    expect(isSame(await reader.entries.get(aliasOf(1)), recordOf(1))).toBe(true);
    expect(isSame(await reader.entries.get(keyOf(2)), recordOf(2))).toBe(true);
    expect(reader.stats().quarantined).toBe(0);
    await reader.close();
  });

  it("D-22: a damaged or truncated blob is a miss, set aside, and can be put again", async () => {
    const store = openDiskStore(directory);
    for (const number of [1, 7]) {
      const { digest, content } = blobOf(number);
      const path = join(directory, "blobs", digest.slice(0, 2), digest.slice(2));
      for (const harm of [() => flip(path, 4711, 0), () => truncateSync(path, 1000), () => truncateSync(path, 0)]) {
        await store.blobs.put(digest, content);
        harm();
        expect(await store.blobs.get(digest)).toBeUndefined();
        expect(existsSync(path)).toBe(false);
      }
    }
    expect(store.stats().quarantined).toBe(6);
    await store.close();
  });

  it("D-23: what is read is bytes, whatever somebody put into the files", async () => {
    const store = openDiskStore(directory);
    const code = Buffer.from("cos\nsystem\n(S'touch pwned'\ntR.process.exit(1);globalThis.pwned = true");
    await store.entries.put(keyOf(1), code);
    appendFileSync(join(directory, "packs", "log-1.pack"), code);
    await store.entries.put(keyOf(2), recordOf(2));
    expect(isSame(await store.entries.get(keyOf(1)), code)).toBe(true);
    expect(isSame(await store.entries.get(keyOf(2)), recordOf(2))).toBe(true);
    expect("pwned" in globalThis).toBe(false);
    await store.close();
  });

  it("does not take a record that stands inside another for one of its own", async () => {
    const other = openDiskStore(join(folder.path, "other"));
    await other.entries.put(keyOf(1), recordOf(1));
    const nested = readFileSync(join(folder.path, "other", "packs", "log-1.pack"));
    await other.close();
    const store = openDiskStore(directory);
    await store.entries.put(keyOf(2), nested);
    await store.entries.put(keyOf(3), recordOf(3));
    await store.close();
    flip(join(directory, "packs", "log-1.pack"), 0, 0);
    const reader = openDiskStore(directory);
    expect(await reader.entries.get(keyOf(1))).toBeUndefined();
    expect(await reader.entries.get(keyOf(3))).toBeDefined();
    await reader.close();
  });
});

describe("the format stamp", () => {
  it("of a newer version is refused with what to do", async () => {
    openDiskStore(directory).close();
    writeFileSync(join(directory, "format"), "simloom-store 2 something new\n");
    expect(() => openDiskStore(directory)).toThrow(expect.objectContaining({ code: "RUNT-001" }));
    expect(() => openDiskStore(directory)).toThrow(RuntimeError);
  });

  it.each([
    ["damaged in its id", (stamp: string) => flip(stamp, 20, 0)],
    // The 1 becomes a 9: damage does not make a newer version.
    ["damaged in its version", (stamp: string) => flip(stamp, 14, 3)],
    ["cut short", (stamp: string) => writeFileSync(stamp, "simloom")],
    ["empty", (stamp: string) => writeFileSync(stamp, "")],
    ["lost", (stamp: string) => rmSync(stamp)],
  ])(
    "that is %s goes into quarantine with the records it explains; blobs stay, and the store goes on",
    async (_, damage) => {
      const before = openDiskStore(directory);
      await fill(before);
      await before.close();
      damage(join(directory, "format"));
      const store = openDiskStore(directory);
      expect(await readAll(store)).toEqual({ entries: 0, blobs: COUNT });
      expect(store.stats().quarantined).toBeGreaterThanOrEqual(1);
      expect(store.stats().errors.join()).toContain("the cache starts empty");
      expect(store.usage().quarantined).toBeGreaterThanOrEqual(1);
      await fill(store);
      await store.close();
      const after = openDiskStore(directory);
      expect(await readAll(after)).toEqual({ entries: COUNT, blobs: COUNT });
      expect(after.stats()).toMatchObject({ quarantined: 0, errors: [] });
      await after.close();
    },
  );

  it("is not taken from a file of that name in a directory that is no store", () => {
    writeFileSync(join(folder.path, "format"), "A4\n");
    expect(() => openDiskStore(folder.path)).toThrow(expect.objectContaining({ code: "RUNT-003" }));
  });

  it.each([
    ["lost", undefined, "RUNT-002", ["packs/thesis.txt", "claims/patent.txt"]],
    ["no stamp", "A4\n", "RUNT-003", ["packs/thesis.txt", "claims/patent.txt"]],
    ["lost, with a pack beside a file of somebody", undefined, "RUNT-002", ["packs/log-1.pack", "packs/thesis.txt"]],
    ["no stamp, with a pack beside such a file", "A4\n", "RUNT-003", ["packs/log-1.pack", "packs/thesis.txt"]],
    ["lost, with claims of somebody else", undefined, "RUNT-002", ["claims/patent.txt"]],
  ])("that is %s leaves what it did not write where it is", (_, stamp, code, files) => {
    for (const file of files) {
      mkdirSync(dirname(join(directory, file)), { recursive: true });
      writeFileSync(join(directory, file), file);
    }
    if (stamp !== undefined) writeFileSync(join(directory, "format"), stamp);
    const before = readdirSync(directory, { recursive: true }).sort();
    expect(() => openDiskStore(directory)).toThrow(expect.objectContaining({ code }));
    expect(readdirSync(directory, { recursive: true }).sort()).toEqual(before);
  });

  it("that is lost takes the claims of the store along, and no other file beside them", async () => {
    const before = openDiskStore(directory);
    await fill(before);
    await before.close();
    writeFileSync(join(directory, "claims", "1.log"), "");
    writeFileSync(join(directory, "claims", "patent.txt"), "");
    rmSync(join(directory, "format"));
    openDiskStore(directory).close();
    expect(readdirSync(join(directory, "claims"))).toEqual(["patent.txt"]);
  });

  it("that another process has made anew in the meantime stays, with its records", async () => {
    const store = openDiskStore(directory);
    await fill(store);
    await store.close();
    const before = filesBelow(directory);
    setAsideUnreadable({ at: (...names) => join(directory, ...names) }, new Ledger(), () => true);
    expect(filesBelow(directory)).toEqual(before);
  });

  it("is not put into a directory that holds other things", () => {
    writeFileSync(join(folder.path, "thesis.tex"), "");
    expect(() => openDiskStore(folder.path)).toThrow(expect.objectContaining({ code: "RUNT-002" }));
  });
});

it("goes on after its directory was removed under it", async () => {
  const store = openDiskStore(directory, { lookRoundMs: 0 });
  await fill(store);
  rmSync(directory, { recursive: true });
  expect(await store.entries.get(keyOf("nothing"))).toBeUndefined();
  await fill(store);
  expect(await readAll(store)).toEqual({ entries: COUNT, blobs: COUNT });
  const other = openDiskStore(directory);
  expect(await readAll(other)).toEqual({ entries: COUNT, blobs: COUNT });
  await other.close();
  await store.close();
});
