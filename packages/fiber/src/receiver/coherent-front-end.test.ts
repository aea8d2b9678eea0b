import { describe, expect, it } from "vitest";
import { testStream } from "../dsp/fixtures/test-bench.ts";
import { type DspSignal, meanSquare } from "../dsp/signal.ts";
import type { OpticalField } from "../physics/optical-field.ts";
import { type CoherentFrontEnd, detectCoherently } from "./coherent-front-end.ts";
import { shotNoiseVarianceA2, thermalNoiseVarianceA2 } from "./detector-noise.ts";

const QUIET: CoherentFrontEnd = { loLinewidthHz: 0, hasShotNoise: false, hasThermalNoise: false };

/** A constant field of `x` √W in x and darkness in y. */
function constantField(x: number, samples = 2 ** 14): OpticalField {
  const field = new Float64Array(2 * samples);
  for (let i = 0; i < field.length; i += 2) field[i] = x;
  return { polarisations: [field, new Float64Array(2 * samples)], sampleRateHz: 64e9, carrierHz: 193.1e12 };
}

function detect(field: OpticalField, frontEnd: Partial<CoherentFrontEnd>, seed = 1): DspSignal {
  return detectCoherently(
    field,
    { ...QUIET, ...frontEnd },
    { loPhase: testStream(seed), diodes: testStream(seed + 1) },
  );
}

describe("photodiode noise", () => {
  it("is 5.13e-12 A² of shot noise for 1 mW at 1 A/W in 16 GHz", () => {
    // The figure is quoted to three digits.
    expect(shotNoiseVarianceA2(1e-3, 0, 16e9) / 5.13e-12).toBeCloseTo(1, 2.5);
  });

  it("is 5.27e-12 A² of thermal noise at 25 °C in 50 Ω and 16 GHz", () => {
    expect(thermalNoiseVarianceA2(298.15, 50, 16e9) / 5.27e-12).toBeCloseTo(1, 2.5);
  });
});

describe("coherent front end", () => {
  it("beats the field with half of the oscillator's power per polarisation", () => {
    const { polarisations } = detect(constantField(0.02), { loPowerDbm: 10 });
    // i = R √(P_LO/2) E with P_LO = 10 mW; one product of rounded factors.
    expect(polarisations[0][0]).toBeCloseTo(Math.sqrt(5e-3) * 0.02, 15);
    expect(polarisations[0][1]).toBe(0);
    expect(meanSquare(polarisations[1])).toBe(0);
  });

  it("adds shot noise of both diodes of each pair and thermal noise of one load per pair", () => {
    const shot = detect(constantField(0), { hasShotNoise: true, loPowerDbm: 10, darkCurrentA: 0 });
    const thermal = detect(constantField(0), { hasThermalNoise: true });
    const both = detect(constantField(0), {
      hasShotNoise: true,
      hasThermalNoise: true,
      loPowerDbm: 10,
      darkCurrentA: 0,
    });
    const bandwidthHz = 32e9;
    // The dark field's pair carries R P_LO/4 = 2.5 mA; I and Q each have the variance, so |i|² has twice as much.
    const expectedShot = 2 * shotNoiseVarianceA2(2.5e-3, 0, bandwidthHz);
    const expectedThermal = 2 * thermalNoiseVarianceA2(298.15, 50, bandwidthHz);
    // 65536 draws: relative standard error 0.55 %; the specification's 3 % is five of them.
    for (const polarisation of [0, 1] as const) {
      expect(Math.abs(meanSquare(shot.polarisations[polarisation]) / expectedShot - 1)).toBeLessThan(0.03);
      expect(Math.abs(meanSquare(thermal.polarisations[polarisation]) / expectedThermal - 1)).toBeLessThan(0.03);
      const expected = expectedShot + expectedThermal;
      expect(Math.abs(meanSquare(both.polarisations[polarisation]) / expected - 1)).toBeLessThan(0.03);
    }
  });

  it("reaches the shot-noise limit R P/(q R_s) when the oscillator is strong", () => {
    const powerW = 1e-6;
    const strong = { loPowerDbm: 20, darkCurrentA: 0 };
    const clean = detect(constantField(Math.sqrt(powerW)), strong);
    const noisy = detect(constantField(Math.sqrt(powerW)), { ...strong, hasShotNoise: true });
    const noise = noisy.polarisations[0].map((value, i) => value - (clean.polarisations[0][i] as number));
    // White noise over 64 GHz: a matched filter of 32 GBd keeps half of it.
    const snr = meanSquare(clean.polarisations[0]) / (meanSquare(noise) / 2);
    const limit = powerW / (1.602176634e-19 * 32e9);
    // 32768 draws: 0.8 % = 0.034 dB; three of them. The signal's own shot noise is 2e-5 of the oscillator's.
    expect(Math.abs(10 * Math.log10(snr / limit))).toBeLessThan(0.1);
  });

  it("keeps the draws when a flag changes only the size of the noise", () => {
    const thermal = detect(constantField(0), { hasThermalNoise: true, temperatureK: 300 }).polarisations[0];
    const colder = detect(constantField(0), { hasThermalNoise: true, temperatureK: 75 }).polarisations[0];
    // A quarter of the temperature halves every sample.
    for (let i = 0; i < 100; i++) expect((colder[i] as number) / (thermal[i] as number)).toBeCloseTo(0.5, 12);
  });

  it("removes what lies beyond the photodiodes' bandwidth and nothing else", () => {
    const noise = { hasThermalNoise: true };
    const open = detect(constantField(0), noise).polarisations[0];
    const half = detect(constantField(0), { ...noise, bandwidthHz: 16e9 }).polarisations[0];
    // Half of the band of white noise remains, to the sampling error of 32768 draws.
    expect(Math.abs(meanSquare(half) / meanSquare(open) - 0.5)).toBeLessThan(0.02);
    const tone = detect(constantField(0.1), { bandwidthHz: 16e9 }).polarisations[0];
    expect(tone[2000]).toBeCloseTo(detect(constantField(0.1), {}).polarisations[0][2000] ?? Number.NaN, 14);
  });

  it("subtracts the oscillator's phase", () => {
    const samples = 64;
    const { polarisations } = detect(constantField(0.1, samples), { loLinewidthHz: 1e8 });
    const draws = new Float64Array(samples);
    testStream(1).fillNormal(draws);
    const step = Math.sqrt((2 * Math.PI * 1e8) / 64e9);
    const expected = -step * ((draws[1] as number) + (draws[2] as number));
    // Two steps of the walk, to rounding.
    expect(Math.atan2(polarisations[0][5] as number, polarisations[0][4] as number)).toBeCloseTo(expected, 12);
  });

  it("refuses a field of one polarisation", () => {
    const field: OpticalField = { polarisations: [new Float64Array(8)], sampleRateHz: 1, carrierHz: 1 };
    expect(() => detect(field, {})).toThrow(/two polarisations/);
  });
});
