import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { UNIT_ERROR_CODES } from "./errors.ts";
import * as units from "./index.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code = ""]) => code);
const modules: Readonly<Record<string, object>> = { "@simloom/units": units, zod: z };

/**
 * Runs an example; each statement that ends in `// value` becomes a pair of what it gives and what it claims. Imports become
 * look-ups in `modules`, and type annotations (capitalised names after a colon) are dropped.
 */
function claims(code: string): [actual: unknown, claimed: unknown][] {
  const script = code
    .replace(/import \* as (\w+) from (".+");/g, "const $1 = modules[$2];")
    .replace(
      /import (\{.+\}) from (".+");/g,
      (_, names: string, from) => `const ${names.replace(/type \w+, /g, "")} = modules[${from}];`,
    )
    .replace(/: [A-Z]\w+(?=[),; ])/g, "")
    .replace(
      /^(\w.*);\s*\/\/ (.+)$/gm,
      (_, expression, claimed) => `claim(${expression}, ${JSON.stringify(claimed)});`,
    );
  const pairs: [unknown, unknown][] = [];
  const claim = (actual: unknown, claimed: string) => pairs.push([actual, JSON.parse(claimed)]);
  new Function("modules", "claim", script)(modules, claim);
  return pairs;
}

describe("README", () => {
  it("has examples", () => {
    expect(examples.length).toBeGreaterThanOrEqual(4);
  });

  it.each(examples)("holds what it claims: %#", (code) => {
    const pairs = claims(code);
    expect(pairs.length).toBeGreaterThan(0);
    for (const [actual, claimed] of pairs) expect(actual).toEqual(claimed);
  });
});

describe("docs/errors/UNIT.md", () => {
  it("has a section for every code and no other", () => {
    const page = readFileSync(new URL("../../../docs/errors/UNIT.md", import.meta.url), "utf8");
    const titles = [...page.matchAll(/^## (UNIT-\d{3}) (.+)$/gm)].map(([, code, title]) => [code, title]);
    expect(Object.fromEntries(titles)).toEqual(UNIT_ERROR_CODES);
  });
});
