import { describe, expect, it } from "vitest";
import { createExecutionContext } from "../context/execution-context.ts";
import { hessian } from "../derivative/matrices.ts";
import { gradient } from "../derivative/reverse.ts";
import { log, multiply, subtract, total } from "../expression/build.ts";
import { column, type Operand, parameter } from "../expression/leaves.ts";
import { expr } from "../formula/formula.ts";
import { inspect } from "../inspect/inspection.ts";
import { bindPlan, type PlanColumns } from "./bind.ts";
import { kMatrixColumns, kMatrixIntensity, kMatrixParameters } from "./fixtures/k-matrix.ts";
import { type PlanOptions, planOf } from "./plan.ts";
import { inSet } from "./sets.ts";

const [a, b] = [parameter("a"), parameter("b")];
const [x, w] = [column("x"), column("w")];

function numbers(
  outputs: Record<string, Operand>,
  columns: PlanColumns,
  parameters: readonly number[],
  options?: PlanOptions,
): readonly number[] {
  const plan = planOf(outputs, options);
  const bound = bindPlan(createExecutionContext(), plan, columns);
  const results = new Float64Array(plan.outputs.length);
  bound.evaluate(Float64Array.from(parameters), results);
  return [...results];
}

const xs = Float64Array.of(1, 2, 3);
const ws = Float64Array.of(1, 0.5, 2);

describe("planOf", () => {
  it("computes sums over elements wherever a number may stand", () => {
    const nll = expr`${total(w)} * log(${total(expr`${w}*(${a}*${x} + ${b})`)}) - ${total(expr`${w}*log(${a}*${x} + ${b})`)}`;
    const [value] = numbers({ nll }, { x: xs, w: ws }, [2, 1]);
    const sum = 1 * 3 + 0.5 * 5 + 2 * 7;
    const logs = Math.log(3) + 0.5 * Math.log(5) + 2 * Math.log(7);
    // a few roundings in sums of three terms
    expect(value).toBeCloseTo(3.5 * Math.log(sum) - logs, 13);
  });

  it("computes what depends on data alone once, and hands it on as columns and sums", () => {
    const plan = planOf(
      {
        s: expr`${total(expr`exp(${x}) * ${a} * log(${w}) + exp(sin(${a}) * ${x})`)} + ${total(x)}`,
      },
      { contract: false },
    );
    const [set] = plan.sets;
    expect(set?.cached?.outputs.map(({ reduction }) => reduction)).toEqual(["none", "none", "sum"]);
    expect(set?.columns).toEqual(["w", "x"]);
    const body = plan.stages[0]?.bodies.get("");
    expect(body?.columns.length).toBe(3);
    expect(set?.bytesPerElement).toBe(24);
    expect(plan.stages[0]?.prologue?.outputs.length).toBe(1);
    expect(plan.stages.length).toBe(1);
  });

  it("has data and Monte Carlo with as many elements as each has", () => {
    const intensity = expr`${a}*${x} + ${b}`;
    const nll = expr`${total(expr`${w}*0 + 1`)} * log(${total(inSet(intensity, "mc"))}) - ${total(expr`log(${intensity})`)}`;
    const columns = { x: xs, w: ws, "mc.x": Float64Array.of(1, 5) };
    const options = { sets: ["mc"], derivatives: { of: "nll", by: ["a", "b"] } };
    expect(planOf({ nll }, options).stages.length).toBe(1);
    const [value, da, db] = numbers({ nll }, columns, [2, 1], options);
    expect(value).toBeCloseTo(3 * Math.log(14) - Math.log(3 * 5 * 7), 13); // rounding of a handful of terms
    expect(da).toBeCloseTo((3 * 6) / 14 - (1 / 3 + 2 / 5 + 3 / 7), 13); // as above
    expect(db).toBeCloseTo((3 * 2) / 14 - (1 / 3 + 1 / 5 + 1 / 7), 13); // as above
  });

  it("gives second derivatives of a normalised likelihood", () => {
    const nll = expr`3 * log(${total(expr`exp(${a}*${x})`)}) - ${total(expr`${a}*${x}`)}`;
    const [[curvature]] = hessian(nll, [a]) as [[Operand]];
    const [got] = numbers({ curvature }, { x: xs }, [0.3]);
    const moments = [0, 1, 2].map((k) => xs.reduce((sum, value) => sum + value ** k * Math.exp(0.3 * value), 0));
    const [n, first, second] = moments as [number, number, number];
    expect(got).toBeCloseTo(3 * (second / n - (first / n) ** 2), 12); // cancellation loses one digit
  });

  it("gives numbers per element, also those that need a sum first", () => {
    const plan = planOf({ share: expr`${w}*${a}/${total(expr`${w}*${a}`)}`, half: expr`${x}/2`, n: total(w) });
    const bound = bindPlan(createExecutionContext(), plan, { x: xs, w: ws });
    const results = new Float64Array(1);
    bound.evaluate(Float64Array.of(4), results);
    const [share, half] = bound.elements as [Float64Array, Float64Array];
    expect([...half]).toEqual([0.5, 1, 1.5]);
    expect(share.reduce((sum, value) => sum + value)).toBeCloseTo(1, 15); // three roundings
    expect([...results]).toEqual([3.5]);
  });

  it("counts elements where the summand, or a part of it, is the same for all", () => {
    const sums = [total(a), total(expr`${a} + ${x}`)] as const;
    const slopes = sums.map((sum) => gradient(sum, [a])[0]);
    const [s, t, sSlope, tSlope] = [...sums, ...slopes] as [Operand, Operand, Operand, Operand];
    expect(numbers({ s, t, sSlope, tSlope }, { x: xs }, [2])).toEqual([6, 12, 3, 3]);
  });

  it("takes fixed parameters as constants and keeps the declared order of the others", () => {
    const plan = planOf({ s: total(expr`${a}*exp(${b}*${x})`) }, { fixed: { b: 2 }, parameters: ["c", "b", "a"] });
    expect(plan.parameters).toEqual(["c", "a"]);
    expect(plan.sets[0]?.cached).toBeDefined();
  });
});

