/** docs/tutorial.md is run from top to bottom: files are written, programs are run, and what they print is compared. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type AnyStage, graphFromDocument, isStage, parseGraphDocument, run, stagesOf } from "simloom";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { blocksOf, printedBy } from "./page.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const blocks = blocksOf("docs/tutorial.md").map((block) => ({ ...block, title: block.note.replace("title=", "") }));
let folder = "";

/** Runs a program in the folder of the tutorial and answers what it prints. */
function printed(content: string, name: string): Promise<string> {
  const file = join(folder, name);
  return printedBy(content.replaceAll('".simloom/cache"', JSON.stringify(join(folder, "cache"))), file);
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
