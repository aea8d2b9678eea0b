/** Files of another project, read where SIMLOOM_SHARED_DATA names a folder that has them. Sums by pyarrow and `math.fsum`. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sum } from "@simloom/numerics";
import { describe, expect, it } from "vitest";
import { readParquet } from "../index.ts";
import { readParquetFiles } from "./index.ts";

const folder = process.env.SIMLOOM_SHARED_DATA ?? "";
const files = {
  "bench.parquet": {
    events: 10000,
    sums: {
      beam_e: 83112.61667633057,
      beam_px: 0.0,
      beam_py: 0.0,
      beam_pz: 83112.61667633057,
      kshort1_e: 40281.86637210846,
      kshort1_px: -77.23838192967378,
      kshort1_py: 81.29954670082589,
      kshort1_pz: 39469.88144984841,
      kshort2_e: 40582.6721252203,
      kshort2_px: 38.74926721648808,
      kshort2_py: 125.47864302220842,
      kshort2_pz: 39762.205322265625,
      pol_angle: 14977.543170511723,
      pol_magnitude: 3583.3157231509686,
      proton_e: 11630.798824965954,
      proton_px: 38.489149464148795,
      proton_py: -206.7781497741089,
      proton_pz: 3880.530080035329,
      weight: 4605.049910414848,
    },
  },
  "data_f64.parquet": {
    events: 10,
    sums: {
      beam_e: 83.42655944824219,
      beam_px: 0.0,
      beam_py: 0.0,
      beam_pz: 83.42655944824219,
      kshort1_e: 36.9874792098999,
      kshort1_px: -0.7907538339495659,
      kshort1_py: 0.47084719594568014,
      kshort1_pz: 36.19097352027893,
      kshort2_e: 44.63670587539673,
      kshort2_px: 1.7945640683174133,
      kshort2_py: -1.402294933795929,
      kshort2_pz: 43.81576657295227,
      pol_angle: 23.56194496154785,
      pol_magnitude: 3.7185733914375305,
      proton_e: 11.185095071792603,
      proton_px: -1.003810239955783,
      proton_py: 0.9314476996660233,
      proton_pz: 3.41981939971447,
      weight: 9.935875415802002,
    },
  },
};

for (const [file, { events, sums }] of Object.entries(files)) {
  const path = join(folder, file);
  if (folder === "" || !existsSync(path)) continue;
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

describe("the figures of third-party files", () => {
  it("cover every column", () => {
    for (const { sums } of Object.values(files)) expect(Object.keys(sums).length).toBe(19);
  });
});
