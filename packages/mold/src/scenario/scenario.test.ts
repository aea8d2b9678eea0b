import { describe, expect, it } from "vitest";
import { MoldError } from "../errors.ts";
import { type Changes, scenarioWith, useCase1 } from "../fixtures/cases.ts";
import { builtInSystems } from "../material/built-in.ts";
import { findSystem } from "../material/catalogue.ts";
import { inputDocument, parseQuality, parseScenario } from "./scenario.ts";

/** Codes and paths that a document is refused with. */
function refusal(read: () => unknown): readonly (readonly [code: string, path: string | undefined])[] {
  try {
    read();
  } catch (thrown) {
    if (!(thrown instanceof MoldError)) throw thrown;
    expect(thrown.remedy).not.toBe("");
    return thrown.problems.length === 0
      ? [[thrown.code, thrown.path]]
      : thrown.problems.map(({ code, path }) => [code, path]);
  }
  return [];
}

const of = (changes: Changes) => refusal(() => scenarioWith(changes));

/** Values just outside the bounds, by section and field. */
const OUTSIDE: readonly (readonly [section: keyof Changes, field: string, value: unknown])[] = [
  ["process", "m_polyol", 0],
  ["process", "m_iso", -1],
  ["process", "m_additives", -0.1],
  ["process", "nco_oh_index", 0],
  ["process", "T_polyol_in_C", -50.1],
  ["process", "T_iso_in_C", -51],
  ["process", "T_mold_init_C", -51],
  ["process", "T_ambient_C", -51],
  ["process", "RH_ambient", 150],
  ["process", "RH_ambient", -0.1],
  ["process", "mixing_eff", 1.1],
  ["mold", "cavity_volume_m3", 0],
  ["mold", "mold_surface_area_m2", -1],
  ["mold", "mold_mass_kg", 0],
  ["mold", "cp_mold_J_per_kgK", 0],
  ["mold", "h_core_to_mold_W_per_m2K", 0],
  ["mold", "h_mold_to_ambient_W_per_m2K", 0],
  ["quality", "alpha_demold_min", 1.1],
  ["quality", "rho_moulded_min", 0],
  ["quality", "p_max_allowable_bar", 0],
  ["quality", "H_demold_min_shore", 0],
  ["quality", "H_24h_min_shore", -1],
  ["quality", "defect_risk_max", 2],
  ["simulation", "total_time_s", 0],
  ["simulation", "time_step_s", -1],
  ["simulation", "reference_temperature_K", 0],
  ["simulation", "activation_energy_J_per_mol", 0],
  ["simulation", "reaction_order", 0],
  ["simulation", "foam_cp_J_per_kgK", 0],
  ["simulation", "rh_reference", 1],
  ["simulation", "surface_moisture_capacity_kg_per_m2", -1],
  ["simulation", "water_risk_delta_fraction", 0],
  ["simulation", "ambient_pressure_Pa", 0],
  ["simulation", "min_headspace_fraction", 0],
  ["simulation", "min_headspace_fraction", 1],
  ["simulation", "pentane_evap_base_rate", -1],
  ["simulation", "pentane_evap_onset_K", 0],
  ["simulation", "pentane_evap_temp_slope", -1],
  ["simulation", "vent_relief_scale", -1],
  ["simulation", "hardness_alpha_gain", -1],
  ["simulation", "hardness_density_gain", -1],
  ["simulation", "hardness_density_ref", 0],
  ["simulation", "solve_ivp_rtol", 0],
  ["simulation", "solve_ivp_atol", 0],
  ["simulation", "sundials_rtol", 0],
  ["simulation", "solve_ivp_rtol", 10],
  ["simulation", "solve_ivp_rtol", 1],
  ["simulation", "solve_ivp_rtol", 1e-300],
  ["simulation", "sundials_rtol", 1e-20],
  ["simulation", "solve_ivp_atol", -1e-9],
  ["process", "RH_ambient", "150 %"],
  ["process", "RH_ambient", "101%"],
  ["process", "RH_ambient", { value: 150, unit: "%" }],
  ["process", "RH_ambient", "20000 %"],
  ["simulation", "sundials_atol", 0],
  ["simulation", "sundials_max_steps", 0],
  ["simulation", "layers_count", 0],
  ["simulation", "foam_conductivity_W_per_mK", -1],
];

