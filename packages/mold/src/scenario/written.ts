/** Ways of writing that documents may use, put into the one form that schemas read. */

/**
 * Quantities written as `{value: 77, unit: degC}` become text with a unit, those in lists too, and sections that YAML left empty
 * (`quality:`) are dropped. Free notes under `metadata` are handed through as they are.
 */
export function plainlyWritten(document: unknown): unknown {
  if (Array.isArray(document)) return document.map(plainlyWritten);
  if (isQuantity(document)) return `${document.value} ${document.unit}`;
  if (!isRecord(document)) return document;
  return Object.fromEntries(
    Object.entries(document).flatMap(([key, value]) => {
      if (key === "metadata") return value === null ? [] : [[key, structuredClone(value)]];
      if (value === null && EMPTY_SECTIONS.includes(key)) return [];
      return [[key, plainlyWritten(value)]];
    }),
  );
}

const EMPTY_SECTIONS: readonly string[] = ["quality", "simulation", "mechanical_targets", "system"];

function isQuantity(value: unknown): value is { readonly value: number; readonly unit: string } {
  return (
    isRecord(value) &&
    Object.keys(value).length === 2 &&
    typeof value.value === "number" &&
    typeof value.unit === "string"
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
