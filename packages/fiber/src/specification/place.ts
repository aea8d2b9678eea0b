/** A place inside a document: its path as text, the value there, and what the schema says about it. */
import { specificationJsonSchema } from "./schema.ts";

/** What an error message needs to know about one place. */
export interface Place {
  /** The path as people write it: `processing.dsp_chain[1].params.taps`; the document itself is `""`. */
  readonly path: string;
  /** What a sentence calls it: the path, with the block's name inside the DSP chain. */
  readonly subject: string;
  /** The value given there; undefined where there is none. */
  readonly value: unknown;
  readonly facts: SchemaFacts;
}

/** The part of a JSON Schema node that error messages read. */
export interface SchemaFacts {
  readonly description?: string;
  readonly unit?: string;
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, SchemaFacts>>;
  readonly items?: SchemaFacts;
  readonly prefixItems?: readonly SchemaFacts[];
  readonly oneOf?: readonly SchemaFacts[];
  readonly anyOf?: readonly SchemaFacts[];
}

/** The place at a path of keys. A DSP block is told apart by the `name` that the document gives it. */
export function placeAt(document: unknown, keys: readonly PropertyKey[]): Place {
  jsonSchema ??= specificationJsonSchema() as SchemaFacts;
  let facts: SchemaFacts = jsonSchema;
  let value = document;
  let blockName: unknown;
  for (const key of keys) {
    value = memberOf(value, key);
    facts = memberFacts(facts, key);
    if (facts.oneOf !== undefined) {
      const name = memberOf(value, "name");
      facts = facts.oneOf.find(({ properties }) => properties?.name?.const === name) ?? facts;
      blockName = name;
    }
  }
  const path = formatPath(keys);
  const subject = path === "" ? "the specification" : typeof blockName === "string" ? `${path} (${blockName})` : path;
  return { path, subject, value, facts };
}

/** Writes a path of keys as people do. */
export function formatPath(keys: readonly PropertyKey[]): string {
  return keys.reduce<string>(
    (text, key) => (typeof key === "number" ? `${text}[${key}]` : text === "" ? String(key) : `${text}.${String(key)}`),
    "",
  );
}

let jsonSchema: SchemaFacts | undefined;

function memberFacts(facts: SchemaFacts, key: PropertyKey): SchemaFacts {
  const member = typeof key === "number" ? (facts.prefixItems?.[key] ?? facts.items) : facts.properties?.[String(key)];
  // A nullable object is a choice between the object and null.
  return member?.anyOf?.find(({ properties }) => properties !== undefined) ?? member ?? {};
}

function memberOf(value: unknown, key: PropertyKey): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<PropertyKey, unknown>>)[key];
}
