import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sha256Text } from "@simloom/pipeline";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type DiskStore, openDiskStore } from "./disk-store.ts";

const key = (text: string): string => sha256Text(text);
const record = new Uint8Array(100).fill(3);

describe("claims that are written together", () => {
  let directory: string;
  let ours: DiskStore;
  let theirs: DiskStore;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "simloom-claims-"));
    ours = openDiskStore(directory);
    theirs = openDiskStore(directory);
  });
  afterEach(async () => {
    await ours.close();
    await theirs.close();
    rmSync(directory, { recursive: true, force: true });
  });
  const logBytes = (): number =>
    readdirSync(join(directory, "claims")).reduce(
      (sum, name) => sum + statSync(join(directory, "claims", name)).size,
      0,
    );
  const owned = async (store: DiskStore, name: string): Promise<{ release(): void }> => {
    const claim = await store.entries.claim(key(name));
    if (claim.status !== "owner") throw new Error(`${name} should be free`);
    return claim;
  };

  it("lets the release of a stored result wait for the next claim", async () => {
    const first = await owned(ours, "first");
    await ours.entries.put(key("first"), record);
    first.release();
    // 64 bytes a note: the claim.
    expect(logBytes()).toBe(64);
    (await owned(ours, "second")).release();
    // Both claims and the release of the first; the second has no result, so others may want it at once.
    expect(logBytes()).toBe(4 * 64);
    await owned(theirs, "first");
    await owned(theirs, "second");
  });

  it("writes a release that has no company before long, and on closing", async () => {
    for (const name of ["first", "second"]) {
      const claim = await owned(ours, name);
      await ours.entries.put(key(name), record);
      claim.release();
      if (name === "first") await expect.poll(logBytes, { timeout: 5000 }).toBe(128);
    }
    await ours.close();
    expect(logBytes()).toBe(4 * 64);
    ours = openDiskStore(directory);
  });

  it("gives a key whose result is stored to who claims it, though its release still waits", async () => {
    const first = await owned(ours, "key");
    await ours.entries.put(key("key"), record);
    first.release();
    const busy = await theirs.entries.claim(key("key"));
    if (busy.status === "busy") await busy.settled(new AbortController().signal);
    expect(await theirs.entries.get(key("key"))).toEqual(record);
  });

  it("finds under its own claim what another process stored since it looked", async () => {
    expect(await ours.entries.get(key("key"))).toBeUndefined();
    const before = await owned(theirs, "key");
    await theirs.entries.put(key("key"), record);
    before.release();
    await theirs.close();
    await owned(ours, "key");
    expect(await ours.entries.get(key("key"))).toEqual(record);
    theirs = openDiskStore(directory);
  });

  it("finds what was stored by claims that are gone since", async () => {
    expect(await ours.entries.get(key("key"))).toBeUndefined();
    const before = await owned(theirs, "key");
    await theirs.entries.put(key("key"), record);
    before.release();
    await theirs.close();
    for (const name of readdirSync(join(directory, "claims"))) rmSync(join(directory, "claims", name));
    await owned(ours, "key");
    expect(await ours.entries.get(key("key"))).toEqual(record);
    theirs = openDiskStore(directory);
  });

  it("keeps the order of notes of both", async () => {
    for (let round = 0; round < 50; round++) {
      const [one, other] = round % 2 === 0 ? [ours, theirs] : [theirs, ours];
      const claim = await owned(one, `key ${round}`);
      expect((await other.entries.claim(key(`key ${round}`))).status).toBe("busy");
      if (round % 3 === 0) await one.entries.put(key(`key ${round}`), record);
      claim.release();
    }
    expect(readFileSync(join(directory, "claims", "1.log")).byteLength % 64).toBe(0);
  });
});
