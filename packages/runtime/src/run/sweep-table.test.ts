import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { values } from "@simloom/pipeline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chainGraph } from "./fixtures/graph.ts";
import { Session, type SessionSweep } from "./session.ts";

let folder: string;
let session: Session;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "simloom-table-"));
  session = new Session({ cache: "off", out: folder, executor: "inline" });
});
afterAll(async () => {
  await session.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Rows of plain cells; fit for tables without quotes. */
function rowsOf(sweep: SessionSweep): readonly (readonly string[])[] {
  const text = readFileSync(join(sweep.folder, "sweep.csv"), "utf8");
  expect(text.endsWith("\r\n")).toBe(true);
  return text
    .trimEnd()
    .split("\r\n")
    .map((line) => line.split(","));
}

describe("sweep.csv", () => {
  it("has a row per point with swept values, metrics in their unit with all digits, status and work", async () => {
    const sweep = await session.sweep(chainGraph(), { "scale.factor": values([1 / 3, 2]), seed: values([7]) });
    const [header, ...rows] = rowsOf(sweep);
    expect(header).toEqual([
      "id",
      "scale.factor",
      "seed",
      "scale.scaled [V]",
      "scale-2.scaled [V]",
      "show.last [V]",
      "status",
      "computed",
      "reused",
      "work [ms]",
    ]);
    expect(rows).toHaveLength(2);
    rows.forEach((row, index) => {
      const { id, point, result } = sweep.cases[index] as SessionSweep["cases"][number];
      expect(row.slice(0, 3)).toEqual([id, String(point["scale.factor"]), "7"]);
      expect(Number(row[3])).toBe(result.metrics["scale.scaled"]?.value);
      expect(Number(row[7]) + Number(row[8])).toBe(result.nodes.length);
    });
    // The source is the work of the first point, and shared with the second.
    expect(rows.map((row) => row.slice(6, 9))).toEqual([
      ["succeeded", "4", "0"],
      ["succeeded", "3", "1"],
    ]);
  });

  it("leaves empty what a point that failed has not, and quotes what needs it", async () => {
    const sweep = await session.sweep(chainGraph(), {
      "scale.mustFail": values([true, false]),
      "policy.test.mode": values(['a "b", c']),
    });
    const lines = readFileSync(join(sweep.folder, "sweep.csv"), "utf8").split("\r\n");
    expect(lines[1]).toMatch(/^@[0-9a-f]{8},true,"a ""b"", c",,,,partial,1,0,/);
    expect(lines[2]).toMatch(/^@[0-9a-f]{8},false,"a ""b"", c",[\d.e-]+,[\d.e-]+,[\d.e-]+,succeeded,3,1,/);
  });
});
