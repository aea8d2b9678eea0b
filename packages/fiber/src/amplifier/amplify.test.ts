import { randomStream } from "@simloom/numerics";
import { describe, expect, it } from "vitest";
import type { OpticalField, Polarisations } from "../physics/optical-field.ts";
import { meanPowerW } from "../physics/optical-field.ts";
import { amplify, amplifyWithoutNoise } from "./amplify.ts";
import { amplifierGainDb } from "./gain.ts";
import {
  asePsdWPerHz,
  isBelowQuantumLimit,
  quantumLimitNoiseFigureDb,
  spontaneousEmissionFactor,
} from "./spontaneous-emission.ts";

const samples = 2 ** 14;
const action = { gainDb: 16, noiseFigureDb: 5 };

describe("amplify", () => {
  it("raises the power by exactly the gain when it is ideal", () => {
    const lit = constantField(1e-3);
    // a sum of 2^16 equal terms drifts by up to 1e-12
    expect(meanPowerW(amplifyWithoutNoise(lit, 16)) / meanPowerW(lit) / 10 ** 1.6).toBeCloseTo(1, 12);
  });

  it.each([1, 2, 3])("adds n_sp (G − 1) h f per hertz and polarisation (seed %i)", (seed) => {
    const noise = amplify(darkField(), action, randomStream({ seed }));
    const expectedW = asePsdWPerHz(16, 5, noise.carrierHz) * noise.sampleRateHz;
    for (const envelope of noise.polarisations) {
      // 2^15 normal draws: the relative standard error of a variance is sqrt(2/2^15) = 0.8 %; five of them
      expect(Math.abs(powerW(envelope) / expectedW - 1)).toBeLessThan(0.04);
      // a circular complex Gaussian has E[n²] = 0 beside E|n|² = σ²
      expect(correlation(envelope, conjugate(envelope))).toBeLessThan(4 / Math.sqrt(samples));
    }
  });

  it.each([1, 2, 3, 4, 5])("draws different noise in x, y and every span (seed %i)", (seed) => {
    const source = randomStream({ seed });
    const spans = Array.from({ length: 3 }, () => amplify(darkField(), action, source));
    const records = spans.flatMap(({ polarisations }) => [...polarisations]);
    for (let a = 0; a < records.length; a++) {
      for (let b = a + 1; b < records.length; b++) {
        // |ρ| of N independent complex pairs is Rayleigh with rms 1/√N: beyond 4/√N once in 9 million pairs
        expect(correlation(at(records, a), at(records, b))).toBeLessThan(4 / Math.sqrt(samples));
      }
    }
  });

  it.each([1, 2, 3, 4, 5])("accumulates ten spans of noise to ten times one span (seed %i)", (seed) => {
    const source = randomStream({ seed });
    let field = darkField();
    for (let span = 0; span < 10; span++) field = amplify(amplifyWithoutNoise(field, -16), action, source);
    const oneSpanW = 2 * asePsdWPerHz(16, 5, field.carrierHz) * field.sampleRateHz;
    // 2^16 draws: standard error 0.55 % = 0.024 dB; 0.1 dB is four of them and the figure that is asked for
    expect(Math.abs(10 * Math.log10(meanPowerW(field) / (10 * oneSpanW)))).toBeLessThan(0.1);
  });

  it("is one thing in a polarisation: a single-polarisation record gets the noise of x alone", () => {
    const dual = amplify(darkField(), action, randomStream({ seed: 9 }));
    const single = amplify(
      { ...darkField(), polarisations: [new Float64Array(2 * samples)] },
      action,
      randomStream({ seed: 9 }),
    );
    expect(single.polarisations).toEqual([dual.polarisations[0]]);
  });

  it("leaves its input alone", () => {
    const field = constantField(1e-3);
    const before = structuredClone(field);
    amplify(field, action, randomStream({ seed: 1 }));
    expect(field).toEqual(before);
  });
});

describe("amplifierGainDb", () => {
  it("restores the loss of the span up to the maximum, keeps a fixed gain, and is 0 dB without an amplifier", () => {
    expect(amplifierGainDb({ mode: "auto_gain", maxGainDb: 25, noiseFigureDb: 5 }, 16)).toBe(16);
    expect(amplifierGainDb({ mode: "auto_gain", maxGainDb: 5, noiseFigureDb: 5 }, 16)).toBe(5);
    expect(amplifierGainDb({ mode: "fixed_gain", gainDb: 12, noiseFigureDb: 5 }, 16)).toBe(12);
    expect(amplifierGainDb({ mode: "none" }, 16)).toBe(0);
  });
});

describe("spontaneous emission", () => {
  it("is n_sp (G − 1) h f", () => {
    const photonJ = 6.62607015e-34 * 193.1e12;
    // one formula in two forms; the difference G F − 1 costs no digits at this gain
    expect(asePsdWPerHz(16, 5, 193.1e12) / (spontaneousEmissionFactor(16, 5) * (10 ** 1.6 - 1) * photonJ)).toBeCloseTo(
      1,
      12,
    );
  });

  it("adds nothing behind an attenuator, whatever its noise figure up to its loss", () => {
    expect(asePsdWPerHz(-6, 5, 193.1e12)).toBe(0);
    expect(asePsdWPerHz(0, 0, 193.1e12)).toBe(0);
    const attenuated = amplify(constantField(1e-3), { gainDb: -6, noiseFigureDb: 5 }, randomStream({ seed: 1 }));
    expect(meanPowerW(attenuated)).toBeCloseTo(1e-3 * 10 ** -0.6, 15); // rounding only
  });

  it("knows the quantum limit, 3.01 dB at high gain", () => {
    expect(quantumLimitNoiseFigureDb(60)).toBeCloseTo(3.0103, 4);
    expect(spontaneousEmissionFactor(20, quantumLimitNoiseFigureDb(20))).toBeCloseTo(1, 12); // rounding only
    expect(isBelowQuantumLimit(16, 2)).toBe(true);
    expect(isBelowQuantumLimit(16, 3)).toBe(false);
    expect(isBelowQuantumLimit(-3, 0)).toBe(false);
  });
});

function darkField(): OpticalField {
  return {
    polarisations: [new Float64Array(2 * samples), new Float64Array(2 * samples)],
    sampleRateHz: 128e9,
    carrierHz: 193.1e12,
  };
}

function constantField(totalPowerW: number): OpticalField {
  const dark = darkField();
  const lit = dark.polarisations.map((envelope) => envelope.fill(Math.sqrt(totalPowerW / 4)));
  return { ...dark, polarisations: lit as unknown as Polarisations };
}

/** |Σ a b*| / √(Σ|a|² Σ|b|²) of two interleaved records. */
function correlation(a: Float64Array, b: Float64Array): number {
  let re = 0;
  let im = 0;
  for (let i = 0; i < a.length; i += 2) {
    re += at(a, i) * at(b, i) + at(a, i + 1) * at(b, i + 1);
    im += at(a, i + 1) * at(b, i) - at(a, i) * at(b, i + 1);
  }
  return Math.hypot(re, im) / (a.length / 2) / Math.sqrt(powerW(a) * powerW(b));
}

function conjugate(envelope: Float64Array): Float64Array {
  return envelope.map((value, index) => (index % 2 === 0 ? value : -value));
}

function powerW(envelope: Float64Array): number {
  return envelope.reduce((sum, value) => sum + value * value, 0) / (envelope.length / 2);
}

function at<T>(list: ArrayLike<T>, index: number): T {
  return list[index] as T;
}
