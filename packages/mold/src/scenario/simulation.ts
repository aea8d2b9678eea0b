/** How long and how a shot is computed, and the coefficients of the legacy model (section `simulation` of a scenario). */
import { z } from "@simloom/units/zod";
import { BACKEND_NAMES, SCIPY_METHODS } from "./backend.ts";
import { above, field, fromZero, relativeTolerance, whole } from "./field.ts";

export const simulationSchema = z.strictObject({
  total_time_s: above("s", "End of the simulated time").default(600),
  time_step_s: above("s", "Distance of the points").default(0.5),
  reference_temperature_K: above("K", "Temperature at which the reaction clock runs at its cup-test rate").default(
    298.15,
  ),
  activation_energy_J_per_mol: above("J/mol", "Activation energy of the reaction").default(45000),
  reaction_order: above("1", "Exponent of the conversion, when fewer than two reaction times are known").default(1.6),
  reaction_enthalpy_J_per_kg: field("J/kg", "Heat of reaction per mass of mix").default(100000),
  foam_cp_J_per_kgK: above("J/(kg K)", "Specific heat of the foam").default(1600),
  rh_reference: field("1", "Humidity that brings no water yet").min(0).lt(1).default(0.45),
  surface_moisture_capacity_kg_per_m2: fromZero("kg/m²", "Water on the mould surface at full humidity").default(0.012),
  water_risk_delta_fraction: above("1", "Additional water per polyol that counts as full risk").default(0.004),
  ambient_pressure_Pa: above("Pa", "Pressure around the mould").default(101325),
  min_headspace_fraction: field("1", "Part of the cavity that foam never fills").gt(0).lt(1).default(0.4),
  pentane_evap_base_rate: fromZero("1/s", "Largest rate of evaporation of pentane").default(0.12),
  pentane_evap_onset_K: above("K", "Temperature at which pentane begins to evaporate").default(308.15),
  pentane_evap_temp_slope: fromZero("1/K", "How fast evaporation sets in").default(0.08),
  vent_relief_scale: fromZero("1", "How much overfilling hinders vents").default(0.6),
  hardness_base_shore: field("1", "Hardness without conversion, Shore").default(5),
  hardness_alpha_gain: fromZero("1", "Hardness gained by conversion, Shore").default(65),
  hardness_density_gain: fromZero("1", "Hardness gained by density, Shore").default(0.45),
  hardness_density_ref: above("kg/m³", "Reference density of hardness").default(35),
  hardness_24h_bonus: field("1", "Hardness gained in 24 h, Shore").default(4),
  backend: z.enum(BACKEND_NAMES).default("manual").meta({ description: "What integrates the equations" }),
  solve_ivp_method: z.enum(SCIPY_METHODS).default("Radau").meta({ description: "Older name of the method" }),
  solve_ivp_rtol: relativeTolerance("Relative tolerance of adaptive, stiff and ensemble").default(1e-6),
  solve_ivp_atol: above("1", "Absolute tolerance of adaptive, stiff and ensemble").default(1e-8),
  sundials_rtol: relativeTolerance("Relative tolerance of cvode").default(1e-6),
  sundials_atol: above("1", "Absolute tolerance of cvode").default(1e-8),
  sundials_max_steps: whole(1, "Most steps of cvode").default(500000),
  dimension: z.enum(["0d", "1d_experimental"]).default("0d").meta({ description: "Model of the core" }),
  layers_count: whole(1, "Layers of the one-dimensional model; 1 with dimension 0d").default(1),
  foam_conductivity_W_per_mK: fromZero("W/(m K)", "Conductivity of the foam, one-dimensional model only").default(0.2),
});

/** Settings of a simulation, with every default. `backend` is as written in the file; see `solverOf`. */
export type SimulationSettings = Readonly<z.output<typeof simulationSchema>>;

/** Most points of a run: 13 series of a million points are 100 MB. */
export const MOST_POINTS = 1_000_000;

/** Number of points of a run, both ends among them. */
export function pointCount({
  total_time_s,
  time_step_s,
}: Pick<SimulationSettings, "total_time_s" | "time_step_s">): number {
  return Math.floor(total_time_s / time_step_s) + 1;
}
