import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { kernelInspectDocumentSchema } from "../document/kernel-inspect.ts";
import { main } from "../main.ts";

const folder = mkdtempSync(join(tmpdir(), "simloom-kernel-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.restoreAllMocks());

async function run(...words: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  vi.spyOn(process.stdout, "write").mockImplementation((text) => out.push(`${text}`) > 0);
  vi.spyOn(process.stderr, "write").mockImplementation((text) => err.push(`${text}`) > 0);
  const code = await main(["node", "simloom", "kernel", ...words]);
  vi.restoreAllMocks();
  return { code, out: out.join(""), err: err.join("") };
}

describe("simloom kernel inspect", () => {
  it("tells passes, what is cached and how often what is computed", async () => {
    const { code, out, err } = await run("inspect", "total(log(a*exp(-x) + b))", "--parameters", "a,b");
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain("parameters  a, b");
    expect(out).toMatch(/contract-linear +\d+ +\d+ +[\d.]+/);
    expect(out).toContain("1 cached columns");
    expect(out).toContain("    exp(-x)");
  });

  it("prints a document that fits its schema", async () => {
    const { out } = await run("inspect", "w*(p^2 + q)*x", "--columns", "w,x", "--gradient", "p", "--json");
    const document = kernelInspectDocumentSchema.parse(JSON.parse(out));
    expect(document.outputs.map(({ name }) => name)).toEqual(["value", "value/p"]);
    expect(document.parameters).toEqual(["p", "q"]);
  });

  it("takes names as columns when nothing is said, and says so", async () => {
    const { code, err } = await run("inspect", "a*x");
    expect(code).toBe(0);
    expect(err).toBe("a, x: taken as columns. Name those with one value per call with --parameters.\n");
  });

  it("underlines an unknown name where both lists are given", async () => {
    const { code, err } = await run("inspect", "gama*x", "--columns", "x", "--parameters", "gamma");
    expect(code).toBe(2);
    expect(err).toContain("KERN-003");
    expect(err).toContain("^^^^");
    expect(err).toContain("Did you mean gamma?");
  });

  it.each([
    ["dot", /^digraph kernel \{/],
    ["svg", /^<svg /],
    ["js", /^"use strict";/],
    ["wat", /^\(module\n[\s\S]*f64x2\.mul/],
    ["c", /double/],
  ])("writes %s", async (form, begins) => {
    const file = join(folder, `graph.${form}`);
    const { code } = await run("inspect", "total(log(a*x))", "--parameters", "a", "--as", form, "--out", file);
    expect(code).toBe(0);
    expect(readFileSync(file, "utf8")).toMatch(begins);
  });

  it("takes a formula that begins with a minus after --, and says so without", async () => {
    const refused = await run("inspect", "-total(log(x))");
    expect(refused.code).toBe(2);
    expect(refused.err).toContain(
      "Put -- before an argument that begins with a minus. See simloom kernel inspect --help.",
    );
    expect((await run("inspect", "--columns", "x", "--", "-total(log(x))")).code).toBe(0);
  });

  it("says why there is no code for a sum of data", async () => {
    const { code, err } = await run("inspect", "total(a*x)", "--parameters", "a", "--as", "c");
    expect(code).toBe(2);
    expect(err).toContain("nothing is computed per element");
  });

  it.each([
    ["ratee", ["--columns", "t"], "has no parameter `ratee`", "Did you mean rate?"],
    ["t", ["--columns", "t"], "`t` is a column", "Take slopes by parameters"],
    ["t", ["--parameters", "rate"], "`t` is a column", "Take slopes by parameters"],
    ["ratee", [], "has no parameter `ratee`", "Did you mean rate?"],
    ["ratee", ["--columns", "t", "--parameters", "rate,ratee"], "has no parameter `ratee`", "Did you mean rate?"],
  ])("refuses a slope by %s with %s", async (name, flags, message, remedy) => {
    for (const formula of ["total(log(rate*t))", "rate*t"]) {
      const { code, err, out } = await run("inspect", formula, ...flags, "--gradient", name);
      expect([code, out]).toEqual([2, ""]);
      expect(err).toContain(message);
      expect(err).toContain(remedy);
    }
  });

  it.each([
    ["js", "// program 2 of 2\n"],
    ["wat", ";; program 2 of 2\n(module"],
    ["c", "// program 2 of 2\n"],
  ])("writes %s of each program per element", async (form, second) => {
    const { code, out } = await run("inspect", "exp(a*x)/total(exp(a*x))", "--parameters", "a", "--as", form);
    expect(code).toBe(0);
    expect(out).toContain("program 1 of 2\n");
    expect(out).toContain(second);
    expect((await run("inspect", "exp(a*x)", "--parameters", "a", "--as", form)).out).not.toContain("program 1");
  });

  it("shows an example in its help", async () => {
    const { code, out } = await run("inspect", "--help");
    expect(code).toBe(0);
    expect(out).toContain("simloom kernel inspect 'total(log(a*exp(-b*x)))' --parameters a,b --gradient a --as wat");
  });
});
