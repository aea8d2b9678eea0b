import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KernelError } from "../errors.ts";
import * as build from "../expression/build.ts";
import { type Expression, node, type Payload } from "../expression/expression.ts";
import { column, constant, i, parameter } from "../expression/leaves.ts";
import type { Operation } from "../expression/operation.ts";
import { operations } from "../expression/operations.ts";
import { nodeCount } from "../expression/order.ts";
import { tableValues } from "../expression/table-values.ts";
import { expr } from "../formula/formula.ts";
import { compileJavaScript } from "../javascript/compile.ts";
import { evaluate } from "../program/kernel.ts";
import { kernelProgram } from "../program/program.ts";
import { directionalDerivative } from "./forward.ts";
import { hessian, hessianVectorProduct, jacobian } from "./matrices.ts";
import { gradient } from "./reverse.ts";
import { derivativeRules } from "./rules.ts";

const x = column("x");
const y = column("y");

/** Values of expressions at points of the plane: `[expression][point]`. */
function valuesAt(expressions: readonly Expression[], points: readonly (readonly [number, number])[]): number[][] {
  const named = Object.fromEntries(expressions.map((expression, index) => [`r${index}`, expression]));
  const kernel = compileJavaScript(kernelProgram(named, { columns: ["x", "y"] }));
  const results = evaluate(kernel, { x: points.map(([a]) => a), y: points.map(([, b]) => b) });
  return expressions.map((_, index) => [...(results[`r${index}`] ?? [])]);
}

function valueAt(expression: Expression, a: number, b = 0): number {
  return valuesAt([expression], [[a, b]])[0]?.[0] as number;
}

const STEP = 2 ** -8;
const WEIGHTS = [4 / 5, -1 / 5, 4 / 105, -1 / 280];

/**
 * Central difference of order 8 with step 2^-8: errs by 5e-20 f⁽⁹⁾ / 630 by truncation, and by 60 units of f by
 * rounding.
 */
function difference(f: (shift: number) => number): number {
  return WEIGHTS.reduce((sum, weight, k) => sum + weight * (f((k + 1) * STEP) - f(-(k + 1) * STEP)), 0) / STEP;
}

function expectClose(got: number, expected: number, tolerance: number, what: string): void {
  expect(Math.abs(got - expected), `${what}: ${got} and ${expected}`).toBeLessThanOrEqual(
    tolerance * Math.max(1, Math.abs(expected)),
  );
}

type Point = readonly [number, number];
const anywhere: readonly Point[] = [
  [0.7, 1.3],
  [-1.2, 0.4],
  [2.5, -0.8],
];
const positive: readonly Point[] = [
  [0.7, 1.3],
  [2.5, -0.8],
  [1, 3],
];
const inside: readonly Point[] = [
  [0.3, 0],
  [-0.6, 0],
];

/** Where each operation is differentiable. The exponent of the integer power is the payload. */
const POINTS: Readonly<Record<string, readonly Point[]>> = {
  sqrt: positive,
  log: positive,
  log2: positive,
  log10: positive,
  log1p: positive,
  pow: positive,
  asin: inside,
  acos: inside,
  atanh: inside,
  acosh: [
    [1.3, 0],
    [2.5, 0],
  ],
};

/** Payloads of operations that need one. */
const PAYLOADS: Readonly<Record<string, Payload>> = {
  integerPower: 5,
  tableValue: tableValues([3, 1, 4]),
  tag: '["a tag"]',
  label: "a name",
};

/** Operations that take complex numbers, with a second argument where they have one. */
const complexOperations = Object.values(operations as Readonly<Record<string, Operation>>).filter(
  ({ name, arity, signature, isReduction }) =>
    isReduction !== true &&
    arity > 0 &&
    signature.typeOf(
      name === "select" ? ["boolean", "complex", "complex"] : (["complex", "complex"].slice(0, arity) as ["complex"]),
    ) !== undefined,
);
/** Leaves have no arguments, `total` has a test of its own, conditions and `complex` itself take no complex numbers. */
const WITHOUT_CHECK = new Set(["constant", "truth", "parameter", "column", "state", "time", "total", "complex"]);

/** A sum over elements is no number per element: its derivatives stand with plans. */
const differentiated = Object.keys(derivativeRules).filter(
  (name) => name !== "total" && operations[name as "add"].signature.typeOf(["real", "real"]) === "real",
);

