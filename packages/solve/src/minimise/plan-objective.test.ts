import {
  bindPlan,
  column,
  createExecutionContext,
  type ExecutionContext,
  expr,
  log,
  multiply,
  parameter,
  planOf,
  total,
} from "@simloom/kernel";
import { createNodeContext } from "@simloom/kernel/node";
import { afterAll, describe, expect, it } from "vitest";
import { cmaEs } from "./evolution/cma-es.ts";
import { minimise } from "./frame/minimise.ts";
import { objectiveOfPlan } from "./plan-objective.ts";

const [mean, width] = [parameter("mean"), parameter("width")];
const pull = expr`(${column("x")} - ${mean}) / ${width}`;
/** −ln L of normal numbers, with a second pass that needs the sum of the first. */
const nll = total(expr`0.5 * ${multiply(pull, pull)} + ${log(width)}`);
const outputs = { nll, spread: total(expr`(${column("x")} - ${nll})^2`) };
const columns = { x: Float64Array.from({ length: 5000 }, (_, k) => 3 + Math.sin(k * 1.7) + Math.cos(k * k)) };
const parameters = ["mean", "width"];

const contexts: readonly (readonly [string, ExecutionContext])[] = [
  ["js", createExecutionContext({ backend: "js" })],
  ["wasm", createExecutionContext({ backend: "wasm" })],
  ["wasm on three threads", createNodeContext({ backend: "wasm", threads: { dedicated: 3 } })],
];
afterAll(() => {
  for (const [, context] of contexts) context.dispose();
});

describe.each(contexts)("the objective of a plan, %s", (_, context) => {
  const derivatives = { of: "nll", by: parameters };
  const bound = bindPlan(context, planOf(outputs, { parameters, derivatives }), columns);
  const points = Array.from({ length: 11 }, (_, k) => Float64Array.of(2 + 0.2 * k, 0.5 + 0.1 * k));

  it("gives batches the bits of single points, of values and slopes, over several passes", () => {
    const count = bound.plan.outputs.length;
    const rows = points.map(() => new Float64Array(count));
    bound.evaluateBatch(points, rows);
    const values = points.map(() => new Float64Array(count));
    bound.evaluateValuesBatch(points, values);
    points.forEach((point, k) => {
      const single = new Float64Array(count);
      bound.evaluate(point, single);
      expect(rows[k]).toEqual(single);
      bound.evaluateValues(point, single);
      expect(values[k]?.subarray(0, 2)).toEqual(single.subarray(0, 2));
    });
  });

  it("is minimised with the bits that it has point by point", () => {
    const objective = objectiveOfPlan(bound, "nll");
    const { value, gradient } = objective;
    const single = { value, ...(gradient === undefined ? {} : { gradient }) };
    const fit = minimise(objective, [1, 1], { covariance: true });
    expect(fit).toEqual(minimise(single, [1, 1], { covariance: true }));
    expect(fit.x[0]).toBeCloseTo(columns.x.reduce((sum, x) => sum + x, 0) / 5000, 6); // the mean is the estimate
    const search = { method: cmaEs(), iterationLimit: 20, seed: 2 };
    expect(minimise(objective, [1, 1], search)).toEqual(minimise(single, [1, 1], search));
  });

  it("has no slopes by what the plan gives none, and refuses outputs that are not there", () => {
    expect(objectiveOfPlan(bound, "spread").gradient).toBeUndefined();
    expect(() => objectiveOfPlan(bound, "chi2")).toThrow(expect.objectContaining({ code: "SOLV-064" }));
  });
});
