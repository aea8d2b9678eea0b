import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FiberError } from "../errors.ts";
import { attenuationPerM, effectiveLengthM } from "../physics/attenuation.ts";
import { beta2S2PerM } from "../physics/dispersion.ts";
import { MANAKOV_FACTOR } from "../physics/kerr.ts";
import { constantLocalErrorSteps } from "./constant-local-error-steps.ts";
import { fixedSteps } from "./fixed-steps.ts";
import { logarithmicSteps } from "./logarithmic-steps.ts";
import { symmetricSchedule } from "./schedule.ts";
import type { StepConditions } from "./step-rule.ts";

const oneChannel: StepConditions = {
  lengthM: 80e3,
  coefficients: {
    attenuationPerM: attenuationPerM(0.2),
    beta2S2PerM: beta2S2PerM(16, 193.1e12),
    beta3S3PerM: 0,
    kerrPerWM: 1.3e-3 * MANAKOV_FACTOR,
  },
  launchPowerW: 1e-3,
  occupiedBandwidthHz: 35.2e9,
  spanCount: 10,
};
const fiveChannels: StepConditions = { ...oneChannel, launchPowerW: 5e-3, occupiedBandwidthHz: 235.2e9 };

describe("every step rule", () => {
  const rules = [
    fixedSteps(700),
    fixedSteps(1e6),
    logarithmicSteps(17),
    constantLocalErrorSteps(),
    constantLocalErrorSteps({ stepsPerSpan: 61 }),
  ];

  it.each(rules)("$name divides the whole span into positive steps", (rule) => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 2e5, noNaN: true }),
        fc.double({ min: 0, max: 0.5, noNaN: true }),
        (lengthM, loss) => {
          const coefficients = { ...oneChannel.coefficients, attenuationPerM: attenuationPerM(loss) };
          const { stepsM } = rule.plan({ ...oneChannel, lengthM, coefficients });
          expect(stepsM.every((step) => step > 0)).toBe(true);
          // at most some 10⁴ additions of numbers below the length
          expect(stepsM.reduce((sum, step) => sum + step, 0) / lengthM).toBeCloseTo(1, 11);
        },
      ),
      { seed: 3, numRuns: 60 },
    );
  });

  it.each(rules)("$name gives equal steps for equal conditions", (rule) => {
    expect(rule.plan(fiveChannels)).toEqual(rule.plan({ ...fiveChannels }));
  });
});

describe("fixedSteps", () => {
  it("takes the step as given and a shorter last one", () => {
    expect([...fixedSteps(30e3).plan(oneChannel).stepsM]).toEqual([30e3, 30e3, 20e3]);
  });

  it("makes no step of a rounding remainder", () => {
    const { stepsM } = fixedSteps(0.1).plan({ ...oneChannel, lengthM: 0.3 });
    expect(stepsM).toHaveLength(3);
  });

  it("still crosses a span that is shorter than a step", () => {
    expect([...fixedSteps(100e3).plan(oneChannel).stepsM]).toEqual([80e3]);
  });

  it("refuses a step of nothing", () => {
    expect(() => fixedSteps(0)).toThrow(FiberError);
    expect(() => fixedSteps(Number.NaN)).toThrow(FiberError);
  });
});

describe("logarithmicSteps", () => {
  it("gives every step the same nonlinear phase", () => {
    const a = oneChannel.coefficients.attenuationPerM;
    let startM = 0;
    for (const stepM of logarithmicSteps(10).plan(oneChannel).stepsM) {
      const phaseShare = (effectiveLengthM(stepM, a) * Math.exp(-a * startM)) / effectiveLengthM(80e3, a);
      expect(phaseShare).toBeCloseTo(0.1, 10); // logarithm of a small difference near the end of the span
      startM += stepM;
    }
  });
});

