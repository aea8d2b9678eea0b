import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countedRate } from "./interval.ts";

describe("countedRate", () => {
  /** Bounds from binomial sums with 60 digits and bisection. */
  it.each([
    [5, 100, 0.95, 0.0164318791820522, 0.112834911105463],
    [10, 100, 0.95, 0.049004689221486, 0.176222597740023],
    [1, 29744, 0.95, 8.51190062169011e-7, 0.000187305514721891],
    [120, 32768, 0.95, 0.00303715744304258, 0.00437741453189995],
    [99, 100, 0.95, 0.945540614607919, 0.999746853967023],
    [7, 1000000000, 0.95, 2.81436305600264e-9, 1.4422675308175e-8],
    [50, 100, 0.9, 0.413621714630912, 0.586378285369088],
    [3, 10, 0.99, 0.0370072210962321, 0.735113985287131],
    [900, 100000000, 0.95, 8.42154127859967e-6, 9.60772634310184e-6],
  ])("%i of %i at %f", (errors, trials, confidence, lower, upper) => {
    const rate = countedRate(errors, trials, confidence);
    expect(rate.estimate).toBe(errors / trials);
    // 1e-11: a hundred units in the last place of the tail, magnified by at most the inverse of its slope.
    expect(Math.abs(rate.lower / lower - 1)).toBeLessThan(1e-11);
    expect(Math.abs(rate.upper / upper - 1)).toBeLessThan(1e-11);
  });

  it("gives no errors a one-sided upper bound, 3/N at 95 %", () => {
    const { estimate, lower, upper } = countedRate(0, 29_744);
    expect([estimate, lower]).toEqual([0, 0]);
    // 1 − 0.05^(1/N) in closed form, which loses four digits to the 1.
    expect(Math.abs(upper / (1 - 0.05 ** (1 / 29_744)) - 1)).toBeLessThan(1e-11);
    expect(upper * 29_744).toBeCloseTo(3, 1);
    expect(countedRate(0, 1_000_000_000).upper).toBeCloseTo(2.995732e-9, 14);
  });

  it("gives nothing but errors a one-sided lower bound", () => {
    const { lower, upper } = countedRate(10, 10);
    // 0.05^(1/10); one unit in the last place is 1e-16, and bisection is exact to a few.
    expect(Math.abs(lower - 0.05 ** 0.1)).toBeLessThan(1e-14);
    expect(upper).toBe(1);
  });

  it("leaves half the rest in each tail of the binomial distribution", () => {
    const counts = fc
      .integer({ min: 2, max: 60 })
      .chain((trials) => fc.tuple(fc.integer({ min: 1, max: trials - 1 }), fc.constant(trials)));
    fc.assert(
      fc.property(counts, fc.constantFrom(0.5, 0.9, 0.95, 0.999), ([errors, trials], confidence) => {
        const { lower, upper } = countedRate(errors, trials, confidence);
        const tail = (1 - confidence) / 2;
        // 1e-11 relative: the sum of up to 60 binomial terms by plain products.
        expect(Math.abs(probability(errors, trials, trials, lower) / tail - 1)).toBeLessThan(1e-10);
        expect(Math.abs(probability(0, errors, trials, upper) / tail - 1)).toBeLessThan(1e-10);
      }),
      { seed: 34, numRuns: 200 },
    );
  });

  it("narrows with more trials and widens with more confidence", () => {
    const width = (errors: number, trials: number, confidence?: number) => {
      const { lower, upper } = countedRate(errors, trials, confidence);
      return upper - lower;
    };
    expect(width(10, 1000)).toBeLessThan(width(1, 100));
    expect(width(10, 1000, 0.99)).toBeGreaterThan(width(10, 1000, 0.95));
  });

  it.each([
    [1, 0],
    [3, 2],
    [-1, 5],
    [0.5, 5],
    [Number.NaN, 5],
  ])("refuses %d of %d", (errors, trials) => {
    expect(() => countedRate(errors, trials)).toThrow(expect.objectContaining({ code: "FIBR-051" }));
  });

  it("refuses certainty", () => {
    expect(() => countedRate(1, 5, 1)).toThrow(expect.objectContaining({ code: "FIBR-051" }));
  });
});

/** Probability of `from` to `to` errors among the trials, by plain products. */
function probability(from: number, to: number, trials: number, rate: number): number {
  let sum = 0;
  for (let errors = from; errors <= to; errors++) {
    let term = 1;
    for (let k = 1; k <= errors; k++) term *= (rate * (trials - errors + k)) / k;
    sum += term * (1 - rate) ** (trials - errors);
  }
  return sum;
}
