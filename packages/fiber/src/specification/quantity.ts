import { z } from "@simloom/units/zod";

/**
 * Schema of a number in a JSON specification, with its unit and meaning as metadata.
 *
 * JSON numbers carry no type, so the unit stands in `.meta({ unit })`: it appears in the JSON Schema under `unit`, and in
 * the remedies of error messages. Units are written as people write them (`dB/km`, `s²/m`); `1` is dimensionless.
 */
export function quantity(unit: string, description: string, limits: NumberLimits = {}): z.ZodNumber {
  return limited(z.number(), limits).meta({ unit, description });
}

/** Schema of a whole number (a count, a number of bits, a seed) with its unit. Safe integers only. */
export function wholeNumber(unit: string, description: string, limits: NumberLimits = {}): z.ZodNumber {
  return limited(z.int(), limits).meta({ unit, description });
}

/** Limits of a number; `min` and `max` belong to the allowed range, `above` does not. */
export interface NumberLimits {
  readonly min?: number;
  readonly max?: number;
  readonly above?: number;
}

function limited(schema: z.ZodNumber, { min, max, above }: NumberLimits): z.ZodNumber {
  let result = schema;
  if (min !== undefined) result = result.min(min);
  if (max !== undefined) result = result.max(max);
  if (above !== undefined) result = result.gt(above);
  return result;
}
