import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dataset } from "../index.ts";
import { binRows, uniformEdges } from "./bin.ts";

const lists = (rows: readonly Uint32Array[]): number[][] => rows.map((one) => [...one]);

describe("binning", () => {
  it("is half-open; the last upper edge belongs to no bin unless it is closed", () => {
    const values = [0, 0.5, 1, 1.5, 2, -0.1, Number.NaN, Number.POSITIVE_INFINITY];
    expect(lists(binRows(values, [0, 1, 2]))).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(lists(binRows(values, [0, 1, 2], { closed: "both" }))).toEqual([
      [0, 1],
      [2, 3, 4],
    ]);
  });

  it("agrees with the definition for all edges and values (seeded)", () => {
    const numbers = fc.array(fc.integer({ min: -20, max: 20 }), { maxLength: 30 });
    fc.assert(
      fc.property(
        numbers,
        fc.uniqueArray(fc.integer({ min: -20, max: 20 }), { minLength: 2, maxLength: 8 }),
        (values, found) => {
          const edges = found.sort((a, b) => a - b);
          const expected = edges
            .slice(1)
            .map((high, bin) =>
              values.flatMap((value, row) => (value >= (edges[bin] as number) && value < high ? [row] : [])),
            );
          expect(lists(binRows(values, edges))).toEqual(expected);
        },
      ),
      { seed: 1 },
    );
  });

  it("makes equal bins that end exactly at the limits", () => {
    expect([...uniformEdges(4, 1, 2)]).toEqual([1, 1.25, 1.5, 1.75, 2]);
    expect(uniformEdges(3, 0, 0.3)[3]).toBe(0.3);
    for (const [count, low, high] of [
      [0, 0, 1],
      [1.5, 0, 1],
      [2, 1, 1],
      [2, 0, Number.POSITIVE_INFINITY],
    ] as const) {
      expect(() => uniformEdges(count, low, high)).toThrow(expect.objectContaining({ code: "COLS-011" }));
    }
  });

  it("keeps empty bins, and the events of each with their columns", () => {
    const data = dataset({ mass: [1.1, 1.9, 1.2], weight: [1, 2, 3] });
    const bins = data.binBy("mass", [1, 1.5, 1.8, 2]);
    expect(bins.map(({ low, high, events }) => [low, high, events.sumOfWeights])).toEqual([
      [1, 1.5, 4],
      [1.5, 1.8, 0],
      [1.8, 2, 2],
    ]);
    expect(data.binBy([0, 0, 5], [0, 1]).map(({ events }) => [...events.column("mass")])).toEqual([[1.1, 1.9]]);
    expect(() => data.binBy([0], [0, 1])).toThrow(expect.objectContaining({ code: "COLS-010" }));
  });

  it.each([[[1]], [[]], [[0, 0]], [[1, 0]], [[0, Number.NaN]], [[Number.NEGATIVE_INFINITY, 0]]])(
    "refuses the edges %j",
    (edges) => {
      expect(() => binRows([], edges)).toThrow(expect.objectContaining({ code: "COLS-011" }));
    },
  );
});
