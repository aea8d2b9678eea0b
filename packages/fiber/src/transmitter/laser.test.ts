import { describe, expect, it } from "vitest";
import { testStream } from "../dsp/fixtures/test-bench.ts";
import { laserPhaseRad } from "./laser.ts";

const COUNT = 2 ** 16;

function incrementVariance(phaseRad: Float64Array): number {
  let sum = 0;
  for (let i = 1; i < phaseRad.length; i++) sum += ((phaseRad[i] as number) - (phaseRad[i - 1] as number)) ** 2;
  return sum / (phaseRad.length - 1);
}

describe("laser phase", () => {
  it("starts at 0 and steps with variance 2π Δν T: 1.9635e-5 rad² for 100 kHz at 32 GBd", () => {
    const phase = laserPhaseRad(testStream(1), COUNT, { linewidthHz: 100e3, sampleRateHz: 32e9 });
    expect(phase[0]).toBe(0);
    // Relative standard error of the variance sqrt(2/65536) = 0.55 %; five of them.
    expect(incrementVariance(phase) / 1.9635e-5).toBeGreaterThan(1 - 0.028);
    expect(incrementVariance(phase) / 1.9635e-5).toBeLessThan(1 + 0.028);
  });

  it("adds up for two lasers", () => {
    const line = { linewidthHz: 100e3, sampleRateHz: 32e9 };
    const signal = laserPhaseRad(testStream(2), COUNT, line);
    const oscillator = laserPhaseRad(testStream(3), COUNT, line);
    const variance = incrementVariance(signal.map((value, i) => value - (oscillator[i] as number)));
    // As above.
    expect(Math.abs(variance / (2 * 1.9635e-5) - 1)).toBeLessThan(0.028);
  });

  it("has a Lorentzian line: the field's correlation falls to 1/e over a lag of 1/(π Δν)", () => {
    const sampleRateHz = 1e9;
    const linewidthHz = 1e7;
    const phase = laserPhaseRad(testStream(4), COUNT, { linewidthHz, sampleRateHz });
    const lag = Math.round(sampleRateHz / (Math.PI * linewidthHz));
    let sum = 0;
    for (let i = lag; i < COUNT; i++) sum += Math.cos((phase[i] as number) - (phase[i - lag] as number));
    const expected = Math.exp((-Math.PI * linewidthHz * lag) / sampleRateHz);
    // About COUNT/(2·32) independent stretches with standard deviation 0.6: error 0.019; three of them.
    expect(Math.abs(sum / (COUNT - lag) - expected)).toBeLessThan(0.057);
  });

  it("is silent at linewidth 0 and draws nothing", () => {
    const refuse = {
      fillNormal() {
        throw new Error("drawn");
      },
    };
    expect(laserPhaseRad(refuse, 8, { linewidthHz: 0, sampleRateHz: 1 })).toEqual(new Float64Array(8));
  });
});
