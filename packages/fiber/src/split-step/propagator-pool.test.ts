import { describe, expect, it } from "vitest";
import { qpskComb } from "./fixtures/qpsk-wdm.ts";
import { createPropagator, type Propagator } from "./propagator.ts";
import { releasePropagator, withPropagator } from "./propagator-pool.ts";

const span = { lengthM: 80e3, lossDbPerKm: 0.2, beta2S2PerM: -21.7e-27, beta3S3PerM: 0, gammaPerWM: 1.3e-3 };
const { field } = qpskComb({ symbolCount: 128, samplesPerSymbol: 4, channelCount: 1, launchPowerDbm: 3, seed: 2 });
const shape = { sampleCount: 512, polarisationCount: 2, sampleRateHz: field.sampleRateHz } as const;
const travel = (propagator: Propagator) => propagator.propagate(field, span, { model: "manakov" }).field;

describe("withPropagator", () => {
  it("gives the bytes of a fresh propagator, whatever it was used for before", () => {
    const fresh = createPropagator(shape);
    const expected = travel(fresh);
    fresh.dispose();
    withPropagator(shape, (propagator) =>
      propagator.propagate(field, { ...span, lengthM: 10e3 }, { model: "manakov" }),
    );
    expect(withPropagator(shape, travel)).toEqual(expected);
    withPropagator({ ...shape, precision: "float32" }, travel);
    expect(withPropagator(shape, travel)).toEqual(expected);
    releasePropagator();
    expect(withPropagator(shape, travel)).toEqual(expected);
  });

  it("hands out the same propagator for the same shape and another for another", () => {
    const first = withPropagator(shape, (propagator) => propagator);
    expect(withPropagator({ ...shape, precision: "float64" }, (propagator) => propagator)).toBe(first);
    expect(withPropagator({ ...shape, precision: "float32" }, (propagator) => propagator)).not.toBe(first);
    releasePropagator();
  });
});
