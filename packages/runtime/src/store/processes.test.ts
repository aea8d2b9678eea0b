import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openDiskStore } from "./disk-store.ts";
import { aliasOf, blobOf, isSame, keyOf, recordOf } from "./fixtures/content.ts";
import { bundleProgram, start, startLimited, temporaryDirectory } from "./fixtures/processes.ts";

const home = temporaryDirectory();
let program = "";
beforeAll(async () => {
  program = await bundleProgram(home.path);
});
afterAll(() => home.remove());

let folder = temporaryDirectory();
let directory = "";
beforeEach(() => {
  folder = temporaryDirectory();
  directory = join(folder.path, "store");
});
afterEach(() => folder.remove());

describe("a store under several processes", () => {
  it("D-21: four processes that write and read the same keys never read anything wrong", async () => {
    const processes = [0, 1, 2, 3].map((self) => start(program, "hammer", directory, self, 400, 40));
    const results = (await Promise.all(processes.map((process) => process.finished()))).map(
      ([line]) =>
        JSON.parse(line ?? "") as { right: number; missed: number; wrong: number; refused: number; errors: string[] },
    );
    for (const { wrong, refused, right, errors } of results) {
      expect({ wrong, refused, errors }).toEqual({ wrong: 0, refused: 0, errors: [] });
      // Each of 800 turns reads back what it just put; only a quarantine or seal of another process may come between.
      expect(right).toBeGreaterThan(1500);
    }
    const store = openDiskStore(directory);
    for (let number = 0; number <= 40; number++) {
      const found = await store.entries.get(keyOf(number));
      expect(found === undefined || isSame(found, recordOf(number))).toBe(true);
    }
    expect(await store.verify()).toMatchObject({ damagedEntries: 0, damagedBlobs: [] });
    await store.close();
  });

  it("computes each key once, whoever comes first", async () => {
    const keys = 300;
    const processes = [0, 1, 2, 3].map(() => start(program, "compute", directory, keys));
    for (const process of processes) expect(await process.finished()).toEqual(['{"wrong":0,"errors":[]}']);
    const computed = readFileSync(join(folder.path, "computed.log"), "latin1").trim().split("\n").map(Number);
    expect(computed.sort((a, b) => a - b)).toEqual(Array.from({ length: keys }, (_, number) => number));
  });

  it("keeps all that was acknowledged, through 100 kills of writers at any moment", async () => {
    const acknowledged: string[] = [];
    let first = 0;
    for (let round = 0; round < 25; round++) {
      const writers = [0, 1, 2, 3].map((self) => start(program, "write", directory, first + self, 4));
      await Promise.all(
        writers.map(async (writer, self) => {
          await writer.firstLine();
          // Spread over the time of some hundred puts, so that kills fall into any part of them.
          await new Promise((resolve) => setTimeout(resolve, ((round * 7 + self * 3) % 16) + 1));
          await writer.kill();
        }),
      );
      for (const writer of writers) acknowledged.push(...writer.lines());
      first += 1_000_000;
    }
    const store = openDiskStore(directory);
    expect(acknowledged.length).toBeGreaterThan(200);
    for (const line of acknowledged) {
      const [kind, text] = line.split(" ");
      const number = Number(text);
      const { digest, content } = blobOf(number);
      const isRight =
        kind === "blob"
          ? isSame(await store.blobs.get(digest), content)
          : isSame(await store.entries.get(keyOf(number)), recordOf(number)) &&
            isSame(await store.entries.get(aliasOf(number)), recordOf(number));
      if (!isRight) expect(line).toBe("kept");
    }
    expect(store.stats()).toMatchObject({ quarantined: 0, errors: [] });
    expect(await store.verify()).toMatchObject({ damagedEntries: 0, damagedBlobs: [] });
    await store.close();
  }, 180_000); // a hundred processes start, one per core at a time

  it("hands the claim of a killed process to the next", async () => {
    const holder = start(program, "hold", directory);
    expect(await holder.firstLine()).toBe("owner");
    const store = openDiskStore(directory);
    const claim = await store.entries.claim(keyOf(0));
    if (claim.status !== "busy") throw new Error("the other process should have it");
    expect(claim.owner).toBe(`pid ${holder.child.pid}`);
    const waiting = claim.settled(AbortSignal.timeout(5000));
    await holder.kill();
    await waiting;
    expect((await store.entries.claim(keyOf(0))).status).toBe("owner");
    await store.close();
  });

  it("does not take a recycled process number for the owner", async () => {
    const holder = start(program, "hold", directory);
    await holder.firstLine();
    const [owner = ""] = readdirSync(join(directory, "owners"));
    const record = JSON.parse(readFileSync(join(directory, "owners", owner), "utf8")) as object;
    await holder.kill();
    // As if this very process had got the number of the dead one.
    writeFileSync(join(directory, "owners", owner), JSON.stringify({ ...record, pid: process.pid }));
    const store = openDiskStore(directory);
    expect((await store.entries.claim(keyOf(0))).status).toBe("owner");
    await store.close();
  });

  it("takes over from a process elsewhere that has been silent for too long", async () => {
    const holder = start(program, "hold", directory);
    await holder.firstLine();
    const [owner = ""] = readdirSync(join(directory, "owners"));
    const record = JSON.parse(readFileSync(join(directory, "owners", owner), "utf8")) as object;
    await holder.kill();
    writeFileSync(join(directory, "owners", owner), JSON.stringify({ ...record, host: "elsewhere" }));
    const store = openDiskStore(directory, { silentAfterMs: 200 });
    const claim = await store.entries.claim(keyOf(0));
    if (claim.status !== "busy") throw new Error("nothing says yet that the other process is dead");
    await claim.settled(AbortSignal.timeout(5000));
    expect((await store.entries.claim(keyOf(0))).status).toBe("owner");
    await store.close();
  });
});

