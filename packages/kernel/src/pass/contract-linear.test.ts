import { describe, expect, it } from "vitest";
import { add, log, multiply } from "../expression/build.ts";
import type { Expression } from "../expression/expression.ts";
import { column, parameter } from "../expression/leaves.ts";
import { topologicalOrder } from "../expression/order.ts";
import { expr } from "../formula/formula.ts";
import { contractLinear } from "./contract-linear.ts";
import { isDataOnly, isMixed } from "./mixed.ts";

const [p, q] = [parameter("p"), parameter("q")];
const [x, y, z] = [column("x"), column("y"), column("z")];
const contracted = (node: Expression) => contractLinear([node])[0] as Expression;

/** Data-only values that mixed nodes read. */
function columnsOf(root: Expression): readonly Expression[] {
  const nodes = topologicalOrder([root]);
  const read = nodes
    .filter(isMixed)
    .flatMap(({ args }) => args.filter((arg) => isDataOnly(arg) && arg.dependence !== 0));
  return [...new Set(read)];
}

describe("contractLinear", () => {
  it("collects what belongs to each parameter", () => {
    const node = contracted(expr`(${p}*${x} + ${q}*${y})*${z} - ${p}/${y}`);
    expect(node).toBe(contracted(node));
    expect(columnsOf(node).length).toBe(2);
    expect(topologicalOrder([node]).filter(isMixed).length).toBe(3);
  });

  it("leaves a polynomial in one column, which would need a column per power", () => {
    const node = expr`((${p}*${x} + ${q})*${x} + ${p})*${x} + 1`;
    expect(contracted(node)).toBe(node);
  });

  it("sums an amplitude before it fans out into angular functions", () => {
    const amplitude = [0, 1, 2, 3]
      .map((k) => multiply(parameter(`b${k}`), expr`exp(${k}*${x})`))
      .map((term) => expr`${term}*${y}`)
      .reduce((a, b) => add(a, b));
    const node = contracted(expr`(${amplitude}*${z})^2 + (${amplitude}*sin(${z}))^2 + (${amplitude}*cos(${z}))^2`);
    // four basis functions and three factors
    expect(columnsOf(node).length).toBe(7);
  });

  it("pushes forms through elimination, where paths meet again", () => {
    const [a, b] = [expr`${p}*${x}`, expr`${q}*${y}`];
    const second = expr`${b} - ${z}*${a}`;
    const first = expr`${a}*exp(${x}) - ${second}*sin(${y})`;
    expect(columnsOf(contracted(log(first))).length).toBe(2);
  });
});
