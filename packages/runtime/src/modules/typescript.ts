import { register } from "node:module";
import { isMainThread } from "node:worker_threads";
import { entryFile } from "./entry-file.ts";

let isRegistered = false;

/** True for modules that need {@link registerTypeScript}: `.ts` and `.mts`. */
export function isTypeScript(url: string): boolean {
  return /\.m?ts(\?.*)?$/.test(url);
}

/**
 * Lets this thread import `.ts` and `.mts` files, on every Node that is served. `import.meta.url` stays the file's own,
 * and stacks show its lines. Costs about 30 ms once.
 */
export function registerTypeScript(): void {
  if (isRegistered) return;
  isRegistered = true;
  process.setSourceMapsEnabled(true);
  register(entryFile("modules/typescript-hooks.js"), { data: { isMainThread } });
}

/** True when this thread can import TypeScript, so that threads it starts should be able to as well. */
export function isTypeScriptRegistered(): boolean {
  return isRegistered;
}
