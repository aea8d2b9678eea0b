import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/**
 * A folder for what can be made again, in the user's own cache folder. A variable XDG_CACHE_HOME that is empty or relative
 * counts for nothing, as its specification says. Nothing for a user without a home folder.
 */
export function cacheFolder(name: string): string | undefined {
  const { XDG_CACHE_HOME: given = "" } = process.env;
  if (isAbsolute(given)) return join(given, "simloom", name);
  try {
    const home = homedir();
    return isAbsolute(home) ? join(home, ".cache", "simloom", name) : undefined;
  } catch {
    return undefined;
  }
}
