import { readFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";

/** A package on disk. */
export interface InstalledPackage {
  readonly folder: string;
  readonly name: string;
  readonly version: string;
}

const known = new Map<string, InstalledPackage | undefined>();

/** The package that a file belongs to: the nearest `package.json` with a name. Remembered; call {@link forgetPackages} in tests. */
export function packageOf(file: string): InstalledPackage | undefined {
  const folder = dirname(file);
  if (folder === file) return undefined;
  if (!known.has(folder)) known.set(folder, readPackage(folder) ?? packageOf(folder));
  return known.get(folder);
}

export function forgetPackages(): void {
  known.clear();
}

/** True for files that were installed, not written here, and for those of others that a package took along. */
export function isInstalled(file: string): boolean {
  return file.includes(`${sep}node_modules${sep}`) || file.includes(`${sep}dist${sep}vendor${sep}`);
}

/** The package that a bare import names. */
export function packageNameOf(specifier: string): string | undefined {
  return /^(@[^/]+\/[^/]+|[^./#@][^/:]*)(\/|$)/.exec(specifier)?.[1];
}

function readPackage(folder: string): InstalledPackage | undefined {
  try {
    const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
      readonly name?: unknown;
      readonly version?: unknown;
    };
    if (typeof name !== "string") return undefined;
    return { folder, name, version: typeof version === "string" ? version : "0.0.0" };
  } catch {
    return undefined;
  }
}
