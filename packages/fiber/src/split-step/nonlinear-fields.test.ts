import { describe, expect, it } from "vitest";
import { amplifyWithoutNoise } from "../amplifier/amplify.ts";
import { spanLossDb } from "../physics/attenuation.ts";
import { fieldErrorDb, meanPowerW, type OpticalField } from "../physics/optical-field.ts";
import { constantLocalErrorSteps } from "./constant-local-error-steps.ts";
import type { Precision } from "./field-kernels.ts";
import { fixedSteps } from "./fixed-steps.ts";
import golden from "./fixtures/nonlinear-fields.json" with { type: "json" };
import { fieldOf } from "./fixtures/records.ts";
import { logarithmicSteps } from "./logarithmic-steps.ts";
import { createPropagator } from "./propagator.ts";
import type { StepRule } from "./step-rule.ts";

type GoldenCase = (typeof golden.cases)[number];

describe.each(golden.cases)("reference field $name", (reference) => {
  const expected = fieldOf(reference.output, reference.sampleRateHz);

  it("is met with 400 steps of constant local error per span", () => {
    const errorDb = fieldErrorDb(travel(reference, constantLocalErrorSteps({ stepsPerSpan: 400 })), expected);
    // second order: 40 dB below the −80 dB or less of 40 steps; the strongest case (two spans at 6 dBm, scalar) shows −123
    expect(errorDb).toBeLessThan(-115);
  });

  it("is approached with the square of the step", () => {
    const [coarse, fine] = [200, 400].map((stepsPerSpan) => {
      return fieldErrorDb(travel(reference, constantLocalErrorSteps({ stepsPerSpan })), expected);
    }) as [number, number];
    // 20 log₁₀ 2² = 12.04 dB for half the step; sharing 16 lengths and higher orders cost a few tenths
    expect(Math.abs(coarse - fine - 12.04)).toBeLessThan(0.3);
  });

  it.each(reference.logStepsErrorDb)("is missed by $errorDb dB with $steps logarithmic steps", ({ steps, errorDb }) => {
    // an independent implementation of the same scheme; quoted to 0.01 dB
    expect(fieldErrorDb(travel(reference, logarithmicSteps(steps)), expected)).toBeCloseTo(errorDb, 1);
  });

  it("is met in single precision down to its rounding", () => {
    const field = travel(reference, constantLocalErrorSteps({ stepsPerSpan: 160 }), "float32");
    // rounded tables (−145 dB a step) err alike in equal steps and so add in amplitude: 160 of them per span make −101 dB
    expect(fieldErrorDb(field, expected)).toBeLessThan(-93 + 20 * Math.log10(reference.spanCount));
  });
});

describe("a nonlinear span", () => {
  const reference = golden.cases[0] as GoldenCase;

  it("is shorter with every metre that is dropped: 80 km in steps of 30 km is 80 km", () => {
    const field = travel(reference, fixedSteps(30e3));
    // three steps are coarse, but loss and gain cancel to rounding only when the whole span is there
    expect(meanPowerW(field) / meanPowerW(fieldOf(reference.input, 1))).toBeCloseTo(1, 12);
  });
});

function travel(reference: GoldenCase, steps: StepRule, precision: Precision = "float64"): OpticalField {
  let field = fieldOf(reference.input, reference.sampleRateHz);
  const polarisationCount = field.polarisations.length as 1 | 2;
  const sampleCount = field.polarisations[0].length / 2;
  const propagator = createPropagator({
    sampleCount,
    polarisationCount,
    sampleRateHz: reference.sampleRateHz,
    precision,
  });
  const model = polarisationCount === 2 ? "manakov" : "scalar";
  for (let span = 0; span < reference.spanCount; span++) {
    const fibre = { ...reference, lengthM: reference.spanLengthM };
    field = propagator.propagate(field, fibre, { model, steps, occupiedBandwidthHz: 35.2e9 }).field;
    if (reference.isAmplified) field = amplifyWithoutNoise(field, spanLossDb(fibre.lengthM, fibre.lossDbPerKm));
  }
  propagator.dispose();
  return field;
}
