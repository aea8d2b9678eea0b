/**
 * What was made from TypeScript files, kept by content in the user's own cache folder: a second process, and every further
 * thread, loads without the compiler. Files are named by a digest of compiler, path and source, so none is ever stale.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";

const { version } = createRequire(import.meta.url)("esbuild/package.json") as { readonly version: string };

const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "simloom", "typescript");

/** Where the code made from this source would lie. */
export function compiledPath(path: string, source: string): string {
  const digest = createHash("sha256").update(`${version}\n${path}\n${source}`).digest("hex");
  return join(folder, `${digest}.js`);
}

export function readCompiled(place: string): string | undefined {
  try {
    return readFileSync(place, "utf8");
  } catch {
    return undefined;
  }
}

/** Keeps the code. A folder that cannot be written to costs time only. */
export function keepCompiled(place: string, code: string): void {
  const temporary = `${place}.${process.pid}.${performance.now()}`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(temporary, code, { mode: 0o600 });
    renameSync(temporary, place);
  } catch {
    return;
  }
}
