/** Fields of mould documents: numbers that know their unit and meaning. */
import { RELATIVE_TOLERANCES } from "@simloom/solve";
import { type QuantitySchema, quantity } from "@simloom/units";
import { z } from "@simloom/units/zod";

/** A finite number in `unit`, or text with a unit of the same dimension (`"77 K"` in a field of °C). */
export function field<const U extends string>(unit: U, description: string): QuantitySchema<U> {
  return quantity(unit).meta({ unit, description });
}

/** A number above zero. */
export function above<const U extends string>(unit: U, description: string): QuantitySchema<U> {
  return quantity(unit).positive().meta({ unit, description });
}

/** A number of zero or more. */
export function fromZero<const U extends string>(unit: U, description: string): QuantitySchema<U> {
  return quantity(unit).min(0).meta({ unit, description });
}

/** A share from 0 to 1; text may say it in per cent. */
export function share(description: string): QuantitySchema<"1"> {
  return quantity("1").min(0).max(1).meta({ unit: "1", description });
}

/** A relative tolerance that solvers can meet. */
export function relativeTolerance(description: string): QuantitySchema<"1"> {
  const { least, below } = RELATIVE_TOLERANCES;
  return quantity("1").min(least).lt(below).meta({ unit: "1", description });
}

/** A whole number from `least` on. */
export function whole(least: number, description: string): z.ZodInt {
  return z.int().min(least).meta({ description });
}
