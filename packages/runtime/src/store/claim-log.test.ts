import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sha256Text } from "@simloom/pipeline";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ClaimKind, ClaimLog } from "./claim-log.ts";
import type { StoreFolder } from "./folder.ts";

/** How many bytes the next writes take; as many as they are given when the list is empty. */
const taken = vi.hoisted(() => [] as (number | Error)[]);
vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>();
  const writeSync = (file: number, bytes: Buffer, from: number, count: number): number => {
    const limit = taken.shift() ?? count;
    if (limit instanceof Error) throw limit;
    return fs.writeSync(file, bytes, from, Math.min(limit, count));
  };
  return { ...fs, writeSync };
});

const me = "aa".repeat(12);
const other = "bb".repeat(12);
const key = (number: number): string => sha256Text(`${number}`);

describe("the log of claims", () => {
  let path: string;
  let folder: StoreFolder;
  let held: Set<string>;
  let ours: ClaimLog;
  let theirs: ClaimLog;
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), "simloom-claim-log-"));
    mkdirSync(join(path, "claims"));
    folder = { path, seed: 7, at: (...names) => join(path, ...names), restore: () => {} };
    held = new Set();
    taken.length = 0;
    ours = new ClaimLog(folder, () => {});
    theirs = new ClaimLog(folder, ({ kind, owner, serial }) => {
      if (kind === ClaimKind.claim) held.add(`${owner} ${serial}`);
      else held.delete(`${owner} ${serial}`);
    });
  });
  afterEach(() => {
    ours.close();
    theirs.close();
    rmSync(path, { recursive: true, force: true });
  });
  const heldNow = (): readonly string[] => {
    theirs.refresh();
    return [...held];
  };

  it("takes a release that came behind a seal over into the next part", () => {
    expect(ours.isNext(me, 1, key(1))).toBe(true);
    expect(heldNow()).toEqual([`${me} 1`]);
    theirs.rotate(other, 1);
    expect(heldNow()).toEqual([`${me} 1`]);
    ours.releaseLater(me, 1, key(1));
    ours.settle();
    expect(ours.part).toBe(2);
    expect(heldNow()).toEqual([]);
  });

  it("takes releases along that went out with a claim behind a seal", () => {
    expect(ours.isNext(me, 1, key(1))).toBe(true);
    theirs.refresh();
    theirs.rotate(other, 1);
    ours.releaseLater(me, 1, key(1));
    expect(ours.isNext(me, 2, key(2))).toBe(false);
    ours.refresh();
    expect(ours.isNext(me, 2, key(2))).toBe(true);
    expect(heldNow()).toEqual([`${me} 2`]);
  });

  it("writes the rest of what the system took in part", () => {
    for (let serial = 1; serial <= 4; serial++) expect(ours.isNext(me, serial, key(serial))).toBe(true);
    for (let serial = 1; serial <= 4; serial++) ours.releaseLater(me, serial, key(serial));
    taken.push(100, 28);
    ours.settle();
    expect(heldNow()).toEqual([]);
  });

  it("keeps what an error left over, and writes it once that is possible", () => {
    for (let serial = 1; serial <= 3; serial++) expect(ours.isNext(me, serial, key(serial))).toBe(true);
    for (let serial = 1; serial <= 3; serial++) ours.releaseLater(me, serial, key(serial));
    taken.push(64, new Error("disk full"));
    expect(() => ours.settle()).toThrow("disk full");
    expect(heldNow()).toEqual([`${me} 2`, `${me} 3`]);
    ours.settle();
    expect(heldNow()).toEqual([]);
  });

  it("takes a claim back that could not be written, or only in part, and keeps the releases before it", () => {
    for (const written of [0, 64, 100]) {
      expect(ours.isNext(me, 1, key(1))).toBe(true);
      ours.releaseLater(me, 1, key(1));
      taken.push(...(written === 0 ? [] : [written]), new Error("disk full"));
      expect(() => ours.isNext(me, 2, key(2))).toThrow("disk full");
      ours.withdraw(me, 2, key(2));
      ours.settle();
      expect(heldNow()).toEqual([]);
    }
  });
});
