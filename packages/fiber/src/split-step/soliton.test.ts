import { describe, expect, it } from "vitest";
import { solitonPeakPowerW } from "../physics/kerr.ts";
import { fieldErrorDb, type OpticalField } from "../physics/optical-field.ts";
import type { PropagationModel } from "./fibre-span.ts";
import { fixedSteps } from "./fixed-steps.ts";
import { powersW, recordOf } from "./fixtures/records.ts";
import golden from "./fixtures/solitons.json" with { type: "json" };
import { createPropagator } from "./propagator.ts";

const { beta2S2PerM, gammaPerWM, halfWidthS, samples, sampleSpacingS } = golden;
const dispersionLengthM = halfWidthS ** 2 / Math.abs(beta2S2PerM);
const periodM = (Math.PI / 2) * dispersionLengthM;
const peakW = solitonPeakPowerW(halfWidthS, beta2S2PerM, gammaPerWM);

describe("soliton", () => {
  it.each(golden.cases)(
    "of order $order is the reference field after $periods periods",
    ({ order, lengthM, field: expected }) => {
      // order 3 compresses nine-fold and needs shorter steps
      const stepM = periodM / (order === 3 ? 1600 : 400);
      const coarse = subsampled(travel(soliton(order), lengthM, stepM), golden.stride);
      const fine = subsampled(travel(soliton(order), lengthM, stepM / 2), golden.stride);
      // the error of a symmetric step is an even series in h: (4 E(h/2) − E(h))/3 drops its first term
      const [fineX] = fine.polarisations;
      const extrapolated = fineX.map((value, i) => (4 * value - (coarse.polarisations[0][i] as number)) / 3);
      // what is left is of fourth order: the square of the −60 dB that order 3 shows, or better
      expect(fieldErrorDb({ ...fine, polarisations: [extrapolated] }, expectedField(expected))).toBeLessThan(-105);
    },
  );

  it("of order 1 keeps its shape and turns by z/2L_D: 5 rad after ten dispersion lengths", () => {
    const field = travel(soliton(1), 10 * dispersionLengthM, periodM / 400);
    const [x] = field.polarisations;
    const centre = 2 * (samples / 2);
    expect(Math.atan2(x[centre + 1] as number, x[centre] as number)).toBeCloseTo(5 - 2 * Math.PI, 4); // 1e-4 asked
    expect(intensityError(field, soliton(1), 1)).toBeLessThan(1e-5); // ten times the 400-step error of one period
  });

  it.each([
    [2, 0.5, 16],
    [2, 0.25, 6.4],
  ])("of order %i has at %f of a period %f times the peak of a fundamental one", (order, periods, ratio) => {
    const field = travel(soliton(order), periods * periodM, periodM / 1600);
    // step error 2.4e-5 of the input peak of 4; the grid of 0.3 ps samples the peak itself
    expect(Math.max(...powersW(field)) / peakW).toBeCloseTo(ratio, 2);
  });

  it.each([
    [1, 100, 1.5e-5],
    [1, 400, 9.4e-7],
    [2, 100, 6.2e-3],
    [2, 400, 3.9e-4],
    [3, 100, 9.8e-2],
    [3, 400, 5.4e-3],
  ])(
    "of order %i returns after a period of %i steps with the intensity error %f of second order",
    (order, steps, error) => {
      const field = travel(soliton(order), periodM, periodM / steps);
      // the published figures have two digits
      expect(intensityError(field, soliton(order), order) / error).toBeCloseTo(1, 1);
    },
  );

  it.each([1, 2, 3])("of order %i converges with the square of the step", (order) => {
    const errors = [400, 800].map((steps) =>
      intensityError(travel(soliton(order), periodM, periodM / steps), soliton(order), order),
    );
    // halving the step divides a second-order error by 4; the fourth-order remainder of order 3 is some per cent
    expect((errors[0] as number) / (errors[1] as number)).toBeCloseTo(4, 0);
  });

  it("of the Manakov equation is that of 8/9 γ in any fixed polarisation, which it keeps", () => {
    const angle = 0.7;
    const retardation = 0.4;
    const amplitude = Math.sqrt((9 / 8) * peakW);
    const shape = (timeS: number) => amplitude / Math.cosh(timeS / halfWidthS);
    const input = recordOf(
      samples,
      sampleSpacingS,
      (t) => [shape(t) * Math.cos(angle), 0],
      (t) => [shape(t) * Math.sin(angle) * Math.cos(retardation), shape(t) * Math.sin(angle) * Math.sin(retardation)],
    );
    const output = travel(input, periodM, periodM / 400, "manakov");
    expect(intensityError(output, input, 1) * (8 / 9)).toBeLessThan(2e-6); // 9.4e-7 for the scalar one
    // a fixed ratio Ey/Ex is a fixed polarisation; both see the same phases, so only rounding differs
    const [x, y] = output.polarisations as readonly [Float64Array, Float64Array];
    const centre = 2 * (samples / 2);
    const turned =
      Math.atan2(y[centre + 1] as number, y[centre] as number) -
      Math.atan2(x[centre + 1] as number, x[centre] as number);
    expect(turned).toBeCloseTo(retardation, 10);
  });
});

function soliton(order: number): OpticalField {
  const amplitude = order * Math.sqrt(peakW);
  return recordOf(samples, sampleSpacingS, (timeS) => [amplitude / Math.cosh(timeS / halfWidthS), 0]);
}

function travel(field: OpticalField, lengthM: number, stepM: number, model: PropagationModel = "scalar"): OpticalField {
  const polarisationCount = field.polarisations.length as 1 | 2;
  const propagator = createPropagator({ sampleCount: samples, polarisationCount, sampleRateHz: field.sampleRateHz });
  const span = { lengthM, lossDbPerKm: 0, beta2S2PerM, beta3S3PerM: 0, gammaPerWM };
  const result = propagator.propagate(field, span, { model, steps: fixedSteps(stepM), occupiedBandwidthHz: 1e12 });
  propagator.dispose();
  return result.field;
}

/** Largest change of |E|² over N² P₀. */
function intensityError(field: OpticalField, input: OpticalField, order: number): number {
  const before = powersW(input);
  return Math.max(...powersW(field).map((power, i) => Math.abs(power - (before[i] as number)))) / (order ** 2 * peakW);
}

function subsampled(field: OpticalField, stride: number): OpticalField {
  const [x] = field.polarisations;
  return { ...field, polarisations: [x.filter((_, index) => (index >> 1) % stride === 0)] };
}

function expectedField(values: readonly number[]): OpticalField {
  return { polarisations: [Float64Array.from(values)], sampleRateHz: 1, carrierHz: 193.1e12 };
}
