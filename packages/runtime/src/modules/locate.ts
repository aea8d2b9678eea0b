import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type AnyStage, isStage } from "@simloom/pipeline";

/** Where another thread, process or machine finds a stage, or why it cannot. */
export type StageLocation =
  | { readonly status: "located"; readonly url: string; readonly exportName: string }
  | { readonly status: "local"; readonly reason: string };

/** A module that has made a stage is loaded; importing it again answers at once, or it waits for itself. */
const PATIENCE_MS = 250;

/**
 * Finds the export that is this very stage. A stage that is not exported, or that a function made anew, or that stands in
 * the program being run is local: it runs inline only, and its results are kept in memory only.
 */
export async function locate(stage: AnyStage): Promise<StageLocation> {
  if (stage.module === undefined) return local(`stage ${stage.name} was declared without import.meta`);
  const { url } = stage.module;
  if (!url.startsWith("file:")) return local(`stage ${stage.name} does not stand in a file: ${url}`);
  if (isProgram(url)) {
    return local(`stage ${stage.name} stands in the program that is being run; move it to a module of its own`);
  }
  const exports = await importAgain(url);
  if (typeof exports === "string") return local(`stage ${stage.name} cannot be loaded by its module: ${exports}`);
  const names = Object.keys(exports).sort();
  const exportName = names.find((name) => exports[name] === stage);
  if (exportName === undefined) {
    const twin = names.find((name) => {
      const value = exports[name];
      return isStage(value) && value.name === stage.name;
    });
    return local(
      twin === undefined
        ? `stage ${stage.name} is not exported from ${url}`
        : `stage ${stage.name} is another definition than the export ${twin} of ${url}; it may close over local variables`,
    );
  }
  const rival = names.find((name) => {
    const value = exports[name];
    return isStage(value) && value !== stage && value.name === stage.name;
  });
  if (rival !== undefined)
    return local(`${url} exports two different stages called ${stage.name}: ${exportName}, ${rival}`);
  return { status: "located", url, exportName };
}

async function importAgain(url: string): Promise<Readonly<Record<string, unknown>> | string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve("it has not finished loading"), PATIENCE_MS);
  });
  try {
    return await Promise.race([import(url) as Promise<Readonly<Record<string, unknown>>>, late]);
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  } finally {
    clearTimeout(timer);
  }
}

/** The file that Node was started with: loading it elsewhere would run the whole program there. */
function isProgram(url: string): boolean {
  const program = process.argv[1];
  if (program === undefined) return false;
  try {
    return realpathSync(program) === realpathSync(fileURLToPath(url));
  } catch {
    return false;
  }
}

function local(reason: string): StageLocation {
  return { status: "local", reason };
}
