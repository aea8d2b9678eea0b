/** The examples of the package's readme, run as one program. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { formatWithOptions } from "node:util";
import { afterAll, expect, it, vi } from "vitest";

const scratch = fileURLToPath(new URL("./.readme/", import.meta.url));

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

it("prints what the readme says", async () => {
  const page = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  const program = [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, content]) => content).join("");
  const promised = [...program.matchAll(/^console\.log\(.*\); *\/\/ (.*)$/gm)].map(([, printed]) => printed);
  mkdirSync(scratch, { recursive: true });
  const file = `${mkdtempSync(`${scratch}run-`)}/readme.ts`;
  writeFileSync(file, program);
  const lines: string[] = [];
  const spy = vi
    .spyOn(console, "log")
    .mockImplementation((...all: unknown[]) => void lines.push(formatWithOptions({ colors: false }, ...all)));
  try {
    await import(/* @vite-ignore */ pathToFileURL(file).href);
  } finally {
    spy.mockRestore();
  }
  expect(promised).toHaveLength(2);
  expect(lines).toEqual(promised);
});
