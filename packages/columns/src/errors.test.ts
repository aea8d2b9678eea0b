import { readFileSync } from "node:fs";
import { SimloomError } from "@simloom/units";
import { describe, expect, it } from "vitest";
import { COLUMNS_ERRORS, ColumnsError, columnsError } from "./errors.ts";

describe("the error table", () => {
  it("has a section with cause and remedy for every code, in order, and no others", () => {
    const page = readFileSync(new URL("../../../docs/errors/COLS.md", import.meta.url), "utf8");
    const sections = page.split(/^## /m).slice(1);
    expect(sections.map((section) => section.split("\n")[0])).toEqual(
      Object.entries(COLUMNS_ERRORS).map(([code, title]) => `${code} ${title}`),
    );
    for (const section of sections) {
      expect(section).toContain("**Cause.**");
      expect(section).toContain("**Remedy.**");
    }
  });

  it("makes errors with the shape that all packages share", () => {
    const error = columnsError("COLS-010", "m", "r", { row: 3 });
    expect(error).toBeInstanceOf(ColumnsError);
    expect(error).toBeInstanceOf(SimloomError);
    expect(error.toJSON()).toEqual({ code: "COLS-010", message: "m", remedy: "r", context: { row: 3 } });
  });
});
