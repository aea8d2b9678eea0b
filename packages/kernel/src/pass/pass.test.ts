import * as numerics from "@simloom/numerics";
import { describe, expect, it } from "vitest";
import * as build from "../expression/build.ts";
import type { Expression } from "../expression/expression.ts";
import { column, constant, i, parameter, truth } from "../expression/leaves.ts";
import { nodeCount, topologicalOrder } from "../expression/order.ts";
import { expr } from "../formula/formula.ts";
import { compileJavaScript } from "../javascript/compile.ts";
import { interpret } from "../program/fixtures/interpreter.ts";
import { SPECIAL_VALUES } from "../program/fixtures/random-expression.ts";
import { evaluate } from "../program/kernel.ts";
import { kernelProgram } from "../program/program.ts";
import { algebra } from "./algebra.ts";
import { expandPowers } from "./expand-powers.ts";
import { foldConstants } from "./fold-constants.ts";
import { lowerComplex } from "./lower-complex.ts";
import { rewrite } from "./rewrite.ts";
import { simplify } from "./simplify.ts";

const [x, y] = [column("x"), column("y")];
const is = build.less(x, y);
const only = (roots: readonly Expression[]): Expression => roots[0] as Expression;

describe("foldConstants", () => {
  it("folds whatever the operation can evaluate, from the bottom up", () => {
    const folded = only(foldConstants([expr`x * exp(sqrt(4) - 2) + min(3, 2)`]));
    expect(folded).toBe(build.add(build.multiply(x, 1), 2));
    expect(nodeCount([folded])).toBe(5);
  });

  it("folds comparisons, choices and special values with the bits of the program", () => {
    expect(only(foldConstants([build.less(constant(1), 2)]))).toBe(truth(true));
    expect(only(foldConstants([build.select(build.less(constant(1), 2), 3, 4)]))).toBe(constant(3));
    expect(only(foldConstants([build.divide(1, -0)]))).toBe(constant(Number.NEGATIVE_INFINITY));
    expect(only(foldConstants([build.sin(0.7)]))).toBe(constant(numerics.sin(0.7)));
  });

  it("leaves inputs and complex numbers", () => {
    const roots = [x, parameter("a"), build.add(x, 1), i, build.multiply(i, 2)];
    expect(foldConstants(roots)).toEqual(roots);
  });
});

describe("algebra", () => {
  it.each<readonly [string, Expression, Expression]>([
    ["x · 1", build.multiply(x, 1), x],
    ["x · −1", build.multiply(x, -1), build.negate(x)],
    ["x / 1", build.divide(x, 1), x],
    ["x / 8", build.divide(x, 8), build.multiply(x, 0.125)],
    ["x − 0", build.subtract(x, 0), x],
    ["x + −0", build.add(x, -0), x],
    ["−(−x)", build.negate(build.negate(x)), x],
    ["x + (−y)", build.add(x, build.negate(y)), build.subtract(x, y)],
    ["x − (−y)", build.subtract(x, build.negate(y)), build.add(x, y)],
    ["(−x)(−y)", build.multiply(build.negate(x), build.negate(y)), build.multiply(x, y)],
    ["|−x|", build.abs(build.negate(x)), build.abs(x)],
    ["min(x, x)", build.min(x, x), x],
    ["select(c, x, x)", build.select(is, x, x), x],
    ["select(true, x, y)", build.select(truth(true), x, y), x],
    ["select(not c, x, y)", build.select(build.not(is), x, y), build.select(is, y, x)],
    ["c and true", build.and(is, truth(true)), is],
    ["c or true", build.or(is, truth(true)), truth(true)],
    ["not not c", build.not(build.not(is)), is],
  ])("%s", (_, before, after) => {
    expect(only(algebra([before]))).toBe(after);
  });

  it.each<readonly [string, Expression]>([
    ["x + 0, for −0", build.add(x, 0)],
    ["0 · x, for infinities", build.multiply(0, x)],
    ["x − x, for infinities", build.subtract(x, x)],
    ["x / x, for zero", build.divide(x, x)],
    ["x / 3, for the rounding", build.divide(x, 3)],
    ["√(x · x), for the sign", build.sqrt(build.multiply(x, x))],
    ["log(exp x), for the rounding", build.log(build.exp(x))],
    ["log(−z), for its cut", build.log(build.negate(build.multiply(x, i)))],
    ["x + y + y, for the rounding", build.add(build.add(x, y), y)],
  ])("leaves %s", (_, expression) => {
    expect(only(simplify([expression]))).toBe(expression);
  });
});

