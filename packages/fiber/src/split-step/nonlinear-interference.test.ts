import { describe, expect, it } from "vitest";
import { amplifyWithoutNoise } from "../amplifier/amplify.ts";
import { beta2S2PerM as beta2Of } from "../physics/dispersion.ts";
import { fieldErrorDb, type OpticalField } from "../physics/optical-field.ts";
import { constantLocalErrorSteps } from "./constant-local-error-steps.ts";
import { type Comb, qpskComb } from "./fixtures/qpsk-wdm.ts";
import { logarithmicSteps } from "./logarithmic-steps.ts";
import { createPropagator } from "./propagator.ts";
import type { ExpectedError, StepRule } from "./step-rule.ts";

const beta2S2PerM = beta2Of(16.7, 193.1e12);
const span = { lengthM: 80e3, lossDbPerKm: 0.2, beta2S2PerM, beta3S3PerM: 0, gammaPerWM: 1.3e-3 };

describe("nonlinear interference of one DP-QPSK channel", () => {
  it("has the SNR of the reference split-step after 1, 2, 5 and 10 spans", () => {
    // half of the reference's 16384 symbols: statistical error 0.07 to 0.14 dB, largest after one span
    const comb = qpskComb({ symbolCount: 8192, samplesPerSymbol: 4, channelCount: 1, launchPowerDbm: 0, seed: 5 });
    const { snrsDb } = link(comb, 10, constantLocalErrorSteps({ stepsPerSpan: 8 }), [1, 2, 5, 10]);
    [43.95, 37.17, 30.75, 26.45].forEach((referenceDb, i) => {
      expect(Math.abs((snrsDb[i] as number) - referenceDb)).toBeLessThan(0.2);
    });
  });

  it("grows with the cube of the launch power: two dB of SNR lost per dB", () => {
    const snrs = [-3, 0, 3, 6].map((launchPowerDbm) => {
      const comb = qpskComb({ symbolCount: 2048, samplesPerSymbol: 4, channelCount: 1, launchPowerDbm, seed: 6 });
      return link(comb, 10, constantLocalErrorSteps({ stepsPerSpan: 8 }), [10]).snrsDb[0] as number;
    });
    // the reference figures (32.52, 26.49, 20.42, 14.26) bend from 6.03 to 6.16 dB per 3 dB as higher orders set in
    snrs.slice(1).forEach((snr, i) => {
      expect((snrs[i] as number) - snr).toBeGreaterThan(5.9);
      expect((snrs[i] as number) - snr).toBeLessThan(6.3);
    });
  });

  it("converges with logarithmic steps as the reference does: +0.086 dB at 5 steps, +0.027 at 10", () => {
    const comb = qpskComb({ symbolCount: 4096, samplesPerSymbol: 4, channelCount: 1, launchPowerDbm: 0, seed: 7 });
    const [five, ten, converged] = [5, 10, 50].map(
      (steps) => link(comb, 10, logarithmicSteps(steps), [10]).snrsDb[0],
    ) as [number, number, number];
    // the bias depends little on the symbols: a third of it for another record
    expect(Math.abs(five - converged - 0.086)).toBeLessThan(0.03);
    expect(Math.abs(ten - converged - 0.027)).toBeLessThan(0.01);
  });

  it("comes within 0.01 dB of converged with the steps that constant local error chooses for it", () => {
    const comb = qpskComb({ symbolCount: 4096, samplesPerSymbol: 4, channelCount: 1, launchPowerDbm: 0, seed: 8 });
    const chosen = link(comb, 10, constantLocalErrorSteps({ snrErrorDb: 0.01 }), [10]);
    const converged = link(comb, 10, constantLocalErrorSteps({ stepsPerSpan: 60 }), [10]);
    expect(chosen.stepsPerSpan).toBeLessThanOrEqual(7);
    expect(Math.abs((chosen.snrsDb[0] as number) - (converged.snrsDb[0] as number))).toBeLessThan(0.01);
  });
});

describe("the expected error", () => {
  it.each([
    { channelCount: 1, samplesPerSymbol: 4, spanCount: 5, steps: 4, converged: 60 },
    { channelCount: 1, samplesPerSymbol: 4, spanCount: 1, steps: 10, converged: 80 },
    { channelCount: 3, samplesPerSymbol: 8, spanCount: 2, steps: 30, converged: 200 },
    { channelCount: 5, samplesPerSymbol: 16, spanCount: 1, steps: 40, converged: 320 },
  ])("bounds what happens: $channelCount channels, $spanCount spans, $steps steps", (settings) => {
    const { channelCount, samplesPerSymbol, spanCount } = settings;
    const comb = qpskComb({
      symbolCount: 8192 / samplesPerSymbol,
      samplesPerSymbol,
      channelCount,
      launchPowerDbm: 0,
      seed: 9,
    });
    const coarse = link(comb, spanCount, constantLocalErrorSteps({ stepsPerSpan: settings.steps }), [spanCount]);
    const fine = link(comb, spanCount, constantLocalErrorSteps({ stepsPerSpan: settings.converged }), [spanCount]);
    const expected = coarse.expected as ExpectedError;
    const errorDb = fieldErrorDb(coarse.field, fine.field);
    // the calibration states an envelope with at most 8 dB of room; one more dB for these short records
    expect(errorDb).toBeLessThan(expected.fieldErrorDb + 1);
    expect(errorDb).toBeGreaterThan(expected.fieldErrorDb - 9);
    const snrErrorDb = Math.abs((coarse.snrsDb[0] as number) - (fine.snrsDb[0] as number));
    expect(snrErrorDb).toBeLessThan(expected.snrErrorDb);
  });
});

interface LinkResult {
  readonly field: OpticalField;
  readonly snrsDb: readonly number[];
  readonly stepsPerSpan: number;
  readonly expected: ExpectedError | undefined;
}

/** Ideal amplifiers, ideal dispersion compensation, matched filter; SNR of the centre channel after the wanted spans. */
function link(comb: Comb, spanCount: number, steps: StepRule, wanted: readonly number[]): LinkResult {
  let { field } = comb;
  const shape = {
    sampleCount: field.polarisations[0].length / 2,
    polarisationCount: 2,
    sampleRateHz: field.sampleRateHz,
  } as const;
  const propagator = createPropagator(shape);
  const snrsDb: number[] = [];
  let stepsPerSpan = 0;
  let expected: ExpectedError | undefined;
  for (let count = 1; count <= spanCount; count++) {
    const result = propagator.propagate(field, span, { model: "manakov", steps, spanCount });
    field = amplifyWithoutNoise(result.field, 16);
    stepsPerSpan = result.plan.stepsM.length;
    expected ??= result.plan.expected;
    if (!wanted.includes(count)) continue;
    snrsDb.push(comb.snrDb(propagator.compensateDispersion(field, { beta2LengthS2: beta2S2PerM * 80e3 * count })));
  }
  propagator.dispose();
  return { field, snrsDb, stepsPerSpan, expected };
}
