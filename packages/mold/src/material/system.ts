/** Material systems: a polyol and an isocyanate component with what their data sheets say. */
import { z } from "@simloom/units/zod";
import { above, share } from "../scenario/field.ts";

const figure = <const U extends string>(unit: U, description: string) => above(unit, description).nullable().optional();
const fraction = (description: string) => share(description).nullable().optional();
const metadata = z
  .record(z.string(), z.unknown())
  .nullable()
  .default({})
  .meta({ description: "Free notes and sources" });

const polyolSchema = z.strictObject({
  name: z.string().min(1),
  oh_number_mgKOH_per_g: figure("mg/g", "Hydroxyl number, mg KOH per g"),
  functionality: figure("1", "Hydroxyl groups per molecule"),
  density_kg_per_m3: figure("kg/m³", "Density"),
  viscosity_mPa_s: figure("mPa s", "Viscosity"),
  water_fraction: fraction("Water per mass of polyol"),
  pentane_fraction: share("Pentane per mass of polyol").nullable().prefault(0),
  cream_time_s: figure("s", "Cream time of the cup test"),
  gel_time_s: figure("s", "Gel time of the cup test"),
  rise_time_s: figure("s", "Rise time of the cup test"),
  tack_free_time_s: figure("s", "Tack-free time of the cup test"),
  metadata,
});

const isocyanateSchema = z.strictObject({
  name: z.string().min(1),
  nco_percent: figure("1", "NCO content in per cent"),
  functionality: figure("1", "Isocyanate groups per molecule"),
  density_kg_per_m3: figure("kg/m³", "Density"),
  viscosity_mPa_s: figure("mPa s", "Viscosity"),
  metadata,
});

export const materialSystemSchema = z.strictObject({
  system_id: z.string().min(1),
  description: z.string().nullable().optional(),
  polyol: polyolSchema,
  isocyanate: isocyanateSchema,
  foam_targets: z.strictObject({
    rho_free_rise_target: figure("kg/m³", "Density of a free rise"),
    rho_moulded_target: figure("kg/m³", "Density of the part"),
  }),
  mechanical_targets: z
    .strictObject({
      h_demold_target_shore: figure("1", "Hardness at demoulding, Shore"),
      h_24h_target_shore: figure("1", "Hardness after 24 h, Shore"),
    })
    .prefault({}),
  metadata,
});

/** A material system as a catalogue holds it; what the data sheet does not say is null. */
export type MaterialSystem = DeepReadonly<z.output<typeof materialSystemSchema>>;

/** What nobody writes to. */
export type DeepReadonly<T> = T extends number
  ? T
  : T extends object
    ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
    : T;

/** Fields without which no shot can be computed, by path. */
const RUN_FIELDS = [
  "polyol.oh_number_mgKOH_per_g",
  "polyol.functionality",
  "polyol.density_kg_per_m3",
  "polyol.viscosity_mPa_s",
  "polyol.water_fraction",
  "polyol.pentane_fraction",
  "isocyanate.nco_percent",
  "isocyanate.functionality",
  "isocyanate.density_kg_per_m3",
  "isocyanate.viscosity_mPa_s",
  "foam_targets.rho_free_rise_target",
  "foam_targets.rho_moulded_target",
  "mechanical_targets.h_24h_target_shore",
] as const;

/** Paths of the figures that a system lacks for a run; none when it is complete. */
export function missingFields(system: MaterialSystem): readonly string[] {
  return RUN_FIELDS.filter((path) => {
    const [part = "", name = ""] = path.split(".");
    const section = (system as Readonly<Record<string, unknown>>)[part] as Readonly<Record<string, unknown>>;
    return section[name] === null || section[name] === undefined;
  });
}

/** True for systems blown with pentane. */
export function hasPentane({ polyol }: MaterialSystem): boolean {
  return (polyol.pentane_fraction ?? 0) > 0;
}
