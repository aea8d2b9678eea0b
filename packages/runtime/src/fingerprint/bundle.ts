/**
 * The code of stages, each with everything that it uses, in a form in which only meaning is left: types, comments, layout
 * and local names are gone, and so is what the stage does not use. Installed libraries stand outside, by name and version;
 * `library.ts` digests their bytes.
 *
 * Two passes: the first bundles and drops what is not used, the second sees only what is left and names it.
 */
import { existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, parse, relative, resolve as resolvePath } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Loader, Metafile, Plugin } from "esbuild";
import { RuntimeError } from "../errors.ts";
import type { FileLooks, Resolution } from "./input-files.ts";
import { portablePath, reachable } from "./library.ts";
import { isInstalled, packageNameOf, packageOf } from "./packages.ts";
import { dropMarks, markPureCalls } from "./pure-calls.ts";

/** A stage to be bundled: the file that exports it, and the name of the export. */
export interface BundleTarget {
  readonly path: string;
  readonly exportName: string;
}

export interface StageBundle {
  readonly code: string;
  /** Files that were read for it, those included of which nothing was used. */
  readonly files: readonly string[];
  /** Files of installed libraries that its code imports. */
  readonly libraries: readonly string[];
  readonly resolutions: readonly Resolution[];
  /** Why the code may depend on more than was found. */
  readonly uncertain: readonly string[];
  /** Those of it that stand in files of the stage's own package. */
  readonly suspicions: readonly string[];
}

const ENTRY = "simloom-stage";

/**
 * Bundles all targets in one build. Cost: 20 ms to start esbuild, then some milliseconds per stage.
 *
 * Errors: RUNT-040 when a file has errors or imports what is not there.
 */
export async function bundleStages(
  targets: readonly BundleTarget[],
  looks: FileLooks,
): Promise<readonly StageBundle[]> {
  if (targets.length === 0) return [];
  const { root } = parse((targets[0] as BundleTarget).path);
  const notes: Notes = { libraries: new Map(), assets: new Map(), resolutions: new Map() };
  const { build } = await import("esbuild");
  const { metafile, outputFiles } = await build({
    entryPoints: targets.map((_, index) => ({ in: `${ENTRY}:${index}`, out: `${index}` })),
    bundle: true,
    write: false,
    metafile: true,
    outdir: `${root}out`,
    absWorkingDir: root,
    format: "esm",
    platform: "node",
    target: "esnext",
    charset: "utf8",
    treeShaking: true,
    legalComments: "none",
    // No conditions but those of Node itself, and no settings from files beside the code.
    conditions: [],
    tsconfigRaw: {},
    logLevel: "silent",
    loader: { ".node": "binary", ".wasm": "binary", ".bin": "binary", ".txt": "text" },
    plugins: [stageEntries(targets), libraryImports(notes, looks), markedSources(notes, looks)],
  }).catch((cause: unknown) => {
    throw notBundled(cause);
  });
  return Promise.all(
    targets.map(async (target, index): Promise<StageBundle> => {
      const output = metafile.outputs[`out/${index}.js`];
      const text = outputFiles.find(({ path }) => relative(root, path) === `out/${index}.js`)?.text ?? "";
      const code = await canonical(text);
      const read = reachable(metafile.inputs, `${ENTRY}:${index}`)
        .filter((path) => !path.startsWith(`${ENTRY}:`))
        .map((path) => root + path);
      const imported = new Set(output?.imports.map(({ path }) => path));
      return {
        code,
        files: [...read, ...read.flatMap((path) => notes.assets.get(path) ?? [])],
        libraries: [...notes.libraries]
          .filter(([, id]) => imported.has(id))
          .map(([path]) => path)
          .sort(),
        resolutions: [...notes.resolutions.values()],
        uncertain: uncertainties(code),
        suspicions: suspicions(code, usedOf(output?.inputs ?? {}, root), target),
      };
    }),
  );
}

/** What the plugins find on the way. */
interface Notes {
  /** Entry files of libraries with what stands for them in the code. */
  readonly libraries: Map<string, string>;
  /** Files beside a source file that it names by `new URL("…", import.meta.url)`. */
  readonly assets: Map<string, readonly string[]>;
  readonly resolutions: Map<string, Resolution>;
}

/** Virtual entries that export one stage under a name that is always the same. */
function stageEntries(targets: readonly BundleTarget[]): Plugin {
  return {
    name: "stage entries",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: new RegExp(`^${ENTRY}:`) }, ({ path }) => ({
        path: path.slice(ENTRY.length + 1),
        namespace: ENTRY,
      }));
      onLoad({ filter: /.*/, namespace: ENTRY }, ({ path: index }) => {
        const { path, exportName } = targets[Number(index)] as BundleTarget;
        const contents = `export { ${exportName} as stage } from ${JSON.stringify(path)};`;
        return { contents, resolveDir: dirname(path) };
      });
    },
  };
}

const LOOKED = Symbol("looked up");

/** Keeps installed libraries out of the code. The pipeline itself stands out too: the key schema covers it. */
function libraryImports(notes: Notes, looks: FileLooks): Plugin {
  return {
    name: "library imports",
    setup({ onResolve, resolve }) {
      onResolve({ filter: /^[^./]/ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
        if (pluginData === LOOKED || kind === "entry-point" || path.startsWith("node:")) return undefined;
        if (/^@simloom\/pipeline(\/|$)/.test(path)) return { path, external: true, sideEffects: false };
        const found = await resolve(path, { kind, importer, resolveDir, pluginData: LOOKED });
        if (found.errors.length > 0 || found.external) return found;
        const name = packageNameOf(path);
        if (name !== undefined)
          notes.resolutions.set(`${resolveDir}\n${name}`, [resolveDir, name, looks.resolve(resolveDir, name)]);
        if (!isInstalled(found.path)) return found;
        const id = portablePath(found.path);
        notes.libraries.set(found.path, id);
        return { path: id, external: true, sideEffects: found.sideEffects };
      });
    },
  };
}

