import { describe, expect, it } from "vitest";
import { fillTransfer } from "./transfer.ts";

describe("fillTransfer", () => {
  it.each([8, 9])("is exp((−a/2 + j(β₂/2 ω² + β₃/6 ω³)) z) on the bins of an FFT of %i", (samples) => {
    const coefficients = { attenuationPerM: 4.6e-5, beta2S2PerM: -20e-27, beta3S3PerM: 1.3e-40 };
    const transfer = fillTransfer(new Float64Array(2 * samples), coefficients, 10e3, 100e9);
    for (let bin = 0; bin < samples; bin++) {
      const frequencyHz = (bin < samples / 2 ? bin : bin - samples) * (100e9 / samples);
      const omega = 2 * Math.PI * frequencyHz;
      const phase = 10e3 * (-10e-27 * omega ** 2 + (1.3e-40 / 6) * omega ** 3);
      // phases of some ten radians: 1e-15 of them
      expect(transfer[2 * bin]).toBeCloseTo(Math.exp(-0.23) * Math.cos(phase), 12);
      expect(transfer[2 * bin + 1]).toBeCloseTo(Math.exp(-0.23) * Math.sin(phase), 12);
    }
  });

  it("is the same whether β₃ is nothing or next to nothing", () => {
    const fill = (beta3S3PerM: number) =>
      fillTransfer(new Float64Array(32), { attenuationPerM: 0, beta2S2PerM: -20e-27, beta3S3PerM }, 10e3, 100e9);
    expect(fill(0)).toEqual(fill(1e-80)); // 1e-80 ω³ vanishes beside β₂ ω² in double precision
  });

  it("turns into its inverse with the sign of the length", () => {
    const coefficients = { attenuationPerM: 4.6e-5, beta2S2PerM: -20e-27, beta3S3PerM: 0 };
    const there = fillTransfer(new Float64Array(32), coefficients, 10e3, 100e9);
    const back = fillTransfer(new Float64Array(32), coefficients, -10e3, 100e9);
    for (let i = 0; i < 32; i += 2) {
      const [a, b, c, d] = [there[i], there[i + 1], back[i], back[i + 1]] as [number, number, number, number];
      expect(a * c - b * d).toBeCloseTo(1, 14); // rounding of a product
      expect(a * d + b * c).toBeCloseTo(0, 14);
    }
  });
});
