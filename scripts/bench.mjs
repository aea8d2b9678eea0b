/** `npm run bench`: compiles bench/ to bench/dist, then runs it. */
import { readdirSync, rmSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const bench = fileURLToPath(new URL("../bench", import.meta.url));
const outdir = join(bench, "dist");
const sources = readdirSync(bench, { recursive: true }).filter(
  (path) => path.endsWith(".ts") && !/^(dist|results|peers)\b/.test(path),
);

/** Files of the benchmark stay files of their own: stages are found by the module that declares them. */
const keepFilesApart = {
  name: "keep files apart",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir }) => {
      const target = resolve(resolveDir, path);
      return target.startsWith(bench + sep) && resolveDir.startsWith(bench)
        ? { path: path.replace(/\.ts$/, ".js"), external: true }
        : undefined;
    });
  },
};

rmSync(outdir, { recursive: true, force: true });
await build({
  absWorkingDir: dirname(bench),
  entryPoints: sources.map((path) => join(bench, path)),
  outbase: bench,
  outdir,
  bundle: true,
  packages: "external",
  format: "esm",
  platform: "node",
  target: "node20",
  logLevel: "warning",
  plugins: [keepFilesApart],
});
const { main } = await import("../bench/dist/main.js");
process.exitCode = await main(process.argv.slice(2));
