/** What all readers have in common: their options, their limits, and how columns are chosen. */
import type { ColumnOptions } from "../dataset/build.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { columnsError } from "../errors.ts";
import { bytesPerValue, type StoredPrecision } from "../memory/column-array.ts";
import { findFourVectors, splitComponent } from "../schema/four-vectors.ts";
import { incompleteFourVector, unknownName } from "../schema/schema.ts";

/** Bytes of a file that are in memory. */
export type Bytes = Uint8Array | ArrayBufferLike;

/** A reader makes a data set of a source, or fails as a whole: nothing is half read. */
export type Reader<Source, Options extends ReadOptions = ReadOptions> = (
  source: Source,
  options?: Options,
) => Promise<Dataset>;

/** Options that every reader takes. */
export interface ReadOptions extends ColumnOptions {
  /**
   * Columns and four-vectors to read, by name; `beam_e` also stands for the four-vector of a file that writes `beam_E`. The weight is read with them, and so are the members of `aliases`. Default: all
   * columns that hold numbers.
   */
  readonly columns?: readonly string[];
  /**
   * How columns are kept: `float64` (default) widens everything exactly; `float32` rounds to 24 bits; `source` keeps float32
   * columns as they are and widens whole numbers.
   */
  readonly precision?: StoredPrecision | "source";
  /** Missing values are refused (default), or become NaN. With `nan`, `nonFinite` is `allow` unless it is given. */
  readonly nulls?: "error" | "nan";
  /** What becomes of columns without numbers that nobody named: left out (default) or refused. */
  readonly nonNumeric?: "ignore" | "error";
  /** How much may be read. */
  readonly limits?: Partial<ReadLimits>;
}

/** How much a reader takes before it refuses. */
export interface ReadLimits {
  /** Columns of the source. Default 10,000. */
  readonly columns: number;
  /** Events. Default 10^9. */
  readonly rows: number;
  /** Bytes of the columns that are kept. Default 16 GiB. */
  readonly bytes: number;
}

const DEFAULT_LIMITS: ReadLimits = { columns: 10_000, rows: 1e9, bytes: 2 ** 34 };

/** Numbers that a column of a file may hold; `other` names a type that is not read. */
export type SourceType = "float64" | "float32" | "integer" | { readonly other: string };

/** A column of a file. */
export interface SourceColumn {
  readonly name: string;
  readonly type: SourceType;
}

/** A column that is to be read: where it stands among the columns of the file, and how it is kept. */
export interface PlannedColumn {
  readonly name: string;
  readonly index: number;
  readonly precision: StoredPrecision;
}

/**
 * Chooses the columns to read and checks all limits before memory is taken.
 *
 * @throws ColumnsError COLS-001 unknown name, COLS-002 incomplete four-vector, COLS-003 duplicate, COLS-005 no numbers, COLS-024 limit.
 */
export function planColumns(
  source: readonly SourceColumn[],
  options: ReadOptions,
  rows: number | undefined,
): readonly PlannedColumn[] {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  requireWithin("columns", source.length, limits);
  const counts = new Map<string, number>();
  for (const { name } of source) counts.set(name, (counts.get(name) ?? 0) + 1);
  const wanted = wantedNames(source, options);
  const planned = source.flatMap(({ name, type }, index): readonly PlannedColumn[] => {
    if (!wanted.has(name)) return [];
    if (typeof type === "object") throw notNumbers(name, type.other);
    if ((counts.get(name) ?? 0) > 1) {
      throw columnsError(
        "COLS-003",
        `The file has ${counts.get(name)} columns ${name}`,
        "Write the file with different names.",
        {
          name,
        },
      );
    }
    return [{ name, index, precision: precisionFor(type, options) }];
  });
  if (rows !== undefined) requireRows(rows, planned, options);
  return planned;
}

/** @throws ColumnsError COLS-024 when so many rows of these columns are more than the limits allow. */
export function requireRows(rows: number, planned: readonly PlannedColumn[], options: ReadOptions): void {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  requireWithin("rows", rows, limits);
  requireWithin("bytes", rows * planned.reduce((total, { precision }) => total + bytesPerValue(precision), 0), limits);
}

/** The options with which a reader makes its data set, once nulls have become NaN where that is wanted. */
export function columnOptions(options: ReadOptions): ColumnOptions {
  const { nonFinite = options.nulls === "nan" ? "allow" : "error" } = options;
  return { ...options, nonFinite };
}

function wantedNames(source: readonly SourceColumn[], options: ReadOptions): ReadonlySet<string> {
  const { columns, nonNumeric = "ignore", weight = "weight", aliases = {} } = options;
  if (columns === undefined) {
    const numeric = source.filter(({ type }) => typeof type !== "object" || nonNumeric === "error");
    return new Set(numeric.map(({ name }) => name));
  }
  const available = new Set(source.map(({ name }) => name));
  const found = findFourVectors([...available].filter((name) => name !== weight));
  const wanted = new Set(available.has(weight) ? [weight] : []);
  const want = (name: string): void => {
    const split = splitComponent(name);
    const isPlain = split !== undefined && name === `${split.name}_${split.component}`;
    const fourVector = found.complete.get(name) ?? (isPlain ? found.complete.get(split.name) : undefined);
    if (available.has(name)) wanted.add(name);
    else if (fourVector !== undefined) for (const column of Object.values(fourVector)) wanted.add(column);
    else if (found.incomplete.has(name)) throw incompleteFourVector(name, available);
    else throw unknownName("column or four-vector", name, [...found.complete.keys(), ...available]);
  };
  for (const name of columns) if (!Object.hasOwn(aliases, name)) want(name);
  for (const name of new Set(Object.values(aliases).flat())) if (found.complete.has(name)) want(name);
  return wanted;
}

function precisionFor(type: Exclude<SourceType, object>, { precision = "float64" }: ReadOptions): StoredPrecision {
  if (precision !== "source") return precision;
  return type === "float32" ? "float32" : "float64";
}

function notNumbers(name: string, type: string): Error {
  return columnsError(
    "COLS-005",
    `The column ${name} holds ${type}, not numbers`,
    "Leave it out, or write it as float32, float64 or whole numbers.",
    { name, type },
  );
}

function requireWithin(what: keyof ReadLimits, count: number, limits: ReadLimits): void {
  if (count <= limits[what]) return;
  throw columnsError(
    "COLS-024",
    `The source has ${count} ${what}; the limit is ${limits[what]}`,
    `Read fewer columns or files, or raise limits.${what}.`,
    { what, count, limit: limits[what] },
  );
}