describe("a bound plan that was disposed of", () => {
  it.each([
    ["a pass over the data", total(expr`exp(${a}*${x})`)],
    ["sums of data only", total(expr`${a}*${x}`)],
  ])("refuses to be evaluated: %s", (_, value) => {
    const plan = planOf({ value }, { derivatives: { of: "value", by: ["a"] } });
    const bound = bindPlan(createExecutionContext(), plan, { x: xs });
    bound.dispose();
    const call = [Float64Array.of(1), new Float64Array(2)] as const;
    for (const use of [() => bound.evaluate(...call), () => bound.evaluateValues(...call), () => bound.elements])
      expect(use).toThrow(expect.objectContaining({ code: "KERN-051" }));
  });
});

describe("names in the options of a plan", () => {
  const value = total(expr`${parameter("rate")}*${x}`);
  it.each<[string, PlanOptions, string, string]>([
    ["derivatives by", { derivatives: { of: "value", by: ["ratee"] } }, "KERN-076", "Did you mean rate?"],
    ["derivatives by a column", { derivatives: { of: "value", by: ["x"] } }, "KERN-076", "Differentiate by parameters"],
    [
      "derivatives by what is fixed",
      { derivatives: { of: "value", by: ["rate"] }, fixed: { rate: 1 } },
      "KERN-076",
      "Differentiate by parameters that are free.",
    ],
    ["fixed", { fixed: { rat: 1 } }, "KERN-022", "Did you mean rate?"],
  ])("are refused where nothing has them: %s", (_, options, code, remedy) => {
    expect(() => planOf({ value }, options)).toThrow(
      expect.objectContaining({ code, remedy: expect.stringContaining(remedy) }),
    );
    expect(() => inspect({ value }, options)).toThrow(expect.objectContaining({ code }));
  });

  it("are refused for a set much like what columns without a set begin with, not for a set without columns", () => {
    const outputs = { value: total(inSet(x, "mc")) };
    expect(() => planOf(outputs, { sets: ["mcc"] })).toThrow(
      expect.objectContaining({ code: "KERN-022", remedy: "Did you mean mc?" }),
    );
    expect(planOf(outputs, { sets: ["mc", "mcc", "data"] }).sets.map(({ name }) => name)).toEqual(["mc"]);
  });

  it("may be listed as parameters without being used: the slope is 0", () => {
    const options: PlanOptions = { parameters: ["rate", "other"], derivatives: { of: "value", by: ["other"] } };
    expect(numbers({ value }, { x: xs }, [2, 5], options)).toEqual([12, 0]);
  });
});

