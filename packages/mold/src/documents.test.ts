import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { MOLD_ERRORS } from "./errors.ts";
import { scenarioJsonSchema } from "./scenario/scenario.ts";

const docs = new URL("../../../docs/", import.meta.url);

describe("the pages", () => {
  it("have a section for every code, under its title", () => {
    const page = readFileSync(new URL("errors/MOLD.md", docs), "utf8");
    for (const [code, title] of Object.entries(MOLD_ERRORS)) expect(page).toContain(`## ${code} ${title}\n`);
  });

  it("describe scenarios as the code has them", () => {
    const described = readFileSync(new URL("schemas/mold-scenario.schema.json", docs), "utf8");
    expect(JSON.parse(described)).toEqual(scenarioJsonSchema());
  });
});
