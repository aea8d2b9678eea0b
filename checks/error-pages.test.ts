/** Every error code that a source names has a section with cause and remedy in docs/errors. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

function sourcesOf(folder: string): readonly string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return name === "fixtures" ? [] : sourcesOf(path);
    return path.endsWith(".ts") && !path.endsWith(".test.ts") ? [path] : [];
  });
}

const named = new Set(
  readdirSync(join(root, "packages")).flatMap((name) =>
    sourcesOf(join(root, "packages", name, "src")).flatMap(
      (file) =>
        readFileSync(file, "utf8").match(/\b(?:UNIT|NUMR|KERN|COLS|PIPE|SOLV|RUNT|FIBR|AMPL|MOLD|CLI)-\d{3}\b/g) ?? [],
    ),
  ),
);
const pages = readdirSync(join(root, "docs", "errors")).map((name) =>
  readFileSync(join(root, "docs", "errors", name), "utf8"),
);
const documented = new Set(
  pages.flatMap((page) => [...page.matchAll(/^## ((?:[A-Z]+)-\d{3})/gm)].map((match) => match[1])),
);

describe("error pages", () => {
  it("name every code of the sources", () => {
    expect(named.size).toBeGreaterThan(50);
    expect([...named].filter((code) => !documented.has(code)).sort()).toEqual([]);
  });
});
