/** Derivatives of sums over elements: both modes, differences and what plans make of them agree. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createExecutionContext } from "../context/execution-context.ts";
import { directionalDerivative } from "../derivative/forward.ts";
import { hessian, hessianVectorProduct } from "../derivative/matrices.ts";
import { gradient } from "../derivative/reverse.ts";
import * as build from "../expression/build.ts";
import type { Expression } from "../expression/expression.ts";
import { column, constant, parameter } from "../expression/leaves.ts";
import { parseFormula, symbolTable } from "../formula/formula.ts";
import { bindPlan } from "./bind.ts";
import { type PlanOptions, planOf } from "./plan.ts";
import { inSet } from "./sets.ts";

const NAMES = ["a", "b"];
const [a, b] = NAMES.map(parameter) as [Expression, Expression];
const [x, w] = [column("x"), column("w")];
const columns = {
  x: Float64Array.of(0.5, -1.25, 2),
  w: Float64Array.of(1, 0.5, 2),
  "mc.x": Float64Array.of(1, 3),
};
const AT = [0.7, -0.4] as const;
const context = createExecutionContext({ backend: "interpreter" });

/** Numbers of named outputs at some values of a and b. */
function numbers(
  outputs: Readonly<Record<string, Expression>>,
  at: readonly number[] = AT,
  options: PlanOptions = {},
): readonly number[] {
  // one more sum, over the data, so that there are elements to count
  const plan = planOf({ ...outputs, ofData: build.total(w) }, { ...options, parameters: NAMES });
  const bound = bindPlan(context, plan, columns);
  const results = new Float64Array(plan.outputs.length);
  bound.evaluate(Float64Array.from(at), results);
  bound.dispose();
  return [...results].filter((_, index) => plan.outputs[index]?.name !== "ofData");
}

function list(expressions: readonly Expression[], options?: PlanOptions): readonly number[] {
  return numbers(Object.fromEntries(expressions.map((value, index) => [`r${index}`, value])), AT, options);
}

const STEP = 2 ** -8;
const WEIGHTS = [4 / 5, -1 / 5, 4 / 105, -1 / 280];

/** Central differences of order 8 by each parameter. */
function differences(f: Expression): readonly number[] {
  return NAMES.map((_, place) => {
    const shifted = (shift: number) =>
      numbers({ f }, [AT[0] + (place === 0 ? shift : 0), AT[1] + (place === 1 ? shift : 0)], {
        contract: false,
      })[0] as number;
    return (
      WEIGHTS.reduce((sum, weight, k) => sum + weight * (shifted((k + 1) * STEP) - shifted(-(k + 1) * STEP)), 0) / STEP
    );
  });
}

function expectClose(got: readonly number[], expected: readonly number[], tolerance: number, what: string): void {
  expect(got.length).toBe(expected.length);
  const size = Math.max(1, ...expected.map(Math.abs));
  got.forEach((value, index) => {
    expect(Math.abs(value - (expected[index] as number)), `${what} ${index}: ${value}`).toBeLessThanOrEqual(
      tolerance * size,
    );
  });
}

const along = (direction: readonly number[]) =>
  new Map([
    [a, constant(direction[0] as number)],
    [b, constant(direction[1] as number)],
  ]);

/** Slopes by both modes, and those that a plan takes after contraction or without. */
function checkSlopes(f: Expression, tolerance: number): readonly number[] {
  const reverse = list(gradient(f, [a, b]));
  const forward = list(
    [
      [1, 0],
      [0, 1],
    ].flatMap((unit) => directionalDerivative([f], along(unit))),
  );
  expectClose(reverse, forward, tolerance, "reverse and forward");
  for (const contract of [true, false]) {
    const derivatives = { of: "f", by: NAMES };
    const [value, ...slopes] = numbers({ f }, AT, { contract, derivatives });
    expectClose(slopes, forward, tolerance, `planned, contract ${contract}`);
    expectClose([value as number], numbers({ f }, AT, { contract: false }), tolerance, `value, contract ${contract}`);
  }
  return reverse;
}

