import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NumericsError } from "../errors.ts";
import { BLOCK_LENGTH } from "./accumulate.ts";
import { blockCount, dotBlocks, joinBlocks, sumBlocks } from "./blocks.ts";
import { dot, mean, sum, variance } from "./sum.ts";

const SCALE = 1074n; // every float64 is a multiple of 2^-1074

/** A float64 as a whole multiple of 2^-1074. */
function exact(value: number): bigint {
  const bits = new BigUint64Array(new Float64Array([value]).buffer)[0] as bigint;
  const exponent = (bits >> 52n) & 0x7ffn;
  const fraction = bits & 0xfffffffffffffn;
  const magnitude = exponent === 0n ? fraction : (fraction | 0x10000000000000n) << (exponent - 1n);
  return bits >> 63n === 1n ? -magnitude : magnitude;
}

/** |a - b| <= allowed, all in units of 2^-1074 (or of 2^-2148 for products). */
function isWithin(a: bigint, b: bigint, allowed: bigint): boolean {
  return (a > b ? a - b : b - a) <= allowed;
}

const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);
const reduced = (terms: readonly bigint[]): bigint => terms.reduce((total, term) => total + term, 0n);

/** Values of very different sizes, with pairs that cancel. */
const spread = fc
  .array(fc.tuple(fc.double({ min: -1, max: 1, noNaN: true }), fc.integer({ min: -40, max: 40 }), fc.boolean()), {
    maxLength: 60,
  })
  .map((terms) =>
    terms.flatMap(([x, power, cancels]) =>
      cancels ? [x * 2 ** power, -x * 2 ** power * (1 - 2 ** -45)] : [x * 2 ** power],
    ),
  );

/** Repeats terms until they fill more than two blocks. */
function stretched(terms: readonly number[]): Float64Array {
  const length = terms.length === 0 ? 0 : 2 * BLOCK_LENGTH + 777;
  return Float64Array.from({ length }, (_, index) => (terms[index % terms.length] as number) * (1 + index / 8192));
}

describe("sum", () => {
  it("is the exact sum, rounded once, up to 2^-84 of the magnitudes", () => {
    fc.assert(
      fc.property(spread, (terms) => {
        const values = stretched(terms);
        const wide = Array.from(values, exact);
        const total = reduced(wide);
        // One final rounding of 2^-53; errors of second order are (n 2^-53)^2 for lanes of n = 1024 terms, 2^-86, and the tree's.
        const allowed = (magnitude(total) >> 53n) + (reduced(wide.map(magnitude)) >> 84n) + 1n;
        return isWithin(exact(sum(values)), total, allowed);
      }),
      { seed: 1, numRuns: 30 },
    );
  });

  it("keeps what a plain loop loses", () => {
    expect(sum(Float64Array.of(1, 1e100, 1, -1e100))).toBe(2);
    expect(sum(new Float64Array(1e5).fill(0.1))).toBe(10_000);
  });

  it("has the same bits however blocks are shared out", () => {
    const values = Float64Array.from(
      { length: 7 * BLOCK_LENGTH + 13 },
      (_, index) => Math.fround(1 / (index + 0.3)) * (-1) ** index,
    );
    const whole = sum(values);
    const blocks = blockCount(values.length);
    expect(blocks).toBe(8);
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7], { minLength: 8 }), (order) => {
        const partials = new Float64Array(2 * blocks).fill(Number.NaN);
        for (const block of order) sumBlocks(values, partials, block, block + 1);
        return Object.is(joinBlocks(partials), whole);
      }),
      { seed: 1, numRuns: 50 },
    );
    const pairs = new Float64Array(2 * blocks);
    sumBlocks(values, pairs, 0, 3);
    sumBlocks(values, pairs, 3, 8);
    expect(joinBlocks(pairs)).toBe(whole);
  });

  it.each([0, 1, 2, 3, 4, 5, 4095, 4096, 4097, 8192, 12289])("of %i whole numbers is exact", (length) => {
    expect(sum(Float64Array.from({ length }, (_, index) => index + 1))).toBe((length * (length + 1)) / 2);
  });

  it("treats values beyond the range as a plain loop does", () => {
    const { MAX_VALUE, POSITIVE_INFINITY, NEGATIVE_INFINITY, NaN: nan } = Number;
    expect(sum(Float64Array.of(1, POSITIVE_INFINITY, 2))).toBe(POSITIVE_INFINITY);
    expect(sum(Float64Array.of(POSITIVE_INFINITY, NEGATIVE_INFINITY))).toBe(nan);
    expect(sum(Float64Array.of(MAX_VALUE, MAX_VALUE))).toBe(POSITIVE_INFINITY);
    expect(sum(Float64Array.of(1, nan))).toBe(nan);
  });
});