describe("planOf a likelihood of K-matrix amplitudes", () => {
  const intensity = kMatrixIntensity();
  const weight = column("weight");
  const normalisation = total(inSet(multiply(weight, intensity), "mc"));
  const nll = subtract(multiply(total(weight), log(normalisation)), total(multiply(weight, log(intensity))));
  const options: PlanOptions = {
    sets: ["mc"],
    parameters: kMatrixParameters,
    derivatives: { of: "nll", by: kMatrixParameters },
  };
  const plan = planOf({ nll }, options);
  const [data, mc] = plan.sets;

  it("reads 12 complex amplitudes, 4 products of angular functions and the weight per event", () => {
    expect(kMatrixParameters.length).toBe(34);
    expect(data?.bytesPerElement).toBe(8 * (24 + 4 + 1));
  });

  it("needs no pass over the Monte Carlo, but n² sums of it per coherent block", () => {
    expect(mc?.bytesPerElement).toBe(0);
    // S⁺ and D together: (6 + 6)², S⁻: 6²
    expect(mc?.cached?.outputs.length).toBe(180);
    expect(plan.stages.map(({ bodies }) => [...bodies.keys()])).toEqual([[""]]);
  });

  it("computes one sum per parameter beside the likelihood", () => {
    expect(plan.stages[0]?.bodies.get("")?.outputs.length).toBe(35);
  });

  it("computes the value alone with the same bits, on the same data", () => {
    const columns = { ...kMatrixColumns(3000), ...kMatrixColumns(500, 7, "mc.") };
    const at = Float64Array.from(kMatrixParameters, (_, index) => Math.cos(index));
    const context = createExecutionContext();
    const bound = bindPlan(context, plan, columns);
    const results = new Float64Array(35);
    bound.evaluate(at, results);
    const before = bound.bytes;
    const value = new Float64Array(1);
    bound.evaluateValues(at, value);
    expect(value[0]).toBe(results[0]);
    // its own parameters, sums and code take at most two pages of memory, its data would take eleven
    expect(bound.bytes - before).toBeLessThanOrEqual(2 * 65536);
    expect(bound.plan.withoutDerivatives?.outputs).toEqual([{ name: "nll", kind: "number", set: undefined }]);
    bound.dispose();
    expect(context.statistics).toMatchObject({ prepared: 0, bytes: 0 });
  });

  it("agrees with the likelihood as it was written", () => {
    const columns = { ...kMatrixColumns(300), ...kMatrixColumns(500, 7, "mc.") };
    const at = kMatrixParameters.map((_, index) => Math.cos(index));
    const [contracted, plain] = [true, false].map((contract) =>
      numbers({ nll }, columns, at, { ...options, contract }),
    );
    contracted?.forEach((value, index) => {
      const expected = plain?.[index] as number;
      // sums of hundreds of terms whose sizes exceed the result by up to 100
      expect(Math.abs(value - expected)).toBeLessThan(1e-11 * Math.max(1, Math.abs(expected)) + 1e-10);
    });
    expect(plain?.length).toBe(35);
  });
});
