import {
  bindPlan,
  column,
  createExecutionContext,
  type ExecutionContext,
  expr,
  i,
  log,
  multiply,
  parameter,
  parameterSet,
  parameterSpec,
  planOf,
  total,
} from "@simloom/kernel";
import { createNodeContext } from "@simloom/kernel/node";
import { randomStream } from "@simloom/numerics";
import { afterAll, describe, expect, it } from "vitest";
import { chainSummary } from "../diagnostics/summary.ts";
import { affineInvariant } from "../ensemble/affine-invariant.ts";
import { ensembleSlice } from "../ensemble/ensemble-slice.ts";
import { DENSITIES } from "../fixtures/densities.ts";
import { nuts } from "../hamiltonian/nuts.ts";
import { densityOf, densityOfPlan } from "./density-of.ts";
import { sample } from "./sample.ts";

const contexts: ExecutionContext[] = [];
afterAll(() => {
  for (const context of contexts) context.dispose();
});
function kept(context: ExecutionContext): ExecutionContext {
  contexts.push(context);
  return context;
}
const one = kept(createExecutionContext());
const two = kept(createNodeContext({ threads: { dedicated: 2 } }));

describe.each(Object.entries(DENSITIES))("the formula of %s", (_, { names, plain, formula }) => {
  it("has the values and slopes of the function, one by one and in a batch", () => {
    const density = densityOf(one, formula, names);
    const stream = randomStream({ seed: 1, name: "points" });
    const points = Array.from({ length: 21 }, () => stream.fillNormal(new Float64Array(names.length)));
    const values = new Float64Array(points.length);
    const [found, expected] = [new Float64Array(names.length), new Float64Array(names.length)];
    density.values(points, values);
    points.forEach((point, k) => {
      const value = plain.gradient(point, expected);
      const scale = 1e-13 * (1 + Math.abs(value)); // some tens of roundings of the largest term
      expect(Math.abs((values[k] as number) - value)).toBeLessThan(scale);
      expect(density.value(point)).toBe(values[k]);
      expect(Math.abs(density.gradient(point, found) - value)).toBeLessThan(scale);
      found.forEach((slope, i) => {
        expect(Math.abs(slope - (expected[i] as number))).toBeLessThan(1e-12 * (1 + Math.abs(value)));
      });
    });
    density.dispose();
  });
});

describe("densityOf", () => {
  const { names, formula } = DENSITIES["eight schools"];
  const start = new Array(10).fill(0);

  it.each([affineInvariant(), ensembleSlice(), nuts()])("gives $name the same bits in every back end", (sampler) => {
    const draws = (["js", "wasm", "native"] as const).map((backend) => {
      const density = densityOf(kept(createNodeContext({ backend, notice: () => {} })), formula, names);
      return sample(density, start, { sampler, steps: 15, warmup: 15, seed: 1, spread: 1 }).draws;
    });
    expect(draws[1]).toEqual(draws[0]);
    expect(draws[2]).toEqual(draws[0]);
  });

  it("shares a half of a large ensemble between threads, with the bits of one", () => {
    const options = { sampler: affineInvariant(), steps: 2, warmup: 1, walkers: 10_002, seed: 2, spread: 1 };
    const [alone, together] = [one, two].map((context) => sample(densityOf(context, formula, names), start, options));
    expect(together?.draws).toEqual(alone?.draws);
    expect(together?.acceptedFraction).toBeGreaterThan(0.1);
    expect(two.statistics.workers).toBe(1);
  });

  it("keeps fixed parameters where they are", () => {
    const set = parameterSet([
      parameterSpec({ name: "x", initial: 0 }),
      parameterSpec({ name: "width", initial: 2, fixed: 2 }),
    ]);
    const density = densityOf(one, expr`-(${parameter("x")}/${parameter("width")})^2/2`, set);
    expect(density.value(Float64Array.of(4))).toBe(-2);
    expect(density.gradient(Float64Array.of(4), new Float64Array(1))).toBe(-2);
  });

  it.each([
    ["data", () => densityOf(one, column("mass"), ["x"])],
    ["a sum over what would be data", () => densityOf(one, total(parameter("x")), ["x"])],
    ["a complex number", () => densityOf(one, multiply(i, parameter("x")), ["x"])],
    ["a parameter without a name in the set", () => densityOf(one, parameter("y"), ["x"])],
  ])("refuses %s", (_, misuse) => {
    expect(misuse).toThrow(expect.objectContaining({ code: "SOLV-082" }));
  });
});

