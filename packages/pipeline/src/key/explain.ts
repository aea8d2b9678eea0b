import { decode } from "../value/encode.ts";
import { digestOf } from "../value/encode.ts";
import type { Digest } from "../value/digest.ts";
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

/** A stored pre-image as a record. Large arrays in configurations stay digests. */
export function readPreimage(bytes: Uint8Array): Readonly<Record<string, Value>> {
  return decode(bytes, (digest: Digest) => new TextEncoder().encode(digest)) as Readonly<Record<string, Value>>;
}

function compare(found: Difference[], what: Difference["what"], path: string, before: Value, after: Value, isFlat = false): void {
  if (digestOf(before) === digestOf(after)) return;
  if (isPlainRecord(before) && isPlainRecord(after)) {
    for (const key of [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()) {
      const inner = path === "" ? key : `${path}.${key}`;
      if (isFlat && key in before !== key in after) found.push({ what, path: inner, before: before[key] ?? null, after: after[key] ?? null });
      else compare(found, what, inner, before[key] ?? null, after[key] ?? null);
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

function isPlainRecord(value: Value): value is Readonly<Record<string, Value>> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
