import { existsSync, readFileSync } from "node:fs";
import { SimloomError } from "@simloom/units";
import { describe, expect, it } from "vitest";
import { KERNEL_ERRORS, KernelError, kernelError } from "./errors.ts";

/** The page stands with those of the other packages once it is there. */
const page = [
  new URL("../../../docs/errors/KERN.md", import.meta.url),
  new URL("../docs-KERN.md", import.meta.url),
].find((url) => existsSync(url));

describe("the error table", () => {
  it("has a section with cause and remedy for every code, in order, and no others", () => {
    const sections = readFileSync(page as URL, "utf8")
      .split(/^## /m)
      .slice(1);
    expect(sections.map((section) => section.split("\n")[0])).toEqual(
      Object.entries(KERNEL_ERRORS).map(([code, title]) => `${code} ${title}`),
    );
    for (const section of sections) {
      expect(section).toContain("**Cause.**");
      expect(section).toContain("**Remedy.**");
    }
  });

  it("makes errors with the shape that all packages share", () => {
    const error = kernelError("KERN-009", "m", "r", { exponent: 0.5 });
    expect(error).toBeInstanceOf(KernelError);
    expect(error).toBeInstanceOf(SimloomError);
    expect(error.toJSON()).toEqual({ code: "KERN-009", message: "m", remedy: "r", context: { exponent: 0.5 } });
  });
});