describe("a scenario", () => {
  it.each(OUTSIDE)("is refused for %s.%s = %s, with its path", (section, field, value) => {
    expect(of({ [section]: { [field]: value } })).toContainEqual(["MOLD-005", `${section}.${field}`]);
  });

  it.each([
    ["count", -1],
    ["area_per_vent_m2", 0],
    ["base_conductance_m3_per_sPa", 0],
    ["alpha_closure", 0],
    ["alpha_closure", 1.1],
    ["clog_rate", 0],
    ["min_efficiency", 1.1],
  ])("is refused for mold.vent.%s = %s", (field, value) => {
    expect(of({ mold: { vent: { [field]: value } } })).toEqual([["MOLD-005", `mold.vent.${field}`]]);
  });

  it("suggests the key that was meant, and finds all slips at once", () => {
    const document = useCase1({ process: { m_polyl: 1 }, quality: { rho_moulded_mx: 45 } });
    expect(() => parseScenario(document, { source: "shot.yaml" })).toThrow(/shot\.yaml has 2 problems/);
    expect(refusal(() => parseScenario(document))).toEqual([
      ["MOLD-002", "process.m_polyl"],
      ["MOLD-002", "quality.rho_moulded_mx"],
    ]);
    try {
      parseScenario(useCase1({ process: { m_polyl: 1 } }));
    } catch (thrown) {
      expect((thrown as MoldError).remedy).toBe('Did you mean "m_polyol"?');
    }
  });

  it("names what is missing", () => {
    expect(refusal(() => parseScenario({ system_id: "SYSTEM_R1", mold: useCase1().mold }))).toEqual([
      ["MOLD-003", "process"],
    ]);
    const { system_id: _, ...rest } = useCase1();
    expect(refusal(() => parseScenario(rest))).toEqual([["MOLD-003", "system_id"]]);
    expect(refusal(() => parseScenario(null))).toEqual([["MOLD-004", ""]]);
  });

  it("is refused where fields disagree", () => {
    expect(of({ quality: { rho_moulded_min: 45, rho_moulded_max: 45 } })).toEqual([
      ["MOLD-007", "quality.rho_moulded_max"],
    ]);
    expect(of({ simulation: { total_time_s: 0.5 } })).toEqual([["MOLD-007", "simulation.total_time_s"]]);
    expect(of({ simulation: { total_time_s: "0.001 min" } })).toEqual([["MOLD-007", "simulation.total_time_s"]]);
    expect(of({ mold: { vent: {}, vents: {} } })).toEqual([["MOLD-007", "mold.vents"]]);
    for (const measure of [{ diameter_m: 0.001 }, { length_m: 0.05 }, { diameter_m: 0.001, length_m: 0.05 }])
      expect(of({ mold: { vents: { ...measure, initial_conductance_Pa_s_per_m3: 1e6 } } })).toEqual([
        ["MOLD-007", "mold.vents.initial_conductance_Pa_s_per_m3"],
      ]);
  });

  it("is refused for names that are none, with the nearest", () => {
    expect(of({ simulation: { backend: "stif" } })).toEqual([["MOLD-006", "simulation.backend"]]);
    expect(() => scenarioWith({ simulation: { backend: "stif" } })).toThrow(/is "stif", which is not one of manual/);
    expect(() => scenarioWith({ systemId: "SYSTEM_R2" })).toThrow(/no material system SYSTEM_R2/);
  });

  it("is refused before memory is asked for a billion points", () => {
    expect(of({ simulation: { total_time_s: 1e9, time_step_s: 1 } })).toEqual([["MOLD-020", "simulation.time_step_s"]]);
    expect(of({ simulation: { total_time_s: 1e300, time_step_s: 1e-300 } })).toEqual([
      ["MOLD-020", "simulation.time_step_s"],
    ]);
  });

  it("refuses layers, but one layer is the model without", () => {
    expect(of({ simulation: { dimension: "1d_experimental", layers_count: 5 } })).toEqual([
      ["MOLD-021", "simulation.layers_count"],
    ]);
    expect(of({ simulation: { dimension: "1d_experimental", layers_count: 1 } })).toEqual([]);
    for (const simulation of [{ layers_count: 5 }, { dimension: "0d", layers_count: 5 }])
      expect(of({ simulation })).toEqual([["MOLD-007", "simulation.layers_count"]]);
  });

  it("is refused for numbers that are none", () => {
    expect(of({ process: { m_polyol: Number.NaN } })).toEqual([["MOLD-004", "process.m_polyol"]]);
    expect(of({ process: { m_polyol: Number.POSITIVE_INFINITY } })).toEqual([["MOLD-004", "process.m_polyol"]]);
    expect(of({ process: { m_polyol: true } })).toEqual([["MOLD-004", "process.m_polyol"]]);
    expect(of({ mold: { vent: { count: 1.5 } } })).toEqual([["MOLD-004", "mold.vent.count"]]);
  });
});

