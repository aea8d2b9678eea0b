import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MANUAL_RUNS, scenarioWith } from "../fixtures/cases.ts";
import { computeShot } from "./compute.ts";
import { ensembleFigures } from "./ensemble-figures.ts";
import { type ShotFigures, shotFigures } from "./figures-only.ts";
import { type ShotSettings, shotSettings } from "./settings.ts";

/** The same figures, from the profiles. */
function fromProfiles(settings: ShotSettings): ShotFigures {
  const { preparation, gas, part } = computeShot(settings);
  const { hardnessShore: _, ...figures } = part;
  return {
    ...figures,
    preparation,
    peakPa: gas.peakPa,
    peakTimeS: gas.peakTimeS,
    ventClosureS: gas.ventClosureS,
  };
}

describe("figures without profiles", () => {
  it.each(Object.entries(MANUAL_RUNS).filter(([name]) => !name.endsWith("dt0.01")))(
    "of %s are the same bits",
    (_, run) => {
      const settings = shotSettings(scenarioWith(run));
      expect(shotFigures(settings)).toEqual(fromProfiles(settings));
    },
  );

  it("of any shot are the same bits, in whatever order shots share memory", () => {
    const shots = fc.array(
      fc.record({
        T_mold_init_C: fc.double({ min: 0, max: 80, noNaN: true }),
        RH_ambient: fc.double({ min: 0, max: 1, noNaN: true }),
        mixing_eff: fc.double({ min: 0, max: 1, noNaN: true }),
        time_step_s: fc.constantFrom(0.5, 1, 5),
      }),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(shots, (members) => {
        const all = members.map(({ time_step_s, ...process }) =>
          shotSettings(scenarioWith({ process, simulation: { time_step_s }, quality: { rho_moulded_max: 2000 } })),
        );
        expect(ensembleFigures(all)).toEqual(all.map(fromProfiles));
      }),
      { seed: 1, numRuns: 25 },
    );
  });

  it("of an adaptive back end are those of its profiles", () => {
    const settings = shotSettings(scenarioWith({ simulation: { backend: "stiff" } }));
    expect(shotFigures(settings)).toEqual(fromProfiles(settings));
  });

  it("of a shot whose temperatures run away are refused as its profiles are", () => {
    const simulation = { total_time_s: 6000, time_step_s: 10 };
    const settings = shotSettings(scenarioWith({ simulation, mold: { h_core_to_mold_W_per_m2K: 1e6 } }));
    expect(() => shotFigures(settings)).toThrow(/run away/);
  });
});
