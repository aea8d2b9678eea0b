import { describe, expect, it } from "vitest";
import { absSquared, add, complex, multiply, real, total } from "../expression/build.ts";
import { hasStatistics } from "../expression/dependence.ts";
import type { Expression } from "../expression/expression.ts";
import { column, parameter } from "../expression/leaves.ts";
import { operations } from "../expression/operations.ts";
import { topologicalOrder } from "../expression/order.ts";
import { expr } from "../formula/formula.ts";
import { expandTotals } from "./expand-totals.ts";
import { lowerComplex } from "./lower-complex.ts";
import { isMixed } from "./mixed.ts";
import { simplify } from "./simplify.ts";

const [p, q] = [parameter("p"), parameter("q")];
const [x, y, w] = [column("x"), column("y"), column("w")];
const expanded = (node: Expression) =>
  simplify(expandTotals(simplify(lowerComplex(simplify([node])))))[0] as Expression;
const sumsOf = (node: Expression) => topologicalOrder([node]).filter(({ operation }) => operation === operations.total);

describe("expandTotals", () => {
  it("makes sums of data of a sum that is linear in parameters", () => {
    const node = expanded(total(expr`${w}*(${p}*${x} + ${q}*${y}*3)`));
    expect(topologicalOrder([node]).some(isMixed)).toBe(false);
    expect(sumsOf(node).length).toBe(2);
  });

  it("makes n² real sums of n complex coefficients, for all angular functions together", () => {
    const n = 4;
    const amplitude = Array.from({ length: n }, (_, k) =>
      multiply(
        complex(parameter(`re${k}`), parameter(`im${k}`)),
        complex(expr`exp(${k}*${x})`, expr`sin(${k + 1}*${x})`),
      ),
    ).reduce((a, b) => add(a, b));
    const intensity = add(absSquared(multiply(amplitude, y)), absSquared(multiply(amplitude, expr`cos(${y})`)));
    const node = expanded(total(multiply(w, intensity)));
    expect(topologicalOrder([node]).some(isMixed)).toBe(false);
    expect(sumsOf(node).length).toBe(n * n);
  });

  it("takes out what it can, and leaves the rest", () => {
    const node = expanded(total(expr`${p}*${x} + log(${p}*${x} + 1)`));
    const sums = sumsOf(node).map(({ args: [summand] }) => isMixed(summand as Expression));
    expect(sums.sort()).toEqual([false, true]);
  });

  it("leaves sums of what is no polynomial", () => {
    const node = simplify([total(expr`exp(${p}*${x})`), total(real(complex(x, y)))]);
    expect(expandTotals(node)).toEqual(node);
    expect(node.every(hasStatistics)).toBe(true);
  });
});
