/**
 * One file for each door of a package, in dist/bundle, out of the modules that the compiler made: a process loads a dozen
 * files in place of seven hundred. What several doors of a package share stands once, so every class and stage is one.
 * Other packages stay outside, for the same reason. Packages that declare stages are left as they are: a stage is known by
 * the module it stands in.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { build } from "esbuild";

/** Files that are loaded by address: threads, hooks and the stages that try schedulers. */
const ADDRESSED = {
  "@simloom/pipeline": ["testing/scheduler-stages.js"],
  "@simloom/runtime": ["threads/worker.js", "modules/typescript-hooks.js"],
  "@simloom/solve": ["ode/node/ensemble-worker.js"],
};

/** Small libraries that nobody else needs to see, taken along. */
const TAKEN_ALONG = { "@simloom/pipeline": ["@noble/hashes"], simloom: ["yaml"] };

const settings = {
  bundle: true,
  format: "esm",
  platform: "neutral",
  mainFields: ["module", "main"],
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
  metafile: true,
};

/** Bundles the doors of a package whose manifest says so. */
export async function bundleDoors(home) {
  const { name, exports, bin = {} } = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));
  const targets = [...Object.values(exports).map((door) => door.default), ...Object.values(bin)];
  const doors = targets.filter((path) => path.startsWith("./dist/bundle/")).map((path) => path.slice(14));
  if (doors.length === 0) return;
  const outdir = join(home, "dist", "bundle");
  rmSync(outdir, { recursive: true, force: true });
  const along = TAKEN_ALONG[name] ?? [];
  const { metafile } = await build({
    ...settings,
    entryPoints: [...doors, ...(ADDRESSED[name] ?? [])].map((path) => join(home, "dist", path)),
    outbase: join(home, "dist"),
    outdir,
    splitting: true,
    chunkNames: "shared-[hash]",
    plugins: [othersOutside(along)],
  });
  writeLicenses(outdir, metafile);
}

/** The schema library as one file, its messages in English alone. */
export async function bundleSchemaLibrary(home) {
  const outdir = join(home, "dist", "vendor");
  rmSync(outdir, { recursive: true, force: true });
  const { metafile } = await build({
    ...settings,
    entryPoints: [join(home, "dist", "zod.js")],
    outdir,
    plugins: [englishAlone],
  });
  writeLicenses(outdir, metafile);
}

function othersOutside(along) {
  return {
    name: "others outside",
    setup({ onResolve }) {
      onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
        kind === "entry-point" || along.some((name) => path === name || path.startsWith(`${name}/`))
          ? undefined
          : { path, external: true },
      );
    },
  };
}

const englishAlone = {
  name: "English alone",
  setup({ onLoad }) {
    onLoad({ filter: /[/\\]zod[/\\]v4[/\\]locales[/\\]index\.js$/ }, ({ path }) => ({
      contents: 'export { default as en } from "./en.js";',
      resolveDir: dirname(path),
    }));
  },
};

/** The terms under which others wrote what is in a bundle. */
function writeLicenses(folder, { inputs }) {
  const homes = new Set(Object.keys(inputs).flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []));
  const terms = [...homes].sort().map((home) => {
    const { name, version } = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));
    const file = readdirSync(home).find((entry) => /^licen[cs]e/i.test(entry));
    if (file === undefined) throw new Error(`${name} is taken along, but there is no licence in ${home}`);
    return `${name} ${version}\n\n${readFileSync(join(home, file), "utf8").trim()}\n`;
  });
  if (terms.length > 0) writeFileSync(join(folder, "LICENSES.txt"), terms.join(`\n${"-".repeat(80)}\n\n`));
}
