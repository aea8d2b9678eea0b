import { readFileSync } from "node:fs";
import * as numerics from "@simloom/numerics";
import { describe, expect, it } from "vitest";
import {
  acos,
  acosh,
  asin,
  asinh,
  atan,
  atanh,
  complex,
  faddeeva,
  imaginary,
  multiply,
  real,
} from "../expression/build.ts";
import type { Expression } from "../expression/expression.ts";
import { column, i } from "../expression/leaves.ts";
import { compileJavaScript } from "../javascript/compile.ts";
import { evaluate } from "../program/kernel.ts";
import { kernelProgram } from "../program/program.ts";
import { compileWasm } from "../wasm/compile.ts";
import { lowerComplex } from "./lower-complex.ts";

type Row = readonly number[];
/** Made by `fixtures/special-functions.py` with mpmath. */
const reference = JSON.parse(
  readFileSync(new URL("./fixtures/special-functions.json", import.meta.url), "utf8"),
) as Readonly<Record<string, readonly Row[]>>;
const rowsOf = (name: string) => reference[name] as readonly Row[];

const [x, y] = [column("x"), column("y")];
const z = complex(x, y);

function valuesAt(expressions: readonly Expression[], points: readonly Row[]): number[][] {
  const named = Object.fromEntries(expressions.map((expression, index) => [`r${index}`, expression]));
  const kernel = compileJavaScript(kernelProgram(named, { columns: ["x", "y"] }));
  const inputs = { x: points.map((row) => row[0] as number), y: points.map((row) => row[1] ?? 0) };
  const results = evaluate(kernel, inputs);
  return expressions.map((_, index) => [...(results[`r${index}`] as Float64Array)]);
}

function largest(errors: readonly number[], rows: readonly Row[]): { readonly error: number; readonly row: Row } {
  const index = errors.reduce(
    (worst, error, k) => (error > (errors[worst] as number) || Number.isNaN(error) ? k : worst),
    0,
  );
  return { error: errors[index] as number, row: rows[index] as Row };
}

describe("the Faddeeva function", () => {
  const rows = rowsOf("faddeeva");

  it("errs by less than 2e-15 of its size in all quadrants", () => {
    const [re, im] = valuesAt([real(faddeeva(z)), imaginary(faddeeva(z))], rows) as [number[], number[]];
    const errors = rows.map((row, k) => {
      const [, , u, v] = row as readonly [number, number, number, number];
      return Math.hypot((re[k] as number) - u, (im[k] as number) - v) / Math.hypot(u, v);
    });
    const { error, row } = largest(errors, rows);
    expect(error, `at ${row}`).toBeLessThan(2e-15);
  });

  it("errs by less than 3e-14 in each part of the upper half plane", () => {
    const upper = rows.filter((row) => (row[1] as number) >= 0);
    const [re, im] = valuesAt([real(faddeeva(z)), imaginary(faddeeva(z))], upper) as [number[], number[]];
    for (const [part, got] of [
      [2, re],
      [3, im],
    ] as const) {
      const errors = upper.map((row, k) => {
        const expected = row[part] as number;
        return expected === 0 ? Math.abs(got[k] as number) : Math.abs((got[k] as number) / expected - 1);
      });
      const { error, row } = largest(errors, upper);
      expect(error, `part ${part} at ${row}`).toBeLessThan(3e-14);
    }
  });
  it("has the symmetry w(−z*) = w(z)* to the bit, signed zeros included", () => {
    const upper = rows.filter((row) => (row[1] as number) >= 0);
    const mirrored = upper.map(([a, b]) => [-(a as number), b as number]);
    const parts = [real(faddeeva(z)), imaginary(faddeeva(z))];
    const [re, im] = valuesAt(parts, upper) as [number[], number[]];
    const [mirroredRe, mirroredIm] = valuesAt(parts, mirrored) as [number[], number[]];
    expect(mirroredRe).toEqual(re);
    expect(mirroredIm).toEqual(im.map((value) => -value));
  });

  it("has the bits of the reference on WebAssembly", () => {
    const program = kernelProgram({ w: faddeeva(z) }, { columns: ["x", "y"] });
    const inputs = { x: rows.map((row) => row[0] as number), y: rows.map((row) => row[1] as number) };
    expect(evaluate(compileWasm(program), inputs)).toEqual(evaluate(compileJavaScript(program), inputs));
  });

  it("takes 280 operations and reads per element", () => {
    expect(kernelProgram({ w: faddeeva(z) }).perElement.length).toBeLessThanOrEqual(280);
  });
});

