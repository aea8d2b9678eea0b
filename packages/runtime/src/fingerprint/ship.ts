/** Makes the fingerprints that a package brings along. Called when a package is built. */
import { existsSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type AnyStage, type Digest, isStage } from "@simloom/pipeline";
import { RuntimeError } from "../errors.ts";
import { locate } from "../modules/locate.ts";
import { bundleStages } from "./bundle.ts";
import { BUNDLER } from "./bundler.ts";
import { compose, recordOf } from "./fingerprint.ts";
import { FileLooks } from "./input-files.ts";
import { readLibraries } from "./library.ts";
import { packageOf } from "./packages.ts";
import { fileOf, type ShippedFingerprints, type ShippedStage } from "./shipped.ts";

/**
 * Fingerprints of all stages that a built package exports through its doors, or nothing where it exports none. Stages that
 * live in another package are left to that one.
 *
 * Errors: RUNT-041 when two stages share a name, or one is not exported from its own module.
 */
export async function shipFingerprints(home: string): Promise<ShippedFingerprints | undefined> {
  const stages = await exportedStages(home);
  if (stages.size === 0) return undefined;
  const places = await Promise.all([...stages.values()].map(locatedOrThrow));
  const looks = new FileLooks();
  const targets = places.map(({ url, exportName }) => ({ path: fileURLToPath(url), exportName }));
  const bundles = await bundleStages(targets, looks);
  const libraries = await readLibraries([...new Set(bundles.flatMap(({ libraries }) => libraries))].sort(), looks);
  const shipped: Record<string, ShippedStage> = {};
  const files: Record<string, Digest> = {};
  const keep = (path: string): void => {
    const portable = portableIn(home, path);
    if (fileOf(home, portable, looks) === path) files[portable] = looks.digest(path) ?? "";
  };
  for (const [index, name] of [...stages.keys()].entries()) {
    const [place, bundle] = [places[index], bundles[index]];
    if (place === undefined || bundle === undefined) continue;
    const used = bundle.libraries.map((path) => libraries.get(path)).filter((library) => library !== undefined);
    for (const path of bundle.files) keep(path);
    for (const library of used) for (const path of library.files) keep(path);
    const { digest, dependencies, uncertain, files: sources } = compose(recordOf(place, bundle, looks), used);
    const module = relative(home, fileURLToPath(place.url)).split(sep).join("/");
    shipped[name] = {
      module,
      exportName: place.exportName,
      digest,
      bundler: BUNDLER,
      dependencies,
      uncertain,
      files: sources,
    };
  }
  return { bundler: BUNDLER, stages: shipped, files: sorted(files) };
}

/** Stages by name, in the order of their names. */
async function exportedStages(home: string): Promise<ReadonlyMap<string, AnyStage>> {
  const { exports = {} } = JSON.parse(readFileSync(join(home, "package.json"), "utf8")) as {
    readonly exports?: Readonly<Record<string, { readonly default?: string }>>;
  };
  const found = new Map<string, AnyStage>();
  for (const { default: door } of Object.values(exports)) {
    if (door === undefined || !existsSync(join(home, door))) continue;
    const module = (await import(pathToFileURL(join(home, door)).href)) as Readonly<Record<string, unknown>>;
    for (const value of Object.values(module)) {
      if (!isStage(value) || value.module === undefined) continue;
      if (packageOf(fileURLToPath(value.module.url))?.folder !== home) continue;
      const other = found.get(value.name);
      if (other !== undefined && other !== value) throw notShipped(`two stages of ${home} are called ${value.name}`);
      found.set(value.name, value);
    }
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function locatedOrThrow(
  stage: AnyStage,
): Promise<{ readonly status: "located"; readonly url: string; readonly exportName: string }> {
  const location = await locate(stage);
  if (location.status === "local") throw notShipped(location.reason);
  return location;
}

function portableIn(home: string, path: string): string {
  const owner = packageOf(path);
  const isOwn = owner === undefined || owner.folder === home;
  const inside = relative(isOwn ? home : owner.folder, path)
    .split(sep)
    .join("/");
  return isOwn ? `./${inside}` : `${owner.name}/${inside}`;
}

function sorted<T>(record: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function notShipped(message: string): RuntimeError {
  return new RuntimeError({
    code: "RUNT-041",
    message,
    remedy: "Export every stage once, from the module that declares it, under a name of its own.",
  });
}