describe("a store that may not be written to", () => {
  it("reads what is there and refuses the rest, with the reason", async () => {
    const writer = openDiskStore(directory);
    await writer.entries.put(keyOf(1), recordOf(1));
    await writer.blobs.put(blobOf(1).digest, blobOf(1).content);
    await writer.close();
    for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
      chmodSync(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o555 : 0o444);
    }
    chmodSync(directory, 0o555);
    const [line = ""] = await start(program, "readOnly", directory).finished();
    const { errors, ...result } = JSON.parse(line) as { errors: string[] };
    expect(result).toEqual({
      readsEntry: true,
      readsBlob: true,
      putsEntry: false,
      putsBlob: false,
      putsLargeBlob: false,
      pins: false,
      claim: "owner",
      gc: "busy",
      verified: 1,
    });
    expect(errors).toContain("an entry cannot be written: EACCES");
    for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
      if (entry.isDirectory()) chmodSync(join(entry.parentPath, entry.name), 0o755);
    }
    chmodSync(directory, 0o755);
  });

  it("only misses where its directory cannot be made", async () => {
    writeFileSync(join(folder.path, "file"), "");
    for (const place of [join(folder.path, "file", "store"), "/proc/simloom/store"]) {
      const store = openDiskStore(place);
      expect(await store.entries.put(keyOf(1), recordOf(1))).toBe(false);
      expect(await store.entries.get(keyOf(1))).toBeUndefined();
      expect((await store.entries.claim(keyOf(1))).status).toBe("owner");
      expect(await store.blobs.put(blobOf(1).digest, blobOf(1).content)).toBe(false);
      expect(store.stats().errors).toHaveLength(1);
      await store.close();
    }
  });
});

describe("a store on a full disk", () => {
  const limits: readonly [string, (directory: string) => Promise<string[]>][] = [
    ["files of 40 KiB at most", (place) => startLimited(80, program, "fill", place, 60).finished()],
    ...(canMount() ? [["a file system of 64 KiB", (place: string) => onSmallDisk(place)] as const] : []),
  ] as [string, (directory: string) => Promise<string[]>][];

  it.each(limits)("keeps what fits and refuses the rest: %s", async (_, run) => {
    mkdirSync(directory);
    const [line = ""] = await run(directory);
    const result = JSON.parse(line) as { kept: number; refused: number; wrong: number; errors: string[] };
    expect(result.wrong).toBe(0);
    expect(result.kept).toBeGreaterThan(0);
    expect(result.refused).toBeGreaterThan(0);
    expect(result.errors.join("\n")).toMatch(/an entry cannot be written: (ENOSPC|EFBIG)/);
  });

  async function onSmallDisk(place: string): Promise<string[]> {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", place]);
    try {
      return await start(program, "fill", place, 60).finished();
    } finally {
      execFileSync("umount", ["-l", place]);
    }
  }
});

/** Whether this user may mount a file system, found by trying. */
function canMount(): boolean {
  const place = temporaryDirectory();
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", place.path], { stdio: "ignore" });
    execFileSync("umount", ["-l", place.path], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  } finally {
    place.remove();
  }
}
