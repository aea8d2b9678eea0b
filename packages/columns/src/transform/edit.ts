/** Adding, dropping and renaming columns. The other columns are shared, not copied. */
import { type DatasetParts, withColumns } from "../dataset/parts.ts";
import type { ColumnArray } from "../memory/column-array.ts";
import { COMPONENTS } from "../schema/four-vectors.ts";
import { nameTaken, type Schema, unknownName } from "../schema/schema.ts";

/** Adds columns; `replace` allows names that are there already. @throws ColumnsError COLS-003. */
export function addColumns(
  parts: DatasetParts,
  added: ReadonlyMap<string, ColumnArray>,
  { unit, replace }: { readonly unit: string | undefined; readonly replace: boolean },
): DatasetParts {
  const units = new Map(parts.units);
  for (const name of added.keys()) {
    if (!replace && parts.columns.has(name)) throw nameTaken(name, "two columns");
    units.delete(name);
    if (unit !== undefined) units.set(name, unit);
  }
  return withColumns(parts, new Map([...parts.columns, ...added]), { units });
}

/** Only the columns that are named: columns, four-vectors, or aliases with their members. @throws ColumnsError COLS-001. */
export function pickColumns(parts: DatasetParts, schema: Schema, names: readonly string[]): DatasetParts {
  const kept = new Set<string>();
  const aliases = new Map<string, readonly string[]>();
  for (const name of names) {
    const members = schema.aliases.get(name);
    if (members !== undefined) aliases.set(name, members);
    const fourVectors = members ?? (schema.fourVectors.has(name) ? [name] : []);
    if (fourVectors.length === 0) {
      if (!parts.columns.has(name)) throw unknownName("column or four-vector", name, knownNames(parts, schema));
      kept.add(name);
    }
    for (const fourVector of fourVectors) {
      for (const column of Object.values(schema.fourVectors.get(fourVector) ?? {})) kept.add(column);
    }
  }
  if (schema.weight !== undefined) kept.add(schema.weight);
  const units = new Map([...parts.units].filter(([name]) => kept.has(name)));
  return withColumns(
    parts,
    [...parts.columns].filter(([name]) => kept.has(name)),
    { aliases, units },
  );
}

/**
 * New names for columns, four-vectors and aliases, all at once, so two names can be exchanged.
 *
 * @throws ColumnsError COLS-001 unknown name, COLS-003 name taken.
 */
export function renameColumns(
  parts: DatasetParts,
  schema: Schema,
  names: Readonly<Record<string, string>>,
): DatasetParts {
  const columns = new Map<string, string>();
  for (const [from, to] of Object.entries(names)) {
    const fourVector = schema.fourVectors.get(from);
    if (fourVector !== undefined) for (const one of COMPONENTS) columns.set(fourVector[one], `${to}_${one}`);
    else if (parts.columns.has(from)) columns.set(from, to);
    else if (!schema.aliases.has(from)) throw unknownName("column or four-vector", from, knownNames(parts, schema));
  }
  const renamed = (name: string): string => columns.get(name) ?? name;
  const seen = new Set<string>();
  for (const name of parts.columns.keys()) {
    if (seen.has(renamed(name))) throw nameTaken(renamed(name), "two columns");
    seen.add(renamed(name));
  }
  const own = (name: string): string => (Object.hasOwn(names, name) ? (names[name] as string) : name);
  return withColumns(
    parts,
    [...parts.columns].map(([name, values]) => [renamed(name), values] as const),
    {
      weight: renamed(parts.weight),
      aliases: new Map([...parts.aliases].map(([alias, members]) => [own(alias), members.map(own)])),
      units: new Map([...parts.units].map(([name, unit]) => [renamed(name), unit])),
    },
  );
}

function knownNames(parts: DatasetParts, schema: Schema): readonly string[] {
  return [...schema.fourVectors.keys(), ...schema.aliases.keys(), ...parts.columns.keys()];
}
