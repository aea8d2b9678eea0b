import { describe, expect, it } from "vitest";
import { attenuationPerM, effectiveLengthM } from "../physics/attenuation.ts";
import { modulationInstabilityPeakRadPerS } from "../physics/kerr.ts";
import type { OpticalField } from "../physics/optical-field.ts";
import type { FibreSpan } from "./fibre-span.ts";
import { fixedSteps } from "./fixed-steps.ts";
import { powersW, recordOf } from "./fixtures/records.ts";
import { createPropagator } from "./propagator.ts";

const gammaPerWM = 1.3e-3;
const samples = 4096;
const spacingS = 0.25e-12;
const halfWidthS = 40e-12;

describe("self-phase modulation without dispersion", () => {
  it("turns the peak of a 0.1 W pulse by γP₀L = 2.6 rad in 20 km", () => {
    const output = travel(gaussian(0.1), { lengthM: 20e3 });
    expect(phaseAt(output, samples / 2)).toBeCloseTo(2.6, 12); // one product of four factors
  });

  it("turns it by γP₀L_eff where there is loss, and dims it by exactly that loss", () => {
    const output = travel(gaussian(0.1), { lengthM: 80e3, lossDbPerKm: 0.2 });
    const phaseRad = gammaPerWM * 0.1 * effectiveLengthM(80e3, attenuationPerM(0.2));
    expect(phaseAt(output, samples / 2)).toBeCloseTo(phaseRad, 12);
    expect(powersW(output)[samples / 2] as number).toBeCloseTo(0.1 * 10 ** -1.6, 14);
  });

  it("turns every sample by its own power and leaves |E|² alone to 1e-12", () => {
    const input = gaussian(0.1);
    const output = travel(input, { lengthM: 20e3 });
    const before = powersW(input);
    powersW(output).forEach((powerW, i) => {
      const expectedW = before[i] as number;
      expect(Math.abs(powerW - expectedW)).toBeLessThanOrEqual(1e-12 * expectedW);
      if (expectedW > 1e-6) expect(phaseAt(output, i)).toBeCloseTo(gammaPerWM * 20e3 * expectedW, 12);
    });
  });

  it("chirps a Gaussian by at most 0.857764 φmax/T₀", () => {
    const phiMaxRad = 2.6;
    const output = travel(gaussian(phiMaxRad / (gammaPerWM * 20e3)), { lengthM: 20e3 });
    let largest = 0;
    for (let i = samples / 2 - 600; i < samples / 2 + 600; i++) {
      largest = Math.max(largest, Math.abs(phaseAt(output, i + 1) - phaseAt(output, i - 1)) / (2 * spacingS));
    }
    // central difference over T₀/160: its relative error is of the order (1/160)²
    expect((largest * halfWidthS) / phiMaxRad).toBeCloseTo(0.857764, 4);
  });

  it.each([
    [0.5, 1],
    [1.5, 2],
    [2.5, 3],
    [3.5, 4],
    [4.5, 5],
  ])("breaks the spectrum of a Gaussian at φmax = %f π into %i peaks", (halfTurns, peaks) => {
    const output = travel(gaussian((halfTurns * Math.PI) / (gammaPerWM * 20e3)), { lengthM: 20e3 });
    expect(peakCount(binPowers(output))).toBe(peaks);
  });

  it("acts with 8/9 of γ on the power of both polarisations in the Manakov model", () => {
    const x = gaussian(0.04).polarisations[0];
    const y = gaussian(0.06).polarisations[0];
    const input: OpticalField = { polarisations: [x, y], sampleRateHz: 1 / spacingS, carrierHz: 193.1e12 };
    const propagator = createPropagator({ sampleCount: samples, polarisationCount: 2, sampleRateHz: 1 / spacingS });
    const span = { lengthM: 20e3, lossDbPerKm: 0, beta2S2PerM: 0, beta3S3PerM: 0, gammaPerWM };
    const { field } = propagator.propagate(input, span, { model: "manakov" });
    propagator.dispose();
    for (const envelope of field.polarisations) {
      const phase = Math.atan2(envelope[samples + 1] as number, envelope[samples] as number);
      expect(phase).toBeCloseTo((8 / 9) * 2.6, 12); // rounding of a product
    }
  });
});

