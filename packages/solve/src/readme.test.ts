import { readFileSync } from "node:fs";
import * as kernel from "@simloom/kernel";
import { describe, expect, it } from "vitest";
import * as solve from "./index.ts";
import * as solveInNode from "./ode/node/index.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code = ""]) => code);

/** Runs an example; each statement that ends in `// value` becomes a pair of what it gives and what it claims. */
async function claims(code: string): Promise<[actual: unknown, claimed: unknown][]> {
  const script = code
    .replace(/import (\{.+\}) from ".+";/g, (_, names: string) => `const ${names} = door;`)
    .replace(/^(\S.*); \/\/ (.+)$/gm, (_, expression, claimed) => `claim(${expression}, ${JSON.stringify(claimed)});`);
  const pairs: [unknown, unknown][] = [];
  const claim = (actual: unknown, claimed: string) => pairs.push([actual, JSON.parse(claimed)]);
  const run = new Function("door", "claim", `return (async () => {\n${script}\n})()`);
  await run({ ...kernel, ...solve, ...solveInNode }, claim);
  return pairs;
}

describe("README", () => {
  it("has examples", () => {
    expect(examples.length).toBeGreaterThan(0);
  });

  it.each(examples)("holds what it claims: %#", async (code) => {
    const pairs = await claims(code);
    expect(pairs.length).toBeGreaterThan(0);
    for (const [actual, claimed] of pairs) expect(actual).toEqual(claimed);
  });
});