describe("quantities", () => {
  it("may carry units, as text or as a map", () => {
    const { process, simulation } = scenarioWith({
      process: {
        m_iso: "1050 g",
        T_mold_init_C: "313.15 K",
        T_ambient_C: { value: 295.15, unit: "K" },
        RH_ambient: "50 %",
      },
      simulation: { total_time_s: "10 min" },
    });
    expect([process.m_iso, process.RH_ambient, simulation.total_time_s]).toEqual([1.05, 0.5, 600]);
    expect(process.T_mold_init_C).toBeCloseTo(40, 12);
    expect(process.T_ambient_C).toBeCloseTo(22, 12);
  });

  it("are refused in a unit of another dimension", () => {
    expect(of({ process: { m_iso: "3 s" } })).toEqual([["MOLD-008", "process.m_iso"]]);
    expect(of({ process: { m_iso: "three" } })).toEqual([["MOLD-008", "process.m_iso"]]);
  });

  it("read humidity above 1 as per cent", () => {
    expect(scenarioWith({ process: { RH_ambient: 55 } }).process.RH_ambient).toBe(0.55);
    expect(scenarioWith({ process: { RH_ambient: 1 } }).process.RH_ambient).toBe(1);
    expect(scenarioWith({ process: { RH_ambient: "55" } }).process.RH_ambient).toBe(0.55);
    expect(scenarioWith({ process: { RH_ambient: "100 %" } }).process.RH_ambient).toBe(1);
    expect(scenarioWith({ process: { RH_ambient: "0.5 %" } }).process.RH_ambient).toBe(0.005);
  });

  it("call humidity above 100 % too large by one problem, not by what it would be per cent", () => {
    expect(of({ process: { RH_ambient: "150 %" } })).toEqual([["MOLD-005", "process.RH_ambient"]]);
    expect(of({ process: { RH_ambient: "20000 %" } })).toEqual([["MOLD-005", "process.RH_ambient"]]);
  });
});