const LOADERS: Readonly<Record<string, Loader>> = { ".ts": "ts", ".mts": "ts", ".js": "js", ".mjs": "js" };

/** Prints each source file in esbuild's own way, marks calls that only make values, and puts contents for files it names. */
function markedSources(notes: Notes, looks: FileLooks): Plugin {
  return {
    name: "marked sources",
    setup({ onLoad }) {
      onLoad({ filter: /\.m?[jt]s$/ }, async ({ path }) => {
        const source = await readFile(path, "utf8");
        if (!/["'](?:zod|@?simloom)[/"']|import\.meta\.url/.test(source)) return undefined;
        const loader = LOADERS[parse(path).ext] ?? "js";
        const { transform } = await import("esbuild");
        const printed = await transform(source, {
          loader,
          target: "esnext",
          charset: "utf8",
          tsconfigRaw: {},
          logLevel: "silent",
        });
        const assets: string[] = [];
        const contents = markPureCalls(printed.code).replace(NAMED_FILE, (whole: string, name: string) => {
          const file = resolvePath(fileURLToPath(new URL(name, pathToFileURL(path))));
          const digest = existsSync(file) ? looks.digest(file) : undefined;
          if (digest === undefined) return whole;
          assets.push(file);
          return `new URL("sha256:${digest}")`;
        });
        notes.assets.set(path, assets);
        return { contents, loader: "js" };
      });
    },
  };
}

const NAMED_FILE = /new URL\("((?:\\.|[^"\\])*)", import\.meta\.url\)/g;

/** Second pass: no marks, no names of files, short names for everything local. */
async function canonical(bundled: string): Promise<string> {
  const plain = dropMarks(bundled).replace(/(__(?:commonJS|esm)\(\{\s*)"[^"]*"/g, '$1"module"');
  const { transform } = await import("esbuild");
  const { code } = await transform(`${plain}\n${alphabet(plain)}`, {
    minify: true,
    format: "esm",
    platform: "node",
    target: "esnext",
    charset: "utf8",
    legalComments: "none",
    tsconfigRaw: {},
    logLevel: "silent",
  });
  return code;
}

const NAME_CHARACTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$";

/**
 * A statement without effect, dropped by the second pass, that fixes the order in which short names are given. esbuild
 * prefers letters that are frequent in its input, names that are about to go included, so a renamed variable would rename
 * all others. Here each character is more frequent than the next by more than the whole input could change.
 */
function alphabet(code: string): string {
  const counts = new Map<string, number>();
  for (const character of code) counts.set(character, (counts.get(character) ?? 0) + 1);
  const step = Math.max(...[...NAME_CHARACTERS].map((character) => counts.get(character) ?? 0)) + 1;
  const graded = [...NAME_CHARACTERS].map((character, index) =>
    character.repeat(step * (NAME_CHARACTERS.length - index)),
  );
  return `"${graded.join("")}";`;
}

/** What makes a result depend on more than code and inputs, by the trace that it leaves in bundled code. */
const TRACES: readonly (readonly [RegExp, string])[] = [
  [/\bimport\((?!["'`])/, "it imports modules by names made at run time"],
  [/\bcreateRequire\b/, "it loads modules through createRequire"],
  [/\bimport\.meta\.(?:url|dirname|filename|resolve)\b/, "it names files relative to its own"],
  [
    /from ?"(?:node:)?(?:fs|fs\/promises|child_process|http|https|net|os|worker_threads|sqlite)"/,
    "it reads files or talks to others",
  ],
  [/\bprocess\.env\b/, "it reads the environment"],
  [/\beval\(|\bnew Function\(/, "it makes code at run time"],
];

function uncertainties(code: string): readonly string[] {
  return TRACES.filter(([trace]) => trace.test(code)).map(([, reason]) => reason);
}

/** Traces that the code left over has, and a file of the stage's own package that gave it something. */
function suspicions(code: string, used: readonly string[], { path }: BundleTarget): readonly string[] {
  const traces = TRACES.filter(([trace]) => trace.test(code));
  if (traces.length === 0) return [];
  const home = packageOf(path)?.folder;
  const own = used.filter((file) => file === path || (home !== undefined && packageOf(file)?.folder === home));
  const sources = own.filter((file) => existsSync(file)).map((file) => readFileSync(file, "utf8"));
  return traces.filter(([trace]) => sources.some((source) => trace.test(source))).map(([, reason]) => reason);
}

/** Files of which something is left in an output. */
function usedOf(inputs: Metafile["outputs"][string]["inputs"], root: string): readonly string[] {
  return Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [root + path] : []));
}

function notBundled(cause: unknown): RuntimeError {
  const [first] =
    (
      cause as {
        readonly errors?: readonly {
          readonly text: string;
          readonly location?: { readonly file: string; readonly line: number } | null;
        }[];
      }
    ).errors ?? [];
  const where = first?.location ? ` (${first.location.file}, line ${first.location.line})` : "";
  return new RuntimeError({
    code: "RUNT-040",
    message: `the code of a stage cannot be bundled: ${first?.text ?? String(cause)}${where}`,
    remedy: "Correct the import or the line; until then results of its stages are kept in memory only.",
    cause,
  });
}
