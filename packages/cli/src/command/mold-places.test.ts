import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it, vi } from "vitest";
import { main } from "../main.ts";
import { UsageError } from "../output/error.ts";
import { requireWritable } from "./mold-places.ts";

// who runs the tests may be allowed to write everywhere, so what is called "locked" stands for what others may not write to
vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>();
  const accessSync: typeof fs.accessSync = (path, mode) => {
    if (basename(String(path)).startsWith("locked")) throw new Error("EACCES");
    fs.accessSync(path, mode);
  };
  return { ...fs, accessSync };
});

const folder = mkdtempSync(join(tmpdir(), "simloom-places-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
mkdirSync(join(folder, "locked"));
mkdirSync(join(folder, "open"));
symlinkSync(join(folder, "open"), join(folder, "link"));
writeFileSync(join(folder, "locked.json"), "");

const at = (...names: readonly string[]) => join(folder, ...names);

describe("places to write to", () => {
  it.each([
    ["a folder that may not be written", at("locked", "shot.json")],
    ["a new folder in one", at("locked", "a", "b", "shot.json")],
    ["a file that may not be written", at("locked.json")],
  ])("are refused in %s", (_, file) => {
    expect(() => requireWritable({ "--save-json": file })).toThrow(/^--save-json: .*locked.* cannot be written$/);
  });

  it.each([
    ["the same path", at("x.json"), at("x.json")],
    ["another spelling", at("x.json"), at("open", "..", "x.json")],
    ["a symbolic link", at("open", "new", "x.json"), at("link", "new", "x.json")],
  ])("are refused where two options name one file by %s", (_, json, csv) => {
    const both = () => requireWritable({ "--save-json": json, "--export-csv": csv });
    expect(both).toThrow(UsageError);
    expect(both).toThrow(/--save-json and --export-csv both name/);
  });

  it("may be any others, and nothing is made of them yet", () => {
    requireWritable({ "--save-json": at("a", "x.json"), "--export-csv": at("a", "x.csv"), "--report": undefined });
    expect(existsSync(at("a"))).toBe(false);
  });
});

it.each([
  ["one file for two", ["--save-json", at("same"), "--export-csv", at("same")]],
  ["one file for document and report", ["--save-json", at("page", "report.html"), "--report", at("page")]],
  ["a folder that may not be written", ["--export-csv", at("locked", "shot.csv")]],
])("run-sim refuses %s with exit 2, and nothing is written", async (_, words) => {
  const before = readdirSync(folder);
  const scenario = fileURLToPath(new URL("../../../../examples/mold/use_case_1.yaml", import.meta.url));
  const spy = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const place = ["--cache", at("cache"), "--out", at("runs")];
  const code = await main(["node", "simloom", "mold", "run-sim", "-s", scenario, ...place, ...words]);
  spy.mockRestore();
  process.exitCode = undefined;
  expect(code).toBe(2);
  expect(readdirSync(folder)).toEqual(before);
});
