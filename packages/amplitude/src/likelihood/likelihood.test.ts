import { dataset } from "@simloom/columns";
import {
  absSquared,
  add,
  column,
  complex,
  createExecutionContext,
  type Expression,
  matrix,
  multiply,
  type Operand,
  parameter,
  sqrt,
  type Vector,
} from "@simloom/kernel";
import { afterAll, describe, expect, it } from "vitest";
import { intensityOf } from "../model/intensity.ts";
import { wave } from "../model/wave.ts";
import { fVector } from "../shape/k-matrix.ts";
import { likelihood } from "./likelihood.ts";
import { notFiniteError } from "./not-finite.ts";
import { type LikelihoodKind, minusTwoLogLikelihood } from "./term.ts";

const contexts = (["js", "wasm"] as const).map((backend) => createExecutionContext({ backend }));
const [context] = contexts as [ReturnType<typeof createExecutionContext>];
afterAll(() => {
  for (const one of contexts) one.dispose();
});

describe.each(contexts)("likelihoods on $backend", (backend) => {
  const scaled = (kind: LikelihoodKind) =>
    likelihood(
      [
        {
          name: "x",
          kind,
          intensity: multiply(parameter("scale"), column("x")),
          data: dataset({ x: [2, 3] }),
          monteCarlo: dataset({ x: [4] }),
        },
      ],
      backend,
    );
  const half = Float64Array.of(0.5);

  it("compare shapes by −Σ w ln I + W ln Σ w I", () => {
    expect(scaled("shape").value(half)).toBeCloseTo(2 * Math.LN2 - Math.log(1.5), 14); // three roundings of numbers near 1
  });

  it("compare yields by Σ w I − Σ w ln I", () => {
    expect(scaled("extended").value(half)).toBeCloseTo(2 - Math.log(1.5), 14); // three roundings of numbers near 1
  });

  it("have no slope along the scale of the intensity, where shapes are compared", () => {
    const slope = Float64Array.of(Number.NaN);
    expect(scaled("shape").valueAndGradient(half, slope)).toBeCloseTo(2 * Math.LN2 - Math.log(1.5), 14);
    expect(slope[0]).toBeCloseTo(0, 14); // 4 − 4 and 4 are exact up to one division each
    scaled("extended").valueAndGradient(half, slope);
    expect(slope[0]).toBeCloseTo(4 - 2 / 0.5, 14);
  });

  it("hold for weighted events of two amplitudes, with the mean over Monte Carlo as expected yield", () => {
    const events = (e0: number[], e1: number[], weight: number[]) => dataset({ e0, e1, weight });
    const [alpha, beta] = [parameter("alpha"), parameter("beta")];
    const data = events([1, 2.5, 4, 3.3], [0.8, 1.7, 2.4, 1.1], [0.7, 1.2, 0.9, 1.5]);
    const weights = [0.8, 1.4, 0.6, 1.1, 0.75];
    const sum = weights.reduce((a, b) => a + b);
    const monteCarlo = events(
      [1.5, 3, 5.5, 2, 4.2],
      [1, 2.1, 2.9, 1.2, 1.8],
      weights.map((w) => w / sum),
    );
    const intensity = absSquared(add(multiply(alpha, column("e0")), multiply(beta, column("e1"))));
    const nll = likelihood([{ name: "d", kind: "extended", intensity, data, monteCarlo }], backend);
    const slopes = new Float64Array(2);
    const value = nll.valueAndGradient(Float64Array.of(0.6, 1.1), slopes);
    expect(minusTwoLogLikelihood(value)).toBeCloseTo(12.242296380697244, 12); // five terms of ten
    expect(2 * (slopes[0] as number)).toBeCloseTo(37.78259267741666, 12);
    expect(2 * (slopes[1] as number)).toBeCloseTo(21.8538272590435, 12);
    expect(nll.value(Float64Array.of(0.6, 1.1))).toBe(value);
    const points = [Float64Array.of(0.2, 1), Float64Array.of(0.6, 1.1), Float64Array.of(1, -0.4)];
    const values = new Float64Array(3);
    nll.values(points, values);
    expect([...values]).toEqual(points.map((point) => nll.value(point)));
  });

  it("sum weights of sizes from 1e-12 to 1e12 without loss", () => {
    const one = (weight: number[]) => dataset({ one: weight.map(() => 1), weight });
    const data = [1e12, 1e-12, 3.5, 7.25e4, 2e-3];
    const monteCarlo = [4e9, 9e-6, 1.25, 2.5e2, 8e-4];
    const intensity = absSquared(multiply(parameter("a"), column("one")));
    const nll = likelihood(
      [{ name: "d", kind: "extended", intensity, data: one(data), monteCarlo: one(monteCarlo) }],
      backend,
    );
    const exact = 1.265625 * 4000000251.250809 - Math.log(1.265625) * 1000000072503.502;
    expect(nll.value(Float64Array.of(1.125)) / exact - 1).toBeCloseTo(0, 15); // ln, a product and a difference
  });

  it("hold for two channels with a solve that depends on data and parameters", () => {
    const x = column("x");
    const poles = { poleMasses: [1], couplings: [[1], [1]] };
    const s = add(x, 4);
    const k = matrix([
      [add(x, 0.5), 0.25],
      [0.1, add(x, 1)],
    ]);
    const p: Vector = { kind: "vector", length: 2, components: [parameter("scale"), complex(2, 0)] };
    const f = fVector(s, poles, k, p, [complex(0, -0.2), complex(0, -0.1)]);
    const intensity = absSquared(f.components[0] as Expression);
    const data = dataset({ x: [0.5, 1, 1.5], weight: [1, 0.75, 1.25] });
    const monteCarlo = dataset({ x: [0.25, 0.75, 1.25], weight: [0.5, 1, 1.5] });
    const nll = likelihood([{ name: "d", kind: "shape", intensity, data, monteCarlo }], backend);
    const slope = new Float64Array(1);
    const at = Float64Array.of(1.25);
    const expected = [0.1270178538916563, 0.09701683302397905, 0.07648254501512183];
    for (const [row, value] of nll.intensities("d", "data", at).entries())
      expect(value).toBeCloseTo(expected[row] as number, 15); // values of 0.1, some thirty roundings
    expect(nll.valueAndGradient(at, slope)).toBeCloseTo(3.5419441695189127, 13);
    expect(slope[0]).toBeCloseTo(-6.0116e-5, 9); // given with five digits
  });

  it("add terms that share a parameter", () => {
    const term = (name: string, kind: LikelihoodKind, intensity: Operand) => ({
      name,
      kind,
      intensity: multiply(intensity, column("x")),
      data: dataset({ x: [2, 3] }),
      monteCarlo: dataset({ x: [4, 1] }),
    });
    const [a, b] = [parameter("a"), parameter("b")];
    const both = likelihood([term("one", "extended", a), term("two", "extended", multiply(a, b))], backend);
    expect(both.parameters).toEqual(["a", "b"]);
    const slopes = new Float64Array(2);
    const at = Float64Array.of(0.5, 3);
    const value = both.valueAndGradient(at, slopes);
    const [one, two] = both.termValues(at);
    expect(one).toBeCloseTo(2.5 - Math.log(1.5), 14);
    expect(two).toBeCloseTo(7.5 - Math.log(3) - Math.log(4.5), 14);
    expect(value).toBeCloseTo((one as number) + (two as number), 14);
    expect([...slopes].map((slope) => slope.toFixed(12))).toEqual([
      (5 - 4 + 15 - 4).toFixed(12),
      (2.5 - 2 / 3).toFixed(12),
    ]);
  });
});

