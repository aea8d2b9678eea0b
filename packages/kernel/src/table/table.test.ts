import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gradient } from "../derivative/reverse.ts";
import { imaginary, multiply, real } from "../expression/build.ts";
import type { Expression } from "../expression/expression.ts";
import { column, constant, parameter } from "../expression/leaves.ts";
import { nodeCount } from "../expression/order.ts";
import { numberAt, tableValues } from "../expression/table-values.ts";
import { compileJavaScript } from "../javascript/compile.ts";
import { evaluate } from "../program/kernel.ts";
import { kernelProgram } from "../program/program.ts";
import { compileWasm } from "../wasm/compile.ts";
import { pick } from "./axis.ts";
import { lookUpTable } from "./table.ts";

const [x, y] = [column("x"), column("y")];

/** Values at some coordinates, from both back ends, which must agree to the bit. */
function valuesAt(expression: Expression, xs: readonly number[], ys: readonly number[] = xs): number[] {
  const program = kernelProgram({ value: expression }, { columns: ["x", "y"] });
  const [js, wasm] = [compileJavaScript(program), compileWasm(program)].map((kernel) => [
    ...(evaluate(kernel, { x: xs, y: ys }).value ?? []),
  ]) as [number[], number[]];
  expect(js.map((value, k) => Object.is(value, wasm[k]))).toEqual(js.map(() => true));
  return js;
}

function expectClose(got: readonly number[], expected: readonly number[], tolerance: number): void {
  expect(got.length).toBe(expected.length);
  got.forEach((value, k) => {
    expect(Math.abs(value - (expected[k] as number)), `${value} and ${expected[k]}`).toBeLessThanOrEqual(tolerance);
  });
}

const uniform = { from: -1, to: 2, count: 7 };
const listed = [-1, -0.9, -0.2, 0.1, 0.15, 1.2, 2];
const axes = [
  ["uniform", uniform, [-1, -0.5, 0, 0.5, 1, 1.5, 2]],
  ["listed", listed, listed],
] as const;
const between = [-1, -0.97, -0.9, -0.55, 0, 0.12, 0.149, 0.15, 0.7, 1.2, 1.99, 2];

describe("picking from a table", () => {
  it("rounds towards zero and never leaves the table", () => {
    const table = tableValues([5, 6, 7]);
    const indices = [0, 1, 2, 0.999, 1.5, -0.5, -7, 3, 1e300, Infinity, -Infinity, NaN, -0];
    const expected = [5, 6, 7, 5, 6, 5, 5, 7, 7, 7, 5, 5, 5];
    expect(valuesAt(pick(table, x), indices)).toEqual(expected);
    expect(indices.map((index) => numberAt(table, index))).toEqual(expected);
    // a constant index is folded
    expect(kernelProgram({ value: pick(table, 1) }).hoisted).toEqual([constant(6)]);
  });

  it("knows tables by their content", () => {
    const values = Float64Array.of(1, -0, NaN);
    const table = tableValues(values);
    expect(pick(tableValues([1, -0, NaN]), x)).toBe(pick(table, x));
    expect(pick(tableValues([1, 0, NaN]), x)).not.toBe(pick(table, x));
    expect(pick(tableValues([-0, 1, NaN]), x)).not.toBe(pick(table, x));
    values[0] = 2;
    expect(numberAt(table, 0)).toBe(1);
    const keys = new Set(Array.from({ length: 5000 }, (_, k) => tableValues([k, 1 / k]).key));
    expect(keys.size).toBe(5000);
  });
});

