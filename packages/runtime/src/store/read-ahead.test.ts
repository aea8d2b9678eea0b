import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Pack } from "./pack.ts";
import { ReadAhead } from "./read-ahead.ts";

const PART_BYTES = 500;
const PART_COUNT = 1000;

describe("read-ahead", () => {
  let folder: string;
  let pack: Pack;
  let reads: number;
  const content = Buffer.from(
    Uint8Array.from({ length: PART_BYTES * PART_COUNT }, (_, at) => (at * 31 + at / 256) % 256),
  );
  const part = (at: number): Buffer => content.subarray(at * PART_BYTES, (at + 1) * PART_BYTES);
  const bytesOf = (ahead: ReadAhead, offset: number): Buffer => {
    const at = ahead.read(pack, offset, PART_BYTES);
    return ahead.block.subarray(at, at + PART_BYTES);
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "simloom-read-ahead-"));
    writeFileSync(join(folder, "one.pack"), content);
    pack = Pack.open(join(folder, "one.pack"), 1, 0);
    reads = 0;
    const read = pack.read.bind(pack);
    pack.read = (...request) => {
      reads += 1;
      return read(...request);
    };
  });

  afterEach(() => {
    pack.close();
    rmSync(folder, { recursive: true });
  });

  it("answers the bytes that stand there, in any order of asking", () => {
    const ahead = new ReadAhead();
    for (let step = 0; step < PART_COUNT; step++) {
      const at = step % 3 === 0 ? (step * 7919) % PART_COUNT : step;
      expect(bytesOf(ahead, at * PART_BYTES).equals(part(at))).toBe(true);
    }
  });

  it("reads blocks when parts are asked for in order", () => {
    const ahead = new ReadAhead();
    for (let at = 0; at < PART_COUNT; at++) ahead.read(pack, at * PART_BYTES, PART_BYTES);
    // 500,000 bytes in blocks of 131,072, the first part alone, and one block more for parts that cross an end.
    expect(reads).toBeLessThanOrEqual(6);
  });

  it("reads no more than asked for when parts are asked for in no order", () => {
    const ahead = new ReadAhead();
    const sizes = [900, 100, 500].map((at) => bytesOf(ahead, at * PART_BYTES).byteLength);
    expect(sizes).toEqual([PART_BYTES, PART_BYTES, PART_BYTES]);
    expect(reads).toBe(3);
  });

  it("answers less at the end of the file", () => {
    expect(bytesOf(new ReadAhead(), content.byteLength - 10).byteLength).toBe(10);
  });
});
