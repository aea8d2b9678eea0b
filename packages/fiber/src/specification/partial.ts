import type { z } from "@simloom/units/zod";

/** Recursively optional: what is left of a document when its unusable parts are dropped. */
export type Partially<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [K in keyof T]?: Partially<T[K]> | undefined }
    : T;

/**
 * Reads as much of a document as its schema allows: each field that parses keeps its value (or default), each that does
 * not is left out. So that rules between fields can be checked, and reported, beside the problems of single fields.
 * Arrays are kept whole or dropped whole.
 */
export function parsePartially<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): Partially<z.output<Schema>> | undefined {
  return readPart(schema, value) as Partially<z.output<Schema>> | undefined;
}

function readPart(schema: z.core.$ZodType, value: unknown): unknown {
  const { def } = schema as z.ZodType;
  switch (def.type) {
    case "object": {
      if (typeof value !== "object" || value === null) return undefined;
      const given = value as Readonly<Record<string, unknown>>;
      const { shape } = def as z.core.$ZodObjectDef;
      return Object.fromEntries(
        Object.entries(shape).map(([key, field]) => [
          key,
          readPart(field, Object.hasOwn(given, key) ? given[key] : undefined),
        ]),
      );
    }
    case "prefault":
    case "default": {
      const { innerType, defaultValue } = def as z.core.$ZodDefaultDef;
      return readPart(innerType, value === undefined ? defaultValue : value);
    }
    case "nullable":
      return value === null ? null : readPart((def as z.core.$ZodNullableDef).innerType, value);
    case "optional":
      return value === undefined ? undefined : readPart((def as z.core.$ZodOptionalDef).innerType, value);
    default:
      return (schema as z.ZodType).safeParse(value).data;
  }
}
