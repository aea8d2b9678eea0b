import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import * as columns from "./index.ts";
import * as files from "./node/index.ts";

const folder = fileURLToPath(new URL("..", import.meta.url));
const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code = ""]) => code);

/** Runs an example; each statement that ends in `// value` becomes a pair of what it gives and what it claims. */
async function claims(code: string): Promise<[actual: unknown, claimed: unknown][]> {
  const script = code
    .replace(/import (\{.+\}) from ".+";/g, (_, names: string) => `const ${names} = door;`)
    .replace(/"src\//g, `"${folder}src/`)
    .replace(
      /^(.*); \/\/ ([[{].*)$/gm,
      (_, expression, claimed) => `claim(${expression}, ${JSON.stringify(claimed)});`,
    );
  const pairs: [unknown, unknown][] = [];
  const claim = (actual: unknown, claimed: string) => pairs.push([actual, JSON.parse(claimed)]);
  const AsyncFunction = (async () => undefined).constructor as new (
    ...source: string[]
  ) => (...values: unknown[]) => Promise<void>;
  await new AsyncFunction("door", "claim", script)({ ...columns, ...files }, claim);
  return pairs;
}

describe("README", () => {
  it.each(examples)("holds what it claims: %#", async (code) => {
    const pairs = await claims(code);
    expect(pairs.length).toBeGreaterThan(0);
    for (const [actual, claimed] of pairs) expect(actual).toEqual(claimed);
  });

  it("lists every reader", () => {
    const readers = Object.keys({ ...columns, ...files }).filter((name) => name.startsWith("read"));
    expect(readers.length).toBe(11);
    for (const reader of readers) expect(readme).toContain(`\`${reader}\``);
  });
});
