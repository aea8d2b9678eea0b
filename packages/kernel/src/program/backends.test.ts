import { describe, expect, it } from "vitest";
import { KernelError } from "../errors.ts";
import * as build from "../expression/build.ts";
import { type Expression, node } from "../expression/expression.ts";
import { column, constant, i, parameter, state, time } from "../expression/leaves.ts";
import { operations } from "../expression/operations.ts";
import { expr } from "../formula/formula.ts";
import { compileJavaScript } from "../javascript/compile.ts";
import { javaScriptSource } from "../javascript/source.ts";
import { compileWasm } from "../wasm/compile.ts";
import { interpret } from "./fixtures/interpreter.ts";
import { SPECIAL_VALUES } from "./fixtures/random-expression.ts";
import { evaluate, type Kernel } from "./kernel.ts";
import { kernelProgram, type Program } from "./program.ts";

const backends: readonly (readonly [string, (program: Program) => Kernel])[] = [
  ["js", compileJavaScript],
  ["wasm", compileWasm],
];

/** A reference value with the NaN that kernels give: V8 leaves the sign of NaN to the instruction that made it. */
function canonical(value: number): number {
  return Number.isNaN(value) ? Number.NaN : value;
}

/** The 64 bits of each number. */
function bits(values: Iterable<number>): readonly string[] {
  return Array.from(new BigUint64Array(Float64Array.from(values).buffer), (word) => word.toString(16));
}

const x = column("x");
const y = column("y");

