import { describe, expect, it } from "vitest";
import { beta2S2PerM as beta2Of } from "../physics/dispersion.ts";
import { energy, fieldErrorDb, type OpticalField } from "../physics/optical-field.ts";
import type { FibreSpan } from "./fibre-span.ts";
import golden from "./fixtures/dispersion.json" with { type: "json" };
import { fieldOf, recordOf, rmsDurationS } from "./fixtures/records.ts";
import { createPropagator, type Propagator } from "./propagator.ts";

const beta2S2PerM = -21.7e-27;
const linear = { model: "scalar", effects: { nonlinearity: false } } as const;

describe("dispersion", () => {
  const halfWidthS = 25e-12;
  it.each([
    [0, 1, Math.SQRT2],
    [0, 2, 2.236068],
    [0, 5, 5.09902],
    [-2, 0.4, 1.843909],
    [-2, 1, 3.162278],
    [-2, 2, 5.385165],
    [2, 0.4, 0.447214],
    [2, 1, Math.SQRT2],
    [2, 2, 3.605551],
  ])(
    "widens a Gaussian of chirp %f in %f dispersion lengths by %f, as the closed form says",
    (chirp, lengths, ratio) => {
      const input = recordOf(1024, 4e-12, (t) => gaussian(t, halfWidthS, chirp));
      const lengthM = (lengths * halfWidthS ** 2) / Math.abs(beta2S2PerM);
      const output = travel(input, { lengthM, beta2S2PerM });
      expect(rmsDurationS(output) / rmsDurationS(input)).toBeCloseTo(ratio, 5); // as quoted
      const expected = recordOf(1024, 4e-12, (t) => chirpedGaussian(t, halfWidthS, chirp, beta2S2PerM * lengthM));
      expect(fieldErrorDb(output, expected)).toBeLessThan(-250); // one transform pair in double precision: −300 dB
    },
  );

  it("widens a Gaussian ten dispersion lengths long by 10.049876", () => {
    const input = recordOf(2048, 4e-12, (t) => gaussian(t, halfWidthS, 0));
    const output = travel(input, { lengthM: (10 * halfWidthS ** 2) / Math.abs(beta2S2PerM), beta2S2PerM });
    expect(rmsDurationS(output) / rmsDurationS(input)).toBeCloseTo(10.049876, 5);
  });

  it("gives the reference field of a random record of two polarisations", () => {
    const { randomRecord: record } = golden;
    const input = fieldOf([record.inputX, record.inputY], record.sampleRateHz);
    const output = travel(input, {
      lengthM: record.lengthM,
      lossDbPerKm: record.lossDbPerKm,
      beta2S2PerM: beta2Of(record.dispersionPsPerNmKm, input.carrierHz),
    });
    // the fixture keeps 14 digits (−280 dB); phases of 10³ rad cost three of double precision's sixteen digits (−256 dB)
    expect(fieldErrorDb(output, fieldOf([record.outputX, record.outputY], record.sampleRateHz))).toBeLessThan(-240);
  });

  it("gives the reference field of third-order dispersion alone, whose centre moves by −β₃z/4T₀²", () => {
    const { thirdOrder } = golden;
    const { halfWidthS: width, lengthM, beta3S3PerM, samples, sampleSpacingS, stride } = thirdOrder;
    const input = recordOf(samples, sampleSpacingS, (t) => gaussian(t, width, 0));
    const output = travel(input, { lengthM, beta3S3PerM });
    const kept = output.polarisations[0].filter((_, index) => (index >> 1) % stride === 0);
    // the fixture keeps 12 digits
    expect(fieldErrorDb(fieldOf([kept], 1), fieldOf([thirdOrder.field], 1))).toBeLessThan(-220);
    expect((-beta3S3PerM * lengthM) / (4 * width ** 2)).toBeCloseTo(thirdOrder.meanTimeS, 16); // 2.5 ps to 1e-4 ps
  });

  it("keeps the energy to 1e-12", () => {
    const input = fieldOf([golden.randomRecord.inputX], 256e9);
    const output = travel(input, { lengthM: 100e3, beta2S2PerM, beta3S3PerM: 1.3e-40 });
    expect(Math.abs(energy(output.polarisations[0]) / energy(input.polarisations[0]) - 1)).toBeLessThan(1e-12);
  });

  it("is taken off again exactly and without delay", () => {
    const input = fieldOf([golden.randomRecord.inputX, golden.randomRecord.inputY], 256e9);
    const propagator = propagatorFor(input);
    const span = { lengthM: 400e3, lossDbPerKm: 0, beta2S2PerM, beta3S3PerM: 1.3e-40, gammaPerWM: 0 };
    const { field } = propagator.propagate(input, span, linear);
    const accumulated = { beta2LengthS2: beta2S2PerM * 400e3, beta3LengthS3: 1.3e-40 * 400e3 };
    // two transform pairs and phases of some 10³ rad in double precision
    expect(fieldErrorDb(propagator.compensateDispersion(field, accumulated), input)).toBeLessThan(-240);
    propagator.dispose();
  });

  it("fades a detected tone by |cos(½ β₂ ω² L)| with its null at 6.77 GHz after 80 km", () => {
    const tone = (frequencyHz: number) => detectedTone(frequencyHz, 80e3) / detectedTone(frequencyHz, 0);
    // bins of 10 MHz: the nearest bin to the null at 6.7703 GHz leaves |cos| below 2.2·0.3e-3/6.77·π/2 ≈ 1e-3
    expect(tone(6.77e9)).toBeLessThan(1e-3);
    const omega = 2 * Math.PI * 4e9;
    // a modulation depth of 1e-4 leaves second-order terms of 1e-8
    expect(tone(4e9)).toBeCloseTo(Math.abs(Math.cos(0.5 * beta2S2PerM * omega ** 2 * 80e3)), 6);
  });
});

