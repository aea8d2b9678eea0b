/** Shot recipe and conditions at the press (section `process` of a scenario). */
import { z } from "zod";
import { above, field, fromZero, share } from "./field.ts";

const temperature = (description: string) => field("°C", description).min(-50).meta({ unit: "°C", description });

/** Relative humidity: a share, or per cent when above 1; stored as a share. */
const humidity = field("1", "Relative humidity; above 1 it is read as per cent")
  .min(0)
  .max(100)
  .default(0.5)
  .transform((value) => (value > 1 ? value / 100 : (value as number)));

export const processSchema = z.strictObject({
  m_polyol: above("kg", "Mass of the polyol component"),
  m_iso: above("kg", "Mass of the isocyanate component"),
  m_additives: fromZero("kg", "Mass of additives").default(0),
  nco_oh_index: above("1", "Isocyanate index; the legacy model does not use it").default(1),
  T_polyol_in_C: temperature("Temperature of the polyol").default(23),
  T_iso_in_C: temperature("Temperature of the isocyanate").default(23),
  T_mold_init_C: temperature("Temperature of the mould at the start").default(45),
  T_ambient_C: temperature("Temperature around the mould").default(25),
  RH_ambient: humidity,
  mixing_eff: share("Quality of mixing").default(1),
});

/** A shot: masses in kg, temperatures in °C, humidity and mixing as shares. */
export type ProcessConditions = Readonly<z.output<typeof processSchema>>;
