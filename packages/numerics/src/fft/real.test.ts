import { describe, expect, it } from "vitest";
import { fftPlan } from "./plan.ts";
import { realFftPlan } from "./real.ts";

const signalOf = (length: number) => Float64Array.from({ length }, (_, n) => ((n * n * 7919) % 1013) / 512 - 1);

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce<number>((worst, value, i) => Math.max(worst, Math.abs(value - (b[i] as number))), 0);
}

describe("real transforms", () => {
  const lengths = [1, 2, 3, 4, 5, 6, 9, 10, 14, 16, 64, 75, 100, 254, 1000, 4096];

  it.each(lengths)("of %i points are the first half of the complex transform", (length) => {
    const signal = signalOf(length);
    const plan = realFftPlan(length);
    const spectrum = new Float64Array(2 * plan.spectrumLength);
    plan.forward(signal, spectrum);
    const complex = new Float64Array(2 * length);
    signal.forEach((value, n) => {
      complex[2 * n] = value;
    });
    fftPlan(length).forward(complex);
    // |X| reaches √n; both transforms err by less than 8 ε of that for these lengths
    expect(largestDifference(spectrum, complex.subarray(0, spectrum.length))).toBeLessThan(
      16 * 2 ** -52 * Math.sqrt(length) * 4,
    );
  });

  it.each(lengths)("of %i points come back", (length) => {
    const signal = signalOf(length);
    const plan = realFftPlan(length);
    const spectrum = new Float64Array(2 * plan.spectrumLength);
    const back = new Float64Array(length);
    plan.forward(signal, spectrum);
    plan.inverse(spectrum, back);
    // two transforms of numbers below 1
    expect(largestDifference(back, signal)).toBeLessThan(2 ** -52 * 32);
  });

  it("work in single precision", () => {
    const signal = Float32Array.from(signalOf(256));
    const plan = realFftPlan(256, { precision: "float32" });
    const spectrum = new Float32Array(2 * plan.spectrumLength);
    const back = new Float32Array(256);
    plan.forward(signal, spectrum);
    plan.inverse(spectrum, back);
    // two transforms of 2^-24 and a few per level
    expect(largestDifference(back, signal)).toBeLessThan(2 ** -24 * 32);
  });

  it("refuse arrays of other sizes", () => {
    const plan = realFftPlan(16);
    expect(() => plan.forward(new Float64Array(15), new Float64Array(18))).toThrow(/does not fit a real plan/);
    expect(() => plan.forward(new Float64Array(16), new Float64Array(16))).toThrow(/does not hold/);
  });
});
