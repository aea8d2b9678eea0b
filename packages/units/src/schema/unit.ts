/** A named unit is one function: without an argument the schema of a field, with a number the quantity itself. */
import type { Quantity, QuantityInput } from "../quantity.ts";
import { type QuantitySchema, quantity } from "./schema.ts";

/** `kilometre()` is a schema, `kilometre(80)` a `Quantity<"km">`; `kilometre.symbol` is `km`. */
export interface Unit<U extends string> {
  (): QuantitySchema<U>;
  /** Says the unit of a plain number; nothing happens at run time. A quantity of another unit does not compile. */
  (value: QuantityInput<U>): Quantity<U>;
  readonly symbol: U;
}

/** Makes the function of a unit: `const wattPerMetreKelvin = unit("W/(m K)")`. The text is read at the first schema. */
export function unit<const U extends string>(symbol: U): Unit<U> {
  function named(): QuantitySchema<U>;
  function named(value: QuantityInput<U>): Quantity<U>;
  function named(value?: QuantityInput<U>): QuantitySchema<U> | Quantity<U> {
    return value === undefined ? quantity(symbol) : (value as Quantity<U>);
  }
  return Object.assign(named, { symbol });
}
