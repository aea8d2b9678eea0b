import { readFileSync } from "node:fs";
import { SimloomError } from "@simloom/units";
import { describe, expect, it } from "vitest";
import { FIBER_ERRORS, FiberError, fiberError, fiberErrorKind } from "./errors.ts";

describe("the error table", () => {
  it("has a section with cause and remedy for every code, in order, and no others", () => {
    const page = readFileSync(new URL("../../../docs/errors/FIBR.md", import.meta.url), "utf8");
    const sections = page.split(/^## /m).slice(1);
    expect(sections.map((section) => section.split("\n")[0])).toEqual(
      Object.entries(FIBER_ERRORS).map(([code, { title }]) => `${code} ${title}`),
    );
    for (const section of sections) {
      expect(section).toContain("**Cause.**");
      expect(section).toContain("**Remedy.**");
    }
  });

  it("knows the kind of each code, and takes any other failure for one of the run", () => {
    expect(fiberErrorKind("FIBR-014")).toBe("validation_error");
    expect(fiberErrorKind("FIBR-020")).toBe("not_implemented");
    expect(fiberErrorKind("FIBR-030")).toBe("timeout");
    expect(fiberErrorKind("PIPE-001")).toBe("runtime_error");
    expect(fiberErrorKind("toString")).toBe("runtime_error");
  });
});

describe("fiberError", () => {
  it("makes an error of this package with the shape that all share", () => {
    const error = fiberError({ code: "FIBR-014", message: "m", remedy: "r", path: "runtime.samples_per_symbol" });
    expect(error).toBeInstanceOf(FiberError);
    expect(error).toBeInstanceOf(SimloomError);
    expect(error.name).toBe("FiberError");
    expect(error.toJSON()).toEqual({ code: "FIBR-014", message: "m", remedy: "r", path: "runtime.samples_per_symbol" });
  });
});