describe("densityOfPlan", () => {
  const count = 10_000;
  const data = randomStream({ seed: 3, name: "data" }).fillNormal(new Float64Array(count), 1, 2);
  const [mu, sigma] = [parameter("mu"), parameter("sigma")];
  const nll = total(expr`(x - ${mu})^2/(2*${sigma}^2) + ${log(sigma)}`);
  const set = parameterSet([
    parameterSpec({ name: "sigma", initial: 2, bounds: [0, null], scale: 0.02 }),
    parameterSpec({ name: "mu", initial: 1, scale: 0.02 }),
  ]);
  const boundIn = (context: ExecutionContext) =>
    bindPlan(context, planOf({ nll }, { derivatives: { of: "nll", by: ["mu", "sigma"] } }), { x: data });

  it.each([
    [affineInvariant(), 600],
    [nuts(), 300],
  ])("draws from a posterior, with the same bits on two threads", (sampler, steps) => {
    const options = { sampler, steps, warmup: 200, seed: 4, spread: 1 };
    const [alone, together] = [one, two].map((context) => {
      const bound = boundIn(context);
      const chain = sample(densityOfPlan(bound, set, { of: "nll", factor: -1 }), set, options);
      bound.dispose();
      return chain;
    });
    expect(together?.draws).toEqual(alone?.draws);
    const [width, centre] = chainSummary(alone as NonNullable<typeof alone>).parameters;
    const mean = data.reduce((sum, x) => sum + x, 0) / count;
    const deviation = Math.sqrt(data.reduce((sum, x) => sum + (x - mean) ** 2, 0) / count);
    // the posterior is normal to a relative 1 / √count: errors σ / √count and σ / √(2 count), drawn with four standard errors
    const far = (size: number | undefined) => 4 / Math.sqrt(size ?? 1);
    expect(Math.abs((centre?.mean ?? 0) - mean) / (deviation / 100)).toBeLessThan(far(centre?.bulkEffectiveSize));
    expect(Math.abs((width?.mean ?? 0) - deviation) / (deviation / 141)).toBeLessThan(
      far(width?.bulkEffectiveSize) + 0.02,
    );
    expect(Math.abs((centre?.standardDeviation ?? 0) / (deviation / 100) - 1)).toBeLessThan(
      far(centre?.bulkEffectiveSize),
    );
  });

  it("has the bits of one point after the other in a batch, on two threads", () => {
    const points = Array.from({ length: 7 }, (_, k) => Float64Array.of(1.9 + 0.03 * k, 1.1 - 0.02 * k));
    const [alone, together] = [one, two].map((context) =>
      densityOfPlan(boundIn(context), set, { of: "nll", factor: -1 }),
    );
    const values = new Float64Array(points.length);
    together?.values?.(points, values);
    expect([...values]).toEqual(points.map((point) => alone?.value(point)));
  });

  it("has slopes only where the plan has them by all free parameters", () => {
    const plan = planOf({ nll }, { derivatives: { of: "nll", by: ["mu"] } });
    const bound = bindPlan(one, plan, { x: data });
    expect(densityOfPlan(bound, set, { of: "nll" }).gradient).toBeUndefined();
  });

  it.each([
    ["an output that is not there", set, "chi2"],
    ["a set without one of its parameters", parameterSet([parameterSpec({ name: "mu", initial: 1 })]), "nll"],
    ["a free parameter that it does not depend on", parameterSet([...set.specs, parameterSpec({ name: "b" })]), "nll"],
  ])("refuses %s", (_, parameters, of) => {
    expect(() => densityOfPlan(boundIn(one), parameters, { of })).toThrow(
      expect.objectContaining({ code: "SOLV-082" }),
    );
  });
});
