/**
 * What was made from TypeScript files, kept by content in the user's own cache folder: a second process, and every further
 * thread, loads without the compiler. Files are named by a digest of compiler, path and source, so none is ever stale.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { cacheFolder } from "./cache-folder.ts";

const { version } = createRequire(import.meta.url)("esbuild/package.json") as { readonly version: string };

const folder = cacheFolder("typescript");

/** Where the code made from this source would lie; nothing where the user has no folder for it. */
export function compiledPath(path: string, source: string): string | undefined {
  if (folder === undefined) return undefined;
  const digest = createHash("sha256").update(`${version}\n${path}\n${source}`).digest("hex");
  return join(folder, `${digest}.js`);
}

export function readCompiled(place: string | undefined): string | undefined {
  if (place === undefined) return undefined;
  try {
    return readFileSync(place, "utf8");
  } catch {
    return undefined;
  }
}

/** Keeps the code. A folder that cannot be written to costs time only. */
export function keepCompiled(place: string | undefined, code: string): void {
  if (place === undefined) return;
  const temporary = `${place}.${process.pid}.${performance.now()}`;
  try {
    mkdirSync(dirname(place), { recursive: true, mode: 0o700 });
    writeFileSync(temporary, code, { mode: 0o600 });
    renameSync(temporary, place);
  } catch {
    return;
  }
}
