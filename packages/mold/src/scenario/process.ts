/** Shot recipe and conditions at the press (section `process` of a scenario). */
import { parseQuantity, parseQuantityIn } from "@simloom/units";
import { z } from "@simloom/units/zod";
import { above, field, fromZero, share } from "./field.ts";
import type { DocumentProblem } from "./problems.ts";

const temperature = (description: string) => field("°C", description).min(-50).meta({ unit: "°C", description });

/** Relative humidity: a share, or per cent when above 1; stored as a share. */
const humidity = field("1", "Relative humidity; a number above 1 is read as per cent")
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

/**
 * What the schema cannot see any more: `"150 %"` reaches it as 1.5, which without a unit would be 1.5 per cent. Text that says its
 * unit is a share as it stands, so at most 1.
 */
export function humidityProblems(document: unknown): readonly DocumentProblem[] {
  const path = "process.RH_ambient";
  const written = memberOf(memberOf(document, "process"), "RH_ambient");
  if (typeof written !== "string") return [];
  const read = processSchema.shape.RH_ambient.safeParse(written);
  if (!read.success || parseQuantity(written).unit === "1" || parseQuantityIn(written, "1") <= 1) return [];
  return [
    {
      code: "MOLD-005",
      path,
      message: `${path} is ${JSON.stringify(written)}, but must be at most 100 %`,
      remedy: "Set it to at most 100 %, or write a share from 0 to 1.",
    },
  ];
}

function memberOf(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined;
}
