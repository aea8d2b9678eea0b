import { describe, expect, it } from "vitest";
import * as build from "./build.ts";
import { dependenceOf, dependsOn } from "./dependence.ts";
import { type Expression, node } from "./expression.ts";
import { column, constant, i, parameter, state, time, truth } from "./leaves.ts";
import type { ExpressionType } from "./operation.ts";
import { operations } from "./operations.ts";
import { nodeCount, topologicalOrder } from "./order.ts";

const [x, y] = [column("x"), column("y")];

describe("the expression graph", () => {
  it("holds equal expressions once", () => {
    expect(build.sin(build.add(x, 1))).toBe(build.sin(build.add(x, 1)));
    expect(nodeCount([build.multiply(build.add(x, 1), build.add(x, 1))])).toBe(4);
  });

  it("takes a + b and b + a for one node, but not a − b and b − a", () => {
    for (const f of [build.add, build.multiply, build.min, build.max, build.equal, build.notEqual])
      expect(f(x, y)).toBe(f(y, x));
    for (const f of [build.subtract, build.divide, build.less, build.lessOrEqual, build.pow, build.atan2, build.hypot])
      expect(f(x, y)).not.toBe(f(y, x));
  });

  it("tells −0 from 0, inputs of one name but different kind, and exponents", () => {
    const different = [constant(0), constant(-0), truth(false), parameter("x"), x, state("x")];
    expect(new Set(different).size).toBe(different.length);
    expect(build.integerPower(x, 2)).not.toBe(build.integerPower(x, 3));
    expect(constant(Number.NaN)).toBe(constant(Number.NaN));
  });

  it("keeps names apart that look like parts of a key", () => {
    expect(parameter("a)b")).not.toBe(parameter("a"));
    expect(build.add(parameter("1,2"), x)).not.toBe(build.add(parameter("1"), x));
  });

  it("orders arguments by structure, whatever was built before", () => {
    const first = topologicalOrder([build.add(build.sin(x), build.cos(y))]).map(({ operation }) => operation.name);
    const second = topologicalOrder([build.add(build.cos(y), build.sin(x))]).map(({ operation }) => operation.name);
    expect(second).toEqual(first);
  });

  it("is walked without recursion: a chain of 100,000 terms", () => {
    let sum: Expression = x;
    for (let k = 0; k < 100_000; k++) sum = build.add(sum, y);
    expect(nodeCount([sum])).toBe(100_002);
  });

  it("knows what a value depends on", () => {
    const value = build.add(build.multiply(parameter("a"), x), build.subtract(state("u"), time));
    expect(dependenceOf(value)).toEqual(["parameter", "column", "state", "time"]);
    expect(dependenceOf(build.exp(parameter("a")))).toEqual(["parameter"]);
    expect(dependenceOf(build.exp(2))).toEqual([]);
    expect(dependsOn(value, "state")).toBe(true);
    expect(dependsOn(x, "state")).toBe(false);
  });
});

describe("types", () => {
  const is = build.less(x, 1);
  it.each<readonly [string, Expression, ExpressionType]>([
    ["real + complex", build.add(x, i), "complex"],
    ["|complex|", build.abs(i), "real"],
    ["select of real and complex", build.select(is, x, i), "complex"],
    ["real part", build.real(i), "real"],
    ["comparison", is, "boolean"],
    ["complex^2", build.integerPower(i, 2), "complex"],
  ])("%s", (_, expression, type) => {
    expect(expression.type).toBe(type);
  });

  it.each<readonly [string, () => Expression]>([
    ["floor(complex)", () => build.floor(i)],
    ["complex < 1", () => build.less(i, 1)],
    ["comparison + 1", () => build.add(is, 1)],
    ["not 1", () => build.not(x)],
    ["1 and comparison", () => build.and(x, is)],
    ["select(1, …)", () => build.select(x, x, y)],
    ["select of comparisons", () => build.select(is, is, is)],
    ["complex(complex, 0)", () => build.complex(i, 0)],
    ["hypot(complex, 1)", () => build.hypot(i, 1)],
    ["erf(complex)", () => build.erf(i)],
  ])("refuses %s", (_, action) => {
    expect(action).toThrow(expect.objectContaining({ code: "KERN-006" }));
  });

  it.each([0.5, 1025, Number.NaN, Number.POSITIVE_INFINITY])("refuses the whole power %d", (exponent) => {
    expect(() => build.integerPower(x, exponent)).toThrow(expect.objectContaining({ code: "KERN-009" }));
  });

  it("takes a whole constant exponent for a whole power, any other for pow", () => {
    expect(build.power(x, 3)).toBe(build.integerPower(x, 3));
    expect(build.power(x, build.negate(3))).toBe(build.integerPower(x, -3));
    expect(build.power(x, 0.5)).toBe(build.pow(x, 0.5));
    expect(build.power(x, 1025)).toBe(build.pow(x, 1025));
    expect(build.power(x, y)).toBe(build.pow(x, y));
  });
});

describe("operations", () => {
  it("are named by their key, and have an arity that fits", () => {
    for (const [key, { name, arity }] of Object.entries(operations)) {
      expect(name).toBe(key);
      expect(arity).toBeGreaterThanOrEqual(0);
    }
    expect(operations.sin.arity).toBe(1);
    expect([operations.pow, operations.atan2, operations.hypot].map(({ arity }) => arity)).toEqual([2, 2, 2]);
  });

  it("refuse arguments of the wrong type however they are built", () => {
    expect(() => node(operations.sqrt, [truth(true)])).toThrow(expect.objectContaining({ code: "KERN-006" }));
  });
});
