// Readers of files
export { type Paths, readArrowFiles, readCsvFiles, readFiles, readNpyFiles, readNpzFiles } from "./files.ts";
export { type ParquetFilesOptions, readParquetFiles } from "./parquet.ts";
