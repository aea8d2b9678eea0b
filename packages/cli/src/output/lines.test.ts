import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytes, bytesFrom } from "./bytes.ts";
import { describeMetric } from "./metrics.ts";
import { duration } from "./progress.ts";
import { table } from "./table.ts";

describe("table", () => {
  it("puts numbers to the right and words to the left", () => {
    expect(
      table(
        ["node", "gain"],
        [
          ["a", "1.5"],
          ["long name", "-12"],
        ],
      ),
    ).toEqual(["  node       gain", "  a           1.5", "  long name   -12"]);
  });

  it("gives the header alone when there are no rows", () => {
    expect(table(["a", "b"], [])).toEqual(["  a  b"]);
  });
});

describe("duration", () => {
  it("says times as people do", () => {
    expect([0.0004, 0.25, 12.34, 310, 12_345, 125_000, 3_780_000].map(duration)).toEqual([
      "0 µs",
      "250 µs",
      "12 ms",
      "0.31 s",
      "12.3 s",
      "2 min 5 s",
      "1 h 3 min",
    ]);
  });

  it("never says 60 s or 60 min", () => {
    fc.assert(
      // Around the borders of a minute, where rounding could.
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.double({ min: -100, max: 100, noNaN: true }),
        (minutes, offMs) => {
          const ms = minutes * 60_000 + offMs;
          expect(duration(ms)).not.toMatch(/\b60 (s|min)$/);
        },
      ),
      { seed: 7 },
    );
  });
});

describe("bytes", () => {
  it("are written in powers of 1000 and read in both", () => {
    expect([0, 999, 1000, 32_200, 2.5e9].map(bytes)).toEqual(["0 B", "999 B", "1 kB", "32.2 kB", "2.5 GB"]);
    expect(["500", "500MB", "2GiB", "1.5 kB", "x", "-1", ""].map(bytesFrom)).toEqual([
      500,
      5e8,
      2 ** 31,
      1500,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe("describeMetric", () => {
  it("has six digits and the unit, unless it has none", () => {
    expect(describeMetric({ unit: "dB", value: 27.43218765 })).toBe("27.4322 dB");
    expect(describeMetric({ unit: "1", value: 0.5 })).toBe("0.5");
    expect(describeMetric({ unit: "V", values: [1, 2] })).toBe("1, 2 V");
    expect(describeMetric({ unit: "V", values: [3, 1, 2, 5, 4] })).toBe("5 values from 1 to 5 V");
  });
});
