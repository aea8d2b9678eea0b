/** Putting data sets end to end. */
import { type DatasetParts, withColumns } from "../dataset/parts.ts";
import { columnsError } from "../errors.ts";
import { allocateColumn, type ColumnArray, precisionOf } from "../memory/column-array.ts";

/**
 * The events of all parts, in order. Where only some have weights, the events of the others weigh 1. A column is float32 if it
 * is so everywhere.
 *
 * @throws ColumnsError COLS-012 for nothing, and for other columns, aliases, units or weight names than the first has.
 */
export function concatParts(all: readonly DatasetParts[]): DatasetParts {
  const [first] = all;
  if (first === undefined) {
    throw columnsError("COLS-012", "There is nothing to put together", "Give one data set or more.");
  }
  for (const [index, parts] of all.entries()) requireLike(first, parts, index);
  const length = all.reduce((total, parts) => total + parts.length, 0);
  const names = new Set(all.flatMap((parts) => [...parts.columns.keys()]));
  const columns = [...names].map((name): [string, ColumnArray] => {
    const pieces = all.map((parts) => parts.columns.get(name));
    const isNarrow = pieces.every((values) => values === undefined || precisionOf(values) === "float32");
    const joined = allocateColumn(isNarrow ? "float32" : "float64", length);
    let row = 0;
    for (const [index, values] of pieces.entries()) {
      const count = all[index]?.length ?? 0;
      if (values === undefined) joined.fill(1, row, row + count);
      else joined.set(values, row);
      row += count;
    }
    return [name, joined];
  });
  const units = new Map(all.flatMap((parts) => [...parts.units]));
  return withColumns(first, columns, { length, units });
}

function requireLike(first: DatasetParts, other: DatasetParts, index: number): void {
  const differences = [
    [
      "columns",
      [...first.columns.keys()].filter((name) => name !== first.weight),
      [...other.columns.keys()].filter((name) => name !== other.weight),
    ],
    ["name of the weight", first.weight, other.weight],
    ["aliases", [...first.aliases], [...other.aliases]],
    ["units", unitsOf(first), unitsOf(other)],
  ] as const;
  for (const [what, expected, found] of differences) {
    if (JSON.stringify(expected) === JSON.stringify(found)) continue;
    const lost = difference(expected, found);
    const gained = difference(found, expected);
    throw columnsError(
      "COLS-012",
      `Data set ${index} (counted from 0) has other ${what} than the first${lost}${gained === "" ? "" : `${lost === "" ? ":" : ";"} it has${gained.replace(/^:/, "")}`}`,
      "Give them the same columns, aliases and units with withColumn, rename or the options of the reader.",
      { index, expected, found },
    );
  }
}

function unitsOf({ units, weight }: DatasetParts): readonly (readonly [string, string])[] {
  return [...units].filter(([name]) => name !== weight).sort(([a], [b]) => (a < b ? -1 : 1));
}

function difference(expected: unknown, found: unknown): string {
  if (!Array.isArray(expected) || !Array.isArray(found)) return "";
  const there = new Set(found.map((one) => JSON.stringify(one)));
  const lost = expected.filter((one) => !there.has(JSON.stringify(one)));
  return lost.length === 0
    ? ""
    : `: ${lost.map((one) => String(Array.isArray(one) ? one.join(" = ") : one)).join(", ")}`;
}
