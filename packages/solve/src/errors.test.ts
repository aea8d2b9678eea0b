import { readFileSync } from "node:fs";
import { SimloomError } from "@simloom/units";
import { describe, expect, it } from "vitest";
import { SOLVE_ERRORS, SolveError, solveError } from "./errors.ts";

const page = new URL("../../../docs/errors/SOLV.md", import.meta.url);

describe("the error table", () => {
  it("has a section with cause and remedy for every code, in order, and no others", () => {
    const sections = readFileSync(page, "utf8").split(/^## /m).slice(1);
    expect(sections.map((section) => section.split("\n")[0])).toEqual(
      Object.entries(SOLVE_ERRORS).map(([code, title]) => `${code} ${title}`),
    );
    for (const section of sections) {
      expect(section).toContain("**Cause.**");
      expect(section).toContain("**Remedy.**");
    }
  });

  it("makes errors with the shape that all packages share", () => {
    const error = solveError("SOLV-009", "m", "r", { row: 1 });
    expect(error).toBeInstanceOf(SolveError);
    expect(error).toBeInstanceOf(SimloomError);
    expect(error.toJSON()).toEqual({ code: "SOLV-009", message: "m", remedy: "r", context: { row: 1 } });
  });
});
