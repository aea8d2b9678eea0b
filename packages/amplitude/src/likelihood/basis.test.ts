import { dataset } from "@simloom/columns";
import {
  absSquared,
  activationOf,
  add,
  column,
  complex,
  createExecutionContext,
  exp,
  greater,
  multiply,
  nodeCount,
  parameter,
  select,
  tagged,
} from "@simloom/kernel";
import { describe, expect, it } from "vitest";
import { basisColumns, basisOf } from "./basis.ts";
import { likelihood } from "./likelihood.ts";

const [a, x, y] = [parameter("a"), column("x"), column("y")];

describe("basisOf", () => {
  it("takes the largest parts that depend on events alone, and leaves plain columns", () => {
    const shape = exp(multiply(x, y));
    const { intensity, program } = basisOf(add(multiply(a, shape), multiply(a, x)));
    expect(program?.outputs.map(({ name }) => name)).toEqual(["#basis 0"]);
    expect(intensity).toBe(add(multiply(a, column("#basis 0")), multiply(a, x)));
  });

  it("keeps two columns of a complex part, or one where the other is always 0", () => {
    const full = basisOf(absSquared(multiply(a, complex(exp(x), exp(y)))));
    expect(full.intensity).toBe(absSquared(multiply(a, complex(column("#basis 0.re"), column("#basis 0.im")))));
    const imaginary = basisOf(absSquared(add(a, complex(0, exp(x)))));
    expect(imaginary.intensity).toBe(absSquared(add(a, complex(0, column("#basis 0.im")))));
  });

  it("does not hide tags, by which waves are switched, nor conditions", () => {
    const wave = tagged(exp(x), "S");
    const { intensity, program } = basisOf(multiply(wave, add(wave, select(greater(exp(y), 1), exp(y), a))));
    expect(activationOf([intensity]).tags).toEqual(["S"]);
    expect(new Set(program?.outputs.map(({ value }) => value))).toEqual(new Set([exp(x), exp(y)]));
  });

  it("has nothing to do where all depends on parameters", () => {
    const intensity = exp(multiply(a, x));
    expect(basisOf(intensity)).toEqual({ intensity, program: undefined });
  });

  it("gives the numbers of the parts", () => {
    const context = createExecutionContext({ backend: "js" });
    const { program } = basisOf(multiply(a, exp(multiply(x, y))));
    if (program === undefined) throw new Error("there is a basis");
    const values = basisColumns(program, dataset({ x: [0, 1], y: [5, 0] }), context);
    expect([...(values["#basis 0"] ?? [])]).toEqual([1, 1]);
    context.dispose();
  });

  it("makes plans that do not grow with the line shapes", () => {
    const context = createExecutionContext({ backend: "js" });
    const planned = (depth: number): number => {
      let shape = exp(x);
      for (let k = 0; k < depth; k++) shape = add(multiply(shape, y), k);
      const data = dataset({ x: [1, 2], y: [1, 1] });
      const term = {
        name: "d",
        kind: "shape",
        intensity: absSquared(multiply(a, shape)),
        data,
        monteCarlo: data,
      } as const;
      const nll = likelihood([term], context);
      nll.value(Float64Array.of(1));
      const [body] = nll.compiled[0]?.plan.sets ?? [];
      return nodeCount(body?.cached?.outputs.map(({ value }) => value) ?? []);
    };
    expect(planned(50)).toBe(planned(2));
    context.dispose();
  });
});
