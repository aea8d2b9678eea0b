import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sum } from "@simloom/numerics";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ColumnsError, type Dataset, readParquet } from "../index.ts";
import { connect } from "./duckdb.ts";
import { THIRD_PARTY_SUMS } from "./fixtures/third-party-sums.ts";
import { readArrowFiles, readCsvFiles, readFiles, readNpyFiles, readParquetFiles } from "./index.ts";

const fixture = (file: string): string => fileURLToPath(new URL(`../read/fixtures/${file}`, import.meta.url));
let folder = "";
const at = (name: string): string => join(folder, name);

/** Writes a Parquet file of what a query gives. */
async function writeParquet(name: string, query: string, options = ""): Promise<string> {
  const connection = await connect(1);
  await connection.run(`COPY (${query}) TO '${at(name)}' (FORMAT parquet${options})`);
  connection.closeSync();
  return at(name);
}
const refusal = async (reading: Promise<Dataset>): Promise<ColumnsError> =>
  reading.then(
    () => {
      throw new Error("nothing was refused");
    },
    (error: ColumnsError) => error,
  );

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "simloom-columns-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("many files", () => {
  it("are read in the order of their sorted paths, each once, as if put end to end", async () => {
    await writeParquet("part-10.parquet", "SELECT 3.0::DOUBLE AS x");
    await writeParquet("part-2.parquet", "SELECT unnest([4.0, 5.0])::DOUBLE AS x");
    await writeParquet("Part-1.parquet", "SELECT 1.0::DOUBLE AS x");
    for (const paths of [[at("part-2.parquet"), at("Part-1.parquet"), at("part-10.parquet")], at("*art-*.parquet")]) {
      expect([...(await readParquetFiles(paths)).column("x")]).toEqual([1, 3, 4, 5]);
    }
    expect((await readParquetFiles([at("part-2.parquet"), at("part-*.parquet")])).length).toBe(3);
  });

  it("of any format are put end to end", async () => {
    writeFileSync(at("b.csv"), "x\n2\n");
    writeFileSync(at("a.csv"), "x\n1\n");
    expect([...(await readCsvFiles([at("b.csv"), at("a.csv")])).column("x")]).toEqual([1, 2]);
    const twice = await readFiles([fixture("events.arrow"), fixture("events.arrow")], { columns: ["run"] });
    expect(twice.length).toBe(7);
    copyFileSync(fixture("events.arrow"), at("again.arrow"));
    expect((await readArrowFiles([fixture("events.arrow"), at("again.arrow")])).length).toBe(14);
  });

  it("may be float32 and float64, or have their columns in another order", async () => {
    await writeParquet("mix-1.parquet", "SELECT 0.1::FLOAT AS x, 1.0::DOUBLE AS y");
    await writeParquet("mix-2.parquet", "SELECT 2.0::DOUBLE AS y, 0.1::DOUBLE AS x");
    const data = await readParquetFiles([at("mix-1.parquet"), at("mix-2.parquet")], { precision: "source" });
    expect([...data.column("x")]).toEqual([Math.fround(0.1), 0.1]);
    expect([...data.column("y")]).toEqual([1, 2]);
  });

  it("must have the same columns, unless those are named that all have", async () => {
    await writeParquet("other-1.parquet", "SELECT 1.0::DOUBLE AS x, 1.0::DOUBLE AS y");
    await writeParquet("other-2.parquet", "SELECT 2.0::DOUBLE AS x, 2.0::DOUBLE AS z");
    const error = await refusal(readParquetFiles(at("other-*.parquet")));
    expect(error).toMatchObject({ code: "COLS-012" });
    expect(error.message).toContain("other-2.parquet lacks y and also has z");
    expect([...(await readParquetFiles(at("other-*.parquet"), { columns: ["x"] })).column("x")]).toEqual([1, 2]);
  });
});