describe("derivatives of sums over elements", () => {
  const symbols = symbolTable({ parameters: NAMES, columns: ["x", "w"] });

  it.each([
    "total(a)",
    "total(a) * total(x*x)",
    "log(total(exp(a))) + total(b*x)",
    "total(total(a*x*x) * b)",
    "total(w*log((0.1 + a^2)/total(0.1 + a^2)))",
    "total(w*log((1 + (a*x)^2)/total(1 + (a*x)^2 + b^2))) + total(total(b)*a)",
    "total(select(a < total(x), a*b, a)) + total(a + x)",
  ])("gives a sum of what is the same for all a slope per element, in both modes: %s", (text) => {
    const f = parseFormula(text, symbols);
    // a few dozen roundings of terms below 20
    const slopes = checkSlopes(f, 1e-13);
    // 60 units of values below 50 by rounding; truncation is less
    expectClose(slopes, differences(f), 1e-12, "differences");
    const rows = hessian(f, [a, b]).flat();
    const direction = [0.3, -2] as const;
    const [aa, ab, ba, bb] = list(rows) as [number, number, number, number];
    const bySlopes = gradient(f, [a, b]).flatMap(differences);
    // slopes are larger than values, by a factor of ten at most
    expectClose([aa, ab, ba, bb], bySlopes, 1e-11, "Hessian");
    const product = list(hessianVectorProduct(f, [a, b], direction));
    // as the slopes
    expectClose(
      product,
      [aa * direction[0] + ab * direction[1], ba * direction[0] + bb * direction[1]],
      1e-12,
      "product",
    );
    for (const contract of [true, false]) {
      const planned = numbers({ f }, AT, { contract, derivatives: { of: "f", by: NAMES, hessian: true } });
      // as the slopes
      expectClose(planned.slice(3), [aa, ab, bb], 1e-12, `planned Hessian, contract ${contract}`);
    }
  });

  it("counts the elements of the sum, not those of a sum of another set inside of it", () => {
    const inner = build.total(inSet(build.multiply(a, x), "mc"));
    for (const summand of [build.add(inner, x), build.add(x, inner)]) {
      const f = build.total(summand);
      for (const contract of [true, false]) {
        const options = { contract, sets: ["mc"] };
        // three elements of data times the sum 4 of the other set
        expect(list([...gradient(f, [a]), ...directionalDerivative([f], along([1, 0]))], options)).toEqual([12, 12]);
        expect(numbers({ f }, AT, { ...options, derivatives: { of: "f", by: ["a"] } })[1]).toBe(12);
      }
    }
  });

  const { number } = fc.letrec<{ number: Expression; perElement: Expression }>((tie) => {
    const unary = fc.constantFrom(build.sin, build.tanh, build.atan, build.negate, build.cos);
    const binary = fc.constantFrom(build.add, build.subtract, build.multiply, build.min);
    return {
      number: fc.oneof(
        { maxDepth: 4, depthSize: "medium" },
        fc.constantFrom(a, b, constant(0.6), constant(-1.1)),
        tie("perElement").map(build.total),
        tie("number").map(build.total),
        fc.tuple(unary, tie("number")).map(([f, value]) => f(value)),
        fc.tuple(binary, tie("number"), tie("number")).map(([f, left, right]) => f(left, right)),
        tie("number").map((value) => build.log(build.add(1, build.multiply(value, value)))),
      ),
      perElement: fc.oneof(
        { maxDepth: 4, depthSize: "medium" },
        fc.constantFrom(x, w),
        tie("number"),
        fc.tuple(unary, tie("perElement")).map(([f, value]) => f(value)),
        fc.tuple(binary, tie("perElement"), tie("perElement")).map(([f, left, right]) => f(left, right)),
        fc
          .tuple(tie("perElement"), tie("number"))
          .map(([value, limit]) => build.select(build.less(x, limit), value, build.multiply(limit, w))),
        // a sum of terms above zero
        tie("perElement").map((value) => {
          const square = build.add(0.1, build.multiply(value, value));
          return build.log(build.divide(square, build.total(square)));
        }),
      ),
    };
  });

  it("agree between both modes, contracted and not, for 200 random formulas", () => {
    let dependent = 0;
    fc.assert(
      fc.property(number, (inner) => {
        const f = build.add(build.total(inner), build.total(build.multiply(inner, x)));
        // hundreds of roundings of nested products
        const slopes = checkSlopes(f, 1e-10);
        if (slopes.some((slope) => slope !== 0)) dependent++;
      }),
      { seed: 5, numRuns: 200 },
    );
    // most have something to differentiate
    expect(dependent).toBeGreaterThan(100);
  });
});
