/**
 * Hooks that let Node import TypeScript: types are dropped by esbuild, the rest stays. They run in the loader's thread, so
 * this file is an entry of its own. Bare imports are resolved by Node alone.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";

interface ResolveContext {
  readonly parentURL?: string;
}
type NextResolve = (specifier: string, context: ResolveContext) => Promise<unknown>;
type NextLoad = (url: string, context: object) => Promise<unknown>;

const TYPESCRIPT = /\.m?ts(\?.*)?$/;

/** TypeScript sources may write `./helper.js` for `./helper.ts`. */
export async function resolve(specifier: string, context: ResolveContext, next: NextResolve): Promise<unknown> {
  const { parentURL } = context;
  if (parentURL !== undefined && TYPESCRIPT.test(parentURL) && /^\.{1,2}\/.*\.m?js$/.test(specifier)) {
    const written = new URL(specifier, parentURL);
    const meant = new URL(specifier.replace(/js$/, "ts"), parentURL);
    if (!existsSync(written) && existsSync(meant)) return next(meant.href, context);
  }
  return next(specifier, context);
}

export async function load(url: string, context: object, next: NextLoad): Promise<unknown> {
  if (!url.startsWith("file:") || !TYPESCRIPT.test(url)) return next(url, context);
  const path = fileURLToPath(new URL(url));
  const { code } = await transform(await readFile(path, "utf8"), {
    loader: "ts",
    format: "esm",
    target: "es2022",
    sourcemap: "inline",
    sourcefile: path,
    sourcesContent: false,
    tsconfigRaw: {},
    logLevel: "silent",
  });
  return { format: "module", source: code, shortCircuit: true };
}
