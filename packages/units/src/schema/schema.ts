/**
 * Zod schemas of quantities. A field accepts a number, taken to be in the field's unit, or text with any unit of the same
 * dimension (`"80 km"` in a metre field is 80000); it yields the branded number. Bounds and defaults are plain numbers in
 * the field's unit. The unit stands in `.meta().unit` and in JSON Schema under `unit`.
 */
import { z } from "@simloom/units/zod";
import { UnitError } from "../errors.ts";
import type { Quantity, QuantityInput } from "../quantity.ts";
import { parseQuantityIn } from "../text/parse-quantity.ts";
import { parseUnit } from "../unit/parse-unit.ts";

/** What a definition of a quantity schema holds beside that of a number. */
interface QuantityDef extends z.core.$ZodNumberDef {
  readonly unit: string;
}

/** Types of a quantity schema: text, plain numbers and quantities of the same unit go in, branded numbers come out. */
interface QuantityInternals<U extends string> extends z.core.$ZodNumberInternals<QuantityInput<U> | string> {
  def: QuantityDef;
  output: Quantity<U>;
}

/** A number schema that knows its unit. `min`, `max`, `positive`, `int` and the rest of `z.number()` chain as usual. */
export interface QuantitySchema<U extends string> extends z._ZodNumber<QuantityInternals<U>> {
  gt(bound: QuantityInput<U>, params?: string | z.core.$ZodCheckGreaterThanParams): this;
  gte(bound: QuantityInput<U>, params?: string | z.core.$ZodCheckGreaterThanParams): this;
  min(bound: QuantityInput<U>, params?: string | z.core.$ZodCheckGreaterThanParams): this;
  lt(bound: QuantityInput<U>, params?: string | z.core.$ZodCheckLessThanParams): this;
  lte(bound: QuantityInput<U>, params?: string | z.core.$ZodCheckLessThanParams): this;
  max(bound: QuantityInput<U>, params?: string | z.core.$ZodCheckLessThanParams): this;
  /** The value of an absent field, as a plain number of the field's unit. */
  default(value: QuantityInput<U> | (() => QuantityInput<U>)): z.ZodDefault<this>;
  catch(value: QuantityInput<U> | ((context: z.core.$ZodCatchCtx) => QuantityInput<U>)): z.ZodCatch<this>;
}

/** `z.ZodNumber.init` without its assertion signature, which the compiler wants declared by name. */
const initialiseNumber: (schema: z.ZodNumber, def: QuantityDef) => void = z.ZodNumber.init;

const QuantityType = /* @__PURE__ */ z.core.$constructor<QuantitySchema<string>>("SimloomQuantity", (schema, def) => {
  initialiseNumber(schema as unknown as z.ZodNumber, def);
  const parseNumber = schema._zod.parse;
  schema._zod.parse = (payload, context) => {
    const input: unknown = payload.value;
    if (typeof input !== "string") return parseNumber(payload, context);
    try {
      payload.value = parseQuantityIn(input, def.unit);
    } catch (error) {
      if (!(error instanceof UnitError)) throw error;
      payload.issues.push({
        code: "custom",
        message: `${error.message}. ${error.remedy}`,
        params: { code: error.code, remedy: error.remedy, unit: def.unit },
        input,
        inst: schema,
      });
    }
    return payload;
  };
  const describeNumber = schema._zod.processJSONSchema;
  schema._zod.processJSONSchema = (context, json, params) => {
    describeNumber?.(context, json, params);
    json.unit = def.unit;
    // Keywords such as minimum apply to numbers only, so one schema describes both forms.
    if (context.io === "input" && json.type !== undefined) json.type = [json.type, "string"] as never;
  };
});

/**
 * The schema of a number in `unit`; the functions of the named units (`decibel()`, `kilometre()`) are short for it.
 *
 * @throws UnitError when `unit` cannot be read.
 */
export function quantity<const U extends string>(unit: U): QuantitySchema<U> {
  parseUnit(unit);
  const schema = new QuantityType({ type: "number", unit } as never) as unknown as QuantitySchema<U>;
  return schema.meta({ unit });
}

/**
 * The unit of a schema, through `optional`, `nullable`, `default`, `prefault`, `catch`, `readonly`, `array` and pipes.
 *
 * @throws UnitError UNIT-007 when there is none; use {@link findUnit} where that is fine.
 */
export function unitOf(schema: z.core.$ZodType): string {
  const unit = findUnit(schema);
  if (unit !== undefined) return unit;
  throw new UnitError({
    code: "UNIT-007",
    message: `A schema of type ${schema._zod.def.type} carries no unit`,
    remedy: 'Use a quantity schema such as kilometre() or quantity("J/(kg K)").',
    context: { type: schema._zod.def.type },
  });
}

/** The unit of a schema, or `undefined` when it has none. */
export function findUnit(schema: z.core.$ZodType): string | undefined {
  const def: object = schema._zod.def;
  if ("unit" in def && typeof def.unit === "string") return def.unit;
  const named = z.globalRegistry.get(schema)?.unit;
  if (typeof named === "string") return named;
  for (const key of ["innerType", "element", "out"] as const) {
    const inner: unknown = key in def ? (def as Record<string, unknown>)[key] : undefined;
    if (inner instanceof z.core.$ZodType) return findUnit(inner);
  }
  return undefined;
}
