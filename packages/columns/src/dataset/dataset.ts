/** Columnar event data: immutable, in shared memory, read by name. */
import { sum } from "@simloom/numerics";
import { columnsError } from "../errors.ts";
import { allocateColumn, type ColumnArray, widened } from "../memory/column-array.ts";
import { COMPONENTS } from "../schema/four-vectors.ts";
import { inferSchema, type Schema } from "../schema/schema.ts";
import { type BinOptions, binRows } from "../transform/bin.ts";
import { concatParts } from "../transform/concat.ts";
import { addColumns, pickColumns, renameColumns } from "../transform/edit.ts";
import {
  type BootstrapOptions,
  bootstrapCounts,
  type PieceOptions,
  type Seed,
  subsampleRows,
} from "../transform/resample.ts";
import { rowsWhere, selectRows, sliceRows, takeRows } from "../transform/rows.ts";
import { commonLength, requireFinite, requireUnit } from "./check.ts";
import { type FourVector, hasColumn, readColumn, readFourVector, readUnit } from "./components.ts";
import { type ColumnInput, toColumn } from "./input.ts";
import type { DatasetParts } from "./parts.ts";

/** What is said about a column that is added. */
export interface AddedColumnOptions {
  /** Unit symbol, for example `GeV`. */
  readonly unit?: string;
  /** Whether a column of that name is replaced. Default false: it is an error. */
  readonly replace?: boolean;
  /** Whether NaN and infinities are refused. Default `error`. */
  readonly nonFinite?: "error" | "allow";
}

/** The events of one bin. */
export interface Bin {
  readonly low: number;
  readonly high: number;
  readonly events: Dataset;
}

/**
 * Events as columns of equal length. Owns no resource; every method that changes something returns a new data set and leaves
 * this one as it is, sharing the columns that stay the same. Make one with `dataset(...)` or a reader.
 */
export class Dataset {
  /** What it consists of, for a worker (`postMessage(data.parts)`, then `datasetFromParts`) or a digest. */
  readonly parts: DatasetParts;
  /** Which columns are four-vectors, scalars and the weight. */
  readonly schema: Schema;
  #sumOfWeights: number | undefined;

  /** @internal */
  constructor(parts: DatasetParts) {
    this.parts = parts;
    this.schema = inferSchema(parts.columns.keys(), {
      weight: parts.weight,
      aliases: Object.fromEntries(parts.aliases),
    });
    Object.freeze(parts);
  }

  /** Number of events. */
  get length(): number {
    return this.parts.length;
  }

  /** Names of all columns, sorted; the weight is one of them where there is one. */
  get names(): readonly string[] {
    return [...this.parts.columns.keys()];
  }

  /** Whether `column` gives something under a name: a column, a component written in another case, or one of an alias. */
  has(name: string): boolean {
    return hasColumn(this.parts, this.schema, name);
  }

  /**
   * The numbers of a column as they are kept, without a copy; or the summed component of an alias, such as `resonance_px`.
   *
   * @throws ColumnsError COLS-001.
   */
  column(name: string): ColumnArray {
    return readColumn(this.parts, this.schema, name);
  }

  /**
   * Columns as a kernel takes them: float64 by name. Float64 columns are not copied, float32 ones are widened anew at each call.
   * All columns where no names are given. @throws ColumnsError COLS-001.
   */
  columns(names: readonly string[] = this.names): Readonly<Record<string, Float64Array>> {
    return Object.fromEntries(names.map((name) => [name, widened(this.column(name))]));
  }

  /**
   * The components of a four-vector or alias, widened or summed where needed. @throws ColumnsError COLS-001, COLS-002 when some of
   * its columns are missing.
   */
  fourVector(name: string): FourVector {
    return readFourVector(this.parts, this.schema, name);
  }

  /** The unit of a column, four-vector or alias, where one is known. @throws ColumnsError COLS-001, COLS-008. */
  unitOf(name: string): string | undefined {
    return readUnit(this.parts, this.schema, name);
  }

  /** One weight per event: the weight column as float64, or ones. */
  weights(): Float64Array {
    const { weight } = this.schema;
    return weight === undefined
      ? (allocateColumn("float64", this.length).fill(1) as Float64Array)
      : widened(this.column(weight));
  }

  /** The compensated sum of the weights: the same bits on every platform. Computed once. */
  get sumOfWeights(): number {
    this.#sumOfWeights ??= this.schema.weight === undefined ? this.length : sum(this.weights());
    return this.#sumOfWeights;
  }

  /**
   * The events that a mask or a test over columns keeps.
   *
   * @example data.select(["mass", "angle"], (mass, angle) => mass > 1 && angle < 2)
   * @throws ColumnsError COLS-001, COLS-010 for a mask of another length.
   */
  select(mask: ArrayLike<boolean | number>): Dataset;
  select<const Names extends readonly string[]>(
    names: Names,
    test: (...values: { readonly [Index in keyof Names]: number }) => boolean,
  ): Dataset;
  select(
    maskOrNames: ArrayLike<boolean | number> | readonly string[],
    test?: (...values: number[]) => boolean,
  ): Dataset {
    if (test === undefined) return new Dataset(selectRows(this.parts, maskOrNames as ArrayLike<boolean | number>));
    const columns = (maskOrNames as readonly string[]).map((name) => this.column(name));
    const values = new Array<number>(columns.length);
    const rows = rowsWhere(this.length, (row) => {
      for (let index = 0; index < columns.length; index++) values[index] = columns[index]?.[row] as number;
      return test(...values);
    });
    return new Dataset(takeRows(this.parts, rows));
  }

