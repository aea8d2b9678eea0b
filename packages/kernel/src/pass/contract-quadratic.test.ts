import { describe, expect, it } from "vitest";
import { log, multiply } from "../expression/build.ts";
import type { Expression } from "../expression/expression.ts";
import { column, parameter } from "../expression/leaves.ts";
import { topologicalOrder } from "../expression/order.ts";
import { expr } from "../formula/formula.ts";
import { contractQuadratic } from "./contract-quadratic.ts";
import { isDataOnly, isMixed } from "./mixed.ts";

const [x, y, u, v] = ["x", "y", "u", "v"].map(column) as [Expression, Expression, Expression, Expression];
const [a, b] = ["a", "b"].map((name) => log(expr`${parameter(name)} + x*y`)) as [Expression, Expression];
const contracted = (node: Expression) => contractQuadratic([node])[0] as Expression;

function columnCount(root: Expression): number {
  const read = topologicalOrder([root])
    .filter((node) => isMixed(node) && node !== a && node !== b)
    .flatMap(({ args }) => args.filter((arg) => isDataOnly(arg) && arg.dependence !== 0));
  return new Set(read.filter((arg) => arg !== multiply(x, y))).size;
}

describe("contractQuadratic", () => {
  it("reads one column per pair of amplitudes, however many angular functions there are", () => {
    const node = contracted(power2(expr`${a}*${x} + ${b}*${y}`, expr`${a}*${u} - ${b}*${v}`));
    expect(columnCount(node)).toBe(3);
    expect(contracted(node)).toBe(node);
  });

  it("leaves a single square, which needs no more than its two columns", () => {
    const sum = expr`${a}*${x} + ${b}*${y}`;
    const node = log(multiply(sum, sum));
    expect(contracted(node)).toBe(node);
  });
});

function power2(p: Expression, q: Expression): Expression {
  return expr`${multiply(p, p)} + ${multiply(q, q)}`;
}
