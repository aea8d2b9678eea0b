import { describe, expect, it } from "vitest";
import { FiberError } from "../errors.ts";
import { fieldErrorDb, meanPowerW, type OpticalField } from "../physics/optical-field.ts";
import { constantLocalErrorSteps } from "./constant-local-error-steps.ts";
import type { FibreSpan } from "./fibre-span.ts";
import type { FieldKernels, PreparedTransfer } from "./field-kernels.ts";
import { fixedSteps } from "./fixed-steps.ts";
import { qpskComb } from "./fixtures/qpsk-wdm.ts";
import { createPropagator, type PropagationOptions, type PropagatorShape } from "./propagator.ts";
import { wasmKernels } from "./wasm-kernels.ts";

const span: FibreSpan = {
  lengthM: 80e3,
  lossDbPerKm: 0.2,
  beta2S2PerM: -21.7e-27,
  beta3S3PerM: 1.3e-40,
  gammaPerWM: 1.3e-3,
};
const { field: launched } = qpskComb({
  symbolCount: 256,
  samplesPerSymbol: 4,
  channelCount: 1,
  launchPowerDbm: 6,
  seed: 1,
});
const shape: PropagatorShape = { sampleCount: 1024, polarisationCount: 2, sampleRateHz: launched.sampleRateHz };
const manakov: PropagationOptions = { model: "manakov", steps: constantLocalErrorSteps({ stepsPerSpan: 40 }) };

