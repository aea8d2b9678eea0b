/** Parquet files by DuckDB: typed vectors of 2,048 values are copied straight into the columns. */
import type { DuckDBConnection, DuckDBResult, DuckDBVector } from "@duckdb/node-api";
import { datasetOver } from "../dataset/build.ts";
import { type ColumnsError, columnsError } from "../errors.ts";
import { damaged, unreadable } from "../read/bytes.ts";
import { ColumnFiller, type SourceValues } from "../read/fill.ts";
import {
  columnOptions,
  type PlannedColumn,
  planColumns,
  type Reader,
  type ReadOptions,
  requireRows,
  type SourceColumn,
  type SourceType,
} from "../read/reader.ts";
import { connect } from "./duckdb.ts";
import { expandPaths } from "./paths.ts";

/** Options of {@link readParquetFiles}. */
export interface ParquetFilesOptions extends ReadOptions {
  /** Threads that unpack. Default: as many as there are cores. */
  readonly threads?: number;
}

/**
 * Reads one Parquet file or many, one after the other in the order of their sorted paths; `*`, `?` and `[…]` in a path that is
 * not itself a file are patterns. Only the columns that are asked for are read from disk.
 *
 * @throws ColumnsError COLS-012 files with other columns than the first, COLS-020 damaged, COLS-026 no such file, COLS-027 no
 * engine, and what `dataset` throws. Cost: about 45 ns per value, and the memory of the columns plus about 200 MB.
 */
export const readParquetFiles: Reader<string | readonly string[], ParquetFilesOptions> = async (
  paths,
  options = {},
) => {
  const files = await expandPaths(typeof paths === "string" ? [paths] : paths);
  const connection = await connect(options.threads);
  try {
    const opened = [];
    for (const path of files) opened.push(await openFile(connection, path));
    return await datasetOfFiles(connection, opened, options);
  } finally {
    connection.closeSync();
  }
};

interface OpenFile {
  readonly path: string;
  readonly rows: number;
  readonly columns: readonly SourceColumn[];
}

async function datasetOfFiles(
  connection: DuckDBConnection,
  files: readonly OpenFile[],
  options: ReadOptions,
): ReturnType<typeof readParquetFiles> {
  const rows = files.reduce((total, file) => total + file.rows, 0);
  const plans = files.map((file) => planColumns(file.columns, options, file.rows));
  const [plan = []] = plans;
  for (const [index, other] of plans.entries()) requireSameColumns(plan, other, files[index]?.path ?? "");
  const widest = plan.map((column) => {
    const isNarrow = plans.every((other) => other.find(({ name }) => name === column.name)?.precision === "float32");
    return { ...column, precision: isNarrow ? column.precision : ("float64" as const) };
  });
  requireRows(rows, widest, options);
  const filler = new ColumnFiller(widest, rows, options);
  let start = 0;
  for (const [index, file] of files.entries()) {
    const filled = await readRows(connection, file, plans[index] ?? [], filler, start);
    if (filled !== file.rows && plan.length > 0) {
      throw damaged(`Parquet file ${file.path}`, `it has ${filled} rows instead of ${file.rows}`, 0);
    }
    start += file.rows;
  }
  return datasetOver(filler.columns, columnOptions(options));
}

async function openFile(connection: DuckDBConnection, path: string): Promise<OpenFile> {
  try {
    const counts = await connection.runAndReadAll("SELECT num_rows FROM parquet_file_metadata($path)", {
      path: literal(path),
    });
    const schema = await connection.runAndReadAll("SELECT name, duckdb_type, num_children FROM parquet_schema($path)", {
      path: literal(path),
    });
    return { path, rows: Number(counts.getRowsJS()[0]?.[0]), columns: topLevel(schema.getRowsJS()) };
  } catch (cause) {
    throw unreadable(`Parquet file ${path}`, undefined, cause);
  }
}

