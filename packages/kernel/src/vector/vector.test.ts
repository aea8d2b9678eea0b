import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jacobian } from "../derivative/matrices.ts";
import { gradient } from "../derivative/reverse.ts";
import { absSquared, add, complex, imaginary, less, multiply, real } from "../expression/build.ts";
import type { Expression } from "../expression/expression.ts";
import { column, constant, i, type Operand } from "../expression/leaves.ts";
import { compileJavaScript } from "../javascript/compile.ts";
import { evaluate } from "../program/kernel.ts";
import { kernelProgram } from "../program/program.ts";
import { cross, dot, matMul, matVec, minus, norm, plus, scale, transpose } from "./arithmetic.ts";
import {
  component,
  diagonalMatrix,
  element,
  identityMatrix,
  isShaped,
  type Matrix,
  matrix,
  matrixFromFlat,
  shapeName,
  type Vector,
  vector,
} from "./shape.ts";
import { inverse, solve } from "./solve.ts";

const [x, y, z] = [column("x"), column("y"), column("z")];

/** Values of real or complex expressions (as pairs) at one point. */
function valuesOf(
  expressions: readonly Expression[],
  inputs: Readonly<Record<string, number>> = {},
): [number, number][] {
  const program = kernelProgram(Object.fromEntries(expressions.map((e, k) => [`e${k}`, e])));
  const given = Object.fromEntries(program.columns.map((name) => [name, [inputs[name] as number]]));
  const results = evaluate(compileJavaScript(program), given);
  return expressions.map((_, k) => [
    (results[`e${k}`] ?? results[`e${k}.re`])?.[0] as number,
    results[`e${k}.im`]?.[0] ?? 0,
  ]);
}

/** A system of columns, so that nothing is folded while it is built, and the values of its columns. */
function systemOf(size: number, isComplex: boolean) {
  const inputs: Record<string, number> = {};
  const entry = (name: string, re: number, im: number): Operand => {
    inputs[`${name}r`] = re;
    if (!isComplex) return column(`${name}r`);
    inputs[`${name}i`] = im;
    return complex(column(`${name}r`), column(`${name}i`));
  };
  return {
    inputs,
    matrix: (entries: readonly number[]) =>
      matrixFromFlat(
        Array.from({ length: size * size }, (_, k) =>
          entry(`m${k}`, entries[2 * k] as number, entries[2 * k + 1] as number),
        ),
        size,
      ),
    vector: (entries: readonly number[]) =>
      vector(
        Array.from({ length: size }, (_, k) => entry(`v${k}`, entries[2 * k] as number, entries[2 * k + 1] as number)),
      ),
  };
}

/** The largest |m x − v| over the largest |m| |x|: a few units for a method that is backward stable. */
function residual(m: Matrix, v: Vector, solution: Vector, inputs: Readonly<Record<string, number>>): number {
  const rest = minus(matVec(m, solution), v);
  const sizes = (entries: readonly Expression[]) => valuesOf(entries, inputs).map(([re, im]) => Math.hypot(re, im));
  const largest = (entries: readonly Expression[]) => Math.max(...sizes(entries));
  return largest(rest.components) / (largest(m.rows.flat()) * largest(solution.components));
}

