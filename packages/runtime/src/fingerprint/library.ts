/** What an installed library contributes to a fingerprint: names and versions of its packages, and the bytes of its code. */
import { readFileSync } from "node:fs";
import { parse, relative, sep } from "node:path";
import { type Digest, sha256 } from "@simloom/pipeline";
import type { Metafile, Plugin } from "esbuild";
import type { FileLooks, Resolution } from "./input-files.ts";
import { packageNameOf, packageOf } from "./packages.ts";

/** The part of installed libraries that is reached from one file of theirs. */
export interface Library {
  /** `zod@4.6.7/index.js`: what is imported. */
  readonly id: string;
  readonly digest: Digest;
  /** `name@version` of every package in it. */
  readonly packages: readonly string[];
  readonly files: readonly string[];
  readonly resolutions: readonly Resolution[];
  /** Why bytes may be missing from the digest. */
  readonly uncertain: readonly string[];
}

/** `name@version/path` of a file in a package; the same on every machine. */
export function portablePath(file: string): string {
  const home = packageOf(file);
  if (home === undefined) return file;
  return `${home.name}@${home.version}/${relative(home.folder, file).split(sep).join("/")}`;
}

/** Follows the imports of library files and digests every file that they reach. Cost: 60 ms for one the size of zod. */
export async function readLibraries(
  entries: readonly string[],
  looks: FileLooks,
): Promise<ReadonlyMap<string, Library>> {
  if (entries.length === 0) return new Map();
  const { root } = parse(entries[0] as string);
  const { build } = await import("esbuild");
  const { metafile } = await build({
    entryPoints: [...entries],
    bundle: true,
    write: false,
    metafile: true,
    outdir: `${root}out`,
    absWorkingDir: root,
    format: "esm",
    platform: "node",
    target: "esnext",
    conditions: [],
    tsconfigRaw: {},
    logLevel: "silent",
    loader: { ".node": "binary", ".wasm": "binary", ".bin": "binary", ".txt": "text" },
    plugins: [leaveOutWhatIsMissing],
  });
  const libraries = new Map<string, Library>();
  for (const entry of entries) {
    const files = reachable(metafile.inputs, relative(root, entry)).map((path) => root + path);
    const lines = files.map((file) => `${portablePath(file)} ${looks.digest(file)}`).sort();
    const homes = new Map(files.map((file) => [packageOf(file)?.folder ?? "", packageOf(file)]));
    const packages = [...homes.values()].map((home) => `${home?.name}@${home?.version}`).sort();
    const manifests = [...homes.keys()]
      .filter((folder) => folder !== "")
      .map((folder) => `${folder}${sep}package.json`);
    libraries.set(entry, {
      id: portablePath(entry),
      digest: sha256(new TextEncoder().encode(lines.join("\n"))),
      packages: [...new Set(packages)],
      files: [...files, ...manifests],
      resolutions: resolutionsIn(metafile.inputs, files, root, looks),
      uncertain: files.filter(loadsByName).map((file) => `${portablePath(file)} loads files by names made at run time`),
    });
  }
  return libraries;
}

type Inputs = Metafile["inputs"];

/** Where the packages that these files import were found. */
function resolutionsIn(
  inputs: Inputs,
  files: readonly string[],
  root: string,
  looks: FileLooks,
): readonly Resolution[] {
  const found = new Map<string, Resolution>();
  for (const file of files) {
    const from = packageOf(file)?.folder;
    if (from === undefined) continue;
    for (const { original = "" } of inputs[relative(root, file)]?.imports ?? []) {
      const name = packageNameOf(original);
      if (name !== undefined) found.set(`${from}\n${name}`, [from, name, looks.resolve(from, name)]);
    }
  }
  return [...found.values()];
}

/** Code that asks for files by names that no bundler can see. */
const BY_NAME = /(?<![\w$.])(?:createRequire|import)\((?!\s*(?:\/\*.*?\*\/\s*)?["'`])[^)]+\)(?! ?\{)/;

function loadsByName(file: string): boolean {
  return /\.[cm]?js$/.test(file) && BY_NAME.test(readFileSync(file, "utf8"));
}

/** A missing optional dependency is no reason to fail; Node would say so when it is needed. */
const leaveOutWhatIsMissing: Plugin = {
  name: "leave out what is missing",
  setup({ onResolve, resolve }) {
    onResolve({ filter: /.*/ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
      if (kind === "entry-point" || pluginData === LOOKED) return undefined;
      if (/^@simloom\/pipeline(\/|$)/.test(path)) return { path, external: true };
      const answer = await resolve(path, { kind, importer, resolveDir, pluginData: LOOKED });
      return answer.errors.length > 0 ? { path, external: true } : answer;
    });
  },
};
const LOOKED = Symbol("looked up");

/** All inputs that a bundle's entry reaches, itself included, in the order of discovery. */
export function reachable(inputs: Inputs, entry: string): readonly string[] {
  const seen = new Set([entry]);
  for (const path of seen) {
    for (const imported of inputs[path]?.imports ?? []) if (imported.external !== true) seen.add(imported.path);
  }
  return [...seen];
}
