/** The result document of a shot: names and units of the existing twin, and what Simloom adds. Fields are only ever added. */
import { z } from "@simloom/units/zod";

const series = (unit: string, description: string) => z.array(z.number()).readonly().meta({ unit, description });
const time = (description: string) => z.number().nullable().meta({ unit: "s", description });
const figure = (unit: string, description: string) => z.number().meta({ unit, description });

export const resultSchema = z.strictObject({
  model: z.literal("legacy0d").meta({ description: "Model that was computed" }),
  backend: z.enum(["manual", "adaptive", "stiff", "cvode", "ensemble"]),
  solver: z.strictObject({
    method: z.string(),
    relative_tolerance: z.number().nullable(),
    absolute_tolerance: z.number().nullable(),
    steps: z.int(),
    rejected_steps: z.int(),
    evaluations: z.int(),
    jacobians: z.int(),
  }),
  inputHash: z.string().meta({ description: "SHA-256 of the canonical inputs" }),
  system_id: z.string(),
  time_s: series("s", "Time"),
  alpha: series("1", "Conversion"),
  T_core_K: series("K", "Temperature of the core"),
  T_mold_K: series("K", "Temperature of the mould"),
  rho_kg_per_m3: series("kg/m³", "Density of the foam"),
  fill_ratio: series("1", "Foam per cavity"),
  n_CO2_mol: series("mol", "Carbon dioxide in the cavity"),
  p_air_Pa: series("Pa", "Partial pressure of air"),
  p_CO2_Pa: series("Pa", "Partial pressure of carbon dioxide"),
  p_pentane_Pa: series("Pa", "Partial pressure of pentane"),
  p_total_Pa: series("Pa", "Pressure in the cavity"),
  vent_eff: series("1", "How far the vents are open"),
  hardness_shore: series("1", "Hardness, Shore"),
  t_demold_min_s: time("First time of the demoulding window"),
  t_demold_max_s: time("Last time of the demoulding window"),
  t_demold_opt_s: time("Advised time of demoulding"),
  rho_moulded: figure("kg/m³", "Density of the part"),
  p_max_Pa: figure("Pa", "Peak pressure"),
  pressure_status: z.enum(["SAFE", "NEAR_LIMIT", "OVER_LIMIT", "UNKNOWN"]),
  vent_closure_time_s: time("When the vents count as closed"),
  H_demold_shore: figure("1", "Hardness at demoulding, Shore"),
  H_24h_shore: figure("1", "Hardness after 24 h, Shore"),
  quality_status: z.enum(["OK", "MARGINAL", "FAIL", "UNKNOWN"]),
  defect_risk: figure("1", "Risk of a defect, 0 to 1"),
  diagnostics: z.array(z.string()).readonly(),
  diagnostic_codes: z.array(z.string()).readonly().meta({ description: "One stable code per entry of diagnostics" }),
  water_from_polyol_kg: figure("kg", "Water of the polyol"),
  water_from_rh_kg: figure("kg", "Water of humid air"),
  water_effective_kg: figure("kg", "Water that reacts"),
  water_eff_fraction: figure("1", "Water that reacts, per polyol"),
  water_risk_score: figure("1", "Risk by additional water, 0 to 1"),
  t_cream_s: time("Conversion 0.05"),
  t_gel_s: time("Conversion 0.35"),
  t_rise_s: time("Conversion 0.75"),
  t_tack_free_s: time("Conversion 0.92"),
  t_p_max_s: figure("s", "Time of the peak pressure"),
  T_core_max_C: figure("°C", "Hottest core"),
  t_T_core_max_s: figure("s", "Time of the hottest core"),
});

/** The result document. */
export type MoldResult = Readonly<z.output<typeof resultSchema>>;

/** JSON Schema (draft 2020-12) of the result document, with `unit` on its numbers. */
export function resultJsonSchema(): Record<string, unknown> {
  return { $id: "simloom.mold-result.v1", ...z.toJSONSchema(resultSchema, { target: "draft-2020-12", io: "output" }) };
}
