import { describe, expect, it } from "vitest";
import { LEGACY_HELPERS } from "../fixtures/cases.ts";
import { assess, pressureStatus } from "./assess.ts";
import { demoldWindow, timeAt, valueAt } from "./window.ts";

const good = {
  hasWindow: true,
  demoldShore: 50,
  dayShore: 60,
  peakPa: 3e5,
  waterRisk: 0,
  mixingFactor: 1,
  ventClosureS: null,
};
const limits = { minDemoldShore: 40, minDayShore: 50, maxPressureBar: 5, maxDefectRisk: 0.1 };

describe("the verdict", () => {
  it("on a good part is OK with the least risk", () => {
    expect(assess(good, limits)).toMatchObject({ qualityStatus: "OK", defectRisk: 0.02, diagnostics: [] });
  });

  it.each([
    [{ hasWindow: false }, "NO_DEMOLD_WINDOW", 0.37, "FAIL"],
    [{ demoldShore: 39 }, "LOW_H_DEMOLD", 0.22, "FAIL"],
    [{ dayShore: 49 }, "LOW_H_24H", 0.12, "FAIL"],
    [{ peakPa: 5.1e5 }, "PRESSURE_OVER", 0.27, "FAIL"],
    [{ peakPa: 4.8e5 }, "PRESSURE_NEAR", 0.12, "MARGINAL"],
    [{ waterRisk: 0.61 }, "HIGH_WATER", 0.12, "MARGINAL"],
    [{ mixingFactor: 0.79 }, "LOW_MIXING", 0.09, "OK"],
    [{ ventClosureS: 119 }, "EARLY_VENT_CLOSURE", 0.1, "OK"],
  ])("on %j is %s at a risk of %d: %s", (change, code, risk, status) => {
    const { diagnostics, defectRisk, qualityStatus } = assess({ ...good, ...change }, limits);
    expect([diagnostics.map((one) => one.code), qualityStatus]).toEqual([[code], status]);
    expect(defectRisk).toBeCloseTo(risk, 12);
  });

  it("never has a risk above 1", () => {
    const worst = {
      ...good,
      hasWindow: false,
      demoldShore: 0,
      dayShore: 0,
      peakPa: 1e7,
      waterRisk: 1,
      mixingFactor: 0,
    };
    expect(assess({ ...worst, ventClosureS: 1 }, limits).defectRisk).toBe(1);
  });

  it("on pressures is the twin's", () => {
    for (const [at, expected] of Object.entries(LEGACY_HELPERS.pressure_status ?? {})) {
      const [pascals = 0, bar = 0] = at.split(",").map(Number);
      expect(pressureStatus(pascals, bar)).toBe(expected);
    }
  });
});

describe("the demoulding window", () => {
  const profiles = {
    timeS: Float64Array.of(0, 10, 20, 30, 40),
    conversion: Float64Array.of(0, 0.5, 0.8, 0.9, 1),
    coreK: Float64Array.of(300, 360, 350, 340, 330),
    densityKgPerM3: Float64Array.of(1000, 100, 60, 40, 40),
    hardnessShore: Float64Array.of(0, 20, 45, 50, 60),
  };
  const wanted = {
    minConversion: 0.75,
    minDensityKgPerM3: 35,
    maxDensityKgPerM3: 70,
    maxCoreC: 80,
    minHardnessShore: 40,
  };

  it("reaches from the first to the last time at which all limits hold", () => {
    expect(demoldWindow(wanted, profiles)).toEqual({ minS: 20, maxS: 40, optS: 26 });
  });

  it("is narrowed by each limit", () => {
    expect(demoldWindow({ ...wanted, minConversion: 0.85 }, profiles)?.minS).toBe(30);
    expect(demoldWindow({ ...wanted, maxDensityKgPerM3: 50 }, profiles)?.minS).toBe(30);
    expect(demoldWindow({ ...wanted, maxCoreC: 60 }, profiles)?.minS).toBe(40);
    expect(demoldWindow({ ...wanted, minHardnessShore: 55 }, profiles)?.minS).toBe(40);
  });

  it("is not there when limits never hold together", () => {
    expect(demoldWindow({ ...wanted, minHardnessShore: 61 }, profiles)).toBeUndefined();
  });
});

describe("between points", () => {
  const timeS = Float64Array.of(0, 1, 3);
  const rising = Float64Array.of(0, 2, 4);

  it("profiles are straight, and constant outside", () => {
    expect([-1, 0, 0.5, 2, 3, 9].map((at) => valueAt(timeS, rising, at))).toEqual([0, 0, 1, 3, 4, 4]);
  });

  it("times of values are found, and missed where there are none", () => {
    expect([0, 1, 3, 5].map((value) => timeAt(timeS, rising, value))).toEqual([0, 0.5, 2, null]);
  });
});