/** The functions of `@simloom/numerics`, which err by less than 4 units, as references. */
const numericFunctions = {
  asin: numerics.complexAsin,
  acos: numerics.complexAcos,
  atan: numerics.complexAtan,
  asinh: numerics.complexAsinh,
  acosh: numerics.complexAcosh,
  atanh: numerics.complexAtanh,
} as const;
const names = Object.keys(numericFunctions) as (keyof typeof numericFunctions)[];

const functions = { asin, acos, atan, asinh, acosh, atanh };

function numericValue(name: keyof typeof numericFunctions, [a = 0, b = 0]: Row): readonly [number, number] {
  const out = new Float64Array(2);
  numericFunctions[name](a, b, out);
  return [out[0] as number, out[1] as number];
}

describe("inverse functions of complex numbers", () => {
  const sizes = [1e-120, 1e-20, 1e-7, 0.1, 0.5, 1 - 2 ** -40, 1, 1 + 2 ** -40, 1.7, 3, 40, 1e8, 1e60];
  const signed = [0, ...sizes].flatMap((value) => [value, -value]);
  const everywhere = signed.flatMap((a) => signed.map((b) => [a, b]));
  const ordinary = everywhere.filter((row) => row.every((part) => part !== 0));

  it.each(names)("%s errs by less than 1e-14 of its size", (name) => {
    const [re, im] = valuesAt([real(functions[name](z)), imaginary(functions[name](z))], ordinary) as [
      number[],
      number[],
    ];
    const errors = ordinary.map((row, k) => {
      const [u, v] = numericValue(name, row);
      return Math.hypot((re[k] as number) - u, (im[k] as number) - v) / Math.hypot(u, v);
    });
    const { error, row } = largest(errors, ordinary);
    // some twenty operations with errors of one unit each, and 4 units of the reference
    expect(error, `at ${row}`).toBeLessThan(1e-14);
  });

  it.each(names)("%s has the sides of cuts and the signs of zero that C99 asks for", (name) => {
    const onAxes = everywhere.filter(([a, b]) => a === 0 || b === 0);
    const [re, im] = valuesAt([real(functions[name](z)), imaginary(functions[name](z))], onAxes) as [
      number[],
      number[],
    ];
    onAxes.forEach((row, k) => {
      const expected = numericValue(name, row);
      [re[k] as number, im[k] as number].forEach((got, part) => {
        const wanted = expected[part] as number;
        const isSame = wanted === 0 ? Object.is(got, wanted) : Math.abs(got / wanted - 1) < 1e-14 || got === wanted;
        expect(isSame, `${name}(${row}) part ${part}: ${got} and ${wanted}`).toBe(true);
      });
    });
  });

  it("of a number without imaginary or real part stay on their axis", () => {
    const [turned] = lowerComplex([asinh(multiply(i, x))]) as [Expression];
    expect(turned.type).toBe("complex");
    expect(turned.args[1]?.type).toBe("real");
    expect(lowerComplex([atan(complex(x, 0))])).toEqual([complex(atan(x), 0)]);
  });
});

describe("inverse hyperbolic functions of real numbers", () => {
  it.each(["asinh", "acosh", "atanh"] as const)("%s errs by less than 4 units", (name) => {
    const rows = rowsOf(name);
    const [got] = valuesAt(
      [functions[name](x)],
      rows.map(([at]) => [at as number]),
    ) as [number[]];
    const errors = rows.map(([, expected], k) =>
      expected === 0 ? Math.abs(got[k] as number) : Math.abs((got[k] as number) / (expected as number) - 1),
    );
    const { error, row } = largest(errors, rows);
    // 4 units in the last place
    expect(error, `at ${row}`).toBeLessThan(8.9e-16);
  });
});