describe("Parquet files", () => {
  it("keep the order of their rows with many row groups and threads", async () => {
    const path = await writeParquet(
      "long.parquet",
      "SELECT range::DOUBLE AS x, 7::BIGINT AS same FROM range(50000)",
      ", ROW_GROUP_SIZE 3000",
    );
    for (const threads of [1, 4]) {
      const data = await readParquetFiles(path, { threads });
      expect(data.column("x").every((value, row) => value === row)).toBe(true);
      expect(data.column("same").every((value) => value === 7)).toBe(true);
    }
  });

  it("tell missing values by row, anywhere in the file", async () => {
    const path = await writeParquet(
      "gap.parquet",
      "SELECT CASE WHEN range = 4000 THEN NULL ELSE range::DOUBLE END AS x FROM range(5000)",
    );
    expect((await refusal(readParquetFiles(path))).message).toBe("x has no value in row 4000");
    expect((await readParquetFiles(path, { nulls: "nan" })).column("x").findIndex(Number.isNaN)).toBe(4000);
  });

  it("may have columns that differ in case only, quotes and spaces in names, and patterns in their own name", async () => {
    await writeParquet("x.parquet", `SELECT 1.0::DOUBLE AS "a ""b; --", 2.0::DOUBLE AS c`);
    copyFileSync(at("x.parquet"), at("x[1]*.parquet"));
    expect([...(await readParquetFiles(at("x[1]*.parquet"))).column('a "b; --')]).toEqual([1]);
    const both = await readParquetFiles(fixture("cases.parquet"));
    expect([[...both.column("a_e")], [...both.column("a_E")]]).toEqual([[1], [2]]);
  });

  it("may have no rows", async () => {
    const path = await writeParquet("none.parquet", "SELECT 1.0::DOUBLE AS x WHERE false");
    for (const data of [await readParquetFiles(path), await readParquet(new Uint8Array(readFileSync(path)))]) {
      expect([data.length, data.names]).toEqual([0, ["x"]]);
    }
    rmSync(path);
  });

  it("leave out lists and groups, text, dates and truth values", async () => {
    const query =
      "SELECT 1.0::DOUBLE AS x, [1.0] AS l, {'u': 1.0, 'v': {'w': 2.0}} AS g, 'a' AS t, DATE '2020-01-01' AS d, true AS b, 5::UTINYINT AS n, 1.5::DECIMAL(4, 1) AS m";
    const path = await writeParquet("kinds.parquet", query);
    expect((await readParquetFiles(path)).names).toEqual(["n", "x"]);
    for (const name of ["l", "g", "t", "d", "b", "m"]) {
      expect(await refusal(readParquetFiles(path, { columns: [name] }))).toMatchObject({ code: "COLS-005" });
    }
  });

  it("are refused as a whole when they are cut off or overwritten, by name", async () => {
    const whole = readFileSync(fixture("events_zstd_groups.parquet"));
    for (const length of [0, 3, 100, whole.length >> 1, whole.length - 1]) {
      writeFileSync(at("cut.parquet"), whole.subarray(0, length));
      const error = await refusal(readParquetFiles(at("cut.parquet")));
      expect(error).toMatchObject({ name: "ColumnsError", code: "COLS-020" });
      expect(error.message).toContain("cut.parquet");
    }
    const wrong = Buffer.from(whole);
    wrong.fill(0xff, 4, 1000);
    writeFileSync(at("wrong.parquet"), wrong);
    expect(await refusal(readParquetFiles(at("wrong.parquet")))).toMatchObject({ code: "COLS-020" });
  });
});

describe("paths", () => {
  it("that name no file are refused", async () => {
    mkdirSync(at("empty"));
    for (const paths of [at("none.parquet"), at("none-*.parquet"), at("empty"), []]) {
      expect(await refusal(readParquetFiles(paths))).toMatchObject({ code: "COLS-026" });
      expect(await refusal(readCsvFiles(paths))).toMatchObject({ code: "COLS-026" });
    }
  });

  it("tell the format by their end, and no other way", async () => {
    expect((await readFiles(fixture("events.parquet"))).length).toBe(7);
    expect(await refusal(readFiles(fixture("make.py")))).toMatchObject({ code: "COLS-021" });
    expect(await refusal(readFiles([fixture("events.csv"), fixture("events.npz")]))).toMatchObject({
      code: "COLS-021",
    });
  });

  it("stand in the errors of the readers", async () => {
    writeFileSync(at("bad.csv"), "a\n1\nx\n");
    expect(await refusal(readCsvFiles(at("bad.csv")))).toMatchObject({
      code: "COLS-025",
      context: { file: at("bad.csv"), line: 3 },
    });
    expect((await readNpyFiles(fixture("beam.npy"), { name: "beam" })).fourVector("beam").e.length).toBe(7);
  });
});

// Files that the repository does not hold; where they are, they are read as well.
for (const [file, { events, sums }] of Object.entries(THIRD_PARTY_SUMS)) {
  const path = join(process.env.SIMLOOM_SHARED_DATA ?? "", "amplitude", file);
  if (process.env.SIMLOOM_SHARED_DATA === undefined || !existsSync(path)) continue;
  describe(file, () => {
    it.each([
      ["DuckDB", () => readParquetFiles(path)],
      ["hyparquet", () => readParquet(new Uint8Array(readFileSync(path)))],
    ] as const)("reads by %s as pyarrow reads it", async (_, read) => {
      const data = await read();
      expect(data.length).toBe(events);
      expect([...data.schema.fourVectors.keys()]).toEqual(["beam", "kshort1", "kshort2", "proton"]);
      expect(
        Object.fromEntries(data.names.map((name) => [name, sum(data.columns([name])[name] as Float64Array)])),
      ).toEqual(sums);
    });
  });
}