describe("look-up tables", () => {
  it.each(axes)("linear on a %s axis: meets its points, and lines between them", (_, axis, points) => {
    const values = points.map((point) => Math.sin(3 * point));
    const f = lookUpTable({ axes: [axis], values })(x);
    // points may be reached from the piece before, at a fraction of 1 − 2^-53
    expectClose(valuesAt(f, points), values, 4e-16);
    const line = lookUpTable({ axes: [axis], values: points.map((point) => 2 - 3 * point) })(x);
    // values below 5, three roundings
    expectClose(
      valuesAt(line, between),
      between.map((at) => 2 - 3 * at),
      4e-15,
    );
    const [slope] = gradient(line, [x]);
    // differences of values of size 5 over a piece of 0.05
    expectClose(
      valuesAt(
        slope,
        between.filter((at) => at > -1 && at < 2),
      ),
      between.slice(1, -1).map(() => -3),
      1e-12,
    );
  });

  it.each(axes)("cubic on a %s axis: meets cubics, with slope and curvature", (_, axis, points) => {
    const cubic = (at: number) => 1 + at - 2 * at ** 2 + 0.5 * at ** 3;
    const f = lookUpTable({ axes: [axis], values: points.map(cubic), interpolation: "cubic" })(x);
    const [slope] = gradient(f, [x]);
    const [curvature] = gradient(slope, [x]);
    const inner = between.slice(1, -1);
    // values below 6; the shortest piece, 0.05, amplifies rounding by 20 per derivative, the spline's system by some ten
    expectClose(valuesAt(f, between), between.map(cubic), 1e-14);
    expectClose(valuesAt(slope, inner), inner.map((at) => 1 - 4 * at + 1.5 * at ** 2), 1e-12); // biome-ignore format: one claim
    expectClose(valuesAt(curvature, inner), inner.map((at) => -4 + 3 * at), 1e-10); // biome-ignore format: one claim
  });

  it("cubic has two continuous derivatives where data have kinks, and takes two or three points", () => {
    const f = lookUpTable({ axes: [listed], values: [0, 1, -1, 2, 2, 0, 1], interpolation: "cubic" })(x);
    const [slope] = gradient(f, [x]);
    const [curvature] = gradient(slope, [x]);
    for (const smooth of [f, slope, curvature]) {
      const step = 1e-9;
      const left = valuesAt(
        smooth,
        listed.slice(1, -1).map((at) => at - step),
      );
      const right = valuesAt(
        smooth,
        listed.slice(1, -1).map((at) => at + step),
      );
      // third derivatives reach 1e5 in the piece of 0.05
      left.forEach((value, k) => {
        expect(Math.abs(value - (right[k] as number))).toBeLessThan(1e-3);
      });
    }
    const parabola = lookUpTable({ axes: [[0, 1, 3]], values: [1, 2, 10], interpolation: "cubic" })(x);
    // through (0, 1), (1, 2), (3, 10): 1 + x²
    expectClose(valuesAt(parabola, [0.5, 2]), [1.25, 5], 1e-14); // a few roundings
    expectClose(
      valuesAt(lookUpTable({ axes: [[0, 2]], values: [1, 5], interpolation: "cubic" })(x), [0.5]),
      [2],
      1e-15,
    ); // one
  });

  it("monotone never overshoots, and rises where the values rise", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 12 }), (rises) => {
        const values = [0];
        for (const rise of rises) values.push((values.at(-1) as number) + rise);
        const axis = { from: 0, to: values.length - 1, count: values.length };
        const f = lookUpTable({ axes: [axis], values, interpolation: "monotone" })(x);
        const at = Array.from({ length: 40 }, (_, k) => (k * (values.length - 1)) / 39);
        const found = valuesAt(f, at);
        found.forEach((value, k) => {
          // sums below 12 err by a few units of the last place
          if (k > 0) expect(value - (found[k - 1] as number)).toBeGreaterThan(-1e-14);
        });
      }),
      { seed: 5, numRuns: 40 },
    );
  });

  it("step gives the value of the bin, which owns its lower edge", () => {
    const f = lookUpTable({ axes: [[0, 1, 3, 4]], values: [7, 8, 9], interpolation: "step", outside: "zero" })(x);
    expect(valuesAt(f, [-0.1, 0, 0.99, 1, 2.9, 3, 4, 4.1, NaN])).toEqual([0, 7, 7, 8, 8, 9, 9, 0, NaN]);
    expect(valuesAt(gradient(f, [x])[0], [0.5])).toEqual([0]);
  });

  it.each(axes)("on a %s axis go on as asked beyond the ends", (_, axis, points) => {
    const values = points.map((point) => 1 + point);
    const at = [-3, 4, -Infinity, Infinity, NaN];
    const table = (outside: "clamp" | "zero" | "extend") => lookUpTable({ axes: [axis], values, outside })(x);
    expectClose(valuesAt(table("clamp"), at.slice(0, 4)), [0, 3, 0, 3], 1e-15); // one rounding of 3
    expect(valuesAt(table("zero"), at)).toEqual([0, 0, 0, 0, NaN]);
    // four pieces of 0.1 beyond, whose slope errs by some units of 1e-15
    expectClose(valuesAt(table("extend"), at.slice(0, 2)), [-2, 5], 1e-13);
    expect(valuesAt(table("clamp"), [NaN])).toEqual([NaN]);
    for (const outside of ["clamp", "zero"] as const)
      expect(valuesAt(gradient(table(outside), [x])[0], [-3, 4])).toEqual([0, 0]);
  });

  it("of two axes are bilinear, the last axis running fastest", () => {
    const f = (a: number, b: number) => 1 + 2 * a - b + 3 * a * b;
    const rows = [-1, -0.5, 0, 0.5, 1, 1.5, 2];
    const values = rows.flatMap((a) => listed.map((b) => f(a, b)));
    const table = lookUpTable({ axes: [uniform, listed], values })(x, y);
    const [as, bs] = [between, [...between].reverse()];
    // values below 15 through two levels of interpolation
    expectClose(
      valuesAt(table, as, bs),
      as.map((a, k) => f(a, bs[k] as number)),
      2e-14,
    );
    const inner = { as: as.slice(1, -1), bs: bs.slice(1, -1) };
    const [byX, byY] = gradient(table, [x, y]);
    // the same differences over 0.05
    expectClose(valuesAt(byX, inner.as, inner.bs), inner.bs.map((b) => 2 + 3 * b), 1e-12); // biome-ignore format: one claim
    expectClose(valuesAt(byY, inner.as, inner.bs), inner.as.map((a) => -1 + 3 * a), 1e-12); // biome-ignore format: one claim
  });

  it("of complex numbers interpolate both parts", () => {
    const table = lookUpTable({ axes: [{ from: 0, to: 1, count: 2 }], values: [0, 2], imaginary: [1, -1] })(x);
    expect(valuesAt(real(table), [0.25])).toEqual([0.5]);
    expect(valuesAt(imaginary(table), [0.25])).toEqual([0.5]);
  });

  it("hold parameters of a fit, and their derivatives are the weights", () => {
    const p = ["p0", "p1", "p2"].map(parameter);
    const scaled = lookUpTable({ axes: [[0, 1, 3]], values: p.map((value) => multiply(2, value)) })(x);
    const slopes = gradient(scaled, p as [Expression, Expression, Expression]);
    const program = kernelProgram(Object.fromEntries([scaled, ...slopes].map((e, k) => [`r${k}`, e])));
    const found = evaluate(compileWasm(program), { p0: 1, p1: 2, p2: 5, x: [0.25, 2] });
    expect(Object.values(found).map((values) => [...values])).toEqual([
      [2.5, 7],
      [1.5, 0],
      [0.5, 1],
      [0, 1],
    ]);
  });

  it("are small: 14 nodes linear and 18 cubic on a uniform axis", () => {
    const count = (interpolation: "linear" | "cubic", axis: typeof uniform | readonly number[]) => {
      const f = lookUpTable({ axes: [axis], values: [1, 2, 4, 8, 16, 3, 2], interpolation })(x);
      return kernelProgram({ f }).perElement.length - 1;
    };
    expect([count("linear", uniform), count("cubic", uniform)]).toEqual([14, 18]);
    expect([count("linear", listed), count("cubic", listed)]).toEqual([23, 27]);
    expect(nodeCount([x])).toBe(1);
  });

  it.each<readonly [string, () => unknown]>([
    ["one point", () => lookUpTable({ axes: [[1]], values: [1] })],
    ["a falling axis", () => lookUpTable({ axes: [[1, 0]], values: [1, 2] })],
    ["a point twice", () => lookUpTable({ axes: [[0, 0]], values: [1, 2] })],
    ["an infinite point", () => lookUpTable({ axes: [[0, Infinity]], values: [1, 2] })],
    ["a uniform axis of no length", () => lookUpTable({ axes: [{ from: 1, to: 1, count: 2 }], values: [1, 2] })],
    ["half a point", () => lookUpTable({ axes: [{ from: 0, to: 1, count: 2.5 }], values: [1, 2] })],
    ["no axis", () => lookUpTable({ axes: [], values: [1] })],
    ["too few values", () => lookUpTable({ axes: [[0, 1]], values: [1] })],
    ["values at the edges of bins", () => lookUpTable({ axes: [[0, 1]], values: [1, 2], interpolation: "step" })],
    ["too few imaginary parts", () => lookUpTable({ axes: [[0, 1]], values: [1, 2], imaginary: [1] })],
    ["a cubic in two axes", () => lookUpTable({ axes: [[0, 1], [0, 1]], values: [1, 2, 3, 4], interpolation: "cubic" })], // biome-ignore format: one row
    ["a cubic of parameters", () => lookUpTable({ axes: [[0, 1]], values: [x, 2], interpolation: "cubic" })],
    ["two coordinates for one axis", () => lookUpTable({ axes: [[0, 1]], values: [1, 2] })(x, y)],
  ])("refuse %s", (_, action) => {
    expect(action).toThrow(expect.objectContaining({ code: "KERN-034" }));
  });
});
