import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { commonLogarithm, powerOfTen } from "./decimal.ts";

describe("powerOfTen", () => {
  it("is the nearest float64 for every whole exponent, subnormal ones included", () => {
    for (let exponent = -323; exponent <= 308; exponent++) expect(powerOfTen(exponent)).toBe(Number(`1e${exponent}`));
  });

  // Correctly rounded values from a 300-bit reference.
  it.each([
    [0.3, 1.9952623149688795],
    [-0.3, 0.5011872336272722],
    [0.5, 3.1622776601683795],
    [1.6, 39.810717055349734],
    [308.25, 1.7782794100389228e308],
    [-307.9, 1.258925411794233e-308],
  ])("of %d is %d", (exponent, power) => {
    expect(powerOfTen(exponent)).toBe(power);
  });

  it("leaves the range as float64 does", () => {
    expect([powerOfTen(309), powerOfTen(-330), powerOfTen(Number.NaN)]).toEqual([
      Number.POSITIVE_INFINITY,
      0,
      Number.NaN,
    ]);
    expect([powerOfTen(Number.POSITIVE_INFINITY), powerOfTen(Number.NEGATIVE_INFINITY)]).toEqual([
      Number.POSITIVE_INFINITY,
      0,
    ]);
  });
});

describe("commonLogarithm", () => {
  it("is exact for powers of ten", () => {
    for (let exponent = -307; exponent <= 308; exponent++)
      expect(commonLogarithm(Number(`1e${exponent}`))).toBe(exponent);
  });

  // Correctly rounded values from a 300-bit reference.
  it.each([
    [2, 0.3010299956639812],
    [1.0000000000000002, 9.64327466553287e-17],
    [0.9999999999999999, -4.821637332766436e-17],
    [5e-324, -323.3062153431158],
    [1.7976931348623157e308, 308.25471555991675],
    [39.810717055349734, 1.6],
  ])("of %d is %d", (value, logarithm) => {
    expect(commonLogarithm(value)).toBe(logarithm);
  });

  it("has the limits of the real function", () => {
    expect([0, -1, Number.NaN, Number.POSITIVE_INFINITY].map(commonLogarithm)).toEqual([
      Number.NEGATIVE_INFINITY,
      Number.NaN,
      Number.NaN,
      Number.POSITIVE_INFINITY,
    ]);
  });

  it("inverts powerOfTen", () => {
    fc.assert(
      fc.property(fc.double({ min: -300, max: 300, noNaN: true }), (exponent) => {
        // The power is rounded to 2^-53 of itself, which is 4.8e-17 of its logarithm; then one rounding of the result.
        expect(Math.abs(commonLogarithm(powerOfTen(exponent)) - exponent)).toBeLessThanOrEqual(
          5e-17 + 2 ** -53 * Math.abs(exponent),
        );
      }),
      { seed: 1, numRuns: 1000 },
    );
  });
});
