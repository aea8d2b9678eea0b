import { describe, expect, it } from "vitest";
import { randomStream } from "./stream.ts";

const COUNT = 2 ** 18;
const uniform = randomStream("statistics/uniform").fillUniform(new Float64Array(COUNT));
const normal = randomStream("statistics/normal").fillNormal(new Float64Array(COUNT));

function meanOf(values: Float64Array, of: (value: number) => number): number {
  return values.reduce((sum, value) => sum + of(value), 0) / values.length;
}

function count(counts: Uint32Array | Float64Array, bin: number): void {
  counts[bin] = (counts[bin] as number) + 1;
}

/** Pearson's statistic as a number of standard deviations: (chi^2 - degrees) / sqrt(2 degrees). */
function chiSquareDeviation(counts: Iterable<number>, expected: number): number {
  let chiSquare = 0;
  let degrees = -1;
  for (const count of counts) {
    chiSquare += (count - expected) ** 2 / expected;
    degrees++;
  }
  return (chiSquare - degrees) / Math.sqrt(2 * degrees);
}

// All bounds are five standard errors of the estimate for independent draws; keys are fixed, so the outcome is too.
describe("uniform numbers", () => {
  it.each([1, 2, 3, 4])("have the moment of order %i of the unit interval", (order) => {
    const variance = 1 / (2 * order + 1) - 1 / (order + 1) ** 2;
    expect(Math.abs(meanOf(uniform, (x) => x ** order) - 1 / (order + 1))).toBeLessThan(
      5 * Math.sqrt(variance / COUNT),
    );
  });

  it("fill 1024 bins evenly", () => {
    const counts = new Uint32Array(1024);
    for (const value of uniform) count(counts, Math.floor(value * 1024));
    expect(Math.abs(chiSquareDeviation(counts, COUNT / 1024))).toBeLessThan(5);
  });

  it("fill a square of 64 by 64 cells evenly in successive pairs", () => {
    const counts = new Uint32Array(4096);
    for (let index = 0; index < COUNT; index += 2) {
      count(counts, Math.floor((uniform[index] as number) * 64) * 64 + Math.floor((uniform[index + 1] as number) * 64));
    }
    expect(Math.abs(chiSquareDeviation(counts, COUNT / 2 / 4096))).toBeLessThan(5);
  });

  it.each([1, 2, 3, 64])("are uncorrelated at lag %i", (lag) => {
    let sum = 0;
    for (let index = lag; index < COUNT; index++)
      sum += ((uniform[index] as number) - 0.5) * ((uniform[index - lag] as number) - 0.5);
    expect(Math.abs(sum / (COUNT - lag))).toBeLessThan(5 / 12 / Math.sqrt(COUNT - lag));
  });
});

describe("normal numbers", () => {
  // Moments of the standard normal distribution, and the variance of x^k: E x^2k - (E x^k)^2.
  it.each([
    [1, 0, 1],
    [2, 1, 2],
    [3, 0, 15],
    [4, 3, 96],
    [6, 15, 10170],
  ])("have the moment of order %i", (order, moment, variance) => {
    expect(Math.abs(meanOf(normal, (x) => x ** order) - moment)).toBeLessThan(5 * Math.sqrt(variance / COUNT));
  });

  it.each([
    [1, 0.31731050786291415],
    [2, 0.04550026389635842],
    [3, 0.0026997960632601866],
    [4, 6.334248366623996e-5],
  ])("lie beyond %i standard deviations as often as they should", (bound, probability) => {
    const beyond = normal.reduce((count, x) => count + (Math.abs(x) > bound ? 1 : 0), 0);
    expect(Math.abs(beyond - COUNT * probability)).toBeLessThan(5 * Math.sqrt(COUNT * probability * (1 - probability)));
  });
});

describe("bits", () => {
  it("are ones and zeros evenly at each of the 32 places", () => {
    const stream = randomStream("statistics/bits");
    const ones = new Uint32Array(32);
    const count = 2 ** 16;
    for (let draw = 0; draw < count; draw++) {
      const word = stream.uint32();
      for (let bit = 0; bit < 32; bit++) ones[bit] = (ones[bit] as number) + ((word >>> bit) & 1);
    }
    for (const sum of ones) expect(Math.abs(sum - count / 2)).toBeLessThan(5 * Math.sqrt(count / 4));
  });
});

describe("streams whose names differ by one letter or number", () => {
  it("are independent at every pair of positions that are equal", () => {
    const count = 2 ** 12;
    const streams = Array.from({ length: 40 }, (_, index) =>
      randomStream(`span-${index}`).fillNormal(new Float64Array(count)),
    );
    const correlations = streams.flatMap((a, index) =>
      streams.slice(index + 1).map((b) => a.reduce((sum, x, at) => sum + x * (b[at] as number), 0) / Math.sqrt(count)),
    );
    // 780 standard normal correlations: none beyond five deviations, and their mean square is 1 +- 5 sqrt(2 / 780).
    expect(Math.max(...correlations.map(Math.abs))).toBeLessThan(5);
    const meanSquare = correlations.reduce((sum, value) => sum + value * value, 0) / correlations.length;
    expect(Math.abs(meanSquare - 1)).toBeLessThan(5 * Math.sqrt(2 / 780));
  });

  it("have first draws that are uniform over the names", () => {
    const counts = new Uint32Array(64);
    for (let index = 0; index < 2 ** 13; index++)
      count(counts, randomStream({ seed: 1, name: `node-${index}` }).integer(64));
    expect(Math.abs(chiSquareDeviation(counts, 2 ** 13 / 64))).toBeLessThan(5);
  });
});

describe("integers and permutations", () => {
  it.each([1, 2, 7, 1000, 3 * 2 ** 30, 2 ** 32, 2 ** 40 + 1])("below %d are uniform", (bound) => {
    const stream = randomStream(`statistics/integer/${bound}`);
    const bins = Math.min(bound, 7);
    const counts = new Float64Array(bins);
    const expected = new Float64Array(bins);
    const draws = 20_000;
    for (let bin = 0; bin < bins; bin++) {
      expected[bin] = (draws * (Math.ceil(((bin + 1) * bound) / bins) - Math.ceil((bin * bound) / bins))) / bound;
    }
    for (let draw = 0; draw < draws; draw++) {
      const value = stream.integer(bound);
      expect(Number.isInteger(value) && value >= 0 && value < bound).toBe(true);
      count(counts, Math.floor((value * bins) / bound));
    }
    for (let bin = 0; bin < bins; bin++) {
      // Binomial; half a count for the rounding of bin edges at large bounds.
      const mean = expected[bin] as number;
      expect(Math.abs((counts[bin] as number) - mean)).toBeLessThanOrEqual(
        5 * Math.sqrt(mean * (1 - mean / draws)) + 0.5,
      );
    }
  });

  it("are free of the bias that a remainder would have at 3/4 of the range", () => {
    // word % (3 * 2^30) would give the first third twice as often as the others.
    const stream = randomStream("statistics/bias");
    let low = 0;
    for (let draw = 0; draw < 10_000; draw++) low += stream.integer(3 * 2 ** 30) < 2 ** 30 ? 1 : 0;
    expect(Math.abs(low - 10_000 / 3)).toBeLessThan(5 * Math.sqrt((10_000 * 2) / 9));
  });

  it("come in every order equally often", () => {
    const stream = randomStream("statistics/permutation");
    const counts = new Map<string, number>();
    for (let draw = 0; draw < 24_000; draw++) {
      const order = stream.permutation(4).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    expect(Math.abs(chiSquareDeviation(counts.values(), 1000))).toBeLessThan(5);
  });
});
