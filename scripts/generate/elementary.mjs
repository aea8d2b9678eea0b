// Writes packages/numerics/src/elementary/generated from the programs:  node scripts/generate/elementary.mjs
import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const root = new URL("../../", import.meta.url);
const numerics = new URL("packages/numerics/", root);
const compiled = await mkdtemp(fileURLToPath(new URL("dist/generate-", numerics)));
try {
  const compiler = fileURLToPath(new URL("node_modules/typescript/bin/tsc", root));
  const project = fileURLToPath(new URL("tsconfig.json", numerics));
  // unchecked: generated files may be missing or out of date
  const options = ["--noCheck", "--outDir", compiled, "--tsBuildInfoFile", `${compiled}/.tsbuildinfo`];
  execFileSync(process.execPath, [compiler, "-p", project, ...options], { stdio: "inherit" });
  const { elementaryNames, elementaryProgram } = await import(`${compiled}/elementary/programs.js`);
  const { generatedModule } = await import(`${compiled}/elementary/emit/module.js`);
  for (const name of elementaryNames) {
    await writeFile(new URL(`src/elementary/generated/${name}.ts`, numerics), generatedModule(elementaryProgram(name)));
  }
} finally {
  await rm(compiled, { recursive: true, force: true });
}