describe("constantLocalErrorSteps", () => {
  it("makes steps as the power to the −1/3", () => {
    const a = oneChannel.coefficients.attenuationPerM;
    const { stepsM } = constantLocalErrorSteps({ stepsPerSpan: 12 }).plan(oneChannel);
    let endM = 0;
    const ends = Array.from(stepsM, (stepM) => (endM += stepM));
    const shares = ends.map(
      (end, i) => -Math.expm1((-a * (stepsM[i] as number)) / 3) * Math.exp((-a * (end - (stepsM[i] as number))) / 3),
    );
    // ∫P^(1/3) dz is the same in every step; only the rounding of the borders differs
    for (const share of shares) expect(share / (shares[0] as number)).toBeCloseTo(1, 9);
  });

  it("takes 5 to 6 steps per span for one channel at 0.01 dB and 137 to 160 for five at 0.01 to 0.02 dB", () => {
    expect([5, 6]).toContain(constantLocalErrorSteps({ snrErrorDb: 0.01 }).plan(oneChannel).stepsM.length);
    const fine = constantLocalErrorSteps({ snrErrorDb: 0.01 }).plan(fiveChannels).stepsM.length;
    const coarse = constantLocalErrorSteps({ snrErrorDb: 0.02 }).plan(fiveChannels).stepsM.length;
    expect(fine).toBeGreaterThan(140);
    expect(fine).toBeLessThan(180);
    expect(coarse).toBeLessThan(fine);
    expect(coarse).toBeGreaterThan(110);
  });

  it("promises no more error than it was allowed, and takes no step it does not need", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-4, max: 1, noNaN: true }),
        fc.double({ min: 20e9, max: 500e9, noNaN: true }),
        fc.double({ min: 1e-4, max: 1e-2, noNaN: true }),
        (snrErrorDb, occupiedBandwidthHz, launchPowerW) => {
          const conditions = { ...oneChannel, occupiedBandwidthHz, launchPowerW };
          const plan = constantLocalErrorSteps({ snrErrorDb }).plan(conditions);
          const count = plan.stepsM.length;
          expect(plan.expected?.snrErrorDb).toBeLessThanOrEqual(snrErrorDb);
          if (count <= 3) return; // there the mean nonlinear phase may be what forbids fewer
          const fewer = constantLocalErrorSteps({ stepsPerSpan: count - 1 }).plan(conditions);
          expect(fewer.expected?.snrErrorDb).toBeGreaterThan(snrErrorDb);
        },
      ),
      { seed: 4, numRuns: 100 },
    );
  });

  it("takes more steps for more bandwidth, more dispersion and more accuracy", () => {
    const count = (conditions: StepConditions, snrErrorDb = 0.01) =>
      constantLocalErrorSteps({ snrErrorDb }).plan(conditions).stepsM.length;
    const slow = { ...oneChannel, coefficients: { ...oneChannel.coefficients, beta2S2PerM: beta2S2PerM(4, 193.1e12) } };
    expect(count(fiveChannels)).toBeGreaterThan(count(oneChannel));
    expect(count(oneChannel)).toBeGreaterThan(count(slow));
    expect(count(oneChannel, 0.001)).toBeGreaterThan(count(oneChannel, 0.01));
  });

  it("takes one step where one is exact", () => {
    for (const change of [{ kerrPerWM: 0 }, { beta2S2PerM: 0 }]) {
      const conditions = { ...fiveChannels, coefficients: { ...fiveChannels.coefficients, ...change } };
      const plan = constantLocalErrorSteps().plan(conditions);
      expect(plan.stepsM).toHaveLength(1);
      expect(plan.expected).toEqual({ fieldErrorDb: Number.NEGATIVE_INFINITY, snrErrorDb: 0 });
    }
  });

  it("keeps to 16 step lengths, so that at most 33 linear operators differ", () => {
    const { stepsM } = constantLocalErrorSteps({ stepsPerSpan: 333 }).plan(fiveChannels);
    expect(stepsM).toHaveLength(333);
    expect(new Set(stepsM).size).toBe(16);
    expect(new Set(symmetricSchedule(stepsM, 0).linearM).size).toBeLessThanOrEqual(33);
  });
});

describe("symmetricSchedule", () => {
  it("merges neighbouring half steps and keeps the length", () => {
    const { linearM, kerrM } = symmetricSchedule(Float64Array.of(2, 4, 6), 0);
    expect([...linearM]).toEqual([1, 3, 5, 3]);
    expect([...kerrM]).toEqual([2, 4, 6]);
  });
});
