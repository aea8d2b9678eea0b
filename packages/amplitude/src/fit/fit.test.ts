import { readFileSync } from "node:fs";
import { dataset } from "@simloom/columns";
import {
  add,
  column,
  createExecutionContext,
  multiply,
  parameter,
  parameterSet,
  parameterSpec,
  sqrt,
  updateParameter,
} from "@simloom/kernel";
import { afterAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { modelOf, termsOf } from "../analysis/model.ts";
import { parseAnalysis } from "../analysis/parse.ts";
import { closureMonteCarlo } from "../event/closure-set.ts";
import type { FitCheckpoint } from "./checkpoint.ts";
import { type FitOptions, type FitResult, type FitRun, fitRun } from "./fit.ts";
import { EXTENDED_FIT, LADDU_DEFAULT, LEGACY_FIT, SHAPE_FIT } from "./fixtures/closure-fits.ts";
import { methodNames } from "./method.ts";

const context = createExecutionContext();
afterAll(() => context.dispose());

const example = (name: string) =>
  parse(readFileSync(new URL(`../../../../examples/amplitude/${name}.yaml`, import.meta.url), "utf8"));
const closure = modelOf(parseAnalysis(example("closure")));
const closureTerms = await termsOf(parseAnalysis(example("closure")), closure);
const START = { "S re": 0.5, "D re": 0.15909902576697316, "D im": 0.15909902576697318 };

function finished(run: FitRun): FitResult {
  run.advance();
  const result = run.result();
  run.dispose();
  return result;
}

const closureFit = (options: Parameters<typeof closure.fit>[2] = {}) => closure.fit(closureTerms, context, options);
const extended = finished(closureFit());

describe("the extended fit of the closure set", () => {
  it("finds the optimum to all known digits, with half the evaluations that laddu needs", () => {
    expect(extended.converged).toBe(true);
    EXTENDED_FIT.values.forEach((value, i) => {
      expect(extended.x[i]).toBeCloseTo(value, 11); // as many digits as the reference has
    });
    expect(extended.nll).toBeCloseTo(EXTENDED_FIT.nll, 9); // sums of thousands of numbers near one
    expect(extended.gradient.every((slope) => Math.abs(slope) < 1e-9)).toBe(true); // terms of 1e4 rounded to 1e-12
    expect(extended.evaluations.value + extended.evaluations.gradient).toBeLessThan(27); // laddu: 54
    expect(2 * extended.nll).toBeLessThan(LADDU_DEFAULT.value);
    expect(Math.abs((extended.x[0] as number) - LADDU_DEFAULT.width)).toBeGreaterThan(3e-8); // where laddu stops
  });

  it("has the errors, correlations and second derivatives of the reference", () => {
    const { standardErrors, correlation, hessian, isPositiveDefinite } = covarianceOf(extended);
    EXTENDED_FIT.errors.forEach((error, i) => {
      expect(standardErrors[i]).toBeCloseTo(error, 8); // eight digits are known
    });
    const pairs = [0, 1, 2, 3].flatMap((i) => [1, 2, 3, 4].filter((j) => j > i).map((j) => correlation[5 * i + j]));
    EXTENDED_FIT.correlations.forEach((rho, k) => {
      expect(pairs[k]).toBeCloseTo(rho, 5); // five digits are known
    });
    const trace = [0, 1, 2, 3, 4].reduce((sum, i) => sum + (hessian[6 * i] as number), 0);
    const squares = hessian.reduce((sum, entry) => sum + entry * entry, 0);
    const eigenvalues = EXTENDED_FIT.hessianEigenvalues;
    // invariants of a matrix that is known to 13 digits
    expect(trace / eigenvalues.reduce((sum, value) => sum + value)).toBeCloseTo(1, 11);
    expect(squares / eigenvalues.reduce((sum, value) => sum + value ** 2, 0)).toBeCloseTo(1, 11);
    expect(isPositiveDefinite).toBe(true);
  });

  it("expects as many events as there are, and shares them between the waves and their interference", () => {
    const run = closureFit();
    const intensities = run.likelihood.intensities("closure", "monteCarlo", extended.x);
    run.dispose();
    expect(intensities.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1000, 8); // at the minimum, exactly
    const { S, D, interference } = EXTENDED_FIT.fractions;
    const fractions = extended.fractions?.map(({ of, value }) => [of.join(" "), value] as const) ?? [];
    expect(fractions.map(([of]) => of)).toEqual(["S", "D", "S D"]);
    expect(fractions[0]?.[1]).toBeCloseTo(S, 11); // the widths are known to 12 digits
    expect(fractions[1]?.[1]).toBeCloseTo(D, 11);
    expect(fractions[2]?.[1]).toBeCloseTo(interference, 5); // five digits are known
    expect(fractions.reduce((sum, [, value]) => sum + value, 0)).toBeCloseTo(1, 13); // by definition
  });

  it("has errors of fractions that follow from the covariance", () => {
    const run = closureFit();
    const { likelihood } = run;
    const waveS = likelihood.activation.isolate("S");
    const shareOfS = (x: Float64Array): number => {
      const sums = [likelihood.activation.activateAll(), waveS].map((mask) => {
        likelihood.use(mask);
        return likelihood.intensities("closure", "monteCarlo", x).reduce((sum, value) => sum + value, 0);
      });
      return (sums[1] as number) / (sums[0] as number);
    };
    const { matrix, standardErrors } = covarianceOf(extended);
    const slopes = extended.x.map((value, i) => {
      const step = 0.001 * (standardErrors[i] as number);
      return (shareOfS(extended.x.with(i, value + step)) - shareOfS(extended.x.with(i, value - step))) / (2 * step);
    });
    const variance = matrix.reduce(
      (sum, entry, at) => sum + entry * (slopes[Math.floor(at / 5)] as number) * (slopes[at % 5] as number),
      0,
    );
    run.dispose();
    // differences over 0.001 standard errors bend by 1e-6
    expect((extended.fractions?.[0]?.error as number) / Math.sqrt(variance)).toBeCloseTo(1, 5);
  });
});

describe("other fits of the closure set", () => {
  it("compare shapes with S fixed, with the same widths", async () => {
    const analysis = parseAnalysis({
      ...example("closure"),
      likelihood: { closure: { kind: "shape", data: "closure:data", monteCarlo: "closure:monte-carlo" } },
    });
    const model = modelOf(analysis);
    const parameters = updateParameter(model.parameters, "S re", { fixed: 1 });
    const shape = finished(model.fit(await termsOf(analysis, model), context, { parameters }));
    expect(shape.names).toEqual(["f0_width", "f2_width", "D re", "D im"]);
    SHAPE_FIT.values.forEach((value, i) => {
      expect(shape.x[i]).toBeCloseTo(value, 11); // digits of the reference
    });
    expect(shape.nll).toBeCloseTo(SHAPE_FIT.nll, 8); // sums of thousands of numbers
    SHAPE_FIT.errors.forEach((error, i) => {
      expect(covarianceOf(shape).standardErrors[i]).toBeCloseTo(error, 7); // seven or eight digits are known
    });
    expect(shape.termValues).toEqual([shape.nll]);
  });

  it("have the mean over Monte Carlo as yield where its weights are 1/N, and errors of -ln L, not of -2 ln L", () => {
    const monteCarlo = closureMonteCarlo();
    const columns = Object.fromEntries(monteCarlo.names.map((name) => [name, monteCarlo.column(name)]));
    const weighted = dataset({ ...columns, weight: new Float64Array(4000).fill(1 / 4000) });
    const terms = closureTerms.map((term) => ({ ...term, monteCarlo: weighted }));
    const start = { "S re": 30, "D re": 10, "D im": 10 };
    const legacy = finished(closure.fit(terms, context, { start }));
    expect(legacy.x[2]).toBeCloseTo(LEGACY_FIT.s, 8); // digits of the reference
    expect(2 * legacy.nll).toBeCloseTo(LEGACY_FIT.minusTwoLogLikelihood, 8); // sums of thousands of numbers
    const { standardErrors } = covarianceOf(legacy);
    expect(standardErrors[2]).toBeCloseTo(LEGACY_FIT.sError, 6); // digits of the reference
    expect(standardErrors[0]).toBeCloseTo(EXTENDED_FIT.errors[0] as number, 8);
  });

  it.each(methodNames())("end in a minimum by %s, or say what to do", (method) => {
    const found = finished(closureFit({ method, evaluationLimit: 4000 }));
    const isLocal = ["lbfgsb", "bfgs", "trustRegion", "conjugateGradient"].includes(method);
    // 5e-4 is 0.03 standard errors; methods that search far away may end in the minimum of the other phase, half a unit higher
    if (found.converged) expect(found.nll - EXTENDED_FIT.nll).toBeLessThan(isLocal ? 5e-4 : 1);
    else expect(found.status.remedy).toBeTruthy();
  });

  it("report what stands on a bound, without an error", () => {
    const bounded = updateParameter(closure.parameters, "f2_width", { initial: 0.08, bounds: [0.01, 0.085] });
    const held = finished(closureFit({ parameters: bounded }));
    expect(held.converged).toBe(true);
    expect(held.x[1]).toBe(0.085);
    expect(covarianceOf(held).heldByBounds).toEqual(["f2_width"]);
    expect(held.warnings.join()).toContain("on a bound, without error: f2_width");
  });

  it("take phases into their period", async () => {
    const document = example("closure");
    const phase = { initial: 0.5, bounds: [-4, -4 + 2 * Math.PI], periodic: true };
    const analysis = parseAnalysis({
      ...document,
      fit: {},
      waves: { ...document.waves, D: { ...document.waves.D, coupling: { polar: [0.3, phase] } } },
    });
    const model = modelOf(analysis);
    const start = { "D phase": 0.95 + 4 * Math.PI };
    const polar = finished(model.fit(await termsOf(analysis, model), context, { start }));
    const [, , , re, im] = EXTENDED_FIT.values as [number, number, number, number, number];
    expect(polar.x[4]).toBeCloseTo(Math.atan2(im, re), 9); // curvature of about 1e3 and slopes of 1e-10
    expect(polar.nll).toBeCloseTo(EXTENDED_FIT.nll, 9);
  });
});

describe("the K-matrix fit of 34 parameters", () => {
  it("converges, and gives errors although the scale of a shape fit has none", async () => {
    const analysis = parseAnalysis(example("kmatrix"));
    const model = modelOf(analysis);
    const found = finished(model.fit(await termsOf(analysis, model), context));
    expect(found.converged).toBe(true);
    expect(found.nll).toBeLessThan(7327.75); // from 8672.6; laddu does not converge
    expect(found.gradient.every((slope) => Math.abs(slope) < 1e-6)).toBe(true); // polished by second derivatives
    expect(covarianceOf(found).standardErrors.every((error) => error > 0 && error < 100)).toBe(true);
    expect(found.warnings.join()).toContain("scale of all couplings");
  });
});

describe("a fit in slices", () => {
  it("has the bits of one in a piece, also through JSON into another run", () => {
    for (const method of methodNames().filter((one) => ["lbfgsb", "trustRegion", "cmaEs"].includes(one))) {
      const evaluationLimit = 300;
      const whole = finished(closureFit({ method, evaluationLimit }));
      let checkpoint: FitCheckpoint | undefined;
      let isDone = false;
      let sliced: FitResult = whole;
      for (let slice = 0; !isDone; slice++) {
        const options: FitOptions = { method, evaluationLimit, ...(checkpoint ? { resume: checkpoint } : {}) };
        const run = closureFit(options);
        let iterations = 0;
        isDone = run.advance(() => ++iterations >= (slice < 3 ? 2 : 1000));
        checkpoint = JSON.parse(JSON.stringify(run.checkpoint())) as FitCheckpoint;
        if (isDone) sliced = run.result();
        run.dispose();
      }
      expect(sliced.x).toEqual(whole.x);
      expect(sliced.nll).toBe(whole.nll);
      expect(sliced.covariance?.matrix).toEqual(whole.covariance?.matrix);
      expect(sliced.evaluations).toEqual(whole.evaluations);
      expect(sliced.status).toEqual(whole.status);
    }
  });

  it("shows where it stands, and its best point before it is done", () => {
    const run = closureFit();
    const seen: number[] = [];
    const isDone = run.advance(({ iteration, nll, start, startCount }) => {
      seen.push(nll);
      expect([iteration, start, startCount]).toEqual([seen.length, 0, 1]);
      return iteration === 4;
    });
    expect(isDone).toBe(false);
    const { converged, covariance, nll, x } = run.result();
    run.dispose();
    expect([converged, covariance]).toEqual([false, undefined]);
    expect(nll).toBe(Math.min(...seen));
    expect(x).toHaveLength(5);
  });

  it("ends at a limit with a remedy, and goes on with a higher one", () => {
    const run = closureFit({ evaluationLimit: 8 });
    expect(run.advance()).toBe(true);
    const short = run.result();
    const checkpoint = run.checkpoint();
    run.dispose();
    expect([short.converged, short.status.reason]).toEqual([false, "evaluations"]);
    expect(short.status.remedy).toMatch(/limit/);
    const longer = finished(closureFit({ resume: checkpoint }));
    expect(longer.x).toEqual(extended.x);
  });

  it("refuses the checkpoint of another fit", () => {
    const run = closureFit({ start: START });
    run.advance(() => true);
    const checkpoint = run.checkpoint();
    run.dispose();
    expect(() => closureFit({ start: { "S re": 0.6 }, resume: checkpoint })).toThrow(
      expect.objectContaining({ code: "AMPL-032", message: expect.stringContaining("first is different") }),
    );
  });
});

/** I = a x + b over x of −1 to 1, which is negative for |a| > b. */
const line = () => {
  const intensity = add(multiply(parameter("a"), column("x")), parameter("b"));
  const x = Float64Array.from({ length: 41 }, (_, i) => i / 20 - 1);
  const data = Float64Array.of(-0.95, 0.1, 0.3, 0.5, 0.7, 0.75, 0.8, 0.9, 0.95, 1);
  return [
    { name: "line", kind: "extended" as const, intensity, data: dataset({ x: data }), monteCarlo: dataset({ x }) },
  ];
};
const lineParameters = (a: number | readonly [number, number], b: number) =>
  parameterSet([parameterSpec({ name: "a", initial: a }), parameterSpec({ name: "b", initial: b })]);

describe("points where -ln L is not a number", () => {
  it("lose against all others", () => {
    const found = finished(fitRun(line(), context, lineParameters(0, 5)));
    const [a, b] = found.x as unknown as [number, number];
    expect(found.converged).toBe(true);
    expect(Math.abs(a)).toBeLessThan(b);
    expect(found.nll).toBeLessThan(41 * 5 - 10 * Math.log(5)); // that of the start
    expect(b).toBeCloseTo(10 / 41, 9); // Σ_mc I = 41 b is the number of events
  });

  it("are refused as the only start, with the events that are to blame", () => {
    expect(() => finished(fitRun(line(), context, lineParameters(3, 1)))).toThrow(
      expect.objectContaining({ code: "AMPL-030", message: expect.stringContaining("data of line") }),
    );
  });

  it("are refused as the only start where a slope is to blame, with its parameter", () => {
    const intensity = add(column("x"), sqrt(parameter("a")));
    const events = dataset({ x: [1, 2] });
    const term = { name: "d", kind: "extended" as const, intensity, data: events, monteCarlo: events };
    const parameters = parameterSet([parameterSpec({ name: "a", initial: 0 })]);
    expect(() => finished(fitRun([term], context, parameters))).toThrow(
      expect.objectContaining({ code: "AMPL-034", context: { value: expect.any(Number), parameters: ["a"] } }),
    );
  });

  it("do not win among restarts", () => {
    const run = fitRun(line(), context, lineParameters([-4, 4], 1), { restarts: 6, seed: 3, start: { a: 3 } });
    const found = finished(run);
    expect(found.starts).toHaveLength(7);
    expect(found.starts.some(({ nll }) => nll === null)).toBe(true);
    expect(found.converged).toBe(true);
    expect(found.best).toBeGreaterThan(0);
  });
});

describe("restarts", () => {
  const parameters = ["S re", "D re", "D im"].reduce(
    (set, name) => updateParameter(set, name, { initial: [-1, 1] }),
    closure.parameters,
  );

  it("are drawn with the seed, the same ones for the same", () => {
    const [first, again, other] = [1, 1, 2].map((seed) => finished(closureFit({ parameters, restarts: 3, seed })));
    expect(first?.starts).toHaveLength(4);
    expect(again?.starts.map(({ x }) => x)).toEqual(first?.starts.map(({ x }) => x));
    expect(other?.starts.map(({ x }) => x)).not.toEqual(first?.starts.map(({ x }) => x));
    expect(first?.nll).toBeCloseTo(EXTENDED_FIT.nll, 9);
  });

  it("do not change when there are more of them", () => {
    const [few, many] = [1, 3].map((restarts) => finished(closureFit({ parameters, restarts })));
    expect(many?.starts.slice(0, 2).map(({ x }) => x)).toEqual(few?.starts.map(({ x }) => x));
  });
});

describe("a fit refuses", () => {
  const allFixed = closure.parameters.specs.reduce(
    (set, { name, initial }) => updateParameter(set, name, { fixed: initial }),
    closure.parameters,
  );
  it.each<readonly [string, Parameters<typeof closure.fit>[2], string, RegExp]>([
    ["a model without free parameters", { parameters: allFixed }, "AMPL-032", /no free parameter/],
    [
      "a start out of bounds",
      { start: { f0_width: 2 } },
      "AMPL-032",
      /f0_width: the start 2 is not in the bounds 0.01 to 1/,
    ],
    ["a start that is no number", { start: { "S re": Number.NaN } }, "AMPL-032", /not in the bounds/],
    ["a start of an unknown parameter", { start: { "S er": 1 } }, "AMPL-032", /no parameter S er/],
    ["restarts that would all be the same", { restarts: 3 }, "AMPL-032", /restarts would all begin/],
    ["an unknown method", { method: "lbfgs" }, "AMPL-044", /no method lbfgs/],
  ])("%s", (_, options, code, message) => {
    expect(() => closureFit(options)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });
});

function covarianceOf({ covariance }: FitResult) {
  if (covariance === undefined) throw new Error("the fit was not done");
  return covariance;
}
