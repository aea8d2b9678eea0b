import { sum, variance } from "@simloom/numerics";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dataset } from "../index.ts";
import { bootstrapCounts, subsampleRows } from "./resample.ts";

const EVENTS = 1024; // a power of two: where mixing seed and event number by XOR fails most
const REPLICAS = 1000;
const replicas = (scheme: "poisson" | "multinomial"): Float64Array[] =>
  Array.from({ length: REPLICAS }, (_, seed) => bootstrapCounts(EVENTS, seed, { scheme }));
const correlation = (a: Float64Array, b: Float64Array): number => {
  const meanA = sum(a) / a.length;
  const meanB = sum(b) / b.length;
  const products = a.map((value, index) => (value - meanA) * ((b[index] as number) - meanB));
  return sum(products) / a.length / Math.sqrt(variance(a) * variance(b));
};

describe("a Poisson bootstrap", () => {
  const counts = replicas("poisson");
  const totals = Float64Array.from(counts, (one) => sum(one));

  it("has totals of variance n and mean n over replicas of consecutive seeds", () => {
    // The relative standard error of a variance from R replicas is sqrt(2 / R) = 4.5 %; five of them.
    expect(Math.abs(variance(totals) / EVENTS - 1)).toBeLessThan(0.23);
    // The standard error of the mean is sqrt(n / R) = 1.01; five of them.
    expect(Math.abs(sum(totals) / REPLICAS - EVENTS)).toBeLessThan(5.1);
  });

  it("draws numbers of mean 1 and variance 1 with the frequencies of Poisson(1)", () => {
    const all = Float64Array.from(counts.flatMap((one) => [...one]));
    // 1.02 million draws: the standard error of the mean is 0.00099, of the variance sqrt(3) times that; five of them.
    expect(Math.abs(sum(all) / all.length - 1)).toBeLessThan(0.005);
    expect(Math.abs(variance(all) - 1)).toBeLessThan(0.0087);
    let probability = Math.exp(-1);
    for (let k = 0; k < 5; k++) {
      const share = all.filter((value) => value === k).length / all.length;
      // Standard error at most sqrt(p / N); five of them.
      expect(Math.abs(share - probability)).toBeLessThan(5 * Math.sqrt(probability / all.length));
      probability /= k + 1;
    }
  });

  it("does not correlate replicas of consecutive seeds, event by event", () => {
    const correlations = Float64Array.from(counts.slice(1), (one, index) =>
      correlation(one, counts[index] as Float64Array),
    );
    // Each has the standard error 1/sqrt(n); the mean of R - 1 of them 1/sqrt(n R) = 0.00099; five of them.
    expect(Math.abs(sum(correlations) / correlations.length)).toBeLessThan(0.005);
    // Their spread is that of independent draws: variance 1/n within five times 4.5 %.
    expect(Math.abs(variance(correlations) * EVENTS - 1)).toBeLessThan(0.23);
  });

  it("gives a weighted yield the variance that it has, the sum of the squared weights", () => {
    const weights = Float64Array.from({ length: EVENTS }, (_, row) => 0.5 + (row % 7) / 4);
    const data = dataset({ weight: weights });
    const yields = Float64Array.from({ length: 400 }, (_, seed) => data.bootstrap(seed).sumOfWeights);
    // 400 replicas: the relative standard error of the variance is 7.1 %; five of them.
    expect(Math.abs(variance(yields) / sum(weights.map((weight) => weight * weight)) - 1)).toBeLessThan(0.36);
  });

  it("draws the same for an event in a piece as in the whole", () => {
    const whole = bootstrapCounts(100, "seed");
    expect([...bootstrapCounts(33, "seed", { firstRow: 67 })]).toEqual([...whole.slice(67)]);
  });

  it("draws what it drew before", () => {
    expect([...bootstrapCounts(16, 1)]).toEqual(FROZEN_POISSON);
    expect([...bootstrapCounts(16, 1, { scheme: "multinomial" })]).toEqual(FROZEN_MULTINOMIAL);
  });
});

/** From the first run here; the streams that they come from are held to published vectors in numerics. */
const FROZEN_POISSON = [1, 0, 0, 2, 0, 2, 1, 1, 0, 1, 0, 4, 0, 1, 1, 0];
const FROZEN_MULTINOMIAL = [5, 0, 0, 0, 2, 3, 0, 1, 0, 2, 0, 0, 0, 1, 2, 0];

describe("a multinomial bootstrap", () => {
  const counts = replicas("multinomial");

  it("keeps the total, and gives each event the variance 1 - 1/n", () => {
    for (const one of counts) expect(sum(one)).toBe(EVENTS);
    const all = Float64Array.from(counts.flatMap((one) => [...one]));
    // As above: five standard errors of the variance, sqrt(3 / 1.02e6).
    expect(Math.abs(variance(all) - (1 - 1 / EVENTS))).toBeLessThan(0.0087);
  });

  it("gives a mean the variance s²/n", () => {
    const values = Float64Array.from({ length: EVENTS }, (_, row) => (row * row) % 101);
    const means = Float64Array.from(
      counts,
      (one) => sum(one.map((count, row) => count * (values[row] as number))) / EVENTS,
    );
    // Five standard errors of a variance from 1000 replicas.
    expect(Math.abs((variance(means) * EVENTS) / variance(values) - 1)).toBeLessThan(0.23);
  });

  it("cannot be drawn in pieces", () => {
    expect(() => bootstrapCounts(5, 1, { scheme: "multinomial", firstRow: 1 })).toThrow(
      expect.objectContaining({ code: "COLS-010" }),
    );
  });
});

describe("a subsample", () => {
  it("keeps the fraction", () => {
    // Binomial: the standard deviation is sqrt(n f (1 - f)) = 45.8; five of them.
    expect(Math.abs(subsampleRows(10_000, 0.3, 7).length - 3000)).toBeLessThan(229);
    expect(subsampleRows(10, 0, 1).length).toBe(0);
    expect(subsampleRows(10, 1, 1).length).toBe(10);
  });

  it("holds that of a smaller fraction, and does not depend on how the events are cut (seeded)", () => {
    const fraction = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fraction, fraction, fc.integer(), fc.nat(200), (a, b, seed, cut) => {
        const larger = new Set(subsampleRows(200, Math.max(a, b), seed));
        const smaller = [...subsampleRows(200, Math.min(a, b), seed)];
        expect(smaller.every((row) => larger.has(row))).toBe(true);
        const pieces = [
          ...subsampleRows(cut, Math.min(a, b), seed),
          ...[...subsampleRows(200 - cut, Math.min(a, b), seed, { firstRow: cut })].map((row) => row + cut),
        ];
        expect(pieces).toEqual(smaller);
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  it.each([-0.1, 1.1, Number.NaN])("refuses the fraction %d", (fraction) => {
    expect(() => subsampleRows(1, fraction, 1)).toThrow(expect.objectContaining({ code: "COLS-010" }));
  });
});
