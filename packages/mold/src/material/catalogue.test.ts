import { describe, expect, it } from "vitest";
import { MoldError } from "../errors.ts";
import { builtInSystems } from "./built-in.ts";
import { findSystem, mergeCatalogues, parseCatalogue, parseSystem, requireComplete } from "./catalogue.ts";
import { hasPentane, missingFields } from "./system.ts";

const systems = builtInSystems();
const r1 = () => structuredClone(findSystem(systems, "SYSTEM_R1")) as unknown as Record<string, unknown>;

describe("the built-in catalogue", () => {
  it("holds seven systems, two of them complete", () => {
    expect(systems.size).toBe(7);
    expect(
      [...systems.values()].filter((system) => missingFields(system).length === 0).map((s) => s.system_id),
    ).toEqual(["SYSTEM_R1", "SYSTEM_M1"]);
  });

  it("knows the reference system and which system has pentane", () => {
    expect(findSystem(systems, "SYSTEM_R1").polyol.oh_number_mgKOH_per_g).toBe(250);
    expect([...systems.values()].filter(hasPentane).map((system) => system.system_id)).toEqual(["SYSTEM_M1"]);
  });

  it("keeps the free notes of data sheets", () => {
    expect(findSystem(systems, "dekolast_8if").metadata).toMatchObject({
      processing_recommendations: { component_ratio_A_B_by_weight: [2.5, 1] },
    });
  });
});

describe("an incomplete system", () => {
  it("says everything that is missing, by path", () => {
    try {
      requireComplete(findSystem(systems, "elastoflex_w_5165_150"));
      expect.unreachable();
    } catch (thrown) {
      const error = thrown as MoldError;
      expect(error.code).toBe("MOLD-011");
      expect(error.problems.map(({ path }) => path)).toEqual([
        "polyol.oh_number_mgKOH_per_g",
        "polyol.functionality",
        "polyol.water_fraction",
        "polyol.pentane_fraction",
        "isocyanate.functionality",
        "foam_targets.rho_moulded_target",
        "mechanical_targets.h_24h_target_shore",
      ]);
    }
  });
});

describe("catalogues", () => {
  it("refuse an id that stands twice in a file", () => {
    expect(() => parseCatalogue([r1(), r1()], "two.yaml")).toThrow(/two\.yaml holds SYSTEM_R1 twice/);
  });

  it("refuse a file without systems", () => {
    expect(() => parseCatalogue([], "none.yaml")).toThrow(/holds no material system/);
  });

  it("let the first file win", () => {
    const first = parseCatalogue([{ ...r1(), description: "first" }]);
    const merged = mergeCatalogues([first, systems]);
    expect([merged.size, merged.get("SYSTEM_R1")?.description]).toEqual([7, "first"]);
  });

  it("name the nearest id", () => {
    try {
      findSystem(systems, "SYSTEM_R2");
      expect.unreachable();
    } catch (thrown) {
      expect((thrown as MoldError).remedy).toMatch(/^Did you mean SYSTEM_R1\? Known are SYSTEM_R1, SYSTEM_M1/);
    }
  });

  it("name document and field of a slip", () => {
    const odd = { ...r1(), system_id: "odd", polyol: { name: "x", watr_fraction: 1 } };
    expect(() => parseCatalogue([r1(), odd], "two.yaml")).toThrow(MoldError);
    try {
      parseCatalogue([r1(), odd], "two.yaml");
    } catch (thrown) {
      expect((thrown as MoldError).path).toBe("polyol.watr_fraction");
      expect((thrown as MoldError).context).toMatchObject({ source: "two.yaml, document 2" });
    }
  });

  it.each([
    ["oh_number_mgKOH_per_g", 0],
    ["functionality", -1],
    ["density_kg_per_m3", 0],
    ["viscosity_mPa_s", 0],
    ["water_fraction", 1.1],
    ["pentane_fraction", -0.1],
    ["cream_time_s", 0],
  ])("refuse polyol.%s = %s", (field, value) => {
    const system = r1();
    expect(() => parseSystem({ ...system, polyol: { ...(system.polyol as object), [field]: value } })).toThrow(
      new RegExp(`polyol\\.${field}`),
    );
  });
});