describe.each(backends)("the %s back end", (_, compile) => {
  it("computes the line shape of a resonance", () => {
    const [m, gamma] = [parameter("m"), parameter("gamma")];
    const shape = expr`1 / (${m}^2 - s - i*${m}*${gamma})`;
    const result = evaluate(compile(kernelProgram({ shape })), { m: 2, gamma: 0.5, s: [4, 3, 5] });
    // 1 / (−i), 1 / (1 − i), 1 / (−1 − i): exact in binary
    expect([...(result["shape.re"] ?? [])]).toEqual([0, 0.5, -0.5]);
    expect([...(result["shape.im"] ?? [])]).toEqual([1, 0.5, 0.5]);
  });

  it.each([0, 1, 2, 3, 511, 512, 513, 1025])("computes %i elements, no more", (count) => {
    const kernel = compile(kernelProgram({ square: build.multiply(x, x) }));
    const values = Float64Array.from({ length: count + 1 }, (_unused, index) => index + 0.5);
    const square = new Float64Array(count + 1).fill(-1);
    kernel.run({ count, parameters: new Float64Array(), columns: [values], states: [], outputs: [square] });
    expect(square.subarray(0, count)).toEqual(values.subarray(0, count).map((value) => value * value));
    expect(square[count]).toBe(-1);
  });

  it("takes parameters, time, columns and states in the order that the program states", () => {
    const [a, b] = [parameter("a"), parameter("b")];
    const value = build.add(build.subtract(a, b), build.multiply(time, build.subtract(state("u"), x)));
    const program = kernelProgram({ value }, { parameters: ["b", "unused", "a"] });
    const outputs = [new Float64Array(1)];
    compile(program).run({
      count: 1,
      parameters: Float64Array.of(1, 99, 10),
      time: 2,
      columns: [Float64Array.of(3)],
      states: [Float64Array.of(7)],
      outputs,
    });
    expect(outputs[0]?.[0]).toBe(17);
  });

  it("computes once what does not vary, and once for a program without columns", () => {
    const kernel = compile(kernelProgram({ constant: 3, root: build.sqrt(parameter("a")), rising: time }));
    expect(evaluate(kernel, { a: 9, time: 4 })).toEqual({
      constant: Float64Array.of(3),
      root: Float64Array.of(3),
      rising: Float64Array.of(4),
    });
    const wide = compile(kernelProgram({ root: build.sqrt(parameter("a")), x }));
    expect(evaluate(wide, { a: 9, x: [1, 2, 3] }).root).toEqual(Float64Array.of(3, 3, 3));
  });

  it("takes an input called time where the independent variable does not occur", () => {
    const kernel = compile(kernelProgram({ twice: build.multiply(2, column("time")) }));
    expect(evaluate(kernel, { time: [1, 2] }).twice).toEqual(Float64Array.of(2, 4));
    expect(evaluate(compile(kernelProgram({ x })), { x: [1], time: 3 }).x).toEqual(Float64Array.of(1));
  });

  it("computes programs too long to hold every function in line", () => {
    let sum: Expression = x;
    for (let k = 1; k <= 600; k++) sum = build.add(build.sin(build.multiply(x, k)), sum);
    const values = [0.1, -2, 1e300];
    const expected = values.map((value) => interpret(sum, { x: value }) as number);
    expect(bits(evaluate(compile(kernelProgram({ sum })), { x: values }).sum ?? [])).toEqual(bits(expected));
  });

  it("lets an output replace an input", () => {
    const kernel = compile(kernelProgram({ sum: build.add(x, y), difference: build.subtract(x, y) }));
    const [first, second] = [Float64Array.from({ length: 700 }, (_u, k) => k), new Float64Array(700).fill(2)];
    kernel.run({
      count: 700,
      parameters: new Float64Array(),
      columns: [first, second],
      states: [],
      outputs: [first, second],
    });
    expect([first[699], second[699]]).toEqual([701, 697]);
  });

  it("gives the canonical NaN, whatever NaN comes in", () => {
    const strange = new Float64Array(new BigUint64Array([0xfff0_0000_dead_beefn]).buffer);
    const kernel = compile(kernelProgram({ same: x, negative: build.negate(x), sum: build.add(x, 1) }));
    const results = Object.values(evaluate(kernel, { x: strange }));
    for (const result of results) expect(bits(result)).toEqual(["7ff8000000000000"]);
  });

  it.each([
    ["min(0, −0)", build.min(x, y), [0, -0], -0],
    ["max(−0, 0)", build.max(x, y), [-0, 0], 0],
    ["min(1, NaN)", build.min(x, y), [1, Number.NaN], Number.NaN],
    ["max(NaN, 1)", build.max(x, y), [Number.NaN, 1], Number.NaN],
    ["floor(−0)", build.floor(x), [-0, 0], -0],
    ["floor(−0.5)", build.floor(x), [-0.5, 0], -1],
    ["floor(−∞)", build.floor(x), [-Infinity, 0], -Infinity],
    ["|−0|", build.abs(x), [-0, 0], 0],
    ["−0", build.negate(x), [0, 0], -0],
    ["√−0", build.sqrt(x), [-0, 0], -0],
    ["√−1", build.sqrt(x), [-1, 0], Number.NaN],
    ["1 / −0", build.divide(x, y), [1, -0], -Infinity],
    ["−0 + 0", build.add(x, y), [-0, 0], 0],
    ["−0 + −0", build.add(x, y), [-0, -0], -0],
    ["0 − 0", build.subtract(x, y), [0, 0], 0],
    ["∞ − ∞", build.subtract(x, y), [Infinity, Infinity], Number.NaN],
    ["0 · −3", build.multiply(x, y), [0, -3], -0],
    ["0 · ∞", build.multiply(x, y), [0, Infinity], Number.NaN],
    ["half of the least number", build.multiply(x, y), [5e-324, 0.5], 0],
    ["a subnormal sum", build.add(x, y), [5e-324, 5e-324], 1e-323],
    ["sign −0", build.sign(x), [-0, 0], -0],
    ["sign NaN", build.sign(x), [Number.NaN, 0], Number.NaN],
    ["NaN = NaN", build.select(build.equal(x, y), 1, 2), [Number.NaN, Number.NaN], 2],
    ["NaN ≠ NaN", build.select(build.notEqual(x, y), 1, 2), [Number.NaN, Number.NaN], 1],
    ["−0 = 0", build.select(build.equal(x, y), 1, 2), [-0, 0], 1],
    ["NaN < 1", build.select(build.less(x, y), 1, 2), [Number.NaN, 1], 2],
    ["not NaN ≤ 1", build.select(build.not(build.lessOrEqual(x, y)), 1, 2), [Number.NaN, 1], 1],
    ["x^0 of NaN", build.integerPower(x, 0), [Number.NaN, 0], 1],
    ["(−0)^−1", build.integerPower(x, -1), [-0, 0], -Infinity],
    ["pow(−8, 1/3)", build.pow(x, y), [-8, 1 / 3], Number.NaN],
    ["atan2(−0, −1)", build.atan2(x, y), [-0, -1], -Math.PI],
    ["exp(−∞)", build.exp(x), [-Infinity, 0], 0],
    ["log(−0)", build.log(x), [-0, 0], -Infinity],
  ] as const)("%s", (_name, expression, [first, second], expected) => {
    // two inputs whatever the expression needs, and three elements: a full vector and a remainder
    const kernel = compile(kernelProgram({ result: expression }, { columns: ["x", "y"] }));
    const inputs = { x: [first, first, first], y: [second, second, second] };
    expect(bits(evaluate(kernel, inputs).result ?? [])).toEqual(bits([expected, expected, expected]));
  });

  it.each(
    Object.values(operations).filter(({ arity, ...operation }) => arity > 0 && arity < 3 && "evaluate" in operation),
  )("$name has the bits of its definition at all special values", (operation) => {
    const isLogic = operation.signature.typeOf(["boolean", "boolean"]) === "boolean";
    const args = [x, y].slice(0, operation.arity).map((arg) => (isLogic ? build.less(arg, 1) : arg));
    const applied = node(operation, args);
    const result = applied.type === "boolean" ? build.select(applied, 1, 0) : applied;
    const pairs = [...SPECIAL_VALUES, Number.NaN].flatMap((a) => SPECIAL_VALUES.map((b) => [a, b] as const));
    const kernel = compile(kernelProgram({ result }, { columns: ["x", "y"] }));
    const got = evaluate(kernel, { x: pairs.map(([a]) => a), y: pairs.map(([, b]) => b) }).result ?? [];
    expect(bits(got)).toEqual(bits(pairs.map(([a, b]) => canonical(interpret(result, { x: a, y: b }) as number))));
  });
});

