import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const source = fileURLToPath(new URL(".", import.meta.url));
const files = readdirSync(source, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts") && !/(^|[\\/])fixtures[\\/]/.test(name))
  .sort();

/** What engines and C libraries round in their own ways. `Math.sqrt`, `abs`, `floor`, `min` and the like are exact everywhere. */
const PLATFORM_FUNCTION = /Math\.(a?(?:cos|sin|tan)h?|atan2|cbrt|exp|expm1|hypot|log|log10|log1p|log2|pow|random)\b/;

/** A power of anything but one whole number by another: engines may round `x ** 2` unlike `x * x`. */
const POWER = /(?<!\b\d+ )\*\*|\*\*(?! \d+\b)/;

describe("the sources of this package", () => {
  it("are found", () => {
    expect(files.length).toBeGreaterThan(80);
  });

  it.each(files)("%s uses the elementary functions of the house, which give the same bits everywhere", (file) => {
    const offending = codeLines(readFileSync(`${source}${file}`, "utf8")).filter(
      (line) => PLATFORM_FUNCTION.test(line) || POWER.test(line),
    );
    expect(offending).toEqual([]);
  });
});

describe("the check itself", () => {
  it.each([
    "Math.log10(x)",
    "Math.pow(x, 2)",
    "10 ** (x / 10)",
    "x ** 2",
    "(a + b) ** 2",
    "stepFactor ** 2",
    "2 ** x",
    "list[i] ** 2",
  ])("refuses %s", (line) => {
    expect(PLATFORM_FUNCTION.test(line) || POWER.test(line)).toBe(true);
  });

  it.each(["Math.sqrt(x)", "256 * 2 ** 20", "Math.LOG10E", "Math.max(a, b)", "a * b"])("lets %s pass", (line) => {
    expect(PLATFORM_FUNCTION.test(line) || POWER.test(line)).toBe(false);
  });
});

/** Lines without comments. */
function codeLines(text: string): readonly string[] {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .split("\n")
    .map((line) => line.replace(/(^|\s)\/\/.*$/, "").trim());
}
