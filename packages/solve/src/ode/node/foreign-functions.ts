import { createRequire } from "node:module";
import type koffi from "koffi";

let library: typeof koffi | undefined;

/** The library of foreign functions, loaded when it is first asked for: that takes some 15 ms, and few processes need it. */
export function foreignFunctions(): typeof koffi {
  library ??= createRequire(import.meta.url)("koffi") as typeof koffi;
  return library;
}
