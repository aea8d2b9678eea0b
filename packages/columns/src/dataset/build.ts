/** Making data sets: from columns in memory, and from columns that a reader has filled. */
import type { ColumnArray, StoredPrecision } from "../memory/column-array.ts";
import { inferSchema, type SchemaOptions } from "../schema/schema.ts";
import { commonLength, requireFinite, resolveUnits } from "./check.ts";
import { Dataset } from "./dataset.ts";
import { type ColumnInput, toColumn } from "./input.ts";
import { withColumns } from "./parts.ts";

/** What is told about the columns beside their names and numbers. */
export interface ColumnOptions extends SchemaOptions {
  /** Unit symbol of a column, or of the four columns of a four-vector: `{ beam: "GeV", pol_angle: "rad" }`. */
  readonly units?: Readonly<Record<string, string>>;
  /** Whether NaN and infinities are refused. Default `error`. */
  readonly nonFinite?: "error" | "allow";
}

/** Options of {@link dataset}. */
export interface DatasetOptions extends ColumnOptions {
  /** How all columns are kept. Default: Float32Array as float32, everything else as float64. */
  readonly precision?: StoredPrecision;
}

/**
 * A data set of columns in memory. Numbers are copied into shared memory unless they are there already.
 *
 * @throws ColumnsError COLS-002 to COLS-009, each naming the column and the first rows at fault. Cost: one copy and one check.
 */
export function dataset(columns: Readonly<Record<string, ColumnInput>>, options: DatasetOptions = {}): Dataset {
  const filled = Object.entries(columns).map(
    ([name, values]) => [name, toColumn(name, values, options.precision)] as const,
  );
  return datasetOver(new Map(filled), options);
}

/** As {@link dataset}, over columns that are taken as they are. */
export function datasetOver(columns: ReadonlyMap<string, ColumnArray>, options: ColumnOptions): Dataset {
  const schema = inferSchema(columns.keys(), options);
  const length = commonLength(columns);
  if (options.nonFinite !== "allow") requireFinite(columns);
  const units = resolveUnits(options.units ?? {}, schema, columns);
  const empty = { length, columns, weight: options.weight ?? "weight", aliases: schema.aliases, units };
  return new Dataset(withColumns(empty, columns));
}