describe("js and wasm", () => {
  it("agree on complex arithmetic bit for bit", () => {
    const z = build.add(x, build.multiply(i, y));
    const w = build.complex(parameter("a"), parameter("b"));
    const unary = [
      build.exp,
      build.log,
      build.sqrt,
      build.sin,
      build.cos,
      build.tan,
      build.sinh,
      build.cosh,
      build.tanh,
    ];
    const results: Expression[] = [
      ...unary.flatMap((f) => [f(z), build.divide(f(build.multiply(w, z)), z)]),
      build.power(z, w),
      build.integerPower(z, -5),
      build.select(build.less(x, y), z, build.conjugate(w)),
    ];
    const program = kernelProgram(Object.fromEntries(results.map((result, index) => [`r${index}`, result])));
    const pairs = SPECIAL_VALUES.flatMap((a) => SPECIAL_VALUES.map((b) => [a, b] as const));
    const given = { a: 0.3, b: -1.2, x: pairs.map(([a]) => a), y: pairs.map(([, b]) => b) };
    const [js, wasm] = backends.map(([, compile]) => evaluate(compile(program), given));
    for (const { name } of program.outputs) expect(bits(wasm?.[name] ?? [])).toEqual(bits(js?.[name] ?? []));
  });
});

describe("generated JavaScript", () => {
  it("holds no text of the user, and every name in it is numbered", () => {
    const hostile = build.add(column("];alert(1);//"), parameter("`+process+`"));
    const { body } = javaScriptSource(kernelProgram({ "out\n}": hostile }));
    expect(body).not.toMatch(/alert|process|out\n/);
  });
});

describe("programs and calls", () => {
  const code = (action: () => unknown): string | undefined => {
    try {
      action();
    } catch (error) {
      return error instanceof KernelError ? error.code : undefined;
    }
    return undefined;
  };

  it("hoist what does not vary by element", () => {
    const program = kernelProgram({ value: build.multiply(build.exp(parameter("a")), x) });
    expect(program.hoisted.map(({ operation }) => operation.name)).toEqual(["parameter", "exp"]);
    expect(program.perElement.map(({ operation }) => operation.name).sort()).toEqual(["column", "multiply"]);
  });

  it("are refused with a code", () => {
    expect(code(() => kernelProgram({ big: build.less(x, 1) }))).toBe("KERN-020");
    expect(code(() => kernelProgram({ sum: build.add(x, parameter("x")) }))).toBe("KERN-021");
    expect(code(() => kernelProgram({ sum: build.add(column("time"), time) }))).toBe("KERN-021");
    expect(code(() => evaluate(compileJavaScript(kernelProgram({ time })), {}))).toBe("KERN-023");
    expect(code(() => kernelProgram({ z: build.complex(x, y), "z.re": constant(1) }))).toBe("KERN-021");
    expect(code(() => kernelProgram({ sum: build.add(x, y) }, { columns: ["x"] }))).toBe("KERN-022");
    expect(code(() => kernelProgram({ x }, { columns: ["x", "x"] }))).toBe("KERN-022");
    const kernel = compileJavaScript(kernelProgram({ value: build.multiply(build.add(x, y), parameter("a")) }));
    for (const inputs of [
      { a: 1, x: [1] },
      { a: 1, x: [1], y: [1, 2] },
      { a: [1], x: [1], y: [1] },
      { a: 1, x: [1], y: 1 },
      { a: 1, x: [1], y: [1], z: [1] },
    ])
      expect(code(() => evaluate(kernel, inputs as never))).toBe("KERN-023");
    const call = { parameters: Float64Array.of(1), columns: [x, y].map(() => new Float64Array(2)), states: [] };
    expect(code(() => kernel.run({ ...call, count: 3, outputs: [new Float64Array(3)] }))).toBe("KERN-023");
    expect(code(() => kernel.run({ ...call, count: 2, outputs: [new Float64Array(1)] }))).toBe("KERN-023");
    expect(code(() => kernel.run({ ...call, count: 1.5, outputs: [new Float64Array(2)] }))).toBe("KERN-023");
    expect(code(() => kernel.run({ ...call, count: 2, outputs: [] }))).toBe("KERN-023");
  });
});