describe("modulation instability", () => {
  const powerW = 0.2;
  const beta2S2PerM = -21.7e-27;
  const peakRadPerS = modulationInstabilityPeakRadPerS(powerW, beta2S2PerM, gammaPerWM);
  // the record holds 64 periods of the fastest growing tone
  const recordS = (64 * 2 * Math.PI) / peakRadPerS;

  it("lets a tone at √(2γP₀/|β₂|) grow by 2γP₀ per metre", () => {
    const gain = Math.log(sidebandW(64, 14e3) / sidebandW(64, 10e3)) / 4e3;
    // the decaying partner of the growing tone is e^(−2·2γP₀·10 km) = 3e-5 by then; steps of 50 m err by 1e-4
    expect(gain / (2 * gammaPerWM * powerW)).toBeCloseTo(1, 2);
  });

  it("grows slower on either side of it, and not at all beyond √2 times its frequency", () => {
    const peak = sidebandW(64, 12e3);
    expect(sidebandW(56, 12e3)).toBeLessThan(peak);
    expect(sidebandW(72, 12e3)).toBeLessThan(peak);
    // 100/64 > √2: bounded beating, at most (1 + κ/…)² of a few
    expect(sidebandW(100, 12e3) / 1e-14).toBeLessThan(10);
  });

  /** Power of one sideband that starts with 1e-14 W beside a carrier of 0.2 W. */
  function sidebandW(bin: number, lengthM: number): number {
    const count = 1024;
    const input = recordOf(count, recordS / count, (t) => {
      const angle = (2 * Math.PI * bin * t) / recordS;
      return [Math.sqrt(powerW) + 1e-7 * Math.cos(angle), 1e-7 * Math.sin(angle)];
    });
    const propagator = createPropagator({ sampleCount: count, polarisationCount: 1, sampleRateHz: count / recordS });
    const span = { lengthM, lossDbPerKm: 0, beta2S2PerM, beta3S3PerM: 0, gammaPerWM };
    const { field } = propagator.propagate(input, span, {
      model: "scalar",
      steps: fixedSteps(50),
      occupiedBandwidthHz: 1e12,
    });
    const sideband = propagator.binPowerW(field)[bin] as number;
    propagator.dispose();
    return sideband;
  }
});

function gaussian(peakW: number): OpticalField {
  return recordOf(samples, spacingS, (t) => [Math.sqrt(peakW) * Math.exp(-((t / halfWidthS) ** 2) / 2), 0]);
}

function travel(field: OpticalField, span: Partial<FibreSpan>): OpticalField {
  const propagator = createPropagator({ sampleCount: samples, polarisationCount: 1, sampleRateHz: field.sampleRateHz });
  const complete = { lengthM: 0, lossDbPerKm: 0, beta2S2PerM: 0, beta3S3PerM: 0, gammaPerWM, ...span };
  const result = propagator.propagate(field, complete, { model: "scalar" });
  propagator.dispose();
  return result.field;
}

function binPowers(field: OpticalField): Float64Array {
  const propagator = createPropagator({ sampleCount: samples, polarisationCount: 1, sampleRateHz: field.sampleRateHz });
  const powers = propagator.binPowerW(field);
  propagator.dispose();
  return powers;
}

function phaseAt(field: OpticalField, index: number): number {
  const [x] = field.polarisations;
  return Math.atan2(x[2 * index + 1] as number, x[2 * index] as number);
}

/** Local maxima above a hundredth of the largest value. */
function peakCount(powers: Float64Array): number {
  const count = powers.length;
  const at = (index: number) => powers[(index + count) % count] as number;
  const threshold = Math.max(...powers) / 100;
  return powers.reduce(
    (peaks, power, i) => peaks + (power > threshold && power > at(i - 1) && power >= at(i + 1) ? 1 : 0),
    0,
  );
}
