import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { endBlock, endRow, joinBlocks, laneSums, SUM_BLOCK, SUM_LANES, SUM_ROW, sumBlockCount } from "./element-sum.ts";

/** A float64 as a whole multiple of 2^-1074. */
function exact(value: number): bigint {
  const bits = new BigUint64Array(new Float64Array([value]).buffer)[0] as bigint;
  const exponent = (bits >> 52n) & 0x7ffn;
  const fraction = bits & 0xfffffffffffffn;
  const magnitude = exponent === 0n ? fraction : (fraction | 0x10000000000000n) << (exponent - 1n);
  return bits >> 63n === 1n ? -magnitude : magnitude;
}

const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);

/** The sum as back ends build it, by blocks in any order. */
function sumOf(values: readonly number[], order?: readonly number[]): number {
  const blocks = sumBlockCount(values.length);
  const partials = new Float64Array(2 * blocks);
  for (const block of order ?? Array.from({ length: blocks }, (_, k) => k)) {
    const lanes = laneSums(1);
    const part = values.slice(block * SUM_BLOCK, (block + 1) * SUM_BLOCK);
    for (let row = 0; row < part.length; row += SUM_ROW) {
      part.slice(row, row + SUM_ROW).forEach((value, k) => {
        lanes.row[k % SUM_LANES] = (lanes.row[k % SUM_LANES] as number) + value;
      });
      endRow(lanes);
    }
    endBlock(lanes, partials, 2 * block);
  }
  const results = new Float64Array(1);
  joinBlocks(partials, blocks, 1, results);
  return results[0] as number;
}

const wide = fc.tuple(fc.double({ min: -1, max: 1, noNaN: true }), fc.integer({ min: -40, max: 40 }));

describe("a sum over elements", () => {
  it("errs by less than 7 u Σ|x| + u |Σx| + 2^-84 Σ|x|", () => {
    fc.assert(
      fc.property(
        fc.array(wide, { minLength: 1, maxLength: 90 }),
        fc.integer({ min: 1, max: 9000 }),
        (terms, count) => {
          const values = Array.from({ length: count }, (_, k) => {
            const [x, power] = terms[k % terms.length] as readonly [number, number];
            return x * 2 ** power * (1 + k / 8192);
          });
          const total = values.map(exact).reduce((sum, term) => sum + term, 0n);
          const sizes = values.map((value) => magnitude(exact(value))).reduce((sum, term) => sum + term, 0n);
          // u = 2^-53; one multiple of 2^-1074 for what the shifts cut off
          const allowed = ((7n * sizes + magnitude(total)) >> 53n) + (sizes >> 84n) + 1n;
          expect(magnitude(exact(sumOf(values)) - total) <= allowed).toBe(true);
        },
      ),
      { seed: 3, numRuns: 60 },
    );
  });

  it("does not err more for more elements, as a plain loop does", () => {
    const values = Array.from({ length: 200_000 }, () => 0.1);
    const expected = 200_000 * 0.1;
    // rows of 0.1 sum without bias; the plain loop is off by 3e-8 here
    expect(Math.abs(sumOf(values) - expected)).toBeLessThan(1e-11);
    expect(Math.abs(values.reduce((sum, value) => sum + value) - expected)).toBeGreaterThan(1e-9);
  });

  it("has the same bits in whatever order blocks are computed", () => {
    const values = Array.from({ length: 6 * SUM_BLOCK + 99 }, (_, k) => Math.cos(k) / (k + 1));
    expect(sumOf(values, [6, 2, 0, 5, 1, 4, 3])).toBe(sumOf(values));
  });

  it.each([0, 1, 63, 64, 65, 4095, 4096, 4097, 12_289])("of %i whole numbers is exact", (count) => {
    expect(sumOf(Array.from({ length: count }, (_, k) => k + 1))).toBe((count * (count + 1)) / 2);
  });

  it("treats values beyond the range as a plain loop does", () => {
    expect(sumOf([1, Number.POSITIVE_INFINITY, 2])).toBe(Number.POSITIVE_INFINITY);
    expect(sumOf([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])).toBe(Number.NaN);
    expect(sumOf([Number.MAX_VALUE, ...Array.from({ length: 7 }, () => 0), Number.MAX_VALUE])).toBe(
      Number.POSITIVE_INFINITY,
    );
    expect(sumOf([1, Number.NaN])).toBe(Number.NaN);
    expect(sumOf([-0, -0])).toBe(0);
  });
});
