import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rootsOfUnity } from "./roots.ts";

/** 2π · 2^200, from the first 65 digits of π. */
const SCALE = 200n;
const TWO_PI = ((2n * 314159265358979323846264338327950288419716939937510582097494459230n) << SCALE) / 10n ** 65n;

/** Cosine and sine of 2πk/n in fixed point with 200 bits, by Taylor series in integers. */
function exactRoot(k: number, length: number): { cosine: bigint; sine: bigint } {
  const angle = (TWO_PI * BigInt(k)) / BigInt(length);
  let [cosine, sine, term] = [0n, 0n, 1n << SCALE];
  for (let order = 0n; term !== 0n; order++) {
    const sign = order % 4n < 2n ? 1n : -1n;
    if (order % 2n === 0n) cosine += sign * term;
    else sine += sign * term;
    term = ((term * angle) >> SCALE) / (order + 1n);
  }
  return { cosine, sine };
}

/** Distance of a double from the exact value, in units of its last place. */
function ulpsFrom(value: number, exact: bigint): number {
  const shift = 1074n;
  const scaled = BigInt.asIntN(4096, BigInt(Math.round(value * 2 ** 52)) << (SCALE - 52n));
  const rest = value - Math.round(value * 2 ** 52) / 2 ** 52;
  const fine = BigInt(Math.round(rest * 2 ** 120)) << (SCALE - 120n);
  const difference = Number(scaled + fine - exact) / 2 ** Number(SCALE);
  const exponent = Math.floor(Math.log2(Math.max(Math.abs(value), 2 ** -Number(shift))));
  return Math.abs(difference) / 2 ** (exponent - 52);
}

describe("roots of unity", () => {
  it("are the nearest doubles, but for ties", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 13 }), fc.nat(2 ** 18), (length, step) => {
        const roots = rootsOfUnity(length);
        const j = step % length;
        const { cosine, sine } = exactRoot(j, roots.length);
        // 0.5 is the best possible; the rest is the double-double error, 2^-100, and the measure's own rounding
        if (Math.abs(roots.cosine(j)) > 1e-9) expect(ulpsFrom(roots.cosine(j), cosine)).toBeLessThan(0.5001);
        if (Math.abs(roots.negativeSine(j)) > 1e-9) expect(ulpsFrom(-roots.negativeSine(j), sine)).toBeLessThan(0.5001);
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it("are exact at quarter turns and symmetric elsewhere", () => {
    for (const length of [4, 12, 20, 64, 1000]) {
      const roots = rootsOfUnity(length);
      const quarter = length / 4;
      expect([roots.cosine(quarter), roots.negativeSine(quarter)]).toEqual([0, -1]);
      expect([roots.cosine(2 * quarter), roots.negativeSine(2 * quarter)]).toEqual([-1, 0]);
      for (let k = 1; k < quarter; k++) {
        expect(roots.cosine(length - k)).toBe(roots.cosine(k));
        expect(roots.negativeSine(length - k)).toBe(-roots.negativeSine(k));
        expect(roots.cosine(quarter - k)).toBe(-roots.negativeSine(k));
        expect(roots.cosine(2 * quarter - k)).toBe(-roots.cosine(k));
      }
    }
  });
});
