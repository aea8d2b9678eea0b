import { readFileSync } from "node:fs";
import { SimloomError } from "@simloom/units";
import { describe, expect, it } from "vitest";
import { analysisJsonSchema } from "./analysis/schema.ts";
import { AMPLITUDE_ERRORS, AmplitudeError, amplitudeError } from "./errors.ts";

const docs = new URL("../../../docs/", import.meta.url);

describe("the error table", () => {
  it("has a section with cause and remedy for every code, in order, and no others", () => {
    const sections = readFileSync(new URL("errors/AMPL.md", docs), "utf8").split(/^## /m).slice(1);
    expect(sections.map((section) => section.split("\n")[0])).toEqual(
      Object.entries(AMPLITUDE_ERRORS).map(([code, title]) => `${code} ${title}`),
    );
    for (const section of sections) {
      expect(section).toContain("**Cause.**");
      expect(section).toContain("**Remedy.**");
    }
  });

  it("makes errors with the shape that all packages share", () => {
    const error = amplitudeError({ code: "AMPL-001", message: "m", remedy: "r" });
    expect(error).toBeInstanceOf(AmplitudeError);
    expect(error).toBeInstanceOf(SimloomError);
    expect(error.toJSON()).toMatchObject({ code: "AMPL-001", message: "m", remedy: "r" });
  });
});

describe("the schema of the analysis file", () => {
  it("is described in docs/schemas as the code has it", () => {
    const described = readFileSync(new URL("schemas/amplitude-analysis.schema.json", docs), "utf8");
    expect(JSON.parse(described)).toEqual(JSON.parse(JSON.stringify(analysisJsonSchema())));
  });
});
