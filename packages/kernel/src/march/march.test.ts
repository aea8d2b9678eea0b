import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as build from "../expression/build.ts";
import type { Expression } from "../expression/expression.ts";
import { column, parameter, state, time } from "../expression/leaves.ts";
import { compileJavaScript } from "../javascript/compile.ts";
import { kernelProgram } from "../program/program.ts";
import { compileMarch, type MarchCall } from "./march.ts";

const [x, y, a, h] = [state("x"), state("y"), column("a"), parameter("h")];
const { add, exp, less, max, multiply, pow, select, subtract, divide, total } = build;

/** The same march by a kernel, step by step. */
function stepByStep(outputs: Readonly<Record<string, Expression>>, call: MarchCall) {
  const program = kernelProgram(outputs, ORDER);
  const kernel = compileJavaScript(program);
  const { count, steps } = call;
  const columns = call.columns.map((values) => Float64Array.from(values));
  let states: readonly Float64Array[] = call.states.map((values) => Float64Array.from(values));
  const traced: Float64Array[][] = [];
  for (let step = 0; step < steps; step++) {
    const results = program.outputs.map(() => new Float64Array(count));
    kernel.run({
      count,
      parameters: Float64Array.from(call.parameters, (values) => values[step] as number),
      time: call.times?.[step] ?? 0,
      columns,
      states,
      outputs: results,
    });
    const named = new Map(program.outputs.map(({ name }, index) => [name, results[index] as Float64Array]));
    states = program.states.map((name) => named.get(name) as Float64Array);
    traced.push(
      program.outputs.flatMap(({ name }, index) =>
        program.states.includes(name) ? [] : [results[index] as Float64Array],
      ),
    );
  }
  return { states, traced };
}

const ORDER = { parameters: ["h"], columns: ["a"], states: ["x", "y"] };

function expectSameBits(outputs: Readonly<Record<string, Expression>>, call: MarchCall) {
  const march = compileMarch(kernelProgram(outputs, ORDER));
  const expected = stepByStep(outputs, call);
  for (let turn = 0; turn < 2; turn++) {
    const result = march.run(call);
    const elements = Array.from({ length: call.count }, (_, element) => element);
    expect([0, 1].map((index) => elements.map((element) => result.state(index, element)))).toEqual(
      expected.states.map((values) => [...values]),
    );
    expected.traced.forEach((values, step) => {
      values.forEach((one, index) => {
        expect(elements.map((element) => result.traced(index, step, element))).toEqual([...one]);
      });
    });
  }
}

function callOf(count: number, steps: number): MarchCall {
  return {
    count,
    steps,
    parameters: [Float64Array.from({ length: steps }, (_, step) => 0.01 + 0.001 * (step % 3))],
    times: Float64Array.from({ length: steps }, (_, step) => 0.01 * step),
    columns: [Float64Array.from({ length: count }, (_, k) => 0.2 + 0.37 * k)],
    states: [Float64Array.from({ length: count }, (_, k) => 1 + 0.1 * k), new Float64Array(count)],
  };
}

/** Elements pass from one branch to the other at different steps; nested, with one condition for two states. */
const isEarly = less(x, multiply(3, a));
const late = select(less(y, 2), multiply(exp(multiply(-1, y)), pow(a, 1.3)), divide(1, add(y, a)));
const branching = {
  x: add(x, multiply(h, select(isEarly, exp(multiply(a, 0.5)), divide(multiply(-1, x), max(time, 0.1))))),
  y: select(isEarly, add(y, multiply(h, pow(x, 1.1))), subtract(y, multiply(h, late))),
  rate: multiply(x, exp(subtract(a, y))),
};

describe("a march", () => {
  it.each([0, 1, 2, 3, 8, 17])("of %i elements has the bits of its program step by step", (count) => {
    expectSameBits(branching, callOf(count, 300));
  });

  it("without steps leaves the states", () => {
    expectSameBits(branching, callOf(3, 0));
  });

  it("exchanges states at once", () => {
    expectSameBits({ x: y, y: x }, callOf(5, 7));
  });

  it("needs no time where the program reads none", () => {
    const { times: _, ...call } = callOf(4, 20);
    expectSameBits({ x: add(x, multiply(h, y)), y: subtract(y, multiply(h, x)) }, call);
  });

  it("has the bits of its program for any nest of choices", () => {
    const leaf = fc.constantFrom<Expression>(x, y, a, h, time);
    const { node } = fc.letrec<{ node: Expression }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 6 },
        leaf,
        fc.tuple(tie("node"), tie("node")).map(([p, q]) => add(p, q)),
        fc.tuple(tie("node"), tie("node")).map(([p, q]) => divide(p, add(1, multiply(q, q)))),
        tie("node").map((p) => exp(build.negate(build.abs(p)))),
        fc.tuple(tie("node"), tie("node"), tie("node"), tie("node")).map(([p, q, r, s]) => select(less(p, q), r, s)),
      ),
    }));
    fc.assert(
      fc.property(node, node, node, (p, q, r) => {
        expectSameBits({ x: p, y: q, seen: r }, callOf(3, 6));
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  it("refuses states without a next value, sums and calls that do not fit", () => {
    const code = (name: string) => expect.objectContaining({ code: name });
    expect(() => compileMarch(kernelProgram({ x: add(x, y) }, ORDER))).toThrow(code("KERN-079"));
    expect(() => compileMarch(kernelProgram({ x, y, all: total(x) }, ORDER))).toThrow(code("KERN-079"));
    const march = compileMarch(kernelProgram(branching, ORDER));
    const call = callOf(4, 10);
    const { times: _, ...timeless } = call;
    for (const odd of [
      { ...call, count: 5 },
      { ...call, steps: 11 },
      { ...call, count: 1.5 },
      { ...call, states: [] },
      { ...call, parameters: [] },
      timeless,
    ])
      expect(() => march.run(odd)).toThrow(code("KERN-023"));
    expect(() =>
      march.run({ ...call, count: 4, steps: 1e10, parameters: [{ length: 1e10 }], times: { length: 1e10 } }),
    ).toThrow(code("KERN-052"));
  });
});
