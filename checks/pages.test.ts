/** Pages of the documentation are run: their programs print, and their commands answer, what stands below them. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { closureData, closureMonteCarlo, modelOf, parseAnalysis } from "@simloom/amplitude";
import type { Dataset } from "@simloom/columns";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type Block, blocksOf, commandsOf, missingLines, printedBy, ran } from "./page.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const pages = ["docs/kernel.md", "docs/amplitude.md", "README.md", "examples/amplitude/README.md"];
let folder = "";

beforeAll(async () => {
  // Inside the repository, where the packages are found by name.
  mkdirSync(join(here, ".pages"), { recursive: true });
  folder = mkdtempSync(join(here, ".pages", "run-"));
  cpSync(join(here, "..", "examples"), join(folder, "examples"), { recursive: true });
  await writeEvents(join(folder, "data.parquet"), closureData());
  await writeEvents(join(folder, "mc.parquet"), closureMonteCarlo());
  writeFileSync(join(folder, "values.yaml"), "f0_width: 0.103\n");
  for (const { note, content } of pages.flatMap(blocksOf))
    if (note.startsWith("title=")) writeFileSync(join(folder, note.slice("title=".length)), content);
});

afterAll(() => rmSync(join(here, ".pages"), { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));

describe.each(pages)("%s", (page) => {
  const blocks = blocksOf(page);

  it("has blocks, all of kinds that are run", () => {
    expect(blocks.length).toBeGreaterThan(0);
    for (const { language, note, line } of blocks) {
      const isRun = ["sh", "ts", "text"].includes(language) || /^(title|part-of)=/.test(note);
      expect(isRun, `the block of line ${line} is not run`).toBe(true);
    }
  });

  blocks.forEach((block, at) => {
    const { language, line, content } = block;
    const below = blocks[at + 1]?.language === "text" ? blocks[at + 1] : undefined;
    if (language === "ts" && page !== "README.md") {
      it(`prints what stands below the program of line ${line}`, async () => {
        expect(below).toBeDefined();
        expect(await printedBy(content, join(folder, `program-${line}.ts`))).toBe(below?.content);
      });
    }
    const [, whole] = /^part-of=(.*)$/.exec(block.note) ?? [];
    if (whole !== undefined) {
      it(`fits into ${whole}: line ${line}`, () => {
        const document = { ...parse(readFileSync(join(folder, whole), "utf8")), ...parse(content) };
        expect(modelOf(parseAnalysis(document)).parameters.freeNames.length).toBeGreaterThan(0);
      });
    }
    if (language !== "sh") return;
    for (const command of commandsOf(block))
      it(`runs: ${command}`, async () => expectAnswer(command, block, below), 60_000);
  });
});

async function expectAnswer(command: string, { note }: Block, below: Block | undefined): Promise<void> {
  const { code, text } = await ran(command, folder);
  expect(code, text).toBe(note === "fails" ? 2 : 0);
  expect(text.length).toBeGreaterThan(0);
  if (below !== undefined) expect(missingLines(below.content, text), text).toEqual([]);
}

/** What is used here of the engine; it is a dependency of `@simloom/columns` only. */
interface Engine {
  readonly DuckDBInstance: { create(path: string): Promise<{ connect(): Promise<Connection> }> };
}

interface Connection {
  run(statement: string): Promise<unknown>;
  closeSync(): void;
}

/** Writes events as Parquet, with the engine that reads them. */
async function writeEvents(file: string, events: Dataset): Promise<void> {
  const columns = join(here, "..", "packages", "columns", "package.json");
  const { DuckDBInstance } = createRequire(columns)("@duckdb/node-api") as Engine;
  const csv = `${file}.csv`;
  const values = events.names.map((name) => events.column(name));
  const rows = Array.from({ length: events.length }, (_, row) => values.map((column) => column[row]).join(","));
  writeFileSync(csv, [events.names.join(","), ...rows, ""].join("\n"));
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  try {
    await connection.run(`COPY (SELECT * FROM read_csv('${csv}', all_varchar = false)) TO '${file}' (FORMAT parquet)`);
  } finally {
    connection.closeSync();
  }
}
