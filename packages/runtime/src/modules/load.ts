import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type AnyStage, isStage } from "@simloom/pipeline";
import { RuntimeError } from "../errors.ts";
import { isTypeScript, registerTypeScript } from "./typescript.ts";

/**
 * Imports a module by path or `file:` address; JavaScript and TypeScript alike.
 *
 * Errors: RUNT-030 when TypeScript cannot be compiled, RUNT-031 when the module is missing or throws.
 */
export async function loadModule(pathOrUrl: string): Promise<Readonly<Record<string, unknown>>> {
  const url = /^[a-z]{2,}:/.test(pathOrUrl) ? pathOrUrl : pathToFileURL(resolve(pathOrUrl)).href;
  if (isTypeScript(url)) registerTypeScript();
  try {
    return (await import(url)) as Readonly<Record<string, unknown>>;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const isSyntax = message.startsWith("Transform failed");
    throw new RuntimeError({
      code: isSyntax ? "RUNT-030" : "RUNT-031",
      message: isSyntax ? `${pathOrUrl} cannot be compiled: ${message}` : `${pathOrUrl} cannot be loaded: ${message}`,
      remedy: isSyntax
        ? "Correct the line that the message names."
        : "Check the path and the module's imports; what its first lines throw stands in the message.",
      path: pathOrUrl,
      cause,
    });
  }
}

/**
 * The stage of a name and version among the exports of a loaded module.
 *
 * Errors: RUNT-032 when there is none, RUNT-033 when two different ones share the name, RUNT-034 when its version differs.
 */
export function stageIn(
  exports: Readonly<Record<string, unknown>>,
  url: string,
  { name, version }: { readonly name: string; readonly version: number },
): AnyStage {
  let found: AnyStage | undefined;
  for (const value of Object.values(exports)) {
    if (!isStage(value) || value.name !== name || value === found) continue;
    if (found !== undefined) {
      throw new RuntimeError({
        code: "RUNT-033",
        message: `${url} exports two different stages called ${name}`,
        remedy: "Give each stage a name of its own.",
        path: name,
      });
    }
    found = value;
  }
  if (found === undefined) {
    throw new RuntimeError({
      code: "RUNT-032",
      message: `${url} exports no stage called ${name}`,
      remedy: "Export the stage from the module whose import.meta it was declared with, or run it inline.",
      path: name,
    });
  }
  if (found.version !== version) {
    throw new RuntimeError({
      code: "RUNT-034",
      message: `${url} holds version ${found.version} of stage ${name}, but version ${version} was submitted`,
      remedy: "The file changed while the program ran; start the program again.",
      path: name,
    });
  }
  return found;
}
