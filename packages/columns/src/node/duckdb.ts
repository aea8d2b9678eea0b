/** The engine, loaded when it is first needed: it brings 70 MB of native code that other readers do not use. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { columnsError } from "../errors.ts";

/** A connection to an empty data base in memory that loads nothing from elsewhere. Close it with `closeSync`. */
export async function connect(threads: number | undefined): Promise<DuckDBConnection> {
  const { DuckDBInstance } = await load();
  const instance = await DuckDBInstance.create(":memory:", {
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    ...(threads === undefined ? {} : { threads: String(threads) }),
  });
  try {
    return await instance.connect();
  } finally {
    instance.closeSync(); // the connection keeps the data base alive
  }
}

async function load(): Promise<typeof import("@duckdb/node-api")> {
  try {
    return await import("@duckdb/node-api");
  } catch (cause) {
    throw columnsError(
      "COLS-027",
      `DuckDB cannot be loaded on ${process.platform} ${process.arch}: ${cause instanceof Error ? cause.message.split("\n")[0] : cause}`,
      "Install with optional dependencies, or read the file's bytes with readParquet of @simloom/columns.",
      { platform: process.platform, arch: process.arch },
      cause,
    );
  }
}
