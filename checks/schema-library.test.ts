/** The schema library that is published with the packages, and the one that a user installs: each takes the other's schemas. */
import { describe, expect, it } from "vitest";
import * as installed from "zod";

type Zod = typeof installed.z;
const { z: published } = (await import(new URL("../packages/units/dist/vendor/zod.js", import.meta.url).href)) as {
  readonly z: Zod;
};

const pairs: readonly (readonly [string, Zod, Zod])[] = [
  ["a published one in an installed one", installed.z, published],
  ["an installed one in a published one", published, installed.z],
];

describe("the published schema library", () => {
  it("is another copy than the installed one", () => {
    expect(published.strictObject).not.toBe(installed.z.strictObject);
  });

  it.each(pairs)("parses, fills in and refuses: %s", (_, outer, inner) => {
    const schema = outer.strictObject({ gainDb: inner.number().min(3).default(16), taps: outer.array(inner.int()) });
    expect(schema.parse({ taps: [1, 2] })).toEqual({ gainDb: 16, taps: [1, 2] });
    const refused = schema.safeParse({ gainDb: 1, taps: [1.5] });
    expect(refused.error?.issues.map(({ path }) => path.join("."))).toEqual(["gainDb", "taps.0"]);
  });

  it.each(pairs)("describes itself as JSON Schema, with what is known of its parts: %s", (_, outer, inner) => {
    const described = inner.number().meta({ unit: "dB" });
    expect(outer.toJSONSchema(outer.strictObject({ gainDb: described }))).toMatchObject({
      properties: { gainDb: { type: "number", unit: "dB" } },
      additionalProperties: false,
    });
  });

  it("says in English what is wrong", () => {
    expect(published.number().min(3).safeParse(1).error?.issues[0]?.message).toBe(
      installed.z.number().min(3).safeParse(1).error?.issues[0]?.message,
    );
  });
});
