import { describe, expect, it } from "vitest";
import { KernelError } from "../errors.ts";
import {
  absSquared,
  add,
  divide,
  integerPower,
  less,
  multiply,
  negate,
  select,
  subtract,
} from "../expression/build.ts";
import { column, constant, i, parameter } from "../expression/leaves.ts";
import { lookUpTable } from "../table/table.ts";
import { cross, dot, matMul, matVec, norm, transpose } from "../vector/arithmetic.ts";
import { matrix, vector } from "../vector/shape.ts";
import { solve } from "../vector/solve.ts";
import { expr, parseFormula, parseShapedFormula, shapedExpr } from "./formula.ts";

const [a, b, c] = [parameter("a"), parameter("b"), parameter("c")];
const v = vector([a, b]);
const m = matrix([
  [a, b],
  [b, c],
]);
const symbols = { a, b, c, v, m };
const read = (text: string) => parseFormula(text, symbols);
const readShaped = (text: string) => parseShapedFormula(text, symbols);

function errorOf(action: () => unknown): KernelError {
  try {
    action();
  } catch (error) {
    if (error instanceof KernelError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("vectors and matrices in formulas", () => {
  it.each([
    ["[a, b]", v],
    ["[[a, b], [b, c]]", m],
    ["[v, [b, c]]", m],
    ["2*v + v", vector([add(multiply(2, a), a), add(multiply(2, b), b)])],
    ["v - [b, a]", vector([subtract(a, b), subtract(b, a)])],
    ["-v", vector([negate(a), negate(b)])],
    ["v / 2", vector([divide(a, 2), divide(b, 2)])],
    ["m * v", matVec(m, v)],
    ["m * transpose(m)", matMul(m, transpose(m))],
    ["solve(m, v)", solve(m, v)],
    ["solve(m, m)", solve(m, m)],
    ["cross([a, b, c], [c, a, b])", cross(vector([a, b, c]), vector([c, a, b]))],
    ["m[2]", vector([b, c])],
    ["select(a < b, v, -v)", vector([select(less(a, b), a, negate(a)), select(less(a, b), b, negate(b))])],
    ["select(a < b, m, m)", matrix(m.rows.map((row) => row.map((entry) => select(less(a, b), entry, entry))))],
    ["conj(i*v)[1] * [1]", vector([expr`conj(i*${a}) * 1`])],
  ])("%s", (text, expected) => {
    expect(readShaped(text)).toEqual(expected);
  });

  it.each([
    ["v[1]", a],
    ["m[2, 1]", b],
    ["m[1][2]", b],
    ["[a, b, c][3]^2", integerPower(c, 2)],
    ["dot(v, v)", dot(v, v)],
    ["norm(v)", norm(v)],
    ["solve(m, v)[2]", solve(m, v).components[1]],
    ["v[1 + 1]", b],
  ])("%s", (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it("are interpolated", () => {
    expect(expr`dot(${v}, [x, 2]) / ${m}[1, 1]`).toBe(divide(add(multiply(a, column("x")), multiply(b, 2)), a));
    expect(shapedExpr`${m} * ${v}`).toEqual(matVec(m, v));
  });

  it.each([
    ["v + [a, b, c]", "KERN-030", "v + [a, b, c]", "a vector of 2 and a vector of 3"],
    ["v + a", "KERN-030", "v + a", "a vector of 2 and a number"],
    ["1 + v * v", "KERN-030", "v * v", "a vector of 2 and a vector of 2"],
    ["v * m", "KERN-030", "v * m", "a vector of 2 and a 2×2 matrix"],
    ["a / v", "KERN-030", "a / v", "a vector of 2"],
    ["v^2", "KERN-030", "v^2", "a vector of 2"],
    ["v < 1", "KERN-030", "v < 1", "a vector of 2"],
    ["not v", "KERN-030", "not v", "a vector of 2"],
    ["a*sin(v)", "KERN-030", "sin(v)", "`sin` takes numbers"],
    ["solve(v, v)", "KERN-030", "solve(v, v)", "`solve` takes a matrix here, but got a vector of 2"],
    ["solve(m, [a, b, c])[1]", "KERN-030", "solve(m, [a, b, c])", "a 2×2 matrix and a vector of 3"],
    ["dot(a, v)", "KERN-030", "dot(a, v)", "a number"],
    ["norm(a)", "KERN-030", "norm(a)", "a number"],
    ["select(v, 1, 2)", "KERN-030", "select(v, 1, 2)", "a vector of 2"],
    ["select(a < b, v, 2)", "KERN-030", "select(a < b, v, 2)", "a number"],
    ["select(a < b, v, m)", "KERN-030", "select(a < b, v, m)", "a vector of 2 and a 2×2 matrix"],
    ["[a, v]", "KERN-030", "[a, v]", "A row of a matrix is a number"],
    ["[[a, b], [c]]", "KERN-030", "[[a, b], [c]]", "Row 2 of a matrix has 1 entries"],
    ["[]", "KERN-030", "[]", "no entries"],
    ["[a < b]", "KERN-030", "[a < b]", "comparison"],
    ["a + v", "KERN-030", "a + v", "a number and a vector of 2"],
    ["v", "KERN-030", "v", "a vector of 2 where a number is needed"],
    ["a[1]", "KERN-030", "a[1]", "A number has no components"],
    ["1 + v[3]", "KERN-031", "v[3]", "There is no component 3 in a vector of 2"],
    ["v[0]", "KERN-031", "v[0]", "There is no component 0"],
    ["m[3, 1]", "KERN-031", "m[3, 1]", "There is no row 3 in a 2×2 matrix"],
    ["m[1, 3]", "KERN-031", "m[1, 3]", "There is no column 3"],
    ["v[1, 2]", "KERN-031", "v[1, 2]", "one index"],
    ["v[]", "KERN-031", "v[]", "one index"],
    ["v[a]", "KERN-035", "v[a]", "An index is not a whole constant"],
    ["v[1.5]", "KERN-035", "v[1.5]", "An index is not a whole constant"],
    ["v[1", "KERN-002", "[", "This bracket is never closed"],
    ["[a, b)", "KERN-002", ")", "should not stand here"],
    ["(a]", "KERN-002", "]", "should not stand here"],
  ])("%s is refused with %s at %s", (text, code, place, message) => {
    const error = errorOf(() => read(text));
    const { from, to } = error.context as { readonly from: number; readonly to: number };
    expect({ code: error.code, place: text.slice(from, to) }).toEqual({ code, place });
    expect(error.message).toContain(message);
    expect(error.message.split("\n").at(-1)).toMatch(/^ *\^+$/);
  });
});

describe("sums and products over index sets", () => {
  it.each([
    ["sum(k in 1..3, a^k)", add(add(integerPower(a, 1), integerPower(a, 2)), integerPower(a, 3))],
    ["sum(k in 1..2, k*v[k])", add(multiply(1, a), multiply(2, b))],
    ["sum(k in 1..2, l in k..2, m[k, l])", add(add(a, b), c)],
    ["sum(k in 1..2, sum(l in 1..2, m[k, l]*v[l])*v[k])", dot(vector(matVec(m, v).components), v)],
    ["product(k in 0..1, a - k)", multiply(subtract(a, 0), subtract(a, 1))],
    ["product(k in 1..2, a - v[3 - k])", multiply(subtract(a, b), subtract(a, a))],
    ["sum(g in v, abs2(g))", add(absSquared(a), absSquared(b))],
    ["sum(k in 2..1, v[k]/0)", constant(0)],
    ["product(k in 1..0, (a + v[7]) * (2))", constant(1)],
    ["sum(n in 1..2, n) + sum(n in [a], n)", add(add(1, 2), a)],
    ["sum(k in -1..1, a - k)", add(add(subtract(a, -1), subtract(a, 0)), subtract(a, 1))],
    ["sum(row in [1, 2], m[row, 1])", add(a, b)],
    ["2*sum(k in 1..1.e0, i)", multiply(2, i)],
  ])("%s", (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it("add up vectors and multiply matrices", () => {
    expect(readShaped("sum(k in 1..2, m[k])")).toEqual(vector([add(a, b), add(b, c)]));
    expect(readShaped("product(k in 1..2, m)")).toEqual(matMul(m, m));
  });

  it("leave the name `in` to columns", () => {
    expect(expr`in + sum(k in 1..1, in)`).toBe(add(column("in"), column("in")));
  });

  it.each([
    ["sum(a, b)", "KERN-002", "does not say what it runs over"],
    ["sum(k in 1..3)", "KERN-002", "does not say what it runs over"],
    ["sum(k in a, k)", "KERN-002", "does not say what it runs over"],
    ["sum(k in m, k)", "KERN-002", "does not say what it runs over"],
    ["sum(k in 1..3", "KERN-002", "ends where a value should stand"],
    ["sum(k in 1..3, k", "KERN-002", "This parenthesis is never closed"],
    ["sum + 1", "KERN-002", "has no arguments"],
    ["sum(k in 1..a, k)", "KERN-035", "The end of a range"],
    ["sum(k in 0.5..2, k)", "KERN-035", "The start of a range"],
    ["sum(i in 1..2, 1)", "KERN-008", "`i`"],
    ["sum(a in 1..2, 1)", "KERN-008", "`a`"],
    ["sum(k in 1..2, 1) + k", "KERN-003", "`k` is not known"],
    ["sum(k in 1..3, v[k])", "KERN-031", "There is no component 3"],
    ["sum(k in 1..2, select(k < 2, a, v))", "KERN-030", "two values of one shape"],
    ["sum(k in 1..1e9, k)", "KERN-036", "10000"],
    ["sum(k in 1..200, l in 1..200, a)", "KERN-036", "10000"],
    ["sums(k in 1..2, a)", "KERN-004", "There is no function"],
    ["a..b", "KERN-002", "should not stand here"],
  ])("%s is refused with %s", (text, code, message) => {
    const error = errorOf(() => read(text));
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
    expect(error.message.split("\n").at(-1)).toMatch(/^ *\^+$/);
  });
});

describe("tables in formulas", () => {
  const density = lookUpTable({ axes: [[0, 1, 3]], values: [1, 2, 5] });

  it("are called by name, or interpolated", () => {
    expect(parseFormula("2*density(a + 1)", { a, density })).toBe(multiply(2, density(add(a, 1))));
    expect(expr`1 - ${density}(x)`).toBe(subtract(1, density(column("x"))));
  });

  it.each([
    ["density", "KERN-002", "density"],
    ["1 + density(a, a)", "KERN-034", "density(a, a)"],
    ["density([a])", "KERN-030", "density([a])"],
    ["densty(a)", "KERN-004", "densty"],
  ])("%s is refused with %s at %s", (text, code, place) => {
    const error = errorOf(() => parseFormula(text, { a, density }));
    const { from, to } = error.context as { readonly from: number; readonly to: number };
    expect({ code: error.code, place: text.slice(from, to) }).toEqual({ code, place });
  });

  it("must have coordinates where they are interpolated", () => {
    expect(errorOf(() => expr`1 + ${density}`).message).toContain("  1 + \u0024{#1}\n      ^^^^^");
    expect(errorOf(() => parseFormula("densty(a)", { a, density })).remedy).toBe("Did you mean density?");
  });
});
