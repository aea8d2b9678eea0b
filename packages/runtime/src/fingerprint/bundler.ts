import { createRequire } from "node:module";

const { version } = createRequire(import.meta.url)("esbuild/package.json") as { readonly version: string };

/** Name and version of the bundler; part of every fingerprint. Known without loading it: a warm run never does. */
export const BUNDLER = `esbuild@${version}`;
