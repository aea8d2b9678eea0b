import { readFileSync } from "node:fs";
import { parameterSet, parameterSpec, parseFormula, symbolTable } from "@simloom/kernel";
import { describe, expect, it } from "vitest";
import { leastSquares } from "./least-squares.ts";
import { curveResiduals } from "./residuals.ts";

interface NistSet {
  readonly model: string;
  readonly start1: readonly number[];
  readonly start2: readonly number[];
  readonly certified: readonly string[];
  readonly certified_sd: readonly string[];
  readonly rss: string;
  readonly y: readonly number[];
  readonly x: readonly number[] | readonly (readonly number[])[];
}

/** Statistical Reference Datasets of NIST for nonlinear regression, with certified values to 11 digits. */
const { sets } = JSON.parse(readFileSync(new URL("./fixtures/nist-strd.json", import.meta.url), "utf8")) as {
  readonly sets: Readonly<Record<string, NistSet>>;
};

const digits = (value: number, certified: string): number =>
  Math.min(11, -Math.log10(Math.abs(value - Number(certified)) / Math.abs(Number(certified)) || 1e-11));

/** Models that take sines and arctangents, which extended precision does not know. */
const TRIGONOMETRIC = ["ENSO", "Roszman1"];
/** The data of NIST are decimals of at most 14 digits: the shortest text of a float64 is what the file says. */
const asWritten = (numbers: Iterable<number>): readonly string[] => Array.from(numbers, String);

function fit(name: string, start: readonly number[], precision: "float64" | "extended" = "float64") {
  const set = sets[name] as NistSet;
  const names = set.certified.map((_, i) => `b${i + 1}`);
  const isPair = Array.isArray(set.x[0]);
  const columns: Record<string, Float64Array> = isPair
    ? {
        x1: Float64Array.from(set.x as readonly (readonly number[])[], (pair) => pair[0] as number),
        x2: Float64Array.from(set.x as readonly (readonly number[])[], (pair) => pair[1] as number),
      }
    : { x: Float64Array.from(set.x as readonly number[]) };
  const formula = set.model
    .replace(/\(fits.*\)/, "")
    .replaceAll("arctan", "atan")
    .trim();
  const model = parseFormula(formula, symbolTable({ parameters: names, columns: Object.keys(columns) }));
  const observed = Float64Array.from(set.y, (y) => (name === "Nelson" ? Math.log(y) : y));
  const parameters = parameterSet(names.map((b, i) => parameterSpec({ name: b, initial: start[i] as number })));
  if (precision === "float64") return leastSquares(curveResiduals(model, names, { columns, observed }), parameters);
  const written = Object.fromEntries(Object.entries(columns).map(([column, values]) => [column, asWritten(values)]));
  const data = { columns: written, observed: name === "Nelson" ? observed : asWritten(set.y) };
  return leastSquares(curveResiduals(model, names, data), parameters, { precision });
}

/** Digits of the worst parameter and of the worst standard error. */
function worstDigits(name: string, { x, standardErrors }: ReturnType<typeof fit>): readonly [number, number] {
  const set = sets[name] as NistSet;
  return [
    Math.min(...set.certified.map((value, i) => digits(x[i] as number, value))),
    Math.min(...set.certified_sd.map((value, i) => digits(standardErrors[i] as number, value))),
  ];
}

describe.each(Object.keys(sets))("the NIST set %s", (name) => {
  it.each(["start1", "start2"] as const)("is solved to 8 digits from %s, its standard errors to 6", (start) => {
    const found = fit(name, (sets[name] as NistSet)[start]);
    const [parameters, errors] = worstDigits(name, found);
    expect(found.converged).toBe(true);
    expect(parameters).toBeGreaterThan(8);
    // residuals of Lanczos1 are 8e-14 of numbers up to 2.5: in float64 they, and the errors with them, have 2 to 3 digits
    expect(errors).toBeGreaterThan(name === "Lanczos1" ? 2.5 : 6);
  });
});

describe.each(Object.keys(sets).filter((name) => !TRIGONOMETRIC.includes(name)))("the NIST set %s", (name) => {
  it.each(["start1", "start2"] as const)(
    "has all that and Lanczos1's errors in extended precision from %s",
    (start) => {
      const found = fit(name, (sets[name] as NistSet)[start], "extended");
      const [parameters, errors] = worstDigits(name, found);
      expect(parameters).toBeGreaterThan(8);
      expect(errors).toBeGreaterThan(6);
      expect(digits(found.value, (sets[name] as NistSet).rss)).toBeGreaterThan(7); // eleven are certified
    },
  );
});

describe("extended precision", () => {
  it("says which operation of a model it does not know, and refuses residuals that do not know it", () => {
    for (const name of TRIGONOMETRIC)
      expect(() => fit(name, (sets[name] as NistSet).start2, "extended")).toThrow(
        expect.objectContaining({ code: "SOLV-068" }),
      );
    const plain = { count: 1, residuals: (x: Float64Array, target: Float64Array) => target.set(x) };
    expect(() => leastSquares(plain, [1], { precision: "extended" })).toThrow(
      expect.objectContaining({ code: "SOLV-068" }),
    );
  });
});
