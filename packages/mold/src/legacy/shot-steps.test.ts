/** Single steps of the legacy model against the twin's own. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LEGACY_HELPERS, scenarioWith } from "../fixtures/cases.ts";
import { shotSettings } from "../shot/settings.ts";
import { gasProfiles } from "./gas.ts";
import { integrateManual } from "./manual.ts";
import { headspaceM3, prepare } from "./preparation.ts";
import { timeGrid } from "./thermal.ts";

const settings = shotSettings(scenarioWith());
const shot = prepare(settings.shot);

describe("the preparation of use case 1", () => {
  it("has the twin's figures", () => {
    const twin = LEGACY_HELPERS.ctx_uc1 as Readonly<Record<string, number>>;
    const ours: Readonly<Record<string, number>> = {
      mixing_factor: shot.mixingFactor,
      gas_release_eff: shot.gasReleaseRatio,
      mass_total: shot.massKg,
      moles_co2_total: shot.co2Mol,
      n_pentane_total: shot.pentaneMol,
      effective_liquid_volume: shot.liquidM3,
      n_air_initial: shot.airMol,
      cavity_volume: shot.cavityM3,
      T_ambient_K: shot.ambientK,
    };
    for (const [name, value] of Object.entries(ours))
      expect(Math.abs(value / (twin[name] ?? 0) - 1), name).toBeLessThan(1e-15);
    expect(shot.coreK).toBe(298.15000000000003);
  });

  it("brings no water from air at or below the reference humidity", () => {
    expect(prepare({ ...settings.shot, humidityRatio: 0.45 }).water.fromHumidityKg).toBe(0);
    expect(prepare({ ...settings.shot, humidityRatio: 0.451 }).water.fromHumidityKg).toBeGreaterThan(0);
  });

  it("leaves a head space of 40 % of the cavity, however much foam there is", () => {
    expect([0.0018, 0.02, 0.025].map((foam) => headspaceM3(0.025, foam, 0.4))).toEqual([
      0.023200000000000002, 0.010000000000000002, 0.010000000000000002,
    ]);
  });
});

describe("one step of heat without reaction", () => {
  it("takes core and mould from 60 and 40 °C where the twin takes them", () => {
    const hot = { ...shot, coreK: 333.15, moldK: 313.15 };
    const { coreK, moldK } = integrateManual(hot, { ...settings.thermal, reactionHeatJPerKg: 0 }, 1, 2);
    // one ulp of 300 is 6e-14
    expect(coreK[1]).toBeCloseTo(332.46736378304576, 12);
    expect(moldK[1]).toBeCloseTo(313.1654074074074, 12);
  });
});

describe("one step of gas at full conversion", () => {
  const trajectory = {
    timeS: Float64Array.of(0, 1),
    conversion: Float64Array.of(0, 1),
    coreK: Float64Array.of(298.15, 328.15),
    moldK: Float64Array.of(313.15, 313.15),
    clock: Float64Array.of(0, 9),
  };
  const gas = gasProfiles(shot, settings.gas, trajectory);

  it("vents all carbon dioxide at once, as the twin does", () => {
    expect(gas.co2Mol[1]).toBe(0);
    expect(gas.fillRatio[1]).toBeCloseTo(0.07301620201063441, 15);
    expect((gas.densityKgPerM3[1] as number) / 1123.5165186893882).toBeCloseTo(1, 14);
    expect((gas.totalPa[1] as number) / 258443.9437167286).toBeCloseTo(1, 14);
    expect([gas.ventEfficiency[1], gas.ventClosureS]).toEqual([0.02, 1]);
  });

  it("closes vents with the conversion as the twin does", () => {
    const grid = Object.entries(LEGACY_HELPERS.vent_eff_alpha_fill ?? {}).filter(([at]) => at.endsWith(",0.1"));
    expect(grid.length).toBeGreaterThan(5);
    for (const [at, expected] of grid) {
      const conversion = Float64Array.of(0, Number(at.split(",")[0]));
      const { ventEfficiency } = gasProfiles(shot, settings.gas, { ...trajectory, conversion });
      expect(ventEfficiency[1]).toBeCloseTo(expected, 14);
    }
  });
});

describe("any shot", () => {
  const shots = fc.record({
    polyolC: fc.double({ min: 5, max: 60, noNaN: true }),
    moldC: fc.double({ min: -10, max: 80, noNaN: true }),
    humidityRatio: fc.double({ min: 0, max: 1, noNaN: true }),
    mixingRatio: fc.double({ min: 0, max: 1, noNaN: true }),
    pentaneRatio: fc.double({ min: 0, max: 0.12, noNaN: true }),
    cavityM3: fc.double({ min: 0.003, max: 0.2, noNaN: true }),
  });

  it("cures monotonically, keeps its air, and has finite pressures that add up", () => {
    fc.assert(
      fc.property(shots, (changes) => {
        const prepared = prepare({ ...settings.shot, ...changes });
        const trajectory = integrateManual(prepared, settings.thermal, 600, 601);
        const gas = gasProfiles(prepared, settings.gas, trajectory);
        for (let i = 1; i < 601; i++) {
          const alpha = trajectory.conversion[i] as number;
          expect(alpha).toBeGreaterThanOrEqual(trajectory.conversion[i - 1] as number);
          expect(alpha).toBeLessThanOrEqual(1);
          const parts = (gas.airPa[i] as number) + (gas.co2Pa[i] as number) + (gas.pentanePa[i] as number);
          expect(gas.totalPa[i]).toBe(parts);
          expect(Number.isFinite(parts) && parts > 0).toBe(true);
          expect(gas.co2Mol[i]).toBeLessThanOrEqual(prepared.co2Mol);
        }
        expect(gas.peakPa).toBe(gas.totalPa.reduce((most, one) => Math.max(most, one)));
      }),
      { seed: 1, numRuns: 20 },
    );
  });

  it("has points from 0 to its end, both exactly", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 1e4, noNaN: true }), fc.integer({ min: 2, max: 500 }), (totalS, count) => {
        const times = timeGrid(totalS, count);
        expect([times.length, times[0], times[count - 1]]).toEqual([count, 0, totalS]);
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});
