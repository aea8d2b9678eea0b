/** Numbers of the stages' configurations: schemas that carry their unit, so that a gain in kilometres does not compile. */
import { type QuantitySchema, quantity } from "@simloom/units";

/** A finite number, or text with its unit (`"80 km"` in a field of metres). */
export function figure<const U extends string>(unit: U): QuantitySchema<U> {
  return quantity(unit);
}

/** A number above zero. */
export function positive<const U extends string>(unit: U): QuantitySchema<U> {
  return quantity(unit).positive();
}

/** A number of zero or more. */
export function zeroOrMore<const U extends string>(unit: U): QuantitySchema<U> {
  return quantity(unit).min(0);
}
