import { z } from "@simloom/units/zod";
import type { DocumentEntry } from "./documents.ts";

/**
 * The JSON Schema of a document, as `docs/schemas/<name>.schema.json` holds it. Members that it does not know are allowed:
 * fields may be added, never renamed.
 */
export function jsonSchemaOf({ title, schema }: DocumentEntry): string {
  const described = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return `${JSON.stringify({ title, ...described }, undefined, 2)}\n`;
}