  /** Events `start` to `end - 1`, as `Array.slice` counts; shares the memory. @throws ColumnsError COLS-010. */
  slice(start?: number, end?: number): Dataset {
    return new Dataset(sliceRows(this.parts, start, end));
  }

  /** Events by number, in that order, repeated where a number is. @throws ColumnsError COLS-010. */
  take(rows: ArrayLike<number>): Dataset {
    return new Dataset(takeRows(this.parts, rows));
  }

  /** These events, then those of the others. @throws ColumnsError COLS-012 when their columns differ. */
  concat(...others: readonly Dataset[]): Dataset {
    return new Dataset(concatParts([this.parts, ...others.map((other) => other.parts)]));
  }

  /**
   * With one more column, or with weights where the name is that of the weight. @throws ColumnsError COLS-003, COLS-004, COLS-005,
   * COLS-006, COLS-008.
   */
  withColumn(name: string, values: ColumnInput, options: AddedColumnOptions = {}): Dataset {
    return this.#withColumns(new Map([[name, values]]), options);
  }

  /** With one more four-vector, in the columns `<name>_e` … `<name>_pz`. Errors as `withColumn`. */
  withFourVector(
    name: string,
    {
      e,
      px,
      py,
      pz,
    }: { readonly e: ColumnInput; readonly px: ColumnInput; readonly py: ColumnInput; readonly pz: ColumnInput },
    options: AddedColumnOptions = {},
  ): Dataset {
    const inputs = new Map([e, px, py, pz].map((values, index) => [`${name}_${COMPONENTS[index] ?? ""}`, values]));
    return this.#withColumns(inputs, options);
  }

  /** Only these columns, four-vectors and aliases, and the weight. @throws ColumnsError COLS-001. */
  pick(names: readonly string[]): Dataset {
    return new Dataset(pickColumns(this.parts, this.schema, names));
  }

  /** With new names for columns, four-vectors or aliases. @throws ColumnsError COLS-001, COLS-003. */
  rename(names: Readonly<Record<string, string>>): Dataset {
    return new Dataset(renameColumns(this.parts, this.schema, names));
  }

  /** With other names for sums of four-vectors. @throws ColumnsError COLS-003, COLS-007. */
  withAliases(aliases: Readonly<Record<string, readonly string[]>>): Dataset {
    const sorted = Object.entries(aliases).sort(([a], [b]) => (a < b ? -1 : 1));
    return new Dataset({ ...this.parts, aliases: new Map(sorted.map(([alias, members]) => [alias, [...members]])) });
  }

  /**
   * A random part of the events, each kept with the probability `fraction`; the events of a smaller fraction are among those of
   * a larger one with the same seed. @throws ColumnsError COLS-010.
   */
  subsample(fraction: number, seed: Seed, options: PieceOptions = {}): Dataset {
    return new Dataset(takeRows(this.parts, subsampleRows(this.length, fraction, seed, options)));
  }

  /**
   * A bootstrap replica: the same events, each weight times the number of times that the event is drawn (0 included). Shares all
   * columns but the weight.
   */
  bootstrap(seed: Seed, options: BootstrapOptions = {}): Dataset {
    const counts = bootstrapCounts(this.length, seed, options);
    const before = this.weights();
    const weights = allocateColumn("float64", this.length);
    for (let row = 0; row < this.length; row++) weights[row] = (counts[row] as number) * (before[row] as number);
    const unit = this.parts.units.get(this.parts.weight);
    return new Dataset(addColumns(this.parts, new Map([[this.parts.weight, weights]]), { unit, replace: true }));
  }

  /**
   * The events of each bin of a column, or of values given one per event. Bins are half-open unless `closed` says otherwise; empty
   * ones are kept; values outside all bins, NaN among them, are in none. @throws ColumnsError COLS-001, COLS-010, COLS-011.
   */
  binBy(values: string | ArrayLike<number>, edges: ArrayLike<number>, options: BinOptions = {}): readonly Bin[] {
    const numbers = typeof values === "string" ? this.column(values) : values;
    if (numbers.length !== this.length) {
      throw columnsError(
        "COLS-010",
        `${numbers.length} values cannot bin ${this.length} events`,
        "Give one value per event.",
        {
          values: numbers.length,
          length: this.length,
        },
      );
    }
    return binRows(numbers, edges, options).map((rows, index) => ({
      low: edges[index] as number,
      high: edges[index + 1] as number,
      events: new Dataset(takeRows(this.parts, rows)),
    }));
  }

  #withColumns(inputs: ReadonlyMap<string, ColumnInput>, options: AddedColumnOptions): Dataset {
    const { unit, replace = false, nonFinite = "error" } = options;
    const added = new Map([...inputs].map(([name, values]) => [name, toColumn(name, values)]));
    const isFirst = this.parts.columns.size === 0 && this.length === 0;
    const events: [string, ArrayLike<unknown>][] = isFirst ? [] : [["data set", { length: this.length }]];
    const length = commonLength(new Map([...events, ...added]));
    if (nonFinite === "error") requireFinite(added);
    if (unit !== undefined) for (const name of added.keys()) requireUnit(unit, name);
    return new Dataset(addColumns({ ...this.parts, length }, added, { unit, replace }));
  }
}

/** The data set of parts that came from another thread. @throws ColumnsError COLS-004 when its columns differ in length. */
export function datasetFromParts(parts: DatasetParts): Dataset {
  commonLength(parts.columns);
  return new Dataset(parts);
}

/** The events of all data sets, in order. @throws ColumnsError COLS-012 when their columns differ, or for none. */
export function concat(datasets: readonly Dataset[]): Dataset {
  return new Dataset(concatParts(datasets.map((one) => one.parts)));
}