describe("derivatives of operations", () => {
  it.each(differentiated)("%s: forward, reverse and differences agree", (name) => {
    const operation = operations[name as "add"];
    const f = node(operation, [x, y].slice(0, operation.arity), PAYLOADS[name]);
    const points = POINTS[name] ?? anywhere;
    const forward = jacobian([f], [x, y])[0] as readonly Expression[];
    const reverse = gradient(f, [x, y]);
    const [fx, fy] = valuesAt(forward, points);
    const [rx, ry] = valuesAt(reverse, points);
    points.forEach(([a, b], index) => {
      const dx = difference((shift) => valueAt(f, a + shift, b));
      const dy = difference((shift) => valueAt(f, a, b + shift));
      // 60 units of a value below 50 are 6e-13, and truncation is less
      expectClose(fx?.[index] as number, dx, 1e-12, `${name} by x at ${a}, ${b}`);
      expectClose(fy?.[index] as number, dy, 1e-12, `${name} by y at ${a}, ${b}`);
      // one operation: the same products in both modes, up to the sign of zero
      expect(rx?.[index]).toBeCloseTo(fx?.[index] as number, 15);
      expect(ry?.[index]).toBeCloseTo(fy?.[index] as number, 15);
    });
  });

  it("are checked for every operation of the table", () => {
    const checked = new Set([...differentiated, ...complexOperations.map(({ name }) => name)]);
    const flat = ["less", "lessOrEqual", "equal", "notEqual", "and", "or", "not"];
    const unchecked = Object.keys(operations).filter((name) => !checked.has(name) && !WITHOUT_CHECK.has(name));
    // steps have no slope to compare: their rules are empty
    expect(unchecked.sort()).toEqual([...flat].sort());
    for (const name of flat) expect(derivativeRules[name as "less"]).toEqual([]);
  });

  it.each(complexOperations.map(({ name }) => name))("%s of complex numbers agrees with differences", (name) => {
    const operation = operations[name as "add"];
    const z = build.complex(x, y);
    const other = build.complex(build.add(build.multiply(0.5, y), 1.5), build.subtract(x, 0.25));
    const args = name === "select" ? [build.less(x, y), z, other] : [z, other].slice(0, operation.arity);
    const f = node(operation, args, PAYLOADS[name]);
    for (const part of [build.real(f), build.imaginary(f)]) {
      const [byX, byY] = gradient(part, [x, y]);
      for (const [a, b] of [
        [0.7, 1.3],
        [-1.2, 0.4],
        [1.5, -0.8],
      ] as const) {
        const dx = difference((shift) => valueAt(part, a + shift, b));
        const dy = difference((shift) => valueAt(part, a, b + shift));
        // 60 units of a value below 50 are 6e-13; ninth derivatives near poles and cuts, one unit away, reach 9!
        expectClose(valueAt(byX, a, b), dx, 2e-12, `${name} by x at ${a}, ${b}`);
        expectClose(valueAt(byY, a, b), dy, 2e-12, `${name} by y at ${a}, ${b}`);
      }
    }
  });

  it.each([-1024, -3, -1, 0, 1, 2, 3, 1024])("x^%i has slope n x^(n − 1)", (n) => {
    const [slope] = gradient(build.integerPower(x, n), [x]) as [Expression];
    // 1.01^1024 by eleven squarings errs by some hundred units
    expectClose(valueAt(slope, 1.01), n * 1.01 ** (n - 1), 1e-12, `n = ${n}`);
  });

  it("has the stated slopes where a function has a kink", () => {
    const at = (f: Expression, a: number, b = 0) => valuesAt(gradient(f, [x, y]), [[a, b]]).map(([value]) => value);
    expect(at(build.abs(x), 0)).toEqual([0, 0]);
    // one of the two, whichever the graph has first
    expect(at(build.min(x, y), 2, 2).sort()).toEqual([0, 1]);
    expect(at(build.max(x, y), 2, 2).sort()).toEqual([0, 1]);
    expect(at(build.floor(x), 2)).toEqual([0, 0]);
    expect(at(build.pow(x, y), 0, 2)).toEqual([0, 0]);
    expect(at(build.pow(x, y), 0, 0)).toEqual([0, 0]);
    expect(at(build.pow(x, y), 0, -1)).toEqual([Number.NEGATIVE_INFINITY, 0]);
    expect(at(build.hypot(x, y), 0, 0)).toEqual([0, 0]);
    expect(at(build.abs(build.complex(x, y)), 0, 0)).toEqual([0, 0]);
    expect(at(build.hypot(x, y), 3e-320, -4e-320).map((slope) => slope?.toFixed(2))).toEqual(["0.60", "-0.80"]);
    const [, twice] = gradient(build.select(build.greater(x, 0), build.pow(x, y), 3), [x, y]);
    expect(at(twice, 0, -1)).toEqual([0, 0]);
    const [, byExponent] = gradient(build.pow(x, y), [x, y]);
    expect(at(byExponent, 0, -1)).toEqual([0, 0]);
  });

  it("keeps the infinite slope of a branch that is not taken out of the result", () => {
    const f = build.select(build.greater(x, 0), build.sqrt(x), build.multiply(3, x));
    expect(valueAt(gradient(f, [x])[0] as Expression, 0)).toBe(3);
    expect(valueAt(jacobian([f], [x])[0]?.[0] as Expression, 0)).toBe(3);
    const shared = build.sqrt(x);
    const twice = build.add(
      build.select(build.greater(x, 0), shared, 0),
      build.select(build.greater(x, 1), build.exp(shared), 0),
    );
    expect(valueAt(gradient(twice, [x])[0] as Expression, 0)).toBe(0);
    expect(valueAt(gradient(build.min(build.sqrt(x), -1), [x])[0] as Expression, 0)).toBe(0);
  });
});

