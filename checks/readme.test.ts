/** The program of README.md runs as it stands there. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, expect, it, vi } from "vitest";

const here = fileURLToPath(new URL(".", import.meta.url));
const page = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const programs = [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, program = ""]) => program);

describe("the readme", () => {
  it("has one program, which steps through a span and sweeps the launch power", async () => {
    expect(programs).toHaveLength(1);
    // Inside the repository, where the packages are found by name.
    mkdirSync(join(here, ".readme"), { recursive: true });
    const folder = mkdtempSync(join(here, ".readme", "run-"));
    const said: unknown[] = [];
    const log = vi.spyOn(console, "log").mockImplementation((line: unknown) => void said.push(line));
    const table = vi.spyOn(console, "table").mockImplementation((rows: unknown) => void said.push(rows));
    try {
      const file = join(folder, "program.ts");
      writeFileSync(file, programs[0] ?? "");
      await import(/* @vite-ignore */ pathToFileURL(file).href);
    } finally {
      log.mockRestore();
      table.mockRestore();
      rmSync(join(here, ".readme"), { recursive: true, force: true });
    }
    const [steps, rows] = said as [string, readonly Readonly<Record<string, unknown>>[]];
    expect(Number(steps)).toBeGreaterThan(1);
    expect(rows.map((row) => row["launch.launchPowerDbm"])).toEqual([-4, -2, 0, 2, 4]);
    expect(rows.every((row) => row["status"] === "succeeded")).toBe(true);
  });
});