describe("dot", () => {
  it("is the exact sum of products, rounded once, up to 2^-84 of the magnitudes", () => {
    fc.assert(
      fc.property(spread, spread, (left, right) => {
        const length = Math.min(left.length, right.length);
        const a = stretched(left.slice(0, length));
        const b = stretched(right.slice(0, length)).reverse();
        const wide = Array.from(a, (x, index) => exact(x) * exact(b[index] as number));
        const total = reduced(wide);
        // As for sums, with lanes of 2048 products: (2^11 2^-53)^2 = 2^-84; then one unit for products below the range.
        const allowed = (magnitude(total) >> 53n) + (reduced(wide.map(magnitude)) >> 84n) + (1n << SCALE);
        return isWithin(exact(dot(a, b)) << SCALE, total, allowed);
      }),
      { seed: 2, numRuns: 20 },
    );
  });

  it("has the same bits however blocks are shared out", () => {
    const a = Float64Array.from({ length: 3 * BLOCK_LENGTH + 1 }, (_, index) => 1 / (index + 1));
    const b = a.map((x) => x - 0.3);
    const partials = new Float64Array(2 * blockCount(a.length));
    for (const block of [3, 0, 2, 1]) dotBlocks(a, b, partials, block, block + 1);
    expect(joinBlocks(partials)).toBe(dot(a, b));
  });

  it("keeps the product that cancels", () => {
    expect(dot(Float64Array.of(1 + 2 ** -30, -1), Float64Array.of(1 + 2 ** -30, 1 + 2 ** -29))).toBe(2 ** -60);
  });

  it("falls back to the plain sum where splitting a factor leaves the range", () => {
    expect(dot(Float64Array.of(1e305, 2), Float64Array.of(1e-5, 3))).toBe(1e300);
  });

  it("refuses factors of different lengths", () => {
    expect(() => dot(new Float64Array(2), new Float64Array(3))).toThrow(expect.objectContaining({ code: "NUMR-030" }));
  });
});

describe("mean and variance", () => {
  it("hold for whole numbers exactly", () => {
    const values = Float64Array.of(2, 4, 4, 4, 5, 5, 7, 9);
    expect([mean(values), variance(values), variance(values, { of: "sample" })]).toEqual([5, 4, 32 / 7]);
  });

  it("lose nothing to a large common part", () => {
    const values = Float64Array.from({ length: 3 * BLOCK_LENGTH }, (_, index) => 1e9 + (index % 3));
    expect(mean(values)).toBe(1e9 + 1);
    expect(variance(values)).toBe(2 / 3);
  });

  it("take off the square of what rounding left in the mean", () => {
    // The mean of 1 and 1 + 2^-52 is no float64; the deviations from its neighbour 1 are 0 and 2^-52.
    expect(variance(Float64Array.of(1, 1 + 2 ** -52))).toBe(2 ** -106);
  });

  it("refuse too few values", () => {
    expect(() => mean(new Float64Array(0))).toThrow(NumericsError);
    expect(() => variance(new Float64Array(1), { of: "sample" })).toThrow(
      "The variance of a sample of 1 values is not defined",
    );
    expect(variance(new Float64Array(1))).toBe(0);
  });
});

describe("partial sums", () => {
  it("refuse an array that is too short", () => {
    expect(() => sumBlocks(new Float64Array(5000), new Float64Array(2))).toThrow("need 4 numbers, not 2");
    expect(joinBlocks(new Float64Array(0))).toBe(0);
  });
});
