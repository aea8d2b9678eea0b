import type { LinkSpecification } from "./schema.ts";

/** SHA-256 of bytes, as lower-case hexadecimal. */
export type Sha256Hex = (bytes: Uint8Array) => string;

/**
 * Identifies a specification: SHA-256 of the canonical JSON (RFC 8785) of the fully defaulted document, in hexadecimal.
 *
 * Two documents that differ only in key order, spacing, number notation or defaults written out have one hash. Labels
 * under `scenario` are part of it.
 */
export function specificationHash(specification: LinkSpecification, sha256: Sha256Hex): string {
  return sha256(new TextEncoder().encode(canonicalJson(specification)));
}

/**
 * JSON in the form of RFC 8785: no spaces, keys ordered by UTF-16 code units, numbers and strings as ECMAScript writes
 * them. Members that are undefined are left out, as JSON has no such value.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(",")}}`;
}
