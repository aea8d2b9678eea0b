/** Places that files are told to go to, looked at before anything is computed. */
import { accessSync, constants, existsSync, realpathSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { UsageError } from "../output/error.ts";

/** Throws CLI-001 for a place that cannot be written, and for two options that name one file. Writes nothing. */
export function requireWritable(files: Readonly<Record<string, string | undefined>>): void {
  const optionByPlace = new Map<string, string>();
  for (const [option, file] of Object.entries(files)) {
    if (file === undefined) continue;
    const place = placeOf(file, option);
    const other = optionByPlace.get(place);
    if (other !== undefined)
      throw new UsageError(`${other} and ${option} both name ${file}`, "Name a file for each.", option);
    optionByPlace.set(place, option);
  }
}

/** The file without symbolic links in its path. Its folders need not exist yet. */
function placeOf(file: string, option: string): string {
  const full = resolve(file);
  if (existsSync(full)) {
    if (statSync(full).isDirectory()) throw new UsageError(`${option}: ${file} is a folder`, "Name a file.", option);
    requireAccess(full, constants.W_OK, option);
    return realpathSync(full);
  }
  let folder = dirname(full);
  while (!existsSync(folder)) folder = dirname(folder);
  if (!statSync(folder).isDirectory())
    throw new UsageError(
      `${option}: invalid ${option === "--report" ? "report path" : "path"} ${file}: ${folder} is not a folder`,
      "Name a place in a folder.",
      option,
    );
  requireAccess(folder, constants.W_OK | constants.X_OK, option);
  return join(realpathSync(folder), relative(folder, full));
}

function requireAccess(place: string, wanted: number, option: string): void {
  try {
    accessSync(place, wanted);
  } catch {
    throw new UsageError(`${option}: ${place} cannot be written`, "Name a place that you may write to.", option);
  }
}
