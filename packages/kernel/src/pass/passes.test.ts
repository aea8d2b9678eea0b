import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createExecutionContext } from "../context/execution-context.ts";
import { absSquared, add, complex, divide, log, multiply, select, subtract, total } from "../expression/build.ts";
import type { Expression } from "../expression/expression.ts";
import { column, constant, parameter } from "../expression/leaves.ts";
import { nodeCount } from "../expression/order.ts";
import { expr } from "../formula/formula.ts";
import { compileJavaScript } from "../javascript/compile.ts";
import { bindPlan } from "../plan/bind.ts";
import { kMatrixIntensity } from "../plan/fixtures/k-matrix.ts";
import { planOf } from "../plan/plan.ts";
import { realExpression } from "../program/fixtures/random-expression.ts";
import { evaluate } from "../program/kernel.ts";
import { kernelProgram } from "../program/program.ts";
import { contractLinear } from "./contract-linear.ts";
import { contractQuadratic } from "./contract-quadratic.ts";
import { dropZeros } from "./drop-zeros.ts";
import { expandTotals } from "./expand-totals.ts";
import { factorTotals } from "./factor-totals.ts";
import { lowerComplex } from "./lower-complex.ts";
import { simplify } from "./simplify.ts";
import { substitute } from "./substitute.ts";

const [p, q, r] = ["p", "q", "r"].map(parameter) as [Expression, Expression, Expression];
const [x, y, z] = ["x", "y", "z"].map(column) as [Expression, Expression, Expression];

/** Random models: sums and products of parameters and of data, some complex, quotients by data away from zero. */
const model: fc.Arbitrary<Expression> = fc.letrec<{ node: Expression; square: Expression }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 5, depthSize: "medium" },
    fc.constantFrom(p, q, r, x, y, z, complex(p, q), complex(x, y), constant(0), constant(2)),
    fc.tuple(tie("node"), tie("node")).map(([a, b]) => add(a, b)),
    fc.tuple(tie("node"), tie("node")).map(([a, b]) => subtract(a, b)),
    fc.tuple(tie("node"), tie("node")).map(([a, b]) => multiply(a, b)),
    tie("node").map((a) => divide(a, expr`2 + ${x}*${x}`)),
    fc.tuple(tie("node"), tie("node")).map(([a, b]) => select(expr`${x} < ${y}`, a, b)),
  ),
  square: fc
    .array(tie("node"), { minLength: 1, maxLength: 3 })
    .map((nodes) => nodes.map(absSquared).reduce((a, b) => add(a, b))),
})).square;

const COUNT = 5;
const columns = {
  x: Float64Array.of(0.5, -1, 0.25, 2, 1),
  y: Float64Array.of(1, 0.75, -0.5, 0.1, 3),
  z: Float64Array.of(-0.3, 1.5, 0.7, 1, -2),
};
const at = { p: 0.7, q: -1.3, r: 0.4 };
const context = createExecutionContext({ backend: "js" });

/** Σ log(1 + I) − log(1 + Σ I) and its slopes, by a plan. */
function planned(intensity: Expression, contract: boolean): readonly number[] {
  const value = subtract(total(log(add(1, intensity))), log(add(1, total(multiply(z, multiply(z, intensity))))));
  const names = ["p", "q", "r"];
  const plan = planOf({ value }, { contract, parameters: names, derivatives: { of: "value", by: names } });
  const bound = bindPlan(context, plan, columns);
  const results = new Float64Array(4);
  bound.evaluate(
    Float64Array.from(names, (name) => at[name as "p"]),
    results,
  );
  bound.dispose();
  return [...results];
}

