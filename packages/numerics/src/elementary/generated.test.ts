import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { generatedModule } from "./emit/module.ts";
import { elementaryNames, elementaryProgram } from "./programs.ts";

it.each(elementaryNames)("generated/%s.ts is what the program gives", async (name) => {
  const text = await readFile(new URL(`./generated/${name}.ts`, import.meta.url), "utf8");
  expect(generatedModule(elementaryProgram(name)), "run node scripts/generate/elementary.mjs").toBe(text);
});
