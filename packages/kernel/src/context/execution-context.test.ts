import { describe, expect, it } from "vitest";
import * as build from "../expression/build.ts";
import { column, parameter } from "../expression/leaves.ts";
import { bindPlan } from "../plan/bind.ts";
import { planOf } from "../plan/plan.ts";
import { evaluate } from "../program/kernel.ts";
import { kernelProgram } from "../program/program.ts";
import { createExecutionContext, type ExecutionContextOptions } from "./execution-context.ts";
import type { ContextHost } from "./host.ts";
import type { DataColumns } from "./prepared-kernel.ts";

const [a, b] = [parameter("a"), parameter("b")];
const [x, y] = [column("x"), column("y")];

/** Sums, a product that is none, and a sum of what does not vary, as plans make them. */
const program = kernelProgram({
  logarithm: build.total(build.log(build.add(build.multiply(a, x), build.multiply(y, y)))),
  product: build.multiply(build.multiply(a, x), build.exp(b)),
  slope: build.total(build.divide(x, build.add(build.multiply(a, x), y))),
});

function data(count: number) {
  const values = (shift: number) =>
    Float64Array.from({ length: count }, (_, k) => 1 + ((k * 7919 + shift) % 1009) / 97);
  return { x: values(3), y: values(500) };
}

describe("the options of a context", () => {
  it.each([
    ["threads", { dedicated: 0 }, "whole number"],
    ["threads", { dedicated: -3 }, "whole number"],
    ["threads", { dedicated: 2.5 }, "whole number"],
    ["threads", { dedicated: Number.NaN }, "whole number"],
    ["threads", "all", 'one of "single", "shared"'],
    ["threads", null, 'one of "single", "shared"'],
    ["backend", "nativ", 'Did you mean "native"?'],
    ["arithmetic", "fasst", 'Did you mean "fast"?'],
  ])("are refused with a remedy where there is no such value: %s %j", (name, value, remedy) => {
    expect(() => createExecutionContext({ [name]: value } as ExecutionContextOptions)).toThrow(
      expect.objectContaining({ code: "KERN-054", remedy: expect.stringContaining(remedy) }),
    );
  });

  it("leave the back end what it fell back to, after dispose too", () => {
    const host: ContextHost = { hasNative: true, compileNative: () => undefined, startTeam: () => undefined };
    const context = createExecutionContext({ backend: "native", host });
    expect(context.backend).toBe("native");
    context.prepare(program, data(3), 3);
    expect(context.backend).toBe("wasm");
    context.dispose();
    expect(context.backend).toBe("wasm");
  });
});

describe("columns that are no arrays of floats", () => {
  it.each([
    ["Int32Array", Int32Array.of(1, 2)],
    ["Array", ["a", "b"]],
    ["String", "ab"],
  ])("are refused by contexts and by plans alike: %s", (kind, values) => {
    const columns = { x: values, y: Float64Array.of(1, 2) } as unknown as DataColumns;
    const context = createExecutionContext();
    const message = `The column \`x\` is neither a Float64Array nor a Float32Array, but of the kind ${kind}`;
    expect(() => context.prepare(program, columns, 2)).toThrow(expect.objectContaining({ code: "KERN-050", message }));
    for (const value of [build.total(x), build.total(build.exp(build.multiply(a, x)))])
      expect(() => bindPlan(context, planOf({ value }), columns)).toThrow(
        expect.objectContaining({ code: "KERN-074", message }),
      );
  });
});

describe.each(["js", "wasm"] as const)("a context with the %s back end", (backend) => {
  it.each([0, 1, 2, 3, 127, 128, 129, 4095, 4096, 4097, 10_000])(
    "sums %i prepared elements with the bits of evaluate",
    (count) => {
      const context = createExecutionContext({ backend });
      const columns = data(count);
      const prepared = context.prepare(program, columns, count);
      const results = new Float64Array(2);
      for (const parameters of [Float64Array.of(1.5, 0.25), Float64Array.of(0.1, -2)]) {
        prepared.run(parameters, results);
        const [first = 0, second = 0] = parameters;
        const expected = evaluate(createExecutionContext({ backend: "js" }).compile(program), {
          a: first,
          b: second,
          ...columns,
        });
        expect([...results]).toEqual([expected.logarithm?.[0], expected.slope?.[0]]);
        expect(prepared.columns[0]).toEqual(expected.product);
      }
      context.dispose();
      expect(context.statistics).toMatchObject({ prepared: 0, bytes: 0, compiled: 0 });
    },
  );

  it("runs several programs on the same data, each with its own bits", () => {
    const context = createExecutionContext({ backend });
    const columns = data(5000);
    const first = context.prepare(program, columns, 5000);
    const at = Float64Array.of(1.5, 0.25);
    const sums = new Float64Array(2);
    first.run(at, sums);
    const before = [...sums, ...(first.columns[0] as Float64Array).slice(0, 9)];
    const other = kernelProgram({
      cube: build.total(build.multiply(a, build.integerPower(x, 3))),
      half: build.divide(y, 2),
    });
    const second = context.prepareBeside(other, first);
    const cubes = new Float64Array(1);
    second?.run(Float64Array.of(2), cubes);
    expect(cubes[0]).toBe(evaluate(context.compile(other), { a: 2, ...columns }).cube?.[0]);
    expect([...(second?.columns[0] ?? [])]).toEqual([...columns.y].map((value) => value / 2));
    first.run(at, sums);
    expect([...sums, ...(first.columns[0] as Float64Array).slice(0, 9)]).toEqual(before);
    // an output of 8 B per element, and no column of 8 B
    expect((second?.bytes ?? 0) / 5000).toBeLessThan(8 + 2 * (65536 / 5000));
    second?.update("x", columns.y);
    first.run(at, sums);
    const swapped = evaluate(context.compile(program), { a: 1.5, b: 0.25, ...columns, x: columns.y });
    expect([...sums]).toEqual([swapped.logarithm?.[0], swapped.slope?.[0]]);
    first.dispose();
    second?.run(Float64Array.of(1), cubes);
    expect(cubes[0]).toBe(evaluate(context.compile(other), { a: 1, ...columns, x: columns.y }).cube?.[0]);
    expect(() => context.prepareBeside(other, first)).toThrow(expect.objectContaining({ code: "KERN-050" }));
    context.dispose();
  });
});
