// Errors
export { COLUMNS_ERRORS, ColumnsError, type ColumnsErrorCode } from "./errors.ts";

// Data sets
export { type ColumnOptions, type DatasetOptions, dataset } from "./dataset/build.ts";
export type { FourVector } from "./dataset/components.ts";
export { type AddedColumnOptions, type Bin, concat, type Dataset, datasetFromParts } from "./dataset/dataset.ts";
export type { ColumnInput } from "./dataset/input.ts";
export type { DatasetParts } from "./dataset/parts.ts";
export type { ColumnArray, StoredPrecision } from "./memory/column-array.ts";
export type { Component, FourVectorColumns } from "./schema/four-vectors.ts";
export { inferSchema, type Schema, type SchemaOptions } from "./schema/schema.ts";

// Binning and resampling
export { type BinOptions, binRows, uniformEdges } from "./transform/bin.ts";
export {
  type BootstrapOptions,
  bootstrapCounts,
  type PieceOptions,
  type Seed,
  subsampleRows,
} from "./transform/resample.ts";

// Readers of what is in memory
export { readArrow } from "./arrow/arrow.ts";
export { type CsvOptions, readCsv } from "./csv/csv.ts";
export { type NpyOptions, readNpy } from "./npy/npy.ts";
export { readNpz } from "./npy/npz.ts";
export { readParquet } from "./parquet/parquet.ts";
export type { Bytes, Reader, ReadLimits, ReadOptions } from "./read/reader.ts";
