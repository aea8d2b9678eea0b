/** One suite over all readers: every format gives the same data set, and refuses the same things in the same way. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import {
  type ColumnsError,
  type Dataset,
  type ReadOptions,
  readArrow,
  readCsv,
  readNpz,
  readParquet,
} from "../index.ts";
import { readArrowFiles, readCsvFiles, readFiles, readNpzFiles, readParquetFiles } from "../node/index.ts";

const path = (file: string): string => fileURLToPath(new URL(`fixtures/${file}`, import.meta.url));
const bytes = (file: string): Uint8Array => new Uint8Array(readFileSync(path(file)));
const shared = (file: string): Uint8Array => {
  const content = bytes(file);
  const copy = new Uint8Array(new SharedArrayBuffer(content.length));
  copy.set(content);
  return copy;
};

type Read = (options?: ReadOptions) => Promise<Dataset>;

/** Every way to the same table in float64. */
const readers: readonly [string, Read][] = [
  ["Parquet by DuckDB", (options) => readParquetFiles(path("events.parquet"), options)],
  [
    "Parquet by DuckDB, row groups, zstd, pages of version 2",
    (options) => readParquetFiles(path("events_zstd_groups.parquet"), options),
  ],
  ["Parquet by hyparquet", (options) => readParquet(bytes("events.parquet"), options)],
  ["Parquet by hyparquet, shared memory", (options) => readParquet(shared("events.parquet"), options)],
  [
    "Parquet by hyparquet, row groups, zstd, pages of version 2",
    (options) => readParquet(bytes("events_zstd_groups.parquet"), options),
  ],
  ["Arrow file", (options) => readArrow(bytes("events.arrow"), options)],
  ["Arrow file, shared memory", (options) => readArrow(shared("events.arrow"), options)],
  ["Arrow file from disk", (options) => readArrowFiles(path("events.arrow"), options)],
  ["Arrow stream of three batches", (options) => readArrow(bytes("events_batches.arrows"), options)],
  ["CSV text", (options) => readCsv(readFileSync(path("events.csv"), "utf8"), options)],
  ["CSV bytes", (options) => readCsv(bytes("events.csv"), options)],
  ["CSV from disk", (options) => readCsvFiles(path("events.csv"), options)],
  ["NPZ", (options) => readNpz(bytes("events.npz"), options)],
  ["NPZ, deflated, Fortran order", (options) => readNpz(bytes("events_deflated.npz"), options)],
  ["NPZ, big endian, from disk", (options) => readNpzFiles(path("events_big_endian.npz"), options)],
  ["by the name of the file", (options) => readFiles(path("events.npz"), options)],
];

/** The table of fixtures/make.py. All numbers are exact in float32, but the event number. */
const rows = [0, 1, 2, 3, 4, 5, 6];
const table: Readonly<Record<string, readonly number[]>> = {
  angle: rows.map((row) => (row === 0 ? -0 : -row / 16)),
  beam_e: rows.map((row) => (row + 1) / 8),
  beam_px: rows.map((row) => (row + 1) / 8 + 1),
  beam_py: rows.map((row) => (row + 1) / 8 + 2),
  beam_pz: rows.map((row) => (row + 1) / 8 + 3),
  event: rows.map((row) => 2 ** 40 + row),
  flag: rows,
  run: rows.map((row) => 3 * row - 5),
  weight: rows.map((row) => 0.5 + row / 4),
};

async function refusal(reading: Promise<unknown>): Promise<ColumnsError> {
  return reading.then(
    () => {
      throw new Error("nothing was refused");
    },
    (error: ColumnsError) => error,
  );
}

describe.each(readers)("%s", (_, read) => {
  it("gives every column of numbers, sorted by name, exactly and on shared memory", async () => {
    const data = await read();
    expect(data.names).toEqual(Object.keys(table));
    expect(data.length).toBe(7);
    for (const name of data.names) {
      const column = data.column(name);
      expect(column).toBeInstanceOf(Float64Array);
      expect(column.buffer).toBeInstanceOf(SharedArrayBuffer);
      expect([...column].map(Math.abs)).toEqual(table[name]?.map(Math.abs));
      expect([...column].map((value) => value + 0)).toEqual(table[name]?.map((value) => value + 0));
    }
    expect([...data.schema.fourVectors.keys()]).toEqual(["beam"]);
    expect(data.sumOfWeights).toBe(8.75);
  });

  it("reads only what is named, and the weight", async () => {
    expect((await read({ columns: ["run"] })).names).toEqual(["run", "weight"]);
    expect((await read({ columns: ["beam", "angle"] })).names).toEqual([
      ...["angle", "beam_e", "beam_px", "beam_py", "beam_pz", "weight"],
    ]);
    const summed = await read({ columns: ["total"], aliases: { total: ["beam"] }, units: { beam: "GeV" } });
    expect([...summed.fourVector("total").pz]).toEqual(table.beam_pz);
    expect(summed.unitOf("total")).toBe("GeV");
  });

  it("rounds to float32 where that is asked for", async () => {
    const data = await read({ precision: "float32" });
    expect(data.column("angle")).toBeInstanceOf(Float32Array);
    expect([...data.column("event")]).toEqual(table.event?.map(Math.fround));
  });

  it("names what is not there, and what is near", async () => {
    const error = await refusal(read({ columns: ["angl"] }));
    expect(error).toMatchObject({ code: "COLS-001", remedy: "Did you mean angle?" });
  });

  it("keeps to its limits", async () => {
    for (const limits of [{ rows: 6 }, { columns: 5 }, { bytes: 100 }]) {
      expect(await refusal(read({ limits }))).toMatchObject({ code: "COLS-024" });
    }
    expect((await read({ limits: { rows: 7, bytes: 7 * 8 * 9 + 1000 } })).length).toBe(7);
  });
});

