// Writes packages/numerics/src/elementary/generated from the programs. Build @simloom/numerics first:
//   npx tsc -b packages/numerics && node scripts/generate/elementary.mjs
import { writeFile } from "node:fs/promises";

const root = new URL("../../packages/numerics/", import.meta.url);
const { PROGRAMS } = await import(new URL("dist/elementary/programs.js", root).href);
const { generatedModule } = await import(new URL("dist/elementary/emit/module.js", root).href);

for (const program of PROGRAMS) {
  await writeFile(new URL(`src/elementary/generated/${program.name}.ts`, root), generatedModule(program));
}