describe("vectors and matrices", () => {
  it("are built, read and multiplied entry by entry", () => {
    const m = matrix([
      [1, x],
      [y, 2],
    ]);
    const v = vector([x, z]);
    expect(matVec(m, v).components).toEqual([add(multiply(1, x), multiply(x, z)), add(multiply(y, x), multiply(2, z))]);
    expect(element(transpose(m), 0, 1)).toBe(y);
    expect(component(plus(v, v), 1)).toBe(add(z, z));
    expect(component(scale(3, v), 0)).toBe(multiply(3, x));
    expect(dot(v, v)).toBe(add(multiply(x, x), multiply(z, z)));
    expect(matMul(m, identityMatrix(2)).rows[0]).toEqual([multiply(1, 1), multiply(x, 1)]);
    expect([isShaped(v), isShaped(x), isShaped(1)]).toEqual([true, false, false]);
  });

  it("skip what is zero by structure", () => {
    const m = diagonalMatrix([x, y]);
    expect(matVec(m, vector([y, z])).components).toEqual([multiply(x, y), multiply(y, z)]);
    expect(dot(vector([0, x]), vector([y, 0]))).toBe(constant(0));
    expect(solve(m, vector([1, z])).components.every(({ args }) => args.length === 2)).toBe(true);
  });

  it("have the right hand: e_x × e_y = e_z", () => {
    const [a, b] = [vector([1, 0, 0]), vector([0, 1, 0])];
    expect(valuesOf(cross(a, b).components)).toEqual([
      [0, 0],
      [0, 0],
      [1, 0],
    ]);
  });

  it("have the norm √Σ|a|² for complex entries", () => {
    expect(valuesOf([norm(vector([complex(3, 0), multiply(i, 4)]))])).toEqual([[5, 0]]);
  });

  const [v2, v3, m23] = [vector([x, y]), vector([x, y, z]), matrix([[1, 2, 3], [4, 5, 6]])]; // biome-ignore format: one row
  it.each<readonly [string, () => unknown, string]>([
    ["v2 + v3", () => plus(v2, v3), "a vector of 2 and a vector of 3"],
    ["v2 · v3", () => dot(v2, v3), "a vector of 2 and a vector of 3"],
    ["v2 × v2", () => cross(v2, v2), "a vector of 2 and a vector of 2"],
    ["m23 v2", () => matVec(m23, v2), "a 2×3 matrix and a vector of 2"],
    ["m23 m23", () => matMul(m23, m23), "a 2×3 matrix and a 2×3 matrix"],
    ["solve(2×3, v2)", () => solve(m23, v2), "a 2×3 matrix"],
    ["solve(2×2, v3)", () => solve(identityMatrix(2), v3), "a 2×2 matrix and a vector of 3"],
    ["rows of two lengths", () => matrix([[1, 2], [3]]), "Row 2 of a matrix has 1 entries, but row 1 has 2"],
    ["an empty vector", () => vector([]), "no entries"],
    ["an empty matrix", () => matrix([]), "no entries"],
    ["flat entries that leave a gap", () => matrixFromFlat([1, 2, 3], 2), "3 entries do not fill 2 rows"],
    ["a comparison", () => vector([less(x, 1)]), "comparison"],
  ])("%s is refused, with the shapes named", (_, action, message) => {
    expect(action).toThrow(expect.objectContaining({ code: "KERN-030", message: expect.stringContaining(message) }));
  });

  it("refuse indices outside", () => {
    expect(() => component(v2, 2)).toThrow(expect.objectContaining({ code: "KERN-031" }));
    expect(() => element(m23, 0, 3)).toThrow(expect.objectContaining({ code: "KERN-031" }));
    expect(() => element(m23, -1, 0)).toThrow(expect.objectContaining({ code: "KERN-031" }));
    expect(shapeName(m23)).toBe("a 2×3 matrix");
  });
});

