import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addNoise, testStream } from "../dsp/fixtures/test-bench.ts";
import { type DspSignal, meanSquare } from "../dsp/signal.ts";
import { digitise, quantise } from "./analogue-to-digital.ts";

function signalOf(x: Float64Array, y: Float64Array = new Float64Array(x.length)): DspSignal {
  return { domain: "time", polarisations: [x, y], sampleRateHz: 128e9 };
}

describe("quantiser", () => {
  it("hits the uniform grid −F + kΔ with Δ = 2F/(2^b − 1), never off by more than half a step", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 16 }),
        fc.double({ min: 1e-6, max: 1e3, noNaN: true }),
        fc.double({ min: -1, max: 1, noNaN: true }),
        (bits, fullScale, share) => {
          const step = (2 * fullScale) / (2 ** bits - 1);
          const value = share * fullScale;
          const level = quantise(Float64Array.of(value), fullScale, bits)[0] as number;
          // One rounding of the division and one of the product.
          expect(Math.abs(level - value)).toBeLessThanOrEqual((step / 2) * (1 + 1e-9));
          const index = (level + fullScale) / step;
          expect(Math.abs(index - Math.round(index))).toBeLessThan(1e-6);
        },
      ),
      { seed: 2 },
    );
  });

  it("uses 2^bits levels at most, and all of them on a ramp", () => {
    const ramp = Float64Array.from({ length: 4001 }, (_, i) => i / 2000 - 1);
    expect(new Set(quantise(ramp, 1, 4)).size).toBe(16);
    expect(new Set(quantise(ramp, 1, 8)).size).toBe(256);
  });

  it.each([5, 6, 8, 10, 12])("gives a full-scale sine 6.02 b + 1.76 dB of signal to noise at %s bits", (bits) => {
    // An irrational frequency visits all phases; 2^15 samples.
    const sine = Float64Array.from({ length: 2 ** 15 }, (_, i) => Math.sin(i * Math.sqrt(2)));
    const error = quantise(sine, 1, bits).map((value, i) => value - (sine[i] as number));
    const snrDb = 10 * Math.log10(meanSquare(sine) / meanSquare(error));
    // The rule of thumb and its tolerance, specification 4.6.
    expect(Math.abs(snrDb - (6.0206 * bits + 1.7609))).toBeLessThan(0.2);
  });
});

describe("analogue-to-digital converter", () => {
  it("takes the largest |I| or |Q| of both polarisations as full scale, so nothing clips", () => {
    const { fullScale, clippedCount } = digitise(signalOf(Float64Array.of(0.1, -0.3), Float64Array.of(0.7, 0.2)), {
      sampleRateHz: 128e9,
      bits: 8,
    });
    expect(fullScale).toBe(0.7);
    expect(clippedCount).toBe(0);
  });

  it("clips beyond a chosen multiple of the rms and counts what it clipped", () => {
    const noise = addNoise(new Float64Array(2 ** 14), 2, testStream(1));
    const digitised = digitise(signalOf(noise, noise), { sampleRateHz: 128e9, bits: 8, fullScaleRmsRatio: 2 });
    // P(|N| > 2) = 4.55 % of 32768 draws: 1491 with deviation 53 (the halves are equal); four of them.
    expect(Math.abs(digitised.clippedCount - 1491)).toBeLessThan(212);
    expect(Math.max(...digitised.signal.polarisations[0])).toBe(digitised.fullScale);
  });

  it("resolves a full-scale sine to its effective number of bits", () => {
    const sine = new Float64Array(2 ** 15);
    for (let i = 0; i < sine.length; i += 2) {
      sine[i] = Math.sin(i * Math.sqrt(2));
      sine[i + 1] = Math.cos(i * Math.sqrt(2));
    }
    const { signal } = digitise(signalOf(sine, sine), {
      sampleRateHz: 128e9,
      bits: 8,
      imperfection: { effectiveBits: 6, noise: testStream(5) },
    });
    const error = signal.polarisations[0].map((value, i) => value - (sine[i] as number));
    const snrDb = 10 * Math.log10(meanSquare(sine) / meanSquare(error));
    // Rule and tolerance of 4.6; 32768 draws are certain to 0.03 dB.
    expect(Math.abs(snrDb - (6.0206 * 6 + 1.7609))).toBeLessThan(0.2);
  });

  it("passes a record of zeros", () => {
    const { signal, fullScale } = digitise(signalOf(new Float64Array(16)), { sampleRateHz: 128e9, bits: 4 });
    expect(fullScale).toBe(0);
    expect(signal.polarisations[0]).toEqual(new Float64Array(16));
  });

  it("samples at its own rate when whole samples fit, without a word", () => {
    const { signal, isResampled, warnings } = digitise(signalOf(new Float64Array(32)), { sampleRateHz: 64e9, bits: 4 });
    expect([signal.polarisations[0].length, signal.sampleRateHz, isResampled]).toEqual([16, 64e9, true]);
    expect(warnings).toEqual([]);
  });

  it("says which rate it runs at when the one asked for does not fit the record", () => {
    const { signal, warnings } = digitise(signalOf(new Float64Array(32)), { sampleRateHz: 60e9, bits: 4 });
    expect(signal.sampleRateHz).toBe(64e9);
    expect(warnings).toEqual([expect.stringMatching(/64000000000 Hz instead of 60000000000/)]);
  });
});
