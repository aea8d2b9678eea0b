/** docs/tutorial.md is run from top to bottom: files are written, programs are run, and what they print is compared. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { formatWithOptions } from "node:util";
import { type AnyStage, graphFromDocument, isStage, parseGraphDocument, run, stagesOf } from "simloom";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { parse } from "yaml";

interface Block {
  readonly language: string;
  /** Name of the file that it is; empty for a program. */
  readonly title: string;
  readonly content: string;
  readonly line: number;
}

const here = fileURLToPath(new URL(".", import.meta.url));
const blocks = blocksOf(readFileSync(new URL("../docs/tutorial.md", import.meta.url), "utf8"));
let folder = "";

function blocksOf(page: string): readonly Block[] {
  return [...page.matchAll(/^```(\w+)(?: title=(\S+))?\n([\s\S]*?)^```$/gm)].map(
    ([, language = "", title = "", content = ""], at) => {
      const line = page
        .slice(0, [...page.matchAll(/^```(\w+)(?: title=(\S+))?\n([\s\S]*?)^```$/gm)][at]?.index)
        .split("\n").length;
      return { language, title, content, line };
    },
  );
}

/** Runs a program in the folder of the tutorial and answers what it prints. */
async function printed(content: string, name: string): Promise<string> {
  const file = join(folder, name);
  writeFileSync(file, content.replaceAll('".simloom/cache"', JSON.stringify(join(folder, "cache"))));
  const lines: string[] = [];
  const spy = vi
    .spyOn(console, "log")
    .mockImplementation((...all: unknown[]) => void lines.push(formatWithOptions({ colors: false }, ...all)));
  try {
    await import(/* @vite-ignore */ pathToFileURL(file).href);
  } finally {
    spy.mockRestore();
  }
  return lines.map((line) => `${line}\n`).join("");
}

beforeAll(() => {
  // Inside the repository, where the packages are found by name.
  mkdirSync(join(here, ".tutorial"), { recursive: true });
  folder = mkdtempSync(join(here, ".tutorial", "run-"));
  for (const { title, content } of blocks) if (title !== "") writeFileSync(join(folder, title), content);
});

afterAll(() => rmSync(join(here, ".tutorial"), { recursive: true, force: true }));

describe("the tutorial", () => {
  it("has files, programs, what they print, and commands", () => {
    expect(new Set(blocks.map(({ language }) => language))).toEqual(new Set(["sh", "ts", "text", "yaml"]));
    expect(blocks.filter(({ title }) => title !== "").map(({ title }) => title)).toEqual([
      "stages.ts",
      "model.ts",
      "model.yaml",
    ]);
  });

  blocks.forEach((block, at) => {
    if (block.language !== "ts" || block.title !== "") return;
    it(`prints what stands below the program of line ${block.line}`, async () => {
      const expected = blocks[at + 1];
      expect(expected?.language).toBe("text");
      expect(await printed(block.content, `program-${block.line}.ts`)).toBe(expected?.content);
    });
  });

  it("has a graph file that gives the dispersion of the graph", async () => {
    const { content = "" } = blocks.find(({ title }) => title === "model.yaml") ?? {};
    const stages: Record<string, unknown> = await import(
      /* @vite-ignore */ pathToFileURL(join(folder, "stages.ts")).href
    );
    const model = graphFromDocument(
      parseGraphDocument(parse(content)),
      stagesOf([stages], isStage as (value: unknown) => value is AnyStage),
    );
    // Rounding of sums over 2,048 points.
    expect(Math.abs(((await run(model)).metrics["GDD"]?.value ?? 0) - 200)).toBeLessThan(1e-8);
  });
});
