import { describe, expect, it } from "vitest";
import { MoldError } from "../errors.ts";
import { parseOptimization } from "./optimisation.ts";

function refusal(document: unknown): readonly (readonly [string, string | undefined])[] {
  try {
    parseOptimization(document);
    return [];
  } catch (thrown) {
    if (!(thrown instanceof MoldError)) throw thrown;
    return thrown.problems.map(({ code, path }) => [code, path]);
  }
}

describe("what a search is asked", () => {
  it("has defaults", () => {
    expect(parseOptimization({})).toEqual({
      samples: 40,
      random_seed: null,
      bounds: { T_polyol_C: [20, 30], T_iso_C: [20, 30], T_mold_C: [35, 50], t_demold_s: [240, 600] },
      t_cycle_max_s: 600,
      prefer_lower_pressure: true,
    });
  });

  it.each([
    [{ samples: 0 }, "MOLD-005", "samples"],
    [{ samples: 1.5 }, "MOLD-004", "samples"],
    [{ t_cycle_max_s: 0 }, "MOLD-005", "t_cycle_max_s"],
    [{ sampels: 1 }, "MOLD-002", "sampels"],
    [{ bounds: { T_mold_C: [50, 35] } }, "MOLD-007", "bounds.T_mold_C"],
    [{ bounds: { T_mold_C: [35, 35] } }, "MOLD-007", "bounds.T_mold_C"],
    [{ bounds: { t_demold_s: [0, 600] } }, "MOLD-005", "bounds.t_demold_s[0]"],
    [{ bounds: { T_iso_C: [20] } }, "MOLD-005", "bounds.T_iso_C"],
  ])("is refused for %j", (document, code, path) => {
    expect(refusal(document)).toEqual([[code, path]]);
  });

  it("reads bounds with units", () => {
    expect(parseOptimization({ bounds: { t_demold_s: ["4 min", "10 min"] } }).bounds.t_demold_s).toEqual([240, 600]);
    const maps = [
      { value: 308.15, unit: "K" },
      { value: 50, unit: "degC" },
    ];
    const [lower, upper] = parseOptimization({ bounds: { T_mold_C: maps } }).bounds.T_mold_C;
    // 308.15 − 273.15 in float64
    expect(lower).toBeCloseTo(35, 12);
    expect(upper).toBe(50);
  });
});