describe("a likelihood", () => {
  const data = dataset({ x: [1, -2, 3, Number.NaN], weight: [1, 1, 1, 1] }, { nonFinite: "allow" });
  const linear = {
    name: "d",
    kind: "shape",
    intensity: multiply(parameter("a"), column("x")),
    data,
    monteCarlo: dataset({ x: [4] }),
  } as const;

  it("goes on with a value that is not finite, and names the events that made it so", () => {
    const nll = likelihood([linear], context);
    const at = Float64Array.of(1);
    expect(nll.value(at)).toBeNaN();
    expect(nll.faults(at)).toEqual([
      {
        term: "d",
        events: "data",
        nonFiniteCount: 1,
        negativeCount: 1,
        first: [
          { row: 1, intensity: -2 },
          { row: 3, intensity: Number.NaN },
        ],
      },
    ]);
  });

  it("says by which parameters the slope is not a number, where no event is at fault", () => {
    const intensity = add(column("x"), add(parameter("b"), sqrt(parameter("a"))));
    const term = { ...linear, kind: "extended", intensity, data: dataset({ x: [1, 2] }) } as const;
    const nll = likelihood([term], context);
    const at = Float64Array.of(0, 1);
    expect(nll.value(at)).toBeCloseTo(5 - Math.log(2) - Math.log(3), 13); // three roundings of numbers near 5
    expect(notFiniteError(nll, at)).toMatchObject({ code: "AMPL-034", context: { parameters: ["a"] } });
    expect(notFiniteError(nll, Float64Array.of(0, -9)).code).toBe("AMPL-030");
  });

  it("says that Monte Carlo events of no intensity cannot normalise", () => {
    const intensity = multiply(parameter("a"), column("x"));
    const term = { ...linear, intensity, data: dataset({ x: [1] }), monteCarlo: dataset({ x: [0] }) };
    const error = notFiniteError(likelihood([term], context), Float64Array.of(1));
    expect(error).toMatchObject({ code: "AMPL-034", message: expect.stringMatching(/^-ln L is -Infinity/) });
  });

  it("reads components in another case, and those of aliases", () => {
    const data = dataset(
      { k_E: [1, 2], k_px: [0, 0], k_py: [0, 0], k_pz: [0, 0], p_e: [3, 4], p_px: [0, 0], p_py: [0, 0], p_pz: [0, 0] },
      { aliases: { both: ["k", "p"] } },
    );
    const intensity = multiply(parameter("a"), add(column("k_e"), column("both_e")));
    const nll = likelihood([{ name: "d", kind: "shape", intensity, data, monteCarlo: data }], context);
    expect([...nll.intensities("d", "data", Float64Array.of(1))]).toEqual([5, 8]);
    expect(nll.value(Float64Array.of(1))).toBeCloseTo(2 * Math.log(13) - Math.log(40), 13); // three roundings of numbers near 5
  });

  it("folds fixed parameters and takes them out of the order", () => {
    const nll = likelihood([linear], context, { fixed: { a: 2 } });
    expect(nll.parameters).toEqual([]);
    expect(nll.intensities("d", "monteCarlo", new Float64Array(0))[0]).toBe(8);
  });

  it("keeps the order of parameters that it is given, with unused ones", () => {
    const nll = likelihood([{ ...linear, data: dataset({ x: [1, 2] }) }], context, { parameters: ["unused", "a"] });
    const slopes = Float64Array.of(1, 1);
    nll.valueAndGradient(Float64Array.of(5, 2), slopes);
    expect(slopes[0]).toBe(0);
  });

  it("switches waves off and on, planning each mask once", () => {
    const waves = [
      wave("S", multiply(parameter("a"), column("x")), 1),
      wave("D", complex(0, parameter("b")), 1, { tags: ["even"] }),
    ];
    const term = { ...linear, intensity: intensityOf(waves), data: dataset({ x: [1, 2] }), kind: "extended" } as const;
    const nll = likelihood([term], context);
    const at = Float64Array.of(2, 3);
    const slopes = new Float64Array(2);
    const before = nll.valueAndGradient(at, slopes);
    const everything = nll.activation;
    nll.use(everything.deactivate("ev*"));
    expect([...nll.intensities("d", "data", at)]).toEqual([4, 16]);
    expect(nll.valueAndGradient(at, slopes)).toBeCloseTo(64 - Math.log(4) - Math.log(16), 13); // ten roundings of numbers below 100
    expect(slopes[1]).toBe(0);
    nll.use(everything.isolate("D"));
    expect([...nll.intensities("d", "data", at)]).toEqual([9, 9]);
    const planned = nll.compiled.length;
    nll.use(everything);
    expect(nll.valueAndGradient(at, slopes)).toBe(before);
    nll.use(everything.isolate("D"));
    nll.intensities("d", "data", at);
    expect(nll.compiled.length).toBe(planned);
    expect(() => everything.isolate("E")).toThrow(expect.objectContaining({ code: "KERN-077" }));
  });

  it.each([
    ["no terms", () => likelihood([], context), "AMPL-033"],
    ["two terms of one name", () => likelihood([linear, linear], context), "AMPL-033"],
    ["no data", () => likelihood([{ ...linear, data: data.slice(0, 0) }], context), "AMPL-031"],
    ["no Monte Carlo", () => likelihood([{ ...linear, monteCarlo: data.slice(0, 0) }], context), "AMPL-031"],
    ["a fixed parameter that is not there", () => likelihood([linear], context, { fixed: { b: 1 } }), "AMPL-032"],
    ["an order that leaves out a parameter", () => likelihood([linear], context, { parameters: [] }), "AMPL-032"],
    ["too few values", () => likelihood([linear], context).value(new Float64Array(0)), "AMPL-032"],
    [
      "too few slopes",
      () => likelihood([linear], context).valueAndGradient(Float64Array.of(1), new Float64Array(0)),
      "AMPL-032",
    ],
    [
      "a missing column",
      () => likelihood([{ ...linear, monteCarlo: dataset({ y: [1] }) }], context).value(Float64Array.of(1)),
      "AMPL-047",
    ],
    ["an unknown term", () => likelihood([linear], context).intensities("e", "data", Float64Array.of(1)), "AMPL-033"],
  ])("refuses %s", (_, attempt, code) => {
    expect(attempt).toThrow(expect.objectContaining({ code }));
  });
});
