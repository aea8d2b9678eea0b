import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { latinHypercube } from "./latin-hypercube.ts";
import { MAX_SOBOL_DIMENSIONS, type SobolOptions, sobolSequence } from "./sobol.ts";
import { randomStream } from "./stream.ts";

const SCRAMBLINGS = ["none", "digital-shift", "owen"] as const;

function column(points: Float64Array, dimensions: number, dimension: number): number[] {
  return Array.from(
    { length: points.length / dimensions },
    (_, index) => points[index * dimensions + dimension] as number,
  );
}

function scrambled(
  count: number,
  dimensions: number,
  scrambling: SobolOptions["scrambling"] & string,
  key = "sobol",
): Float64Array {
  return sobolSequence(count, dimensions, randomStream(key), { scrambling });
}

describe("sobolSequence", () => {
  it("starts as the published sequence does", () => {
    // Joe and Kuo, the ten points of three dimensions that accompany their generator.
    expect(Array.from(sobolSequence(10, 3))).toEqual(
      [
        [0, 0, 0],
        [0.5, 0.5, 0.5],
        [0.75, 0.25, 0.25],
        [0.25, 0.75, 0.75],
        [0.375, 0.375, 0.625],
        [0.875, 0.875, 0.125],
        [0.625, 0.125, 0.875],
        [0.125, 0.625, 0.375],
        [0.1875, 0.3125, 0.9375],
        [0.6875, 0.8125, 0.4375],
      ].flat(),
    );
  });

  it.each(SCRAMBLINGS)("puts one point into each of 2^k intervals of every dimension (%s)", (scrambling) => {
    const points = scrambled(1024, MAX_SOBOL_DIMENSIONS, scrambling);
    for (let dimension = 0; dimension < MAX_SOBOL_DIMENSIONS; dimension++) {
      const cells = column(points, MAX_SOBOL_DIMENSIONS, dimension).map((x) => Math.floor(x * 1024));
      expect(new Set(cells).size, `dimension ${dimension}`).toBe(1024);
    }
  });

  it.each(SCRAMBLINGS)("is a (0, 8, 2)-net in its first two dimensions (%s)", (scrambling) => {
    const points = scrambled(256, 2, scrambling);
    for (let power = 0; power <= 8; power++) {
      const [columns, rows] = [2 ** power, 2 ** (8 - power)];
      const cells = column(points, 2, 0).map(
        (x, index) => `${Math.floor(x * columns)}/${Math.floor((points[2 * index + 1] as number) * rows)}`,
      );
      expect(new Set(cells).size, `${columns} by ${rows}`).toBe(256);
    }
  });

  it("continues at any first point", () => {
    const whole = sobolSequence(300, 5, randomStream("part"));
    fc.assert(
      fc.property(fc.nat(299), (first) => {
        expect(sobolSequence(300 - first, 5, randomStream("part"), { first })).toEqual(whole.slice(5 * first));
      }),
      { seed: 1, numRuns: 40 },
    );
  });

  it("reaches the last of its 2^32 points", () => {
    const last = sobolSequence(1, 1, undefined, { first: 2 ** 32 - 1 });
    // The Gray code of 2^32 - 1 is its highest bit alone, which is the lowest digit of the coordinate.
    expect(Array.from(last)).toEqual([2 ** -32]);
    expect(sobolSequence(2, 1, undefined, { first: 2 ** 31 })[1]).toBe(0.5 + 2 ** -31 + 2 ** -32);
  });

  it("is scrambled differently by key and dimension, and never reaches 0 or 1", () => {
    const [a, b] = [scrambled(512, 3, "owen", "a"), scrambled(512, 3, "owen", "b")];
    expect(a).not.toEqual(b);
    expect(column(a, 3, 0)).not.toEqual(column(a, 3, 1));
    expect(a.every((x) => x > 0 && x < 1)).toBe(true);
  });

  it.each(["digital-shift", "owen"] as const)("has coordinates of mean 1/2 over keys (%s)", (scrambling) => {
    let sum = 0;
    for (let key = 0; key < 2000; key++) sum += scrambled(1, 1, scrambling, `key-${key}`)[0] as number;
    // 2000 uniform draws: five standard errors of 1 / sqrt(12 * 2000).
    expect(Math.abs(sum / 2000 - 0.5)).toBeLessThan(5 / Math.sqrt(24_000));
  });

  it("integrates a smooth product in five dimensions a hundred times better than independent draws", () => {
    const product = (points: Float64Array): number => {
      let sum = 0;
      for (let index = 0; index < points.length; index += 5) {
        let term = 1;
        for (let dimension = 0; dimension < 5; dimension++)
          term *= 1 + 0.5 * ((points[index + dimension] as number) - 0.5);
        sum += term;
      }
      return sum / (points.length / 5);
    };
    // The exact integral is 1; the variance of a term is (1 + 1/48)^5 - 1 = 0.109, so 4096 draws err by 5.2e-3.
    const standardError = Math.sqrt(((1 + 1 / 48) ** 5 - 1) / 4096);
    expect(Math.abs(product(scrambled(4096, 5, "owen")) - 1)).toBeLessThan(standardError / 100);
  });

  it.each([
    [1, MAX_SOBOL_DIMENSIONS + 1, 0],
    [1, 0, 0],
    [-1, 1, 0],
    [1.5, 1, 0],
    [2, 1, 2 ** 32 - 1],
  ])("refuses %d points in %d dimensions from %d", (count, dimensions, first) => {
    expect(() => sobolSequence(count, dimensions, undefined, { first })).toThrow(
      expect.objectContaining({ code: "NUMR-021" }),
    );
  });

  it("refuses scrambling without a stream", () => {
    expect(() => sobolSequence(1, 1, undefined, { scrambling: "owen" })).toThrow(
      "Scrambling owen needs a random stream",
    );
  });
});

describe("latinHypercube", () => {
  it("puts one point into every interval of every dimension", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 6 }), (count, dimensions) => {
        const points = latinHypercube(randomStream("latin"), count, dimensions);
        for (let dimension = 0; dimension < dimensions; dimension++) {
          const sorted = column(points, dimensions, dimension).sort((a, b) => a - b);
          expect(sorted.every((x, index) => x >= index / count && x < (index + 1) / count)).toBe(true);
        }
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it("has uncorrelated dimensions", () => {
    const count = 4096;
    const points = latinHypercube(randomStream("latin/correlation"), count, 2);
    let sum = 0;
    for (let index = 0; index < count; index++)
      sum += ((points[2 * index] as number) - 0.5) * ((points[2 * index + 1] as number) - 0.5);
    // Independent permutations: five standard errors of the mean of a product of variance 1/144.
    expect(Math.abs(sum / count)).toBeLessThan(5 / 12 / Math.sqrt(count));
  });

  it("gives no points for none and refuses no dimension", () => {
    expect(latinHypercube(randomStream("latin"), 0, 2)).toHaveLength(0);
    expect(() => latinHypercube(randomStream("latin"), 1, 0)).toThrow(expect.objectContaining({ code: "NUMR-021" }));
  });
});
