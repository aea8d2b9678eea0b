/** What a data set consists of: plain maps, which a worker receives by structured clone with the columns still shared. */
import type { ColumnArray } from "../memory/column-array.ts";

/** The content of a data set. Send it to a worker and make a data set of it there with `datasetFromParts`. */
export interface DatasetParts {
  /** Number of events. */
  readonly length: number;
  /** Columns by name, in the order of their sorted names, all of one length. */
  readonly columns: ReadonlyMap<string, ColumnArray>;
  /** Name of the weight column, whether or not it is there. */
  readonly weight: string;
  /** Four-vectors that each alias is the sum of. */
  readonly aliases: ReadonlyMap<string, readonly string[]>;
  /** Unit symbols of the columns that have one. */
  readonly units: ReadonlyMap<string, string>;
}

/** The same rows with other columns, sorted by name. */
export function withColumns(
  parts: DatasetParts,
  columns: Iterable<readonly [string, ColumnArray]>,
  changes: Partial<Omit<DatasetParts, "columns">> = {},
): DatasetParts {
  const sorted = [...columns].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return { ...parts, ...changes, columns: new Map(sorted) };
}

/** The same columns, each put through `transform`. */
export function mapColumns(
  parts: DatasetParts,
  length: number,
  transform: (values: ColumnArray, name: string) => ColumnArray,
): DatasetParts {
  return {
    ...parts,
    length,
    columns: new Map([...parts.columns].map(([name, values]) => [name, transform(values, name)])),
  };
}
