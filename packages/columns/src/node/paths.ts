/** Paths and patterns, as lists of files in one order on every machine. */
import { stat } from "node:fs/promises";
import { columnsError } from "../errors.ts";
import { connect } from "./duckdb.ts";

/** The files that these paths name, sorted by code units, each once. @throws ColumnsError COLS-026 when one names none. */
export async function expandPaths(paths: readonly string[]): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const path of paths) for (const file of await filesOf(path)) found.add(file);
  if (found.size === 0) throw columnsError("COLS-026", "There is no file to read", "Give a path.");
  return [...found].sort();
}

async function filesOf(path: string): Promise<readonly string[]> {
  const is = await stat(path).catch(() => undefined);
  if (is?.isFile()) return [path];
  const isPattern = is === undefined && /[*?[]/.test(path);
  const files = isPattern ? await matches(path) : [];
  if (files.length > 0) return files;
  const problem = is === undefined ? (isPattern ? "matches no file" : "does not exist") : "is not a file";
  throw columnsError("COLS-026", `${path} ${problem}`, `Check the path; relative ones start at ${process.cwd()}.`, {
    path,
  });
}

async function matches(pattern: string): Promise<readonly string[]> {
  const connection = await connect(1);
  try {
    const rows = await connection.runAndReadAll("SELECT file FROM glob($pattern)", { pattern });
    return rows.getRowsJS().map(([file]) => String(file));
  } finally {
    connection.closeSync();
  }
}
