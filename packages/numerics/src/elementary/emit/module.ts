import type { ElementaryProgram } from "../program/program.ts";
import { typescriptFunctions } from "./typescript.ts";

const HEADING = "// Written by scripts/generate/elementary.mjs from functions/. Do not edit.\n";

/** The text of the module `generated/<name>.ts`. */
export function generatedModule(program: ElementaryProgram): string {
  const body = typescriptFunctions(program);
  const used = (names: readonly string[]) => names.filter((name) => body.includes(`${name}[`));
  const imports = [
    importLine(used(["POWERS_OF_TWO", "REAL", "WORDS"]), "../tables/memory.ts"),
    importLine(used(["ERFCX_ROWS", "LOG_ROWS", "TWO_OVER_PI_DIGITS"]), "../tables/rows.ts"),
  ].filter((line) => line !== "");
  return `${HEADING}${imports.join("")}\n${body}`;
}

function importLine(names: readonly string[], from: string): string {
  return names.length === 0 ? "" : `import { ${names.join(", ")} } from "${from}";\n`;
}
