/** Geometry and thermal data of a mould, with its vents (section `mold` of a scenario). */
import { z } from "@simloom/units/zod";
import { above, field, share, whole } from "./field.ts";

export const ventSchema = z.strictObject({
  count: whole(0, "Number of vents; 0 is a sealed cavity").default(2),
  area_per_vent_m2: above("m²", "Open area of a vent; the legacy model does not use it").default(5e-5),
  base_conductance_m3_per_sPa: above("m³/(s Pa)", "Conductance of an open vent").default(5e-7),
  alpha_closure: field("1", "Conversion at which foam closes a vent").gt(0).max(1).default(0.85),
  clog_rate: above("1", "Exponent of the closing").default(2.2),
  min_efficiency: share("What stays open of a closed vent").default(0.02),
});

/** Vents described by bores or slots: an older block, turned into conductances. */
export const ventBoresSchema = z.strictObject({
  count: whole(0, "Number of vents").default(2),
  diameter_m: above("m", "Diameter of the bore; 1 mm where only its length is given").optional(),
  length_m: above("m", "Length of the bore; 50 mm where only its diameter is given").optional(),
  initial_conductance_Pa_s_per_m3: above(
    "Pa s/m³",
    "Resistance of an open vent, in place of diameter and length; without all three, a bore of 1 mm by 50 mm",
  ).optional(),
});

const geometry = {
  cavity_volume_m3: above("m³", "Volume of the cavity"),
  mold_surface_area_m2: above("m²", "Area between foam and mould"),
  mold_mass_kg: above("kg", "Mass of the mould that is heated and cooled"),
  cp_mold_J_per_kgK: above("J/(kg K)", "Specific heat of the mould").default(900),
  h_core_to_mold_W_per_m2K: above("W/(m² K)", "Heat transfer from foam to mould").default(140),
  h_mold_to_ambient_W_per_m2K: above("W/(m² K)", "Heat transfer from mould to ambient").default(40),
};

export const moldSchema = z.strictObject({
  ...geometry,
  vent: ventSchema.nullable().default(null),
  vents: ventBoresSchema.nullable().optional(),
});

/** Vents of a mould. */
export type VentProperties = Readonly<z.output<typeof ventSchema>>;

/** A mould. Its vents are always said: `vent: null` of a document are the default ones. */
export interface MoldProperties extends Readonly<Omit<z.output<typeof moldSchema>, "vent" | "vents">> {
  readonly vent: VentProperties;
}

/** Viscosity of air in Pa s, as vents are converted with. */
const AIR_VISCOSITY_PA_S = 1.85e-5;

/** The bore of a vent as far as a document does not say it. */
const DIAMETER_M = 0.001;
const LENGTH_M = 0.05;

/**
 * Conductance of one bore in m³/(s Pa), laminar: π d⁴ / (128 µ L). Source: Hagen–Poiseuille. 1 mm × 50 mm give 2.65e-8.
 */
export function boreConductance(diameterM: number, lengthM: number): number {
  return (Math.PI * diameterM * diameterM * diameterM * diameterM) / (128 * AIR_VISCOSITY_PA_S * lengthM);
}

/** The mould with its vents filled in: by a resistance or, without one, by their bores. Without any block, two vents of 5e-7 m³/(s Pa). */
export function withVents({ vent, vents, ...rest }: z.output<typeof moldSchema>): MoldProperties {
  if (vents === undefined || vents === null) return { ...rest, vent: vent ?? ventSchema.parse({}) };
  const { count, diameter_m, length_m, initial_conductance_Pa_s_per_m3: resistance } = vents;
  const conductance =
    resistance === undefined ? boreConductance(diameter_m ?? DIAMETER_M, length_m ?? LENGTH_M) : 1 / resistance;
  return { ...rest, vent: ventSchema.parse({ count, base_conductance_m3_per_sPa: conductance }) };
}
