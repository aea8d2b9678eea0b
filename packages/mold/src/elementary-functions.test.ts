import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const source = fileURLToPath(new URL(".", import.meta.url));
const files = readdirSync(source, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts") && !name.includes("fixtures"))
  .sort();

/** What engines and C libraries round in their own ways, and what differs from run to run. */
const OF_THE_PLATFORM =
  /Math\.(a?(?:cos|sin|tan)h?|atan2|cbrt|exp|expm1|hypot|log|log10|log1p|log2|pow|random)\b|\*\*|Date\.|performance\./;

it("every source uses the elementary functions of the house, which give the same bits everywhere", () => {
  const offending = files.filter((file) => {
    const code = readFileSync(`${source}${file}`, "utf8").replace(/\/\*[\s\S]*?\*\//g, "");
    return OF_THE_PLATFORM.test(code);
  });
  expect(files.length).toBeGreaterThan(40);
  expect(offending).toEqual([]);
});