/** Rows of the file into place; returns how many there were. Columns go by position: names may differ in case only. */
async function readRows(
  connection: DuckDBConnection,
  { path, columns }: OpenFile,
  plan: readonly PlannedColumn[],
  filler: ColumnFiller,
  start: number,
): Promise<number> {
  if (plan.length === 0) return 0;
  const all = columns.map((_, index) => `c${index}`).join(", ");
  const wanted = plan.map(({ index }) => `c${index}`).join(", ");
  const sql = `SELECT ${wanted} FROM read_parquet($path, hive_partitioning = false) AS t(${all})`;
  let filled = 0;
  try {
    const result: DuckDBResult = await connection.stream(sql, { path: literal(path) });
    for (;;) {
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) return filled;
      for (const [index, { name }] of plan.entries()) {
        const vector = chunk.getColumnVector(index);
        filler.write(name, start + filled, valuesOf(vector), missingIn(vector));
      }
      filled += chunk.rowCount;
    }
  } catch (cause) {
    throw unreadable(`Parquet file ${path}`, undefined, cause);
  }
}

/** The typed array of a vector, which the library keeps to itself in its types; item by item should it ever not be there. */
function valuesOf(vector: DuckDBVector): SourceValues {
  const { items } = vector as unknown as { readonly items?: SourceValues };
  if (ArrayBuffer.isView(items)) return items;
  return Array.from({ length: vector.itemCount }, (_, index) => vector.getItem(index) as number | bigint | null);
}

/** A test for nulls, or `undefined` where the vector has no mask of them. */
function missingIn(vector: DuckDBVector): ((index: number) => boolean) | undefined {
  const { validity } = vector as unknown as { readonly validity?: { readonly data?: unknown } };
  return validity?.data === null ? undefined : (index) => vector.getItem(index) === null;
}

const TYPES: Readonly<Record<string, SourceType>> = {
  DOUBLE: "float64",
  FLOAT: "float32",
  TINYINT: "integer",
  SMALLINT: "integer",
  INTEGER: "integer",
  BIGINT: "integer",
  UTINYINT: "integer",
  USMALLINT: "integer",
  UINTEGER: "integer",
  UBIGINT: "integer",
};

/** The columns of the root: rows of the schema stand depth first, each followed by its children. */
function topLevel(schema: readonly (readonly unknown[])[]): readonly SourceColumn[] {
  const columns: SourceColumn[] = [];
  let position = 1;
  while (position < schema.length) {
    const [name, type, children] = schema[position] ?? [];
    const isGroup = Number(children ?? 0) > 0;
    columns.push({
      name: String(name),
      type: (isGroup ? undefined : TYPES[String(type)]) ?? { other: isGroup ? "groups" : String(type) },
    });
    for (let pending = 1; pending > 0; pending--) {
      pending += Number(schema[position]?.[2] ?? 0);
      position++;
    }
  }
  return columns;
}

/** The path with the characters of patterns made literal. */
function literal(path: string): string {
  return path.replace(/[*?[]/g, "[$&]");
}

function requireSameColumns(plan: readonly PlannedColumn[], other: readonly PlannedColumn[], path: string): void {
  const missing = namesNotIn(plan, other);
  const added = namesNotIn(other, plan);
  if (missing.length === 0 && added.length === 0) return;
  throw filesDiffer(path, missing, added);
}

function namesNotIn(plan: readonly PlannedColumn[], other: readonly PlannedColumn[]): readonly string[] {
  const there = new Set(other.map(({ name }) => name));
  return plan.map(({ name }) => name).filter((name) => !there.has(name));
}

function filesDiffer(path: string, missing: readonly string[], added: readonly string[]): ColumnsError {
  const parts = [
    missing.length === 0 ? "" : `lacks ${missing.join(", ")}`,
    added.length === 0 ? "" : `also has ${added.join(", ")}`,
  ];
  return columnsError(
    "COLS-012",
    `${path} ${parts.filter((part) => part !== "").join(" and ")}, compared with the first file`,
    "Name the columns that all files have with the option columns.",
    { path, missing, added },
  );
}