describe("propagation", () => {
  it("loses exactly the fibre's loss whatever the other effects do", () => {
    for (const effects of [
      {},
      { dispersion: false },
      { nonlinearity: false },
      { dispersion: false, nonlinearity: false },
    ]) {
      const field = travel(launched, span, { ...manakov, effects });
      // 82 transforms that each keep the energy to rounding
      expect(meanPowerW(field) / meanPowerW(launched) / 10 ** -1.6).toBeCloseTo(1, 12);
    }
  });

  it("keeps the energy to 1e-12 without loss", () => {
    const field = travel(launched, { ...span, lossDbPerKm: 0 }, manakov);
    expect(Math.abs(meanPowerW(field) / meanPowerW(launched) - 1)).toBeLessThan(1e-12);
  });

  it("is the linear channel when γ = 0, however many steps it takes", () => {
    const linear = travel(launched, span, { ...manakov, effects: { nonlinearity: false } });
    const stepped = travel(launched, { ...span, gammaPerWM: 1e-30 }, manakov);
    // γ of 1e-30 turns no bit of the field, yet takes the stepped path; 1e-12 in amplitude is −240 dB
    expect(fieldErrorDb(stepped, linear)).toBeLessThan(-240);
    expect(fieldErrorDb(travel(launched, { ...span, gammaPerWM: 0 }, manakov), linear)).toBe(Number.NEGATIVE_INFINITY);
  });

  it("is pure loss when D = 0 and γ = 0: every sample scaled, none turned", () => {
    const field = travel(launched, { ...span, beta2S2PerM: 0, beta3S3PerM: 0, gammaPerWM: 0 }, manakov);
    field.polarisations.forEach((envelope, polarisation) => {
      const before = launched.polarisations[polarisation] as Float64Array;
      // one product of two roundings per number of some 0.05
      for (const [i, value] of envelope.entries()) expect(value).toBeCloseTo(10 ** -0.8 * (before[i] as number), 15);
    });
  });

  it("is undone by back-propagation: with equal steps to rounding, with other steps below −50 dB", () => {
    const propagator = createPropagator(shape);
    const { field } = propagator.propagate(launched, span, { ...manakov, occupiedBandwidthHz: 35.2e9 });
    const undone = propagator.backPropagate(field, span, { ...manakov, occupiedBandwidthHz: 35.2e9 });
    expect(fieldErrorDb(undone.field, launched)).toBeLessThan(-220); // rounding of 2 × 82 transforms
    const coarser = { ...manakov, steps: constantLocalErrorSteps({ stepsPerSpan: 20 }) };
    expect(fieldErrorDb(propagator.backPropagate(field, span, coarser).field, launched)).toBeLessThan(-50); // as asked
    propagator.dispose();
  });

  it("chooses the steps of the way there on the way back", () => {
    const propagator = createPropagator(shape);
    const options: PropagationOptions = { model: "manakov", steps: constantLocalErrorSteps() };
    const there = propagator.propagate(launched, span, options);
    const back = propagator.backPropagate(there.field, span, {
      ...options,
      occupiedBandwidthHz: propagator.occupiedBandwidthHz(launched),
    });
    expect(back.plan.stepsM).toEqual(there.plan.stepsM);
    propagator.dispose();
  });

  it("travels unequal segments one by one: 30 km and 50 km are not 80 km of their mean", () => {
    const first = { ...span, lengthM: 30e3, beta2S2PerM: -5e-27 };
    const second = { ...span, lengthM: 50e3, beta2S2PerM: -30e-27 };
    const pieces = travel(travel(launched, first, manakov), second, manakov);
    const reversed = travel(travel(launched, second, manakov), first, manakov);
    expect(meanPowerW(pieces) / meanPowerW(launched)).toBeCloseTo(10 ** -1.6, 12); // rounding
    expect(fieldErrorDb(pieces, reversed)).toBeGreaterThan(-60); // the order matters, as it must with γ
  });

  it("is the same bytes for every memory bound, run and propagator", () => {
    const expected = travel(launched, span, manakov);
    for (const transferCacheBytes of [0, 3 * 16 * 1024, 2 ** 30]) {
      const propagator = createPropagator({ ...shape, transferCacheBytes });
      for (let run = 0; run < 2; run++) {
        expect(propagator.propagate(launched, span, manakov).field).toEqual(expected);
        propagator.propagate(launched, { ...span, lengthM: 70e3 }, manakov);
      }
      propagator.dispose();
    }
  });

  it("never holds more transfer functions than it may", () => {
    const held = new Set<PreparedTransfer>();
    let most = 0;
    const propagator = createPropagator({
      ...shape,
      transferCacheBytes: 8 * 16 * 1024,
      kernels: (kernelShape) => {
        const kernels = wasmKernels(kernelShape);
        const counted: FieldKernels = {
          ...kernels,
          prepare(transfer, into) {
            const prepared = kernels.prepare(transfer, into);
            held.add(prepared);
            most = Math.max(most, held.size);
            return prepared;
          },
          release(transfer) {
            held.delete(transfer);
            kernels.release(transfer);
          },
        };
        return counted;
      },
    });
    for (const lengthM of [80e3, 70e3, 60e3]) propagator.propagate(launched, { ...span, lengthM }, manakov);
    propagator.dispose();
    expect(most).toBeLessThanOrEqual(9); // eight that fit and the one place for the rest
  });

  it.each([1000, 509])("takes records of any length: %i samples keep their energy and come back", (sampleCount) => {
    const cut = { ...launched, polarisations: launched.polarisations.map((e) => e.slice(0, 2 * sampleCount)) };
    const field = cut as unknown as OpticalField;
    const propagator = createPropagator({ ...shape, sampleCount });
    const options = { ...manakov, occupiedBandwidthHz: 35.2e9 };
    const lossless = { ...span, lossDbPerKm: 0 };
    const there = propagator.propagate(field, lossless, options).field;
    expect(Math.abs(meanPowerW(there) / meanPowerW(field) - 1)).toBeLessThan(1e-12); // as for powers of two
    // 509 is prime: its transforms go through a convolution and round a little more
    expect(fieldErrorDb(propagator.backPropagate(there, lossless, options).field, field)).toBeLessThan(-220);
    propagator.dispose();
  });

  it("leaves its input alone", () => {
    const before = structuredClone(launched);
    travel(launched, span, manakov);
    expect(launched).toEqual(before);
  });

  it("measures the band of a 32 GBd channel of roll-off 0.1 as 32 to 35.2 GHz", () => {
    const propagator = createPropagator(shape);
    const bandwidthHz = propagator.occupiedBandwidthHz(launched);
    propagator.dispose();
    expect(bandwidthHz).toBeGreaterThan(32e9);
    expect(bandwidthHz).toBeLessThan(35.3e9);
  });

  it("shows the mean power in the sum of the bins", () => {
    const propagator = createPropagator(shape);
    const binPowerW = propagator.binPowerW(launched);
    propagator.dispose();
    expect(binPowerW.reduce((sum, powerW) => sum + powerW, 0) / meanPowerW(launched)).toBeCloseTo(1, 12); // Parseval
  });

  it("says with the plan which error to expect", () => {
    const propagator = createPropagator(shape);
    const { plan } = propagator.propagate(launched, span, { ...manakov, spanCount: 10 });
    const { plan: fixed } = propagator.propagate(launched, span, { ...manakov, steps: fixedSteps(1000) });
    propagator.dispose();
    expect(plan.expected?.snrErrorDb).toBeLessThan(0.01);
    expect(fixed.expected?.fieldErrorDb).toBeLessThan(-60);
  });

  it("refuses a field of another shape and a span that is not physical", () => {
    const propagator = createPropagator(shape);
    const single: OpticalField = { ...launched, polarisations: [launched.polarisations[0]] };
    expect(() => propagator.propagate(single, span, manakov)).toThrow(FiberError);
    expect(() => propagator.propagate({ ...launched, sampleRateHz: 1 }, span, manakov)).toThrow(FiberError);
    expect(() => propagator.propagate(launched, { ...span, lengthM: -1 }, manakov)).toThrow(FiberError);
    expect(() => propagator.propagate(launched, { ...span, beta2S2PerM: Number.NaN }, manakov)).toThrow(FiberError);
    propagator.dispose();
  });
});

function travel(field: OpticalField, fibre: FibreSpan, options: PropagationOptions): OpticalField {
  const propagator = createPropagator(shape);
  const result = propagator.propagate(field, fibre, { ...options, occupiedBandwidthHz: 35.2e9 });
  propagator.dispose();
  return result.field;
}
