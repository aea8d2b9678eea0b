/** What becomes of complete Parquet files with wrong bytes. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ColumnsError } from "../errors.ts";
import { readParquet } from "./parquet.ts";

const bytes = (file: string): Uint8Array =>
  new Uint8Array(readFileSync(fileURLToPath(new URL(`../read/fixtures/${file}`, import.meta.url))));

/** The number of rows that are read, or nothing where the data are refused or nothing in them is a number. */
async function rowsOf(content: Uint8Array): Promise<number | undefined> {
  try {
    const data = await readParquet(content, { nulls: "nan" });
    return data.names.length === 0 ? undefined : data.length;
  } catch (error) {
    if (error instanceof ColumnsError) return undefined;
    throw error;
  }
}

describe.each(["events.parquet", "events_f32.parquet", "nulls.parquet", "events_zstd_groups.parquet"])(
  "wrong bytes of %s",
  (file) => {
    const whole = bytes(file);

    it("end in an error of this package or in as many rows, wherever they are", async () => {
      const rows = await rowsOf(whole);
      // every third byte: reading takes a millisecond, and structure comes in runs of bytes
      for (let position = 0; position < whole.length; position += 3) {
        const wrong = whole.slice();
        wrong[position] = (wrong[position] as number) ^ (1 << (position % 7));
        expect([position, (await rowsOf(wrong)) ?? rows]).toEqual([position, rows]);
      }
    });

    it("do so where there are many", async () => {
      const rows = await rowsOf(whole);
      const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 12 });
      await fc.assert(
        fc.asyncProperty(damage, async (places) => {
          const wrong = whole.slice();
          for (const [position, value] of places) wrong[position] = value;
          expect((await rowsOf(wrong)) ?? rows).toBe(rows);
        }),
        { seed: 5, numRuns: 1000 },
      );
    });
  },
);
