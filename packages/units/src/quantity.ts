/** Quantities are plain numbers at run time; the unit exists for the compiler only. */
declare const unit: unique symbol;

/**
 * A float64 that counts the unit `U`, for example `Quantity<"W">`. Arithmetic gives plain numbers again: say the unit of
 * the result with the unit's function, `watt(a + b)`.
 */
export type Quantity<U extends string> = number & { readonly [unit]: U };

/**
 * What may be given where the unit `U` is wanted: a plain number, taken to be in `U`, or a quantity in `U`. A quantity in
 * another unit does not compile.
 */
export type QuantityInput<U extends string> = number & { readonly [unit]?: U };