describe("simplify", () => {
  it("changes no bit of one operation on an input and a constant, negated or not, at any special value", () => {
    const numbers = [...SPECIAL_VALUES, Number.NaN];
    const inputs = [x, build.negate(x), build.abs(x)];
    const binary = [build.add, build.subtract, build.multiply, build.divide, build.min, build.max];
    const whole = binary.flatMap((f) =>
      inputs.flatMap((input) => [
        ...numbers.flatMap((value) => [f(input, value), f(value, input)]),
        ...inputs.map((other) => f(input, other)),
      ]),
    );
    const before = [...whole, ...whole.map((expression) => build.abs(build.negate(expression)))];
    const after = simplify(before);
    expect(after.filter((expression, k) => expression !== before[k]).length).toBeGreaterThan(100);
    before.forEach((expression, k) => {
      for (const value of numbers) {
        const expected = interpret(expression, { x: value });
        if (Object.is(interpret(after[k] as Expression, { x: value }), expected)) continue;
        expect.fail(`expression ${k} changed at ${value}, where it is ${expected}`);
      }
    });
  });
});

describe("expandPowers", () => {
  it("uses about log2 n products", () => {
    const products = (n: number) =>
      topologicalOrder(expandPowers([build.integerPower(x, n)])).filter(
        ({ operation }) => operation.name === "multiply",
      );
    expect([1, 2, 3, 8, 15, 1024].map((n) => products(n).length)).toEqual([0, 1, 2, 3, 6, 10]);
  });

  it("gives 1 for the power 0 and a quotient for a negative one", () => {
    expect(only(expandPowers([build.integerPower(x, 0)]))).toBe(constant(1));
    expect(only(expandPowers([build.integerPower(x, -2)]))).toBe(build.divide(1, build.multiply(x, x)));
  });
});

