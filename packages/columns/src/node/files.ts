/** Files of the formats that are read from memory: their bytes go into shared memory, and many files are put end to end. */
import { open } from "node:fs/promises";
import { readArrow } from "../arrow/arrow.ts";
import { type CsvOptions, readCsv } from "../csv/csv.ts";
import { concat, type Dataset } from "../dataset/dataset.ts";
import { ColumnsError, columnsError } from "../errors.ts";
import { allocateBytes } from "../memory/column-array.ts";
import { type NpyOptions, readNpy } from "../npy/npy.ts";
import { readNpz } from "../npy/npz.ts";
import type { Reader, ReadOptions } from "../read/reader.ts";
import { readParquetFiles } from "./parquet.ts";
import { expandPaths } from "./paths.ts";

/** One path or many; patterns as in `readParquetFiles`. */
export type Paths = string | readonly string[];

/** Reads Arrow files or streams; the columns of a single file share its memory. Errors as `readArrow`, and COLS-026. */
export const readArrowFiles: Reader<Paths> = overFiles(readArrow);

/** Reads CSV files in UTF-8. Errors as `readCsv`, and COLS-026. */
export const readCsvFiles: Reader<Paths, CsvOptions> = overFiles(readCsv);

/** Reads NPY files. Errors as `readNpy`, and COLS-026. */
export const readNpyFiles: Reader<Paths, NpyOptions> = overFiles(readNpy);

/** Reads NPZ archives. Errors as `readNpz`, and COLS-026. */
export const readNpzFiles: Reader<Paths> = overFiles(readNpz);

const READERS: Readonly<Record<string, Reader<Paths>>> = {
  parquet: readParquetFiles,
  arrow: readArrowFiles,
  arrows: readArrowFiles,
  feather: readArrowFiles,
  csv: readCsvFiles,
  npy: readNpyFiles,
  npz: readNpzFiles,
};

/**
 * Reads files by the end of their names: parquet, arrow, arrows, feather, csv, npy, npz; all of one format.
 *
 * @throws ColumnsError COLS-021 for other and for mixed formats, and what the reader throws.
 */
export const readFiles: Reader<Paths> = async (paths, options = {}) => {
  const files = await expandPaths(typeof paths === "string" ? [paths] : paths);
  const [format = "", other] = new Set(files.map((path) => /\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase() ?? ""));
  const reader = Object.hasOwn(READERS, format) ? READERS[format] : undefined;
  if (reader === undefined || other !== undefined) {
    throw columnsError(
      "COLS-021",
      other === undefined
        ? `The format of ${files[0]} is not known by its name`
        : `The files are of the formats ${format} and ${other}`,
      `Give files of one format: ${Object.keys(READERS).join(", ")}.`,
      { files },
    );
  }
  return reader(files, options);
};

function overFiles<Options extends ReadOptions>(read: Reader<Uint8Array, Options>): Reader<Paths, Options> {
  return async (paths, options) => {
    const files = await expandPaths(typeof paths === "string" ? [paths] : paths);
    const datasets: Dataset[] = [];
    for (const path of files) datasets.push(await inFile(path, async () => read(await bytesOfFile(path), options)));
    return datasets.length === 1 ? (datasets[0] as Dataset) : concat(datasets);
  };
}

/** Names the file in the errors of its reader. */
async function inFile(path: string, read: () => Promise<Dataset>): Promise<Dataset> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof ColumnsError)) throw error;
    const { code, message, remedy, context, problems, cause } = error;
    throw new ColumnsError({
      code: code as ConstructorParameters<typeof ColumnsError>[0]["code"],
      message: `${path}: ${message}`,
      remedy,
      context: { ...context, file: path },
      problems,
      cause,
    });
  }
}

/** The content of a file, on shared memory. */
async function bytesOfFile(path: string): Promise<Uint8Array> {
  const file = await open(path).catch((cause: unknown) => {
    throw columnsError("COLS-026", `${path} cannot be opened`, "Check that you may read it.", { path }, cause);
  });
  try {
    const { size } = await file.stat();
    const bytes = new Uint8Array(allocateBytes(size));
    let filled = 0;
    while (filled < size) {
      const { bytesRead } = await file.read(bytes, filled, Math.min(size - filled, 2 ** 30), filled);
      if (bytesRead === 0)
        throw columnsError("COLS-020", `${path} became shorter while it was read`, "Read it again.", { path });
      filled += bytesRead;
    }
    return bytes;
  } finally {
    await file.close();
  }
}
