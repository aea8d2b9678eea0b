import { readFileSync } from "node:fs";
import * as kernel from "@simloom/kernel";
import { describe, expect, it } from "vitest";
import * as amplitude from "./index.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const [, code = ""] = /```ts\n(.*?)```/s.exec(readme) ?? [];

describe("README", () => {
  it("holds what it claims", () => {
    const script = code
      .replace(/import (\{.+\}) from ".+";/g, (_, names: string) => `const ${names} = door;`)
      .replace(/^(\[.*\]); \/\/ (.+)$/gm, (_, actual, claimed) => `return [${actual}, ${JSON.stringify(claimed)}];`);
    const run = new Function("door", script) as (door: object) => readonly [unknown, string];
    const [actual, claimed] = run({ ...kernel, ...amplitude });
    expect(actual).toEqual(JSON.parse(claimed));
  });
});
