import { describe, expect, it } from "vitest";
import { errorInUlps, readReference } from "./fixtures/reference.ts";
import { elementaryNames } from "./programs.ts";

type AnyFunction = (...args: readonly number[]) => number;

const reference = readReference();
const realNames = [...reference.keys()].filter((name) => !name.startsWith("complex"));

/** Largest errors allowed, in units in the last place: what `README.md` states, rounded up. */
const LIMITS: Readonly<Record<string, number>> = { cbrt: 0.51, hypot: 0.51, exp: 0.7, exp2: 0.7, expm1: 0.7, pow: 0.7 };

async function functionNamed(name: string): Promise<AnyFunction> {
  const module = (await import(`./generated/${name}.ts`)) as Readonly<Record<string, AnyFunction>>;
  return module[name] as AnyFunction;
}

describe("elementary functions", () => {
  it("have a reference table each", () => {
    expect(realNames).toEqual(elementaryNames.filter((name) => name !== "sincos"));
    for (const name of realNames) expect(reference.get(name)?.length).toBeGreaterThanOrEqual(400);
  });

  // 1: a result next to the exact one; the methods are built for less, so that rounding of the last sum dominates
  it.each(realNames)("%s errs by less than one unit in the last place over its whole range", async (name) => {
    const f = await functionNamed(name);
    const errors = (reference.get(name) ?? []).map((row) => ({ row, error: errorInUlps(f(...row.args), row) }));
    const worst = errors.reduce((a, b) => (b.error > a.error ? b : a));
    expect(worst.error, `at ${worst.row.args}, exact ${worst.row.result}`).toBeLessThanOrEqual(LIMITS[name] ?? 1);
  });

  it("measures errors as claimed", () => {
    expect(errorInUlps(1 + 2 ** -52, { args: [], result: 1, rest: 0.25 })).toBe(0.75);
    expect(errorInUlps(1, { args: [], result: 1, rest: -0.125 })).toBe(0.25);
    expect(errorInUlps(Infinity, { args: [], result: 2 ** 1023, rest: 0 })).toBe(Infinity);
    expect(errorInUlps(5e-324, { args: [], result: 0, rest: 0.25 })).toBe(0.75);
  });
});
