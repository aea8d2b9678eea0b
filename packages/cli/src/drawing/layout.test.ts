import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { layoutOf } from "./layout.ts";

const graphs = fc
  .array(fc.tuple(fc.integer({ min: 40, max: 200 }), fc.array(fc.nat(), { maxLength: 3 })), {
    minLength: 1,
    maxLength: 18,
  })
  .map((boxes) => ({
    widths: boxes.map(([width]) => width),
    lines: boxes.flatMap(([, sources], to) => (to === 0 ? [] : sources.map((source) => ({ from: source % to, to })))),
  }));

describe("layoutOf", () => {
  it("puts every box below all that lead to it", () => {
    fc.assert(
      fc.property(graphs, (layered) => {
        const { layerOf } = layoutOf(layered);
        for (const { from, to } of layered.lines) expect(layerOf[to]).toBeGreaterThan(layerOf[from] as number);
      }),
      { seed: 11 },
    );
  });

  it("never lets boxes of a layer overlap, and stays within its width", () => {
    fc.assert(
      fc.property(graphs, (layered) => {
        const { x, layerOf, width } = layoutOf(layered);
        for (const [a, widthA] of layered.widths.entries()) {
          // 1e-6: positions are sums of some hundred numbers below 10⁴.
          expect((x[a] as number) - widthA / 2).toBeGreaterThanOrEqual(-1e-6);
          expect((x[a] as number) + widthA / 2).toBeLessThanOrEqual(width + 1e-6);
          for (let b = 0; b < a; b++) {
            if (layerOf[a] !== layerOf[b]) continue;
            expect(Math.abs((x[a] as number) - (x[b] as number))).toBeGreaterThanOrEqual(
              (widthA + (layered.widths[b] as number)) / 2 - 1e-6,
            );
          }
        }
      }),
      { seed: 12 },
    );
  });

  it("draws a chain as one straight line", () => {
    const { x, layerOf } = layoutOf({
      widths: [80, 120, 60],
      lines: [
        { from: 0, to: 1 },
        { from: 1, to: 2 },
      ],
    });
    expect(layerOf).toEqual([0, 1, 2]);
    expect(new Set(x).size).toBe(1);
  });

  it("removes the crossing of two parallel lines", () => {
    const { x } = layoutOf({
      widths: [50, 50, 50, 50],
      lines: [
        { from: 0, to: 3 },
        { from: 1, to: 2 },
      ],
    });
    expect(Math.sign((x[0] as number) - (x[1] as number))).toBe(Math.sign((x[3] as number) - (x[2] as number)));
  });
});
