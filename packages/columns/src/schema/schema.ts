/**
 * What the columns of a table mean: four-vectors, scalars, one weight, aliases. Four-vectors, aliases and other columns share
 * one name space.
 */
import { nearestName } from "@simloom/units";
import { type ColumnsError, columnsError } from "../errors.ts";
import { COMPONENTS, type FourVectorColumns, findFourVectors } from "./four-vectors.ts";

/** The meaning of the columns. Names are sorted, so the order of columns in a file is irrelevant. */
export interface Schema {
  /** Columns of each four-vector, by its name. */
  readonly fourVectors: ReadonlyMap<string, FourVectorColumns>;
  /** Columns that are neither a component nor the weight. */
  readonly scalars: readonly string[];
  /** The weight column, if there is one. */
  readonly weight: string | undefined;
  /** Four-vectors that each alias is the sum of. */
  readonly aliases: ReadonlyMap<string, readonly string[]>;
}

/** What is told about the columns beside their names. */
export interface SchemaOptions {
  /** Name of the weight column. Default `weight`. */
  readonly weight?: string;
  /** Whether a table without that column is refused. Default false: every event weighs 1. */
  readonly requireWeight?: boolean;
  /** New names for sums of four-vectors, for example `{ resonance: ["kshort1", "kshort2"] }`. */
  readonly aliases?: Readonly<Record<string, readonly string[]>>;
  /** Components without their partners are plain scalars (default) or an error. */
  readonly incomplete?: "scalar" | "error";
}

/**
 * Reads the meaning of columns from their names.
 *
 * @throws ColumnsError COLS-002 incomplete four-vector (where asked), COLS-003 name taken twice, COLS-007 alias, COLS-009 weight.
 */
export function inferSchema(names: Iterable<string>, options: SchemaOptions = {}): Schema {
  const { weight = "weight", requireWeight = false, aliases = {}, incomplete = "scalar" } = options;
  const columns = [...names].sort();
  requireDistinct(columns);
  const hasWeight = columns.includes(weight);
  if (requireWeight && !hasWeight) {
    throw columnsError(
      "COLS-009",
      `There is no weight column ${weight}`,
      suggest(weight, columns, "Name it with the option weight, or leave out requireWeight."),
    );
  }
  const others = columns.filter((name) => name !== weight);
  const found = findFourVectors(others);
  if (incomplete === "error") {
    for (const name of found.incomplete.keys()) throw incompleteFourVector(name, others);
  }
  const components = new Set([...found.complete.values()].flatMap((one) => Object.values(one)));
  const scalars = others.filter((name) => !components.has(name));
  const taken = new Set(columns);
  for (const name of found.complete.keys()) {
    if (taken.has(name)) throw nameTaken(name, "a column and a four-vector");
    taken.add(name);
  }
  return {
    fourVectors: found.complete,
    scalars,
    weight: hasWeight ? weight : undefined,
    aliases: checkAliases(aliases, found.complete, taken),
  };
}

/** The error for a name that means nothing here, with the nearest one that does. */
export function unknownName(kind: string, name: string, known: Iterable<string>): ColumnsError {
  const names = [...known];
  return columnsError("COLS-001", `There is no ${kind} ${name}`, suggest(name, names, listed(names)), {
    name,
    known: names,
  });
}

/** The error for a four-vector of which some components are missing. */
export function incompleteFourVector(name: string, columns: Iterable<string>): ColumnsError {
  const there = findFourVectors(columns).incomplete.get(name) ?? {};
  const missing = COMPONENTS.filter((component) => there[component] === undefined).map((one) => `${name}_${one}`);
  return columnsError(
    "COLS-002",
    `The four-vector ${name} lacks ${missing.join(", ")}`,
    `Add the missing columns, or use ${Object.values(there).join(", ")} as scalars.`,
    { name, missing },
  );
}

/** The error for a name that would stand for two things. */
export function nameTaken(name: string, what: string): ColumnsError {
  return columnsError("COLS-003", `${name} would name ${what}`, "Rename one of them.", { name });
}

function requireDistinct(sorted: readonly string[]): void {
  for (const [index, name] of sorted.entries()) {
    if (name === "") throw columnsError("COLS-003", "A column has no name", "Give every column a name.");
    if (name === sorted[index + 1]) throw nameTaken(name, "two columns");
  }
}

function checkAliases(
  aliases: Readonly<Record<string, readonly string[]>>,
  fourVectors: ReadonlyMap<string, FourVectorColumns>,
  taken: ReadonlySet<string>,
): ReadonlyMap<string, readonly string[]> {
  const checked = new Map<string, readonly string[]>();
  for (const alias of Object.keys(aliases).sort()) {
    const members = aliases[alias] ?? [];
    if (taken.has(alias)) throw nameTaken(alias, "an alias and a column or four-vector");
    const hidden = COMPONENTS.map((component) => `${alias}_${component}`).find((name) => taken.has(name));
    if (hidden !== undefined) throw nameTaken(hidden, `a column and a component of the alias ${alias}`);
    if (alias === "" || members.length === 0 || new Set(members).size < members.length) {
      throw columnsError(
        "COLS-007",
        `The alias ${alias === "" ? "without a name" : alias} stands for [${members.join(", ")}]`,
        "Give a name, and one or more different four-vectors.",
        { alias, members },
      );
    }
    for (const member of members) {
      if (fourVectors.has(member)) continue;
      throw columnsError(
        "COLS-007",
        `The alias ${alias} names ${member}, which is no four-vector of these columns`,
        suggest(member, [...fourVectors.keys()], listed([...fourVectors.keys()])),
        { alias, member },
      );
    }
    checked.set(alias, [...members]);
  }
  return checked;
}

function suggest(name: string, known: readonly string[], otherwise: string): string {
  const nearest = nearestName(name, known);
  return nearest === undefined ? otherwise : `Did you mean ${nearest}?`;
}

function listed(names: readonly string[]): string {
  if (names.length === 0) return "Nothing of the kind is there.";
  const shown = names.slice(0, 12).join(", ");
  return `Known here: ${shown}${names.length > 12 ? ` and ${names.length - 12} more` : ""}.`;
}
