/** What becomes of Arrow data with wrong bytes, and of those that other writers made in their own way. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { tableFromArrays, tableToIPC } from "apache-arrow";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Dataset } from "../dataset/dataset.ts";
import { ColumnsError } from "../errors.ts";
import { readArrow } from "./arrow.ts";

const bytes = (file: string): Uint8Array =>
  new Uint8Array(readFileSync(fileURLToPath(new URL(`../read/fixtures/${file}`, import.meta.url))));

const read = (content: Uint8Array): Promise<Dataset> => readArrow(content, { nulls: "nan" });

/** The data set, or the code of the error of this package that refused it. */
const outcome = (content: Uint8Array): Promise<Dataset | string> =>
  read(content).catch((error: unknown) => {
    if (error instanceof ColumnsError) return error.code;
    throw error;
  });

/** All values as text, column after column: NaN equals NaN, and −0 is not 0. */
const cells = (data: Dataset): readonly string[] =>
  data.names.flatMap((name) => [
    name,
    ...Array.from(data.column(name), (value) => (Object.is(value, -0) ? "-0" : `${value}`)),
  ]);

const files = ["events.arrow", "events_f32.arrow", "nulls.arrow"];
/** Here names and kinds of columns stand once only, without a check. */
const withOneSchema = ["events_batches.arrows", "polars.arrow"];

describe("Arrow data with wrong bytes", () => {
  it.each(files)("of the file %s are refused, or the same but for one value", async (file) => {
    const whole = bytes(file);
    const expected = cells(await read(whole));
    let refused = 0;
    for (let position = 0; position < whole.length; position++) {
      const wrong = whole.slice();
      // each bit of a byte has its turn somewhere: 7 and the length of words have no common divisor
      wrong[position] = (wrong[position] as number) ^ (1 << (position % 7));
      const result = await outcome(wrong);
      if (typeof result === "string") refused++;
      else {
        const got = cells(result);
        expect([position, got.length]).toEqual([position, expected.length]);
        expect(got.filter((cell, index) => cell !== expected[index]).length).toBeLessThanOrEqual(1);
      }
    }
    // half of a small file is structure
    expect(refused).toBeGreaterThan(whole.length / 3);
  });

  it.each(withOneSchema)("of %s are refused, or have as many rows", async (file) => {
    const whole = bytes(file);
    const { length } = await read(whole);
    for (let position = 0; position < whole.length; position++) {
      const wrong = whole.slice();
      wrong[position] = (wrong[position] as number) ^ (1 << (position % 7));
      const result = await outcome(wrong);
      if (typeof result !== "string" && result.names.length > 0) expect(result.length).toBe(length);
    }
  });

  it.each([...files, ...withOneSchema])("many at a time, of %s, end in an error or in as many rows", async (file) => {
    const whole = bytes(file);
    const { length } = await read(whole);
    const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(damage, async (places) => {
        const wrong = whole.slice();
        for (const [position, value] of places) wrong[position] = value;
        const result = await outcome(wrong);
        if (typeof result !== "string" && result.names.length > 0) expect(result.length).toBe(length);
      }),
      { seed: 4, numRuns: 2000 },
    );
  });
});

describe("Arrow data as others write them", () => {
  const table = tableFromArrays({
    x: Float64Array.from({ length: 100 }, (_, k) => k / 3),
    label: Array.from({ length: 100 }, (_, k) => `a${k % 3}`),
    n: Int32Array.from({ length: 100 }, (_, k) => k),
  });

  // this writer leaves the schema out at the start of a file, and shares buffers between slices
  it.each(["file", "stream"] as const)("as a %s without a schema at its start, of slices, are read", async (kind) => {
    for (const [part, first, rows] of [
      [table, 0, 100],
      [table.slice(8, 50), 8, 42],
      [table.slice(0, 50).concat(table.slice(50)), 0, 100],
    ] as const) {
      const data = await read(tableToIPC(part, kind));
      expect([...data.column("x")]).toEqual(Array.from({ length: rows }, (_, k) => (first + k) / 3));
      expect([...data.column("n")]).toEqual(Array.from({ length: rows }, (_, k) => first + k));
    }
  });

  it("are refused with the reason where they are compressed or big-endian", async () => {
    const packed = await read(bytes("packed.arrow")).catch((error: ColumnsError) => error);
    expect(packed).toMatchObject({ code: "COLS-021" });
    expect((packed as ColumnsError).message).toContain("Zstandard");
    const turned = bytes("events_batches.arrows");
    // where the schema says that its byte order stands, which was nowhere: there is a number that is not 0
    turned[0x28] = 4;
    expect(await outcome(turned)).toBe("COLS-021");
  });

  it("with the schema without a length and dictionaries at the end are read", async () => {
    const data = await read(bytes("polars.arrow"));
    expect([...data.column("angle")].map(Math.abs)).toEqual([0, 1, 2, 3, 4, 5, 6].map((row) => row / 16));
    expect([...data.column("run")]).toEqual([0, 1, 2, 3, 4, 5, 6].map((row) => 3 * row - 5));
  });
});