describe("vents", () => {
  const ventOf = (mold: Readonly<Record<string, unknown>>) => scenarioWith({ mold }).mold.vent;

  it("are the default ones where none are said, and none where the count is 0", () => {
    expect(ventOf({ vent: null })).toEqual(ventOf({}));
    expect(ventOf({})).toMatchObject({ count: 2, base_conductance_m3_per_sPa: 5e-7 });
    expect(ventOf({ vent: { count: 0 } }).count).toBe(0);
  });

  it("may be given as bores", () => {
    const { count, base_conductance_m3_per_sPa: conductance } = ventOf({
      vents: { count: 3, diameter_m: 0.001, length_m: 0.05 },
    });
    expect(count).toBe(3);
    // Hagen–Poiseuille with air: 2.654e-8 m³/(s Pa), four digits given
    expect(conductance / 2.654e-8).toBeCloseTo(1, 3);
  });

  it("take what is not said of a bore as 1 mm and 50 mm", () => {
    const conductanceOf = (vents: Readonly<Record<string, number>>) => ventOf({ vents }).base_conductance_m3_per_sPa;
    const whole = conductanceOf({ diameter_m: 0.001, length_m: 0.05 });
    expect(conductanceOf({})).toBe(whole);
    // the fourth power of the diameter, the inverse of the length: to the rounding of a few products
    expect(conductanceOf({ diameter_m: 0.002 }) / whole).toBeCloseTo(16, 12);
    expect(conductanceOf({ length_m: 0.1 }) / whole).toBeCloseTo(0.5, 12);
  });

  it("may be given as resistances", () => {
    expect(ventOf({ vents: { initial_conductance_Pa_s_per_m3: 1e6 } }).base_conductance_m3_per_sPa).toBe(1e-6);
  });

  it("are as if not said where vents is null", () => {
    expect(ventOf({ vents: null })).toEqual(ventOf({}));
    expect(ventOf({ vent: { count: 1 }, vents: null }).count).toBe(1);
  });
});

describe("the parsed scenario", () => {
  it("is frozen, and the given document is not", () => {
    const document = { ...useCase1(), quality: null, simulation: null };
    const scenario = parseScenario(document);
    expect(Object.isFrozen(scenario.process)).toBe(true);
    expect(Object.isFrozen(document.process)).toBe(false);
    expect(scenario.quality.core_temp_max_C).toBe(80);
  });

  it("has one input document for older and newer names of a back end", () => {
    const input = (backend: string) => inputDocument(scenarioWith({ simulation: { backend } }));
    expect(input("solve_ivp")).toEqual(input("stiff"));
    expect(input("sundials")).toEqual(input("cvode"));
    expect(input("jax")).toEqual(input("ensemble"));
    expect(input("manual")).not.toEqual(input("stiff"));
  });
});

describe("a system in place of its id", () => {
  const system = structuredClone(findSystem(builtInSystems(), "SYSTEM_M1"));
  const { system_id: _, ...rest } = useCase1();

  it("is taken as it stands", () => {
    expect(parseScenario({ ...rest, system: { ...system, system_id: "own" } }).system).toMatchObject({
      system_id: "own",
      polyol: { name: "POLYOL-M1" },
    });
  });

  it("must not contradict the id", () => {
    expect(refusal(() => parseScenario({ ...useCase1(), system }))).toEqual([["MOLD-007", "system_id"]]);
    expect(refusal(() => parseScenario({ ...useCase1({ systemId: "SYSTEM_M1" }), system }))).toEqual([]);
  });

  it("is checked with its paths", () => {
    const polyol = { ...system.polyol, water_fraction: 2 };
    expect(refusal(() => parseScenario({ ...rest, system: { ...system, polyol } }))).toEqual([
      ["MOLD-005", "system.polyol.water_fraction"],
    ]);
  });
});

describe("a quality preset", () => {
  it("is a bare map of limits", () => {
    expect(parseQuality({ core_temp_max_C: 90 })).toMatchObject({ core_temp_max_C: 90, rho_moulded_min: 35 });
    expect(refusal(() => parseQuality({ core_temp_mx_C: 90 }))).toEqual([["MOLD-002", "core_temp_mx_C"]]);
    expect(refusal(() => parseQuality({ rho_moulded_min: 50 }))).toEqual([["MOLD-007", "rho_moulded_max"]]);
  });
});
