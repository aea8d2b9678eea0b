/** Parquet from memory, in the browser or anywhere: column by column, so that no more than one is unpacked at a time. */
import {
  type Compressors,
  type FileMetaData,
  parquetMetadata,
  parquetRead,
  parquetSchema,
  type SchemaElement,
} from "hyparquet";
import { datasetOver } from "../dataset/build.ts";
import { bytesOf, damaged, unreadable, unsharedBytes } from "../read/bytes.ts";
import { ColumnFiller, type SourceValues } from "../read/fill.ts";
import {
  type Bytes,
  columnOptions,
  planColumns,
  type Reader,
  type SourceColumn,
  type SourceType,
} from "../read/reader.ts";
import { requireSoundFooter, requireSoundPages } from "./pages.ts";

/**
 * Reads a Parquet file that is in memory: FLOAT, DOUBLE and whole numbers, with any of the usual compressions; in a page that
 * forbids WebAssembly uncompressed or with Snappy. In Node `readParquetFiles` is faster.
 *
 * @throws ColumnsError COLS-020 damaged, and what `dataset` throws. Cost: about 80 ns per value.
 */
export const readParquet: Reader<Bytes> = async (source, options = {}) => {
  const bytes = unsharedBytes(bytesOf(source));
  const isWhole = bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength;
  const file = isWhole ? bytes.buffer : bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const metadata = openMetadata(file);
  const columns = columnsOf(metadata);
  const rows = Number(metadata.num_rows);
  const planned = planColumns(columns, options, rows);
  const filler = new ColumnFiller(planned, rows, options);
  const compressors = await loadCompressors();
  for (const { name } of planned) {
    const filled = await readColumn(file, metadata, name, filler, compressors);
    if (filled !== rows) {
      throw damaged(
        "Parquet file",
        `the column ${name} has ${filled} values instead of ${rows}`,
        positionOf(metadata, name),
      );
    }
  }
  return datasetOver(filler.columns, columnOptions(options));
};

function openMetadata(file: ArrayBuffer): FileMetaData {
  try {
    const metadata = parquetMetadata(file);
    requireSoundFooter(metadata, file.byteLength);
    return metadata;
  } catch (cause) {
    throw unreadable("Parquet file", file.byteLength, cause);
  }
}

/** All decompressors. Loading them makes WebAssembly: where a page forbids that, what hyparquet has itself remains, Snappy. */
async function loadCompressors(): Promise<Compressors> {
  try {
    return (await import("hyparquet-compressors")).compressors;
  } catch {
    return {};
  }
}

/** Reads the pages of a column into place; returns how many values there were. */
async function readColumn(
  file: ArrayBuffer,
  metadata: FileMetaData,
  name: string,
  filler: ColumnFiller,
  compressors: Compressors,
): Promise<number> {
  let filled = 0;
  requireSoundPages(file, metadata, name);
  try {
    await parquetRead({
      file,
      metadata,
      columns: [name],
      compressors,
      onPage: ({ columnData, rowStart }) => {
        filler.write(name, rowStart, columnData as SourceValues);
        filled += columnData.length;
      },
    });
  } catch (cause) {
    throw unreadable(`column ${name} of the Parquet file`, file.byteLength, cause);
  }
  return filled;
}

function positionOf(metadata: FileMetaData, name: string): number {
  const chunk = metadata.row_groups[0]?.columns.find(({ meta_data }) => meta_data?.path_in_schema[0] === name);
  return Number(chunk?.meta_data?.data_page_offset ?? 0);
}

function columnsOf(metadata: FileMetaData): readonly SourceColumn[] {
  return parquetSchema(metadata).children.map(({ element, children }) => ({
    name: element.name,
    type: children.length > 0 ? { other: "groups" } : sourceType(element),
  }));
}

const WHOLE_NUMBERS = /^U?INT_(8|16|32|64)$/;

function sourceType({ type, converted_type, logical_type, repetition_type }: SchemaElement): SourceType {
  if (repetition_type === "REPEATED") return { other: "lists" };
  if (type === "DOUBLE") return "float64";
  if (type === "FLOAT") return "float32";
  const isPlain = converted_type === undefined && logical_type === undefined;
  const isWhole =
    logical_type?.type === "INTEGER" || (converted_type !== undefined && WHOLE_NUMBERS.test(converted_type));
  if ((type === "INT32" || type === "INT64") && (isPlain || isWhole)) return "integer";
  return { other: logical_type?.type ?? converted_type ?? type ?? "groups" };
}
