import { describe, expect, it } from "vitest";
import { errorInUlps, readReference } from "../fixtures/reference.ts";
import * as exponential from "./exponential.ts";
import * as inverse from "./inverse.ts";
import * as logarithm from "./logarithm.ts";

type ComplexFunction = (re: number, im: number, out: Float64Array) => void;

const { complexPow, ...logarithms } = logarithm;
const functions: Readonly<Record<string, ComplexFunction>> = { ...exponential, ...inverse, ...logarithms };
const reference = readReference();
const names = [...reference.keys()].filter((name) => name.startsWith("complex"));

const out = new Float64Array(2);
const INF = Infinity;
const { PI } = Math;

/** Units in the last place of each part, as the functions state them. */
const LIMITS: Readonly<Record<string, number>> = {
  complexExp: 2,
  complexSin: 2,
  complexCos: 2,
  complexSinh: 2,
  complexCosh: 2,
  complexTan: 6,
  complexTanh: 6,
  complexLog: 2,
  complexSqrt: 2.5,
  complexAsin: 4,
  complexAcos: 4,
  complexAsinh: 4,
  complexAcosh: 4,
  complexAtan: 4,
  complexAtanh: 4,
};

function evaluate(f: ComplexFunction, re: number, im: number): readonly [number, number] {
  f(re, im, out);
  return [out[0] as number, out[1] as number];
}

