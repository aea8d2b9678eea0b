/** The program of README.md runs as it stands there. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { blocksOf, printedBy } from "./page.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const programs = blocksOf("README.md").filter(({ language }) => language === "ts");

describe("the readme", () => {
  it("has one program, which steps through a span and sweeps the launch power", async () => {
    expect(programs).toHaveLength(1);
    // Inside the repository, where the packages are found by name.
    mkdirSync(join(here, ".readme"), { recursive: true });
    const folder = mkdtempSync(join(here, ".readme", "run-"));
    let printed: string;
    try {
      printed = await printedBy(programs[0]?.content ?? "", join(folder, "program.ts"));
    } finally {
      rmSync(join(here, ".readme"), { recursive: true, force: true });
    }
    const [steps, rows] = printed
      .trim()
      .split("\n")
      .map((line): unknown => JSON.parse(line)) as [number, readonly Readonly<Record<string, unknown>>[]];
    expect(steps).toBeGreaterThan(1);
    expect(rows.map((row) => row["launch.launchPowerDbm"])).toEqual([-4, -2, 0, 2, 4]);
    expect(rows.every((row) => row["status"] === "succeeded")).toBe(true);
  });
});
