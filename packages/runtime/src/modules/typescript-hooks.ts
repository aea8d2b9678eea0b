/**
 * Hooks that let Node import TypeScript: types are dropped by esbuild, the rest stays. They run in the loader's thread, so
 * this file is an entry of its own. Bare imports are resolved by Node alone.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { compiledPath, keepCompiled, readCompiled } from "./compiled-code.ts";

interface ResolveContext {
  readonly parentURL?: string;
}
type NextResolve = (specifier: string, context: ResolveContext) => Promise<unknown>;
type NextLoad = (url: string, context: object) => Promise<unknown>;

let isMainThread = false;

/** Told by {@link registerTypeScript} for which thread these hooks work. */
export function initialize(data: { readonly isMainThread: boolean }): void {
  isMainThread = data.isMainThread;
}

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
  const source = await readFile(path, "utf8");
  const place = compiledPath(path, source);
  let code = readCompiled(place);
  if (code === undefined) {
    code = await compile(path, source);
    keepCompiled(place, code);
  }
  return { format: "module", source: code, shortCircuit: true };
}

async function compile(path: string, source: string): Promise<string> {
  const esbuild = await import("esbuild");
  const options = {
    loader: "ts",
    format: "esm",
    target: "es2022",
    sourcemap: "inline",
    sourcefile: path,
    sourcesContent: false,
    tsconfigRaw: {},
    logLevel: "silent",
  } as const;
  // The compiler that runs beside a thread outlives it, so threads start one for each file and wait for its end.
  const { code } = isMainThread ? await esbuild.transform(source, options) : esbuild.transformSync(source, options);
  return code;
}