describe.each(readers.filter(([name]) => name !== "NPZ, big endian, from disk"))(
  "%s, with a column of text",
  (_, read) => {
    it("refuses the column by name, and any other text when asked to", async () => {
      for (const options of [{ columns: ["label"] }, { nonNumeric: "error" } as const]) {
        const error = await refusal(read(options));
        expect(error).toMatchObject({ code: "COLS-005" });
        expect(error.message).toContain("label");
      }
    });
  },
);

describe("float32 columns", () => {
  const readFloats: readonly [string, Read][] = [
    ["Parquet by DuckDB", (options) => readParquetFiles(path("events_f32.parquet"), options)],
    ["Parquet by hyparquet", (options) => readParquet(bytes("events_f32.parquet"), options)],
    ["Arrow", (options) => readArrow(shared("events_f32.arrow"), options)],
    ["NPZ", (options) => readNpz(bytes("events_f32.npz"), options)],
  ];

  it.each(readFloats)("of %s are widened exactly, or kept", async (_, read) => {
    const wide = await read();
    expect(wide.column("beam_px")).toBeInstanceOf(Float64Array);
    expect([...wide.column("beam_px")]).toEqual(table.beam_px);
    const kept = await read({ precision: "source" });
    expect(kept.column("beam_px")).toBeInstanceOf(Float32Array);
    expect([...kept.column("beam_px")]).toEqual(table.beam_px);
    expect([...kept.column("event")]).toEqual(table.event);
  });
});

describe("missing values", () => {
  const readNulls: readonly [string, Read][] = [
    ["Parquet by DuckDB", (options) => readParquetFiles(path("nulls.parquet"), options)],
    ["Parquet by hyparquet", (options) => readParquet(bytes("nulls.parquet"), options)],
    ["Arrow", (options) => readArrow(bytes("nulls.arrow"), options)],
    ["CSV", (options) => readCsv(bytes("nulls.csv"), options)],
  ];

  it.each(readNulls)("of %s are refused, or become NaN", async (name, read) => {
    const error = await refusal(read());
    expect(error.code).toBe("COLS-022");
    expect(error.message).toContain(name === "CSV" ? "line 3" : "row 1");
    const data = await read({ nulls: "nan" });
    expect([...data.column("angle")]).toEqual([0.5, Number.NaN, 1.5]);
    expect([...data.column("run")]).toEqual([1, Number.NaN, 3]);
    expect(await refusal(read({ nulls: "nan", nonFinite: "error" }))).toMatchObject({ code: "COLS-006" });
  });
});

describe("a damaged file", () => {
  const formats: readonly [string, string, (content: Uint8Array) => Promise<Dataset>][] = [
    ["Parquet", "events.parquet", (content) => readParquet(content)],
    ["Parquet of many pages", "events_zstd_groups.parquet", (content) => readParquet(content)],
    ["Arrow file", "events.arrow", (content) => readArrow(content)],
    ["Arrow stream", "events_batches.arrows", (content) => readArrow(content)],
    ["NPZ", "events.npz", (content) => readNpz(content)],
    ["NPZ, deflated", "events_deflated.npz", (content) => readNpz(content)],
  ];

  it.each(formats)("of the format %s is refused wherever it is cut off", async (_, file, read) => {
    const whole = bytes(file);
    for (let length = 0; length < whole.length; length += 97) {
      const error = await refusal(read(whole.slice(0, length)));
      expect(error).toMatchObject({ name: "ColumnsError", code: "COLS-020" });
      expect(error.message).toMatch(/byte/);
    }
  });

  it.each(formats.slice(4))(
    "of the format %s is refused whatever byte of its numbers is wrong",
    async (_, file, read) => {
      const whole = bytes(file);
      const bodyEnd = whole.length - 1000; // the directory and its names come after the numbers
      for (let position = 130; position < bodyEnd; position += 41) {
        const wrong = whole.slice();
        wrong[position] = (wrong[position] as number) ^ 0x40;
        const result = await read(wrong).then(
          (data) => data,
          (error: ColumnsError) => error.code,
        );
        // A byte of padding in the header of a member is under no checksum and changes nothing.
        if (typeof result === "string") expect(["COLS-020", "COLS-021"]).toContain(result);
        else expect([...result.column("angle")]).toEqual([...(await read(whole)).column("angle")]);
      }
    },
  );

  it.each(formats)("that is not of the format %s at all is refused", async (_, __, read) => {
    for (const junk of [
      new Uint8Array(0),
      new Uint8Array(500),
      new TextEncoder().encode("not a table of numbers, ".repeat(20)),
    ]) {
      expect(await refusal(read(junk))).toMatchObject({ name: "ColumnsError", code: "COLS-020" });
    }
  });
});