/** Amplitude of the detected power at a frequency, of a carrier modulated in amplitude by 1e-4, after a length in m. */
function detectedTone(frequencyHz: number, lengthM: number): number {
  const samples = 4096;
  const spacingS = 100e-9 / samples;
  const input = recordOf(samples, spacingS, (t) => [1 + 1e-4 * Math.cos(2 * Math.PI * frequencyHz * t), 0]);
  const [x] = travel(input, { lengthM, beta2S2PerM }).polarisations;
  let [re, im] = [0, 0];
  for (let i = 0; i < samples; i++) {
    const powerW = (x[2 * i] as number) ** 2 + (x[2 * i + 1] as number) ** 2;
    re += powerW * Math.cos(2 * Math.PI * frequencyHz * i * spacingS);
    im += powerW * Math.sin(2 * Math.PI * frequencyHz * i * spacingS);
  }
  return Math.hypot(re, im);
}

function gaussian(t: number, halfWidthS: number, chirp: number): readonly [number, number] {
  const x = (t / halfWidthS) ** 2 / 2;
  return [Math.exp(-x) * Math.cos(-chirp * x), Math.exp(-x) * Math.sin(-chirp * x)];
}

/** exp(−(1+iC)t²/(2T₀²q))/√q with q = 1 − i β₂z (1+iC)/T₀². */
function chirpedGaussian(
  t: number,
  halfWidthS: number,
  chirp: number,
  beta2LengthS2: number,
): readonly [number, number] {
  const k = beta2LengthS2 / halfWidthS ** 2;
  const [qr, qi] = [1 + k * chirp, -k];
  const norm = qr * qr + qi * qi;
  const x = (t / halfWidthS) ** 2 / 2;
  const exponentRe = (-x * (qr + chirp * qi)) / norm;
  const exponentIm = (-x * (chirp * qr - qi)) / norm;
  const amplitude = Math.exp(exponentRe) / norm ** 0.25;
  const phase = exponentIm - Math.atan2(qi, qr) / 2;
  return [amplitude * Math.cos(phase), amplitude * Math.sin(phase)];
}

function propagatorFor(field: OpticalField): Propagator {
  const polarisationCount = field.polarisations.length as 1 | 2;
  return createPropagator({
    sampleCount: field.polarisations[0].length / 2,
    polarisationCount,
    sampleRateHz: field.sampleRateHz,
  });
}

function travel(field: OpticalField, span: Partial<FibreSpan>): OpticalField {
  const propagator = propagatorFor(field);
  const complete = { lengthM: 0, lossDbPerKm: 0, beta2S2PerM: 0, beta3S3PerM: 0, gammaPerWM: 0, ...span };
  const result = propagator.propagate(field, complete, linear);
  propagator.dispose();
  return result.field;
}
