import { describe, expect, it } from "vitest";
import { LEGACY_CASES, type LegacyCase, MANUAL_RUNS, RADAU_RUNS, scenarioWith } from "../fixtures/cases.ts";
import { computeShot, type Shot } from "./compute.ts";
import { shotSettings } from "./settings.ts";

/** Figures of a shot under the names of the existing twin. */
function figuresOf({ preparation: { water }, trajectory, gas, part, stages }: Shot): Record<string, unknown> {
  const last = trajectory.timeS.length - 1;
  return {
    t_demold_min_s: part.window?.minS ?? null,
    t_demold_max_s: part.window?.maxS ?? null,
    t_demold_opt_s: part.window?.optS ?? null,
    rho_moulded: part.densityKgPerM3,
    p_max_Pa: gas.peakPa,
    pressure_status: part.pressureStatus,
    vent_closure_time_s: gas.ventClosureS,
    H_demold_shore: part.demoldShore,
    H_24h_shore: part.dayShore,
    quality_status: part.qualityStatus,
    defect_risk: part.defectRisk,
    water_from_polyol_kg: water.fromPolyolKg,
    water_from_rh_kg: water.fromHumidityKg,
    water_effective_kg: water.effectiveKg,
    water_eff_fraction: water.effectiveRatio,
    water_risk_score: water.riskScore,
    n_points: trajectory.timeS.length,
    T_core_max_C: part.hottestC,
    t_T_core_max_s: part.hottestTimeS,
    t_p_max_s: gas.peakTimeS,
    min_rho: gas.densityKgPerM3.reduce((least, one) => Math.min(least, one)),
    max_fill_ratio: gas.fillRatio.reduce((most, one) => Math.max(most, one)),
    alpha_end: trajectory.conversion[last],
    T_core_end_K: trajectory.coreK[last],
    T_mold_end_K: trajectory.moldK[last],
    t_cream_derived_s: stages.creamS,
    t_gel_derived_s: stages.gelS,
    t_rise_derived_s: stages.riseS,
    t_tack_free_derived_s: stages.tackFreeS,
  };
}

/** All points at which the twin's run was kept, under its names. */
function sampleOf({ trajectory, gas, part }: Shot, index: number): Record<string, number | undefined> {
  return {
    alpha: trajectory.conversion[index],
    T_core_K: trajectory.coreK[index],
    T_mold_K: trajectory.moldK[index],
    rho_kg_per_m3: gas.densityKgPerM3[index],
    fill_ratio: gas.fillRatio[index],
    n_CO2_mol: gas.co2Mol[index],
    p_air_Pa: gas.airPa[index],
    p_CO2_Pa: gas.co2Pa[index],
    p_pentane_Pa: gas.pentanePa[index],
    p_total_Pa: gas.totalPa[index],
    vent_eff: gas.ventEfficiency[index],
    hardness_shore: part.hardnessShore[index],
  };
}

/** Names of the figures that are further from the twin's than the tolerance, with both values. */
function differences(
  ours: Readonly<Record<string, unknown>>,
  theirs: Readonly<Record<string, unknown>>,
  relative: number,
): readonly string[] {
  return Object.entries(ours).flatMap(([name, value]) => {
    const expected = theirs[name];
    if (typeof value !== "number" || typeof expected !== "number")
      return value === expected ? [] : [`${name}: ${String(value)}, not ${String(expected)}`];
    // the last trace of pentane is a difference of equal numbers: nothing but rounding, of either sign
    const isRounding = Math.abs(value - expected) <= 1e-12;
    return isRounding || Math.abs(value - expected) <= relative * Math.abs(expected)
      ? []
      : [`${name}: ${value}, not ${expected}`];
  });
}

describe.each(Object.entries(MANUAL_RUNS))("the legacy run %s", (name, changes) => {
  const expected = LEGACY_CASES[name] as LegacyCase;
  const shot = computeShot(shotSettings(scenarioWith(changes)));

  it("has the twin's figures", () => {
    // same formulas in the same order; the elementary functions differ by an ulp, which the vents do not amplify
    expect(differences(figuresOf(shot), expected, 1e-11)).toEqual([]);
    expect(shot.part.diagnostics).toHaveLength(expected.diagnostics.length);
  });

  it("has the twin's profiles", () => {
    const stepS = shot.trajectory.timeS[1] as number;
    const found = Object.entries(expected.samples).flatMap(([timeS, sample]) =>
      differences(sampleOf(shot, Math.round(Number(timeS) / stepS)), sample, 1e-9),
    );
    expect(found).toEqual([]);
  });
});

describe.each(Object.entries(RADAU_RUNS))("the stiff run %s", (name, changes) => {
  const expected = LEGACY_CASES[name] as LegacyCase;
  const ours = figuresOf(computeShot(shotSettings(scenarioWith(changes))));
  const isStageTime = ([figure]: readonly [string, unknown]): boolean => figure.endsWith("_derived_s");

  it("has the twin's figures", () => {
    const figures = Object.fromEntries(Object.entries(ours).filter((entry) => !isStageTime(entry)));
    // both runs keep a relative tolerance of 1e-6 or better with methods of order 5; the peak is 1e-7 away
    expect(differences(figures, expected, 1e-6)).toEqual([]);
  });

  it("finds the stage times as events, where the twin draws chords of 0.5 s", () => {
    // the conversion bends by less than 1 % within a step
    for (const [figure, timeS] of Object.entries(ours).filter(isStageTime))
      expect(Math.abs((timeS as number) - (expected[figure] as number))).toBeLessThan(0.01);
  });
});
