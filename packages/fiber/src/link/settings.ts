/** Numbers of the stages' configurations, each with its unit in the schema. */
import { z } from "zod";

/** A finite number. */
export function figure(unit: string): z.ZodNumber {
  return z.number().meta({ unit });
}

/** A number above zero. */
export function positive(unit: string): z.ZodNumber {
  return z.number().positive().meta({ unit });
}

/** A number of zero or more. */
export function zeroOrMore(unit: string): z.ZodNumber {
  return z.number().min(0).meta({ unit });
}
