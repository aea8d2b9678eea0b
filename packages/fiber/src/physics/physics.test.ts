import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  asymptoticEffectiveLengthM,
  attenuationPerM,
  effectiveLengthM,
  midpointEffectiveLengthM,
} from "./attenuation.ts";
import { DEFAULT_CARRIER_HZ, OSNR_REFERENCE_BANDWIDTH_HZ, PLANCK_J_S, wavelengthM } from "./constants.ts";
import { dbmFromWatts, decibelFromRatio, ratioFromDecibel, wattsFromDbm } from "./decibel.ts";
import { beta2S2PerM, beta3S3PerM, dispersionPsPerNmKm, powerFadingNullHz } from "./dispersion.ts";
import { gammaPerWM } from "./kerr.ts";

describe("constants", () => {
  it("puts 193.1 THz at 1552.52438 nm", () => {
    expect(wavelengthM(DEFAULT_CARRIER_HZ) * 1e9).toBeCloseTo(1552.52438, 5); // as many digits as the figure has
  });

  it("gives a photon per mode in 12.5 GHz −57.9605 dBm", () => {
    expect(dbmFromWatts(PLANCK_J_S * DEFAULT_CARRIER_HZ * OSNR_REFERENCE_BANDWIDTH_HZ)).toBeCloseTo(-57.9605, 4);
  });
});

describe("decibel", () => {
  it("returns to the same level through watts", () => {
    fc.assert(
      fc.property(fc.double({ min: -90, max: 40, noNaN: true }), (powerDbm) => {
        // rounding of pow and log10 near 1e-12 W: far below 1e-9 dB
        expect(Math.abs(dbmFromWatts(wattsFromDbm(powerDbm)) - powerDbm)).toBeLessThan(1e-9);
      }),
      { seed: 1 },
    );
  });

  it("takes −Infinity dB for darkness and back", () => {
    expect(ratioFromDecibel(Number.NEGATIVE_INFINITY)).toBe(0);
    expect(decibelFromRatio(0)).toBe(Number.NEGATIVE_INFINITY);
  });
});

describe("dispersion", () => {
  it.each([
    [16, -20.4737],
    [16.7, -21.36942],
    [17, -21.7533],
  ])("turns D = %s ps/nm/km into β₂ = %s ps²/km", (dispersion, beta2Ps2PerKm) => {
    expect(beta2S2PerM(dispersion, DEFAULT_CARRIER_HZ) * 1e27).toBeCloseTo(beta2Ps2PerKm, 4); // quoted to 1e-5
  });

  it("turns β₂ = −2.17e-26 s²/m into D = 16.95834 ps/nm/km", () => {
    expect(dispersionPsPerNmKm(-2.17e-26, DEFAULT_CARRIER_HZ)).toBeCloseTo(16.95834, 5);
  });

  it("turns D 16.7 with slope 0.06 at 1550 nm into β₃ = 1.33e-40 s³/m", () => {
    const carrierHz = 299_792_458 / 1550e-9;
    expect(beta3S3PerM(16.7, 0.06, carrierHz) / 1e-40).toBeCloseTo(1.33, 2); // quoted to three digits
  });

  it.each([
    [10, 19.15],
    [20, 13.541],
    [80, 6.77],
    [100, 6.056],
  ])("nulls the detected power after %s km first at %s GHz", (lengthKm, nullGhz) => {
    expect(powerFadingNullHz(-21.7e-27, lengthKm * 1e3) / 1e9).toBeCloseTo(nullGhz, 2); // quoted to 1 MHz
  });
});

describe("kerr and loss", () => {
  it("gives γ = 1.27039 /W/km for n₂ 2.6e-20 and 83 µm² at 193.5 THz", () => {
    expect(gammaPerWM(2.6e-20, 83e-12, 193.5e12) * 1e3).toBeCloseTo(1.27039, 4);
  });

  it("shortens 80 km of 0.2 dB/km to 21.169 km, and an endless fibre to 21.715 km", () => {
    const a = attenuationPerM(0.2);
    expect(effectiveLengthM(80e3, a) / 1e3).toBeCloseTo(21.169, 3);
    expect(asymptoticEffectiveLengthM(a) / 1e3).toBeCloseTo(21.715, 3);
  });

  it("keeps the length where there is no loss", () => {
    expect(effectiveLengthM(80e3, 0)).toBe(80e3);
    expect(midpointEffectiveLengthM(80e3, 0)).toBe(80e3);
  });

  it("refers the effective length of a step to the power in its middle", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 2e5, noNaN: true }),
        fc.double({ min: -0.3, max: 0.3, noNaN: true }),
        (stepM, loss) => {
          const a = attenuationPerM(loss);
          const fromStart = effectiveLengthM(stepM, a);
          // same quantity along two routes; expm1 and sinh are good to a few ulp
          expect((midpointEffectiveLengthM(stepM, a) * Math.exp((-a * stepM) / 2)) / fromStart).toBeCloseTo(1, 12);
        },
      ),
      { seed: 2 },
    );
  });
});
