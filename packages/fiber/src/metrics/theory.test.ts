import { describe, expect, it } from "vitest";
import { gaussianTail, qFactorDbFromBer, qFactorDbFromEvm, qpskBitErrorRatio } from "./theory.ts";

describe("theory of QPSK", () => {
  // Specification 4.2, printed to six digits: SNR is twice Eb/N0.
  it.each([
    [0, 7.86496e-2],
    [2, 3.75061e-2],
    [4, 1.25008e-2],
    [6, 2.38829e-3],
    [8, 1.90908e-4],
    [9.6, 9.73618e-6],
    [10, 3.87211e-6],
    [12, 9.00601e-9],
  ])("is Q(√(2γ)) at an Eb/N0 of %s dB", (ebN0Db, expected) => {
    expect(Math.abs(qpskBitErrorRatio(2 * 10 ** (ebN0Db / 10)) / expected - 1)).toBeLessThan(5e-6);
  });

  // The same, by Es/N0, five digits.
  it.each([
    [8, 6.0044e-3],
    [10, 7.827e-4],
    [12, 3.4303e-5],
    [14, 2.6951e-7],
    [16, 1.399e-10],
  ])("is Q(√SNR) at an Es/N0 of %s dB", (esN0Db, expected) => {
    expect(Math.abs(qpskBitErrorRatio(10 ** (esN0Db / 10)) / expected - 1)).toBeLessThan(5e-5);
  });

  it("has Q(0) = 0.5, Q(1) = 0.158655, Q(3) = 1.349898e-3 and Q(x) + Q(−x) = 1", () => {
    expect(gaussianTail(0)).toBe(0.5);
    // As many digits as are quoted.
    expect(gaussianTail(1)).toBeCloseTo(0.158655, 6);
    expect(gaussianTail(3)).toBeCloseTo(1.349898e-3, 9);
    expect(gaussianTail(1.7) + gaussianTail(-1.7)).toBeCloseTo(1, 14);
  });
});

describe("Q factor", () => {
  // Specification 4.2: BER of a Q factor of 3 … 8, printed to five digits (four for 8).
  it.each([
    [3, 1.3499e-3],
    [4, 3.1671e-5],
    [5, 2.8665e-7],
    [6, 9.8659e-10],
    [7, 1.2798e-12],
    [8, 6.221e-16],
  ])("is %s for the error ratio of that tail", (factor, bitErrorRatio) => {
    // A relative error of 5e-5 in the ratio moves the factor by 2e-5 at most: 2e-4 dB.
    expect(qFactorDbFromBer(bitErrorRatio)).toBeCloseTo(20 * Math.log10(factor), 3);
  });

  it("is 15.563 dB for 6 and inverts the tail to rounding down to 1e-200", () => {
    expect(qFactorDbFromBer(gaussianTail(6))).toBeCloseTo(15.563, 3);
    for (const x of [0.01, 0.3, 1, 2.5, 9, 30]) {
      // ln Q is computed to about 1e-14 of itself.
      expect(qFactorDbFromBer(gaussianTail(x))).toBeCloseTo(20 * Math.log10(x), 9);
    }
  });

  it("is unbounded without errors, and below every number from one half on", () => {
    expect(qFactorDbFromBer(0)).toBe(Number.POSITIVE_INFINITY);
    expect(qFactorDbFromBer(0.5)).toBe(Number.NEGATIVE_INFINITY);
  });

  it("from EVM is the SNR in dB", () => {
    expect(qFactorDbFromEvm(0.1)).toBeCloseTo(20, 12);
  });
});
