import { NdArray } from "@simloom/pipeline";

/**
 * A record with its members, and theirs, in the order of their names: the order in which stored values come back, so that a warm
 * run answers what the cold one did to the letter.
 */
export function ordered<T extends object>(record: T): T {
  const members = Object.entries(record)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => [name, isPlain(value) ? ordered(value) : value]);
  return Object.fromEntries(members) as T;
}

function isPlain(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof NdArray);
}