describe("complex functions", () => {
  it("all have reference values", () => {
    expect(new Set(names.map((name) => name.split(".")[0]))).toEqual(new Set(Object.keys(functions)));
  });

  it.each(names)("%s errs by no more units in the last place than it states", (name) => {
    const [functionName = "", part] = name.split(".");
    const f = functions[functionName] as ComplexFunction;
    const errors = (reference.get(name) ?? []).map((row) => {
      const value = evaluate(f, row.args[0] as number, row.args[1] as number);
      return { row, error: errorInUlps(value[part === "real" ? 0 : 1], row) };
    });
    const worst = errors.reduce((a, b) => (b.error > a.error ? b : a));
    expect(worst.error, `at ${worst.row.args}`).toBeLessThanOrEqual(LIMITS[functionName] ?? 0);
  });

  /** C99, annex G.6, and the side of each cut. */
  const CASES: readonly (readonly [string, readonly [number, number], readonly [number, number]])[] = [
    ["complexExp", [0, -0], [1, -0]],
    ["complexExp", [-INF, INF], [0, 0]],
    ["complexExp", [INF, 0], [INF, 0]],
    ["complexExp", [NaN, 0], [NaN, 0]],
    ["complexExp", [INF, NaN], [INF, NaN]],
    ["complexExp", [INF, 2], [-INF, INF]],
    ["complexExp", [-INF, 2], [-0, 0]],
    ["complexExp", [1, INF], [NaN, NaN]],
    ["complexLog", [-1, 0], [0, PI]],
    ["complexLog", [-1, -0], [0, -PI]],
    ["complexLog", [0, 0], [-INF, 0]],
    ["complexLog", [-0, 0], [-INF, PI]],
    ["complexLog", [INF, NaN], [INF, NaN]],
    ["complexLog", [-INF, INF], [INF, 3 * (PI / 4)]],
    ["complexSqrt", [-4, 0], [0, 2]],
    ["complexSqrt", [-4, -0], [0, -2]],
    ["complexSqrt", [-0, -0], [0, -0]],
    ["complexSqrt", [-INF, 1], [0, INF]],
    ["complexSqrt", [-INF, NaN], [NaN, INF]],
    ["complexSqrt", [NaN, -INF], [INF, -INF]],
    ["complexSqrt", [3, 4], [2, 1]],
    ["complexSqrt", [-3, -4], [1, -2]],
    ["complexSinh", [-0, 0], [-0, 0]],
    ["complexSinh", [0, INF], [0, NaN]],
    ["complexSinh", [-INF, 0], [-INF, 0]],
    ["complexSinh", [INF, NaN], [INF, NaN]],
    ["complexCosh", [0, -0], [1, -0]],
    ["complexCosh", [-0, 0], [1, -0]],
    ["complexCosh", [INF, 0], [INF, 0]],
    ["complexCosh", [NaN, 0], [NaN, 0]],
    ["complexTanh", [0, -0], [0, -0]],
    ["complexTanh", [INF, INF], [1, 0]],
    ["complexTanh", [-INF, 1], [-1, 0]],
    ["complexTanh", [NaN, 0], [NaN, 0]],
    ["complexSin", [-0, 0], [-0, 0]],
    ["complexCos", [0, 0], [1, -0]],
    ["complexTan", [-0, -0], [-0, -0]],
    ["complexAsin", [0, -0], [0, -0]],
    ["complexAsin", [2, 0], [PI / 2, 1.3169578969248166]],
    ["complexAsin", [2, -0], [PI / 2, -1.3169578969248166]],
    ["complexAcos", [2, 0], [0, -1.3169578969248166]],
    ["complexAcos", [-2, -0], [PI, 1.3169578969248166]],
    ["complexAcos", [-INF, INF], [3 * (PI / 4), -INF]],
    ["complexAcos", [1, INF], [PI / 2, -INF]],
    ["complexAsin", [INF, INF], [PI / 4, INF]],
    ["complexAsinh", [INF, 1], [INF, 0]],
    ["complexAcosh", [-2, 0], [1.3169578969248166, PI]],
    ["complexAcosh", [-2, -0], [1.3169578969248166, -PI]],
    ["complexAcosh", [1, 0], [0, 0]],
    ["complexAtanh", [1, 0], [INF, 0]],
    ["complexAtanh", [2, 0], [0.5493061443340549, PI / 2]],
    ["complexAtanh", [2, -0], [0.5493061443340549, -PI / 2]],
    ["complexAtanh", [INF, 1], [0, PI / 2]],
    ["complexAtan", [0, INF], [PI / 2, 0]],
    ["complexAtan", [-0, 0.5], [-0, 0.5493061443340549]],
  ];

  it.each(CASES)("%s(%s) is %s", (name, [re, im], expected) => {
    expect(evaluate(functions[name] as ComplexFunction, re, im)).toEqual(expected);
  });

  it.each(Object.keys(functions))("%s of the conjugate is the conjugate", (name) => {
    const f = functions[name] as ComplexFunction;
    for (const { args } of reference.get(`${name}.real`) ?? []) {
      const [re, im] = args as readonly [number, number];
      const [a, b] = evaluate(f, re, im);
      expect(evaluate(f, re, -im)).toEqual([a, -b]);
    }
  });

  it("raises to powers with the stated relative error", () => {
    complexPow(0.5, -1.25, 2, 0, out);
    // (0.5 − 1.25 i)² exactly; |w log z| is 2.5, so (3 + 5) 2^-53 relative, times the length 1.82
    expect(Math.hypot((out[0] as number) + 1.3125, (out[1] as number) + 1.25)).toBeLessThan(8 * 2 ** -53 * 1.82);
    complexPow(0, 0, 0, 0, out);
    expect([...out]).toEqual([1, 0]);
    complexPow(-2, 0, 3, 0, out);
    expect([...out]).toEqual([-8, 0]);
    complexPow(0, 0, 2, 1, out);
    expect([...out]).toEqual([0, 0]);
    complexPow(0, 0, -1, 1, out);
    expect([...out]).toEqual([NaN, NaN]);
    complexPow(0, 1, 0, 1, out);
    // i^i = exp(−π/2), correctly rounded 0.20787957635076193; one unit is 2^-55, the bound 2 (3 + π) units
    expect(Math.abs((out[0] as number) - 0.20787957635076193)).toBeLessThan(13 * 2 ** -55);
  });
});
