/** Reading by meaning: a column, a component of a four-vector under its plain name, or a sum that an alias stands for. */
import { columnsError } from "../errors.ts";
import { allocateColumn, type ColumnArray, widened } from "../memory/column-array.ts";
import { COMPONENTS, type Component, splitComponent } from "../schema/four-vectors.ts";
import { incompleteFourVector, type Schema, unknownName } from "../schema/schema.ts";
import type { DatasetParts } from "./parts.ts";

/** Components of a four-vector, one value per event, all in the unit of its columns. */
export type FourVector = Readonly<Record<Component, Float64Array>>;

/** The columns that make up a component: one, or as many as the alias has members. */
function columnsOf(schema: Schema, name: string): readonly string[] | undefined {
  const split = splitComponent(name);
  if (split === undefined || name !== `${split.name}_${split.component}`) return undefined;
  const members = schema.aliases.get(split.name) ?? (schema.fourVectors.has(split.name) ? [split.name] : []);
  const columns = members.flatMap((member) => schema.fourVectors.get(member)?.[split.component] ?? []);
  return columns.length === 0 ? undefined : columns;
}

/** Whether there are values under a name. */
export function hasColumn(parts: DatasetParts, schema: Schema, name: string): boolean {
  return parts.columns.has(name) || columnsOf(schema, name) !== undefined;
}

/** The values under a name: the column itself, or the sum of columns in the order of the alias. */
export function readColumn(parts: DatasetParts, schema: Schema, name: string): ColumnArray {
  const column = parts.columns.get(name);
  if (column !== undefined) return column;
  const [first, ...rest] = columnsOf(schema, name) ?? [];
  const start = first === undefined ? undefined : parts.columns.get(first);
  if (start === undefined) throw unknownName("column", name, readableNames(parts, schema));
  if (rest.length === 0) return start;
  const total = allocateColumn("float64", parts.length);
  total.set(start);
  for (const other of rest) {
    const values = parts.columns.get(other) ?? [];
    for (let row = 0; row < total.length; row++) total[row] = (total[row] as number) + (values[row] as number);
  }
  return total;
}

/** The four components of a four-vector or alias. */
export function readFourVector(parts: DatasetParts, schema: Schema, name: string): FourVector {
  if (!schema.fourVectors.has(name) && !schema.aliases.has(name)) {
    if (COMPONENTS.some((component) => parts.columns.has(`${name}_${component}`))) {
      throw incompleteFourVector(name, parts.columns.keys());
    }
    throw unknownName("four-vector", name, [...schema.fourVectors.keys(), ...schema.aliases.keys()]);
  }
  const component = (which: Component): Float64Array => widened(readColumn(parts, schema, `${name}_${which}`));
  return { e: component("e"), px: component("px"), py: component("py"), pz: component("pz") };
}

/**
 * The unit of a column, four-vector or alias; `undefined` where none is known.
 *
 * @throws ColumnsError COLS-001 unknown name, COLS-008 when its parts have different units.
 */
export function readUnit(parts: DatasetParts, schema: Schema, name: string): string | undefined {
  const columns = parts.columns.has(name)
    ? [name]
    : (columnsOf(schema, name) ?? COMPONENTS.flatMap((component) => columnsOf(schema, `${name}_${component}`) ?? []));
  if (columns.length === 0) throw unknownName("column", name, readableNames(parts, schema));
  const [unit, other] = new Set(columns.map((column) => parts.units.get(column)));
  if (other === undefined && !(unit !== undefined && columns.some((column) => !parts.units.has(column)))) return unit;
  throw columnsError(
    "COLS-008",
    `The columns of ${name} have different units: ${columns.map((one) => `${one} ${parts.units.get(one) ?? "(none)"}`).join(", ")}`,
    "Convert them to one unit.",
    { name },
  );
}

function readableNames(parts: DatasetParts, schema: Schema): readonly string[] {
  const components = [...schema.aliases.keys()].flatMap((alias) => COMPONENTS.map((one) => `${alias}_${one}`));
  return [...parts.columns.keys(), ...components];
}
