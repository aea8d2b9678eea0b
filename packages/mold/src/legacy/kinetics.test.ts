import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LEGACY_HELPERS } from "../fixtures/cases.ts";
import { builtInSystems } from "../material/built-in.ts";
import { arrheniusFactor, calibrateClock, clockAt, conversion, conversionRate, saturationClock } from "./kinetics.ts";

/** A few ulps: the elementary functions differ from those of C by one. */
const ULPS = 1e-14;

/** Largest relative difference of a formula from the twin's values. */
function worst(values: Readonly<Record<string, number>>, formula: (at: number) => number): number {
  return Object.entries(values).reduce((most, [at, expected]) => {
    const difference = Math.abs(formula(Number(at)) - expected);
    return Math.max(most, expected === 0 ? difference : difference / Math.abs(expected));
  }, 0);
}

describe("the reaction clock", () => {
  it.each([...builtInSystems().values()])("of $system_id is calibrated as in the twin", ({ system_id, polyol }) => {
    const clock = calibrateClock(
      {
        creamS: polyol.cream_time_s ?? null,
        gelS: polyol.gel_time_s ?? null,
        riseS: polyol.rise_time_s ?? null,
        tackFreeS: polyol.tack_free_time_s ?? null,
      },
      1.6,
    );
    const expected = (LEGACY_HELPERS.calibrate as unknown as Record<string, { tau_s: number; exponent: number }>)[
      system_id
    ];
    expect(Math.abs(clock.timeConstantS / (expected?.tau_s ?? 0) - 1)).toBeLessThan(ULPS);
    expect(Math.abs(clock.exponent / (expected?.exponent ?? 0) - 1)).toBeLessThan(ULPS);
  });

  it("takes the order where a single time is known", () => {
    const clock = calibrateClock({ creamS: null, gelS: 60, riseS: null, tackFreeS: null }, 2);
    expect(clock.exponent).toBe(2);
    expect(conversion(60 / clock.timeConstantS, 2)).toBeCloseTo(0.35, 14);
  });

  it("ignores times between the first and the last one", () => {
    const times = { creamS: 15, gelS: 60, riseS: 110, tackFreeS: 150 };
    expect(calibrateClock({ ...times, gelS: 20, riseS: 140 }, 1.6)).toEqual(calibrateClock(times, 1.6));
  });

  it("falls back where two times are equal", () => {
    expect(calibrateClock({ creamS: 15, gelS: null, riseS: null, tackFreeS: 15 }, 1.6)).toEqual({
      timeConstantS: 120,
      exponent: 1.6,
    });
  });

  it("runs with the temperature as in the twin, and no slower below 250 K", () => {
    const expected = LEGACY_HELPERS.arrhenius_T_K_to_factor ?? {};
    expect(worst(expected, (temperatureK) => arrheniusFactor(temperatureK, 45000, 298.15))).toBeLessThan(ULPS);
    expect(arrheniusFactor(200, 45000, 298.15)).toBe(arrheniusFactor(250, 45000, 298.15));
  });
});

describe("the conversion", () => {
  const exponent = 1.6923260964384004;

  it("follows the clock as in the twin", () => {
    // 1 − exp(−x) loses the digits that a small x has before its point
    expect(worst(LEGACY_HELPERS.alpha_from_phi_R1 ?? {}, (phi) => conversion(phi, exponent))).toBeLessThan(1e-13);
    const slopes = LEGACY_HELPERS["alpha_derivative_R1_dphi0.01"] ?? {};
    expect(worst(slopes, (phi) => conversionRate(phi, 0.01, exponent))).toBeLessThan(ULPS);
  });

  it("is 1 to the last bit from the saturation clock on", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.8, max: 4, noNaN: true }),
        fc.double({ min: 1, max: 10, noNaN: true }),
        (nu, more) => {
          expect(conversion(saturationClock(nu) * more, nu)).toBe(1);
        },
      ),
      { seed: 1, numRuns: 200 },
    );
  });

  it("passes each stage at the clock of that stage", () => {
    for (const stage of [0.05, 0.35, 0.75, 0.92])
      expect(conversion(clockAt(stage, exponent), exponent)).toBeCloseTo(stage, 14);
  });
});