describe("passes of a plan", () => {
  it("change nothing but roundings, of values and slopes", () => {
    fc.assert(
      fc.property(model, (intensity) => {
        const [contracted, plain] = [planned(intensity, true), planned(intensity, false)];
        const size = Math.max(1, ...plain.map(Math.abs));
        if (!Number.isFinite(size) || size > 1e6) return;
        // a few hundred roundings of terms that cancel by up to 1e4
        contracted.forEach((value, index) => {
          expect(Math.abs(value - (plain[index] as number))).toBeLessThan(1e-9 * size);
        });
      }),
      { seed: 12, numRuns: 60 },
    );
  });

  it("give without contraction the bits of the expression as it was written", () => {
    fc.assert(
      fc.property(realExpression, (expression) => {
        const [node] = substitute([expression], ({ operation, payload }) =>
          operation.source === "state" || operation.source === "time" ? parameter(`of ${payload}`) : undefined,
        );
        const plan = planOf({ node: add(node as Expression, column("x")) }, { contract: false });
        const kernel = compileJavaScript(kernelProgram({ node: add(node as Expression, column("x")) }));
        const names = plan.parameters;
        const bound = bindPlan(
          context,
          plan,
          Object.fromEntries((plan.sets[0]?.columns ?? []).map((name) => [name, columns[name as "x"]])),
        );
        bound.evaluate(
          Float64Array.from(names, (_, index) => index - 0.5),
          new Float64Array(0),
        );
        const inputs = Object.fromEntries(names.map((name, index) => [name, index - 0.5]));
        const used = Object.fromEntries(kernel.program.columns.map((name) => [name, columns[name as "x"]]));
        expect(Object.is(bound.elements[0]?.length, COUNT)).toBe(true);
        expect([...(bound.elements[0] as Float64Array)]).toEqual([
          ...(evaluate(kernel, { ...inputs, ...used })["node"] as Float64Array),
        ]);
      }),
      { seed: 16, numRuns: 150 },
    );
  });

  it.each<readonly [string, Expression]>([
    ["a K-matrix intensity", kMatrixIntensity()],
    ["a sum of resonances", absSquared(expr`(${p} + i*${q})/(1 - x - i*0.1)*y + ${r}/(2 - x - i*${q})*z - ${p}*y/z`)],
    ["a polynomial", expr`((${p}*x + ${q})*x + ${r})*y - (${p}/z - 2*${q}*y)*(x + 1)`],
  ])("leave alone what they have made of %s", (_, intensity) => {
    const start = [total(multiply(z, intensity)), total(log(add(1, intensity)))];
    const once = simplify(contractLinear(simplify(dropZeros(simplify(start)))));
    simplify(contractLinear(once)).forEach((root, index) => {
      expect(root).toBe(once[index]);
    });
    const real = simplify(lowerComplex(once));
    for (const pass of [expandTotals, contractQuadratic, factorTotals]) {
      const settled = simplify(pass(real));
      simplify(pass(settled)).forEach((root, index) => {
        expect(root).toBe(settled[index]);
      });
    }
  });

  it("leave alone what they have made of any model", () => {
    fc.assert(
      fc.property(model, (intensity) => {
        const start = simplify([total(multiply(z, intensity)), total(log(add(1, intensity)))]);
        const dropped = dropZeros(start);
        const contracted = contractLinear(dropped);
        const real = simplify(lowerComplex(contracted));
        const made = [expandTotals, contractQuadratic, factorTotals].map(
          (pass) => [pass, simplify(pass(real))] as const,
        );
        for (const [pass, once] of [[dropZeros, dropped] as const, [contractLinear, contracted] as const, ...made])
          simplify(pass(once)).forEach((root, index) => {
            expect(root).toBe(once[index]);
          });
      }),
      { seed: 21, numRuns: 400 },
    );
  });

  it("make one plan of what is written in different orders, and another of another constant", () => {
    const bodies = (text: Expression) =>
      planOf({ value: total(log(text)) }).stages[0]?.bodies.get("")?.outputs[0]?.value;
    const one = bodies(expr`(${p}*x + ${q})*y + 1e-3`);
    expect(bodies(expr`1e-3 + y*(${q} + x*${p})`)).toBe(one);
    expect(bodies(expr`1.0000000000000002e-3 + y*(${q} + x*${p})`)).not.toBe(one);
  });

  it("compute what stands in several terms once", () => {
    const shape = divide(1, complex(expr`${p}^2 - x`, expr`-${p}*${q}`));
    const terms = [r, expr`${r}^2`, expr`${r} - 1`].map((factor) => absSquared(multiply(shape, factor)));
    const value = total(log(terms.reduce((a, b) => add(a, b))));
    const body = planOf({ value }).stages[0]?.bodies.get("");
    expect(body?.perElement.filter(({ operation }) => operation.name === "divide").length).toBeLessThanOrEqual(2);
  });

  it("fold fixed parameters: they are no parameters any more, there are fewer nodes, and the value is the same", () => {
    const value = total(expr`log(${p}*x + exp(${q}*${r}) + y^2)`);
    const [free, fixed] = [planOf({ value }), planOf({ value }, { fixed: { q: 0.5, r: 2 } })];
    expect(fixed.parameters).toEqual(["p"]);
    const countOf = ({ stages, epilogue }: typeof free) =>
      nodeCount(
        [...stages.flatMap(({ prologue, bodies }) => [prologue, ...bodies.values()]), epilogue].flatMap(
          (program) => program?.outputs.map((output) => output.value) ?? [],
        ),
      );
    expect(countOf(fixed)).toBeLessThan(countOf(free));
    const values = [free, fixed].map((plan) => {
      const results = new Float64Array(1);
      bindPlan(context, plan, { x: columns.y.map(Math.abs), y: columns.x }).evaluate(
        Float64Array.from(plan.parameters, (name) => ({ p: 0.7, q: 0.5, r: 2 })[name] as number),
        results,
      );
      return results[0];
    });
    expect(values[0]).toBe(values[1]);
  });
});
