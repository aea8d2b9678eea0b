import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readFiles } from "@simloom/columns/node";
import { createExecutionContext } from "@simloom/kernel";
import { afterAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type Likelihood, likelihood } from "../likelihood/likelihood.ts";
import { modelOf, termsOf } from "./model.ts";
import { parseAnalysis } from "./parse.ts";

const context = createExecutionContext();
afterAll(() => context.dispose());

/** The likelihood of an example, with another kind or other events. */
async function example(
  name: string,
  { kind, events }: { readonly kind?: "shape" | "extended"; readonly events?: string } = {},
): Promise<Likelihood> {
  const url = new URL(`../../../../examples/amplitude/${name}.yaml`, import.meta.url);
  const file = parseAnalysis(parse(readFileSync(url, "utf8")));
  const changed = Object.fromEntries(
    Object.entries(file.likelihood).map(([term, given]) => [
      term,
      { ...given, kind: kind ?? given.kind, ...(events === undefined ? {} : { data: events, monteCarlo: events }) },
    ]),
  );
  const analysis = { ...file, likelihood: changed };
  const model = modelOf(analysis);
  const terms = await termsOf(analysis, model, (source) => readFiles(source));
  return likelihood(terms, context, { parameters: model.parameters.freeNames });
}

function expectAt(
  nll: Likelihood,
  at: readonly number[],
  value: number,
  gradient: readonly number[],
  digits: number,
): void {
  const parameters = Float64Array.from(at);
  const slopes = new Float64Array(at.length);
  const size = Math.max(...gradient.map(Math.abs));
  expect(nll.valueAndGradient(parameters, slopes) / value - 1).toBeCloseTo(0, 11); // thousands of logarithms, each to 1e-13
  expect(nll.value(parameters) / value - 1).toBeCloseTo(0, 11);
  for (const [index, slope] of slopes.entries())
    expect((slope - (gradient[index] as number)) / size, nll.parameters[index]).toBeCloseTo(0, digits);
}

describe("the closure set of two resonances", () => {
  const truth = [0.112, 0.086, 1, 0.3181980515339463, 0.3181980515339463];

  it("has the known likelihood of shapes, and its slopes", async () => {
    const slopes = [268.1020529878324, -36.99143884244086, -13.586747576596963, 63.72743270325009, -21.028404500220176];
    expectAt(await example("closure", { kind: "shape" }), truth, 7335.961953172717, slopes, 10); // differences of sums of thousands
  });

  it("has the known likelihood of yields, and its slopes", async () => {
    const slopes = [-9670.444416642255, -3475.078719651124, 2107.9983745839622, 969.1745434536605, 868.3930515594368];
    const nll = await example("closure");
    expectAt(nll, truth, 1921.6982705509222, slopes, 10); // differences of sums of thousands
    const intensities = nll.intensities("closure", "data", Float64Array.from(truth));
    expect(intensities[0]).toBeCloseTo(8.047554304181267, 11); // angles to 1e-13
    expect(nll.intensities("closure", "monteCarlo", Float64Array.from(truth))[0]).toBeCloseTo(0.15115355163457508, 11);
    expect(nll.faults(Float64Array.from(truth))).toEqual([]);
  });

  it("is flat at the known best fit", async () => {
    const best = Float64Array.of(0.10283430097, 0.0904198291339, 0.621572614127, 0.179089172261, 0.249403219955);
    const slopes = new Float64Array(5);
    const nll = await example("closure");
    expect(nll.valueAndGradient(best, slopes)).toBeCloseTo(1425.1250566142564, 8);
    // twelve digits of a parameter times a curvature of 1e5
    for (const slope of slopes) expect(Math.abs(slope)).toBeLessThan(1e-5);
    const expectedYield = nll.intensities("closure", "monteCarlo", best).reduce((sum, one) => sum + one);
    expect(expectedYield).toBeCloseTo(1000, 6); // as many as there are data: the slope along the scale is zero
  });
});

describe("the K-matrix example", () => {
  const quarter = new Array<number>(34).fill(0.25);
  const slopes = [
    -173.97688, 2.4372536, -7.6781905, 85.157774, -98.77415, 157.62172, 68.403995, 106.41459, 450.95358, 98.144153,
    710.00226, -161.88559, 53.297222, 68.748315, 73.321447, -77.224379, 145.25254, 41.503406, 70.191137, 471.16484,
    245.3379, 662.57968, 161.09372, -151.04361, -1200.0581, -1633.4757, -408.05232, 41.257825, 169.21215, 43.240623,
    -375.54294, 154.1756, 190.80398, 17.396144,
  ];

  it("has 34 parameters, and the known likelihood and slopes on the closure set", async () => {
    const nll = await example("kmatrix");
    expect(nll.parameters).toHaveLength(34);
    expectAt(nll, quarter, 8672.612101810282, slopes, 7); // the reference has eight digits
    expect((await example("kmatrix", { kind: "extended" })).value(Float64Array.from(quarter))).toBeCloseTo(
      3200.0367492893865,
      7,
    );
    const intensities = nll.intensities("main", "data", Float64Array.from(quarter));
    const expected = [0.21405004894209764, 0.049264932925273265, 0.05172760151275976];
    for (const [row, value] of expected.entries()) expect(intensities[row]).toBeCloseTo(value, 11); // angles to 1e-13
  });
});

const shared = process.env.SIMLOOM_SHARED_DATA;
const file = shared === undefined ? undefined : join(shared, "amplitude", "bench.parquet");

// Ten thousand measured events that the repository does not hold; where they are, more is compared.
if (file !== undefined && existsSync(file))
  describe("10,000 measured events", () => {
    interface Case {
      readonly parameters: readonly number[];
      readonly value: number;
      readonly gradient: readonly number[];
      readonly intensity_rows_0_4: readonly number[];
    }
    const { cases } = JSON.parse(
      readFileSync(new URL("../likelihood/fixtures/likelihood.json", import.meta.url), "utf8"),
    ) as { readonly cases: Readonly<Record<string, Case>> };

    it.each(Object.keys(cases))("%s", async (name) => {
      const [model, term] = name.split("_");
      const one = cases[name] as Case;
      const nll = await example(model === "bw" ? "closure" : "kmatrix", {
        kind: term === "NLL" ? "shape" : "extended",
        events: file as string,
      });
      // The reference holds -2 ln L.
      expectAt(
        nll,
        one.parameters,
        one.value / 2,
        one.gradient.map((slope) => slope / 2),
        10,
      ); // differences of sums of thousands
      const intensities = nll.intensities(nll.terms[0]?.name as string, "data", Float64Array.from(one.parameters));
      for (const [row, value] of one.intensity_rows_0_4.entries()) expect(intensities[row]).toBeCloseTo(value, 11);
    });
  });
