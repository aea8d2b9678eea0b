/** Profiles of a result as CSV, with the columns of the existing twin. */
import type { MoldResult } from "./document.ts";

const COLUMNS = [
  "time_s",
  "alpha",
  "T_core_K",
  "T_mold_K",
  "rho_kg_per_m3",
  "p_total_Pa",
  "p_air_Pa",
  "p_CO2_Pa",
  "p_pentane_Pa",
  "vent_eff",
  "hardness_shore",
] as const satisfies readonly (keyof MoldResult)[];

/** One line per point, with a header; numbers in full precision. */
export function profilesCsv(result: MoldResult): string {
  const rows = result.time_s.map((_, index) => COLUMNS.map((column) => result[column][index]).join(","));
  return `${[COLUMNS.join(","), ...rows].join("\n")}\n`;
}
