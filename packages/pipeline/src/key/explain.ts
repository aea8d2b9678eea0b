import { decodeOutline } from "../value/decode.ts";
import { digestOf } from "../value/encode.ts";
import type { Value } from "../value/value.ts";

/** One leaf that differs between two pre-images. */
export interface Difference {
  /** What kind of thing differs. */
  readonly what: "stage" | "version" | "code" | "config" | "input" | "policy" | "seed" | "arithmetic" | "map";
  /** The leaf: a configuration path, port name, policy key; empty where there is only one. */
  readonly path: string;
  readonly before: Value;
  readonly after: Value;
}

/** Leaves in which two pre-images differ, in a fixed order. Both are bytes as entries keep them. */
export function differences(before: Uint8Array, after: Uint8Array): readonly Difference[] {
  const old = readPreimage(before);
  const now = readPreimage(after);
  const found: Difference[] = [];
  compare(found, "stage", "", old["stage"] ?? null, now["stage"] ?? null);
  compare(found, "version", "", old["version"] ?? null, now["version"] ?? null);
  compare(found, "code", "", old["code"] ?? null, now["code"] ?? null);
  compare(found, "config", "", old["config"] ?? null, now["config"] ?? null);
  compare(found, "input", "", old["inputs"] ?? null, now["inputs"] ?? null);
  compare(found, "policy", "", old["policy"] ?? null, now["policy"] ?? null, true);
  compare(found, "seed", "", old["seed"] ?? null, now["seed"] ?? null);
  compare(found, "arithmetic", "", old["arithmetic"] ?? null, now["arithmetic"] ?? null);
  compare(found, "map", "", old["mapOver"] ?? null, now["mapOver"] ?? null);
  return found;
}

/** A stored pre-image as a record. Large arrays in configurations stand there as outlines with their digest. Errors: PIPE-002. */
export function readPreimage(bytes: Uint8Array): Readonly<Record<string, Value>> {
  return decodeOutline(bytes) as Readonly<Record<string, Value>>;
}

function compare(
  found: Difference[],
  what: Difference["what"],
  path: string,
  before: Value,
  after: Value,
  isFlat = false,
): void {
  if (digestOf(before) === digestOf(after)) return;
  if (isPlainRecord(before) && isPlainRecord(after)) {
    for (const key of [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()) {
      const inner = path === "" ? key : `${path}.${key}`;
      const isNew = Object.hasOwn(before, key) !== Object.hasOwn(after, key);
      if (isFlat && isNew)
        found.push({ what, path: inner, before: memberOf(before, key), after: memberOf(after, key) });
      else compare(found, what, inner, memberOf(before, key), memberOf(after, key));
    }
    return;
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    before.forEach((item: Value, index) => {
      compare(found, what, `${path}[${index}]`, item, after[index] as Value);
    });
    return;
  }
  found.push({ what, path, before, after });
}

function memberOf(record: Readonly<Record<string, Value>>, key: string): Value {
  return Object.hasOwn(record, key) ? (record[key] as Value) : null;
}

function isPlainRecord(value: Value): value is Readonly<Record<string, Value>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
