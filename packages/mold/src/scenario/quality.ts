/** Limits that a good part keeps (section `quality` of a scenario, or a preset file of its own). */
import { z } from "@simloom/units/zod";
import { above, field, share } from "./field.ts";

export const qualitySchema = z.strictObject({
  alpha_demold_min: share("Least conversion at demoulding").default(0.75),
  rho_moulded_min: above("kg/m³", "Least density of the part").default(35),
  rho_moulded_max: above("kg/m³", "Largest density of the part").default(45),
  core_temp_max_C: field("°C", "Hottest core at demoulding").default(80),
  p_max_allowable_bar: above("bar", "Largest pressure in the cavity").default(5),
  H_demold_min_shore: above("1", "Least hardness at demoulding, Shore").default(40),
  H_24h_min_shore: above("1", "Least hardness after 24 h, Shore").default(50),
  defect_risk_max: share("Largest risk of a defect").default(0.1),
});

/** Limits of a part. */
export type QualityTargets = Readonly<z.output<typeof qualitySchema>>;