describe("lowerComplex", () => {
  const z = build.add(x, build.multiply(i, y));
  const points = [
    ...[0.3, 2, 30, 400, 1e-9].flatMap((a) => [0.7, 3, 1e-9].map((b) => [a, b] as const)),
    [0, 1] as const,
    [1, 0] as const,
  ].flatMap(
    ([a, b]) =>
      [
        [a, b],
        [-a, b],
        [a, -b],
        [-a, -b],
      ] as const,
  );

  function partsAt(f: Expression): (readonly [number, number])[] {
    const kernel = compileJavaScript(kernelProgram({ f }, { columns: ["x", "y"] }));
    const result = evaluate(kernel, { x: points.map(([a]) => a), y: points.map(([, b]) => b) });
    return points.map((_, k) => [result["f.re"]?.[k] ?? Number.NaN, result["f.im"]?.[k] ?? Number.NaN]);
  }

  it("leaves real nodes and parts only", () => {
    const roots = lowerComplex([build.exp(build.divide(z, build.integerPower(z, 3))), build.abs(z)]);
    expect(roots.map(({ type }) => type)).toEqual(["complex", "real"]);
    expect(topologicalOrder(roots).filter(({ type }) => type === "complex")).toEqual([roots[0]]);
  });

  it.each([
    ["exp", build.exp, numerics.complexExp],
    ["log", build.log, numerics.complexLog],
    ["sqrt", build.sqrt, numerics.complexSqrt],
    ["sin", build.sin, numerics.complexSin],
    ["cos", build.cos, numerics.complexCos],
    ["tan", build.tan, numerics.complexTan],
    ["sinh", build.sinh, numerics.complexSinh],
    ["cosh", build.cosh, numerics.complexCosh],
    ["tanh", build.tanh, numerics.complexTanh],
  ] as const)("%s has the value of the complex function, its cut and its signs of zero", (_, f, reference) => {
    const out = new Float64Array(2);
    partsAt(f(z)).forEach((got, k) => {
      const [a, b] = points[k] as readonly [number, number];
      reference(a, b, out);
      for (const part of [0, 1] as const) {
        const expected = out[part] as number;
        const what = `part ${part} at ${a} + ${b} i: ${got[part]}, ${expected}`;
        // a few roundings, of the part or (near |z| = 1, where log |z| vanishes) of 1
        expect(Math.abs(got[part] - expected), what).not.toBeGreaterThan(
          2e-15 * Math.max(1e-9, Math.abs(expected)) + 2e-16,
        );
        if (b !== 0 && expected !== 0) expect(Math.sign(got[part]), what).toBe(Math.sign(expected));
      }
    });
  });

  it("multiplies by i without touching the value", () => {
    const parts = only(simplify(lowerComplex([build.multiply(i, x)])));
    expect(parts).toBe(build.complex(0, x));
    expect(only(simplify(lowerComplex([build.multiply(i, build.multiply(i, x))])))).toBe(
      build.complex(build.negate(x), 0),
    );
  });

  it("takes the two sides of the cut by the sign of a zero imaginary part", () => {
    const kernel = compileJavaScript(
      kernelProgram({ root: build.sqrt(build.complex(x, y)), log: build.log(build.complex(x, y)) }),
    );
    const { "root.im": root, "log.im": log } = evaluate(kernel, { x: [-4, -4], y: [0, -0] });
    expect(root).toEqual(Float64Array.of(2, -2));
    expect(log).toEqual(Float64Array.of(Math.PI, -Math.PI));
  });

  it("divides, conjugates, chooses and takes apart", () => {
    const value = (f: Expression) => partsAt(f)[0];
    // at 0.3 + 0.7 i, to a rounding or two
    const w = build.complex(1, 2);
    expect(value(build.multiply(build.divide(w, z), z))?.[1]).toBeCloseTo(2, 14);
    expect(value(build.conjugate(z))).toEqual([0.3, -0.7]);
    expect(value(build.select(build.less(x, y), z, 5))).toEqual([0.3, 0.7]);
    expect(value(build.divide(w, build.multiply(i, 2)))).toEqual([1, -0.5]);
    const parts = [build.real(z), build.imaginary(z), build.abs(z), build.argument(z), build.absSquared(z)];
    const lowered = simplify(lowerComplex(parts));
    expect(lowered[0]).toBe(x);
    expect(lowered[1]).toBe(y);
    expect(lowered[2]).toBe(build.hypot(x, y));
    expect(lowered[3]).toBe(build.atan2(y, x));
    expect(lowered[4]).toBe(build.add(build.multiply(x, x), build.multiply(y, y)));
    expect(lowerComplex([build.imaginary(x), build.conjugate(x), build.argument(x)])).toEqual([
      constant(0),
      x,
      build.atan2(0, x),
    ]);
  });

  it("raises to whole and to complex powers", () => {
    const cube = partsAt(build.integerPower(z, 3));
    const general = partsAt(build.power(z, build.complex(3, 0)));
    cube.forEach(([re, im], k) => {
      const size = Math.hypot(re, im);
      // exp(3 log z): three times the rounding of log z, which is up to 6, and the rounding of the angle
      expect(Math.abs((general[k]?.[0] ?? 0) - re)).toBeLessThanOrEqual(2e-14 * size);
      expect(Math.abs((general[k]?.[1] ?? 0) - im)).toBeLessThanOrEqual(2e-14 * size);
    });
  });
});

describe("rewrite", () => {
  it("applies rules to rewritten arguments, until there is no answer", () => {
    const pass = rewrite("sines", {
      sin: ([a]) => build.cos(a as Expression),
      cos: ([a]) => (a?.operation.name === "cos" ? build.tanh(a) : undefined),
    });
    expect(only(pass([build.sin(build.sin(x))]))).toBe(build.tanh(build.cos(x)));
    expect(pass.passName).toBe("sines");
  });

  it("ends even if a rule never does", () => {
    const restless = rewrite("restless", {
      add: ([a, b]) => build.add(build.negate(a as Expression), b as Expression),
    });
    expect(only(restless([build.add(x, y)])).type).toBe("real");
  });
});