describe("solve", () => {
  const entries = (count: number) =>
    fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: count, maxLength: count });

  it.each([1, 2, 3, 4, 5, 6, 8])("of size %i leaves a residual of rounding size, real and complex", (size) => {
    for (const isComplex of [false, true]) {
      fc.assert(
        fc.property(entries(2 * size * (size + 1)), (numbers) => {
          const system = systemOf(size, isComplex);
          const m = system.matrix(numbers);
          const v = system.vector(numbers.slice(2 * size * size));
          const solution = solve(m, v);
          const found = valuesOf(solution.components, system.inputs).flat();
          // singular by chance (a shrunk case): nothing is claimed
          if (!found.every(Number.isFinite) || found.every((value) => value === 0)) return;
          // growth of partial pivoting is below n for random entries; Cramer's rule is bounded forward, not backward
          if (size !== 2) expect(residual(m, v, solution, system.inputs)).toBeLessThan(size * size * 1e-15);
        }),
        { seed: 11, numRuns: 25 },
      );
    }
  });

  it("of size 2 has the error that the condition number allows", () => {
    // [[1, 1], [1, 1 + e]] x = [2, 2 + e] has x = [1, 1]; the condition number is 4 / e
    for (const e of [1e-3, 1e-8, 1e-12]) {
      const near = 1 + e;
      const system = systemOf(2, false);
      const m = system.matrix([1, 0, 1, 0, 1, 0, near, 0]);
      const v = system.vector([2, 0, 1 + near, 0]);
      // a few roundings, each multiplied by the condition number
      for (const [value] of valuesOf(solve(m, v).components, system.inputs))
        expect(Math.abs(value - 1)).toBeLessThan((16 * 2 ** -53) / e);
    }
  });

  it("exchanges rows where the pivot is zero, in every column", () => {
    const swapped = systemOf(3, false);
    const permuted = swapped.matrix([0, 0, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0]);
    const right = swapped.vector([1, 0, 1, 0, 1, 0]);
    expect(valuesOf(solve(permuted, right).components, swapped.inputs)).toEqual([
      [0.25, 0],
      [0.125, 0],
      [0.5, 0],
    ]);
  });

  it("gives infinities or NaN for a singular matrix", () => {
    for (const size of [1, 2, 3]) {
      const system = systemOf(size, false);
      const m = system.matrix(Array.from({ length: 2 * size * size }, () => (size === 1 ? 0 : 1)));
      const v = system.vector(Array.from({ length: 2 * size }, (_, k) => k + 1));
      const found = valuesOf(solve(m, v).components, system.inputs).flat();
      expect(found.some((value) => !Number.isFinite(value))).toBe(true);
    }
  });

  it("solves for a matrix of right sides, and inverts", () => {
    const system = systemOf(3, true);
    const m = system.matrix([2, 1, 0, 1, 1, 0, 1, -1, 3, 0, 0, 2, 0, 0, 1, 1, -2, 1]);
    const product = matMul(m, inverse(m));
    valuesOf(product.rows.flat(), system.inputs).forEach(([re, im], k) => {
      // entries below 4, condition number below 10
      expect(Math.hypot(re - (k % 4 === 0 ? 1 : 0), im)).toBeLessThan(1e-14);
    });
  });

  it("has the derivatives ∂x = −m⁻¹ ∂m x and ∂x = m⁻¹ ∂v, by every entry, in both modes", () => {
    const system = systemOf(3, true);
    // the second and third pivots are exchanged
    const m = system.matrix([2, 1, 0, 1, 1, 0, 1, -1, 0.25, 0, 0, 2, 3, 0, 1, 1, -2, 1]);
    const v = system.vector([1, 0, 0.5, -1, 2, 1]);
    const [x0] = solve(m, v).components as readonly [Expression];
    const names = Object.keys(system.inputs);
    const inputs = names.map((name) => column(name));
    const inverseRow = inverse(m).rows[0] as readonly Expression[];
    const solution = solve(m, v).components;
    const expected = names.flatMap((name) => {
      const place = Number(name.slice(1, -1));
      const slope = name.startsWith("v")
        ? (inverseRow[place] as Expression)
        : multiply(-1, multiply(inverseRow[Math.floor(place / 3)] as Expression, solution[place % 3] as Expression));
      const turned = name.endsWith("i") ? multiply(i, slope) : slope;
      return [real(turned), imaginary(turned)];
    });
    const reverse = [gradient(real(x0), inputs), gradient(imaginary(x0), inputs)];
    const forward = jacobian([real(x0), imaginary(x0)], inputs);
    const values = valuesOf(
      [
        expected,
        names.flatMap((_, k) => [reverse, forward].flatMap((rows) => rows.map((row) => row[k] as Expression))),
      ].flat(),
      system.inputs,
    ).map(([value]) => value);
    names.forEach((name, k) => {
      const [re, im] = values.slice(2 * k, 2 * k + 2) as [number, number];
      const found = values.slice(2 * names.length + 4 * k, 2 * names.length + 4 * k + 4);
      [re, im, re, im].forEach((wanted, part) => {
        // some fifty operations on numbers of size 1 to 10
        expect(Math.abs((found[part] as number) - wanted), `${name}, ${part}`).toBeLessThan(1e-13);
      });
    });
  });

  it("has a gradient by all entries of less than three times the operations of its value", () => {
    const system = systemOf(5, true);
    const numbers = Array.from({ length: 60 }, () => 1);
    const f = absSquared(component(solve(system.matrix(numbers), system.vector(numbers)), 0));
    const inputs = Object.keys(system.inputs).map((name) => column(name));
    const slopes = Object.fromEntries(gradient(f, inputs).map((slope, k) => [`s${k}`, slope]));
    const count = (outputs: Readonly<Record<string, Expression>>) =>
      kernelProgram(outputs).perElement.filter(({ args }) => args.length > 0).length;
    expect(count({ f, ...slopes })).toBeLessThan(3 * count({ f }));
  });

  it("refuses more than 8 × 8", () => {
    expect(() => solve(identityMatrix(9), vector(Array.from({ length: 9 }, () => 1)))).toThrow(
      expect.objectContaining({ code: "KERN-032" }),
    );
  });

  it.each([
    [2, 11, 59],
    [3, 59, 198],
    [4, 132, 422],
    [5, 245, 765],
  ])("of size %i takes %i real operations, %i for complex numbers", (size, realCount, complexCount) => {
    for (const isComplex of [false, true]) {
      const system = systemOf(size, isComplex);
      const numbers = Array.from({ length: 2 * size * (size + 1) }, () => 1);
      const solution = solve(system.matrix(numbers), system.vector(numbers));
      const program = kernelProgram(Object.fromEntries(solution.components.map((e, k) => [`e${k}`, e])));
      const operations = [...program.hoisted, ...program.perElement].filter(({ args }) => args.length > 0);
      expect(operations.length).toBe(isComplex ? complexCount : realCount);
    }
  });
});