describe("derivatives of expressions", () => {
  const smooth: fc.Arbitrary<Expression> = fc.letrec<{ e: Expression }>((tie) => ({
    e: fc.oneof(
      { maxDepth: 5, depthSize: "medium" },
      fc.constantFrom(x, y, constant(0.5), constant(-1.5)),
      fc
        .tuple(fc.constantFrom(build.sin, build.cos, build.tanh, build.atan, build.erf, build.negate), tie("e"))
        .map(([f, a]) => f(a)),
      fc
        .tuple(fc.constantFrom(build.add, build.subtract, build.multiply), tie("e"), tie("e"))
        .map(([f, a, b]) => f(a, b)),
      fc
        .tuple(fc.constantFrom(build.min, build.max, build.hypot), tie("e"), tie("e"))
        .map(([f, a, b]) => f(a, build.add(b, 7.3))),
      fc.tuple(tie("e"), tie("e"), tie("e")).map(([a, b, c]) => build.select(build.less(a, 0.123), b, c)),
    ),
  })).e;

  it("agree between forward and reverse mode on 400 random expressions", () => {
    fc.assert(
      fc.property(
        smooth,
        fc.double({ min: -2, max: 2, noNaN: true }),
        fc.double({ min: -2, max: 2, noNaN: true }),
        (f, a, b) => {
          const forward = jacobian([f], [x, y])[0] as readonly Expression[];
          const values = valuesAt([...forward, ...gradient(f, [x, y])], [[a, b]]).map(([value]) => value as number);
          // sums of fewer than a hundred products of numbers of moderate size, taken in another order
          expectClose(values[2] as number, values[0] as number, 1e-10, "by x");
          expectClose(values[3] as number, values[1] as number, 1e-10, "by y");
        },
      ),
      { seed: 7, numRuns: 400 },
    );
  });

  it("follow a direction", () => {
    const [along] = directionalDerivative(
      [build.multiply(x, y)],
      new Map([
        [x, constant(3)],
        [y, x],
      ]),
    ) as [Expression];
    // y · 3 + x · x
    expect(valueAt(along, 2, 5)).toBe(19);
  });

  it("give the Hessian, symmetric by construction", () => {
    const f = expr`exp(x*y) + x^3/y + hypot(x, y)`;
    const h = hessian(f, [x, y]);
    expect(h[0]?.[1]).toBe(h[1]?.[0]);
    const slopes = gradient(f, [x, y]);
    const values = valuesAt(h.flat(), [[0.9, 1.4]]).map(([value]) => value as number);
    slopes.forEach((slope, row) => {
      // the same differences as above, of values below 10
      expectClose(
        values[2 * row] as number,
        difference((s) => valueAt(slope, 0.9 + s, 1.4)),
        1e-12,
        `row ${row} by x`,
      );
      expectClose(
        values[2 * row + 1] as number,
        difference((s) => valueAt(slope, 0.9, 1.4 + s)),
        1e-12,
        `row ${row} by y`,
      );
    });
  });

  it("give products of the Hessian with a direction, without the Hessian", () => {
    const f = expr`exp(x*y) + x^3/y + hypot(x, y)`;
    const [h, product] = [hessian(f, [x, y]), hessianVectorProduct(f, [x, y], [2, x])];
    const values = valuesAt([...h.flat(), ...product], [[0.9, 1.4]]).map(([value]) => value as number);
    const [xx, xy, , yy, first, second] = values as [number, number, number, number, number, number];
    // the same terms in another order, of sizes below 20
    expectClose(first, 2 * xx + 0.9 * xy, 1e-14, "row of x");
    expectClose(second, 2 * xy + 0.9 * yy, 1e-14, "row of y");
    expect(() => hessianVectorProduct(f, [x, y], [1])).toThrow(expect.objectContaining({ code: "KERN-011" }));
  });

  // −2 z w + 2i/√π with 400 bits of mpmath
  it.each([
    [0.3, 0.2, -0.35987561314249955, 0.6894293596313189],
    [3, 0.5, -0.02977444102779198, -0.0666497307613523],
    [11.9, 0.5, -0.0003408414551852733, -0.004005266128649813],
    [12.1, 0.5, -0.00032402552599147035, -0.003873282400581495],
    [-50, 0.125, 1.129721109938766e-6, -0.00022580713465629131],
    [1e4, 1e-3, -1.1283792009468663e-15, -5.641895920105833e-9],
    [13, -5, 0.0019713932965026285, -0.0021607746568334525],
    [100, -0.001953125, 2.2045269667696086e-9, -5.642742325038194e-5],
    [0, 200, 0, 1.4104210694014423e-5],
    [3, -4, 10307.391839429418, 19359.754698812205],
  ])("of w(%f + %f i) do not cancel far from the origin", (a, b, re, im) => {
    const w = build.faddeeva(build.complex(x, y));
    const [uByX, uByY] = gradient(build.real(w), [x, y]);
    const [vByX, vByY] = gradient(build.imaginary(w), [x, y]);
    const found = valuesAt([uByX, vByX, vByY, uByY], [[a, b]]).map(([value]) => value as number);
    [re, im, re, -im].forEach((wanted, k) => {
      // up to |z|² = 144 the rule loses |z|² units of w: 144 · 1.6e-15 · |w| / |w'|, with |w / w'| = |z|
      expect(Math.abs((found[k] as number) - wanted)).toBeLessThan(1e-12 * Math.hypot(re, im));
    });
  });

  it("go through complex arithmetic", () => {
    const [m, gamma] = [x, y];
    const intensity = build.absSquared(build.divide(1, build.subtract(expr`${m}^2 - 3`, expr`${i}*${m}*${gamma}`)));
    const values = valuesAt(gradient(intensity, [m, gamma]), [[1.5, 0.4]]).map(([value]) => value as number);
    // |1 / (a − i b)|² = 1 / (a² + b²) with a = m² − 3, b = m Γ
    const size = (1.5 ** 2 - 3) ** 2 + (1.5 * 0.4) ** 2;
    // a handful of operations, each to half a unit
    expectClose(values[0] as number, -(2 * (1.5 ** 2 - 3) * 3 + 2 * 1.5 * 0.16) / size ** 2, 1e-13, "by m");
    expectClose(values[1] as number, -(2 * 1.5 ** 2 * 0.4) / size ** 2, 1e-13, "by Γ");
  });

  it("cost at most four nodes per node for thirty inputs at once", () => {
    const inputs = Array.from({ length: 30 }, (_, k) => parameter(`p${k}`));
    const f = inputs.reduce<Expression>(
      (sum, p, k) => build.add(sum, build.sin(build.multiply(p, build.add(x, k)))),
      x,
    );
    expect(nodeCount(gradient(f, inputs))).toBeLessThanOrEqual(4 * nodeCount([f]));
  });

  it("are zero by inputs that do not occur", () => {
    expect(gradient(build.sin(x), [y])).toEqual([constant(0)]);
    expect(jacobian([build.sin(x)], [y])).toEqual([[constant(0)]]);
  });

  it.each([
    ["of a complex number", () => gradient(build.multiply(i, x), [x])],
    ["of a comparison", () => jacobian([build.less(x, 1)], [x])],
    ["by what is not an input", () => gradient(x, [build.sin(x)])],
    ["along what is not an input", () => directionalDerivative([x], new Map([[build.sin(x), x]]))],
  ])("%s are refused", (_, action) => {
    expect(action).toThrow(KernelError);
    expect(action).toThrow(expect.objectContaining({ code: "KERN-011" }));
  });
});
