import { readFileSync } from "node:fs";
import { type Dataset, dataset } from "@simloom/columns";
import { add, column, createExecutionContext, multiply, parameter, parameterSet, parameterSpec } from "@simloom/kernel";
import { afterAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { modelOf, termsOf } from "../analysis/model.ts";
import { parseAnalysis } from "../analysis/parse.ts";
import type { LikelihoodKind } from "../likelihood/term.ts";
import { type FitResult, type FitRun, fitRun } from "./fit.ts";
import { EXTENDED_FIT } from "./fixtures/closure-fits.ts";

const context = createExecutionContext();
afterAll(() => context.dispose());

function finished(run: FitRun): FitResult {
  run.advance();
  const result = run.result();
  run.dispose();
  return result;
}

const errorsOf = ({ covariance }: FitResult): readonly number[] => [...(covariance?.standardErrors ?? [])];

/** A yield: I = a x, so that Σ_mc I = 3 a and a = Σw / 3. */
function yieldFit(weight?: readonly number[], intensity = multiply(parameter("a"), column("x"))): FitResult {
  const x = [1, 2, 1.5, 3];
  const data = dataset(weight === undefined ? { x } : { x, weight: [...weight] });
  const parameters = parameterSet([parameterSpec({ name: "a", initial: 1 })]);
  const terms = [{ name: "d", kind: "extended" as const, intensity, data, monteCarlo: dataset({ x: [1, 2] }) }];
  return finished(fitRun(terms, context, parameters));
}

describe("errors of a yield", () => {
  it("are √(Σw²) / Σ_mc I for weighted events", () => {
    const weights = [0.5, -0.2, 2, 1];
    const found = yieldFit(weights);
    expect(found.covarianceKind).toBe("sandwich");
    expect(found.x[0]).toBeCloseTo(3.3 / 3, 12); // slopes vanish within rounding
    expect(errorsOf(found)[0]).toBeCloseTo(Math.hypot(...weights) / 3, 12);
  });

  it("are, relative to the yield, 1/√n for equal weights, as without any", () => {
    const [plain, ones, quarters] = [yieldFit(), yieldFit([1, 1, 1, 1]), yieldFit([0.25, 0.25, 0.25, 0.25])];
    expect([plain, ones, quarters].map(({ covarianceKind }) => covarianceKind)).toEqual([
      "hessian",
      "hessian",
      "sandwich",
    ]);
    for (const found of [plain, ones, quarters])
      expect((errorsOf(found)[0] as number) / (found.x[0] as number)).toBeCloseTo(1 / Math.sqrt(4), 12); // three roundings
  });

  it("hold where the intensity is the same for all events", () => {
    const found = yieldFit([0.25, 0.25, 0.25, 0.25], multiply(1, parameter("a")));
    expect(found.x[0]).toBeCloseTo(1 / 2, 12); // Σw = 1 over two Monte Carlo events
    expect(errorsOf(found)[0]).toBeCloseTo(1 / 4, 12); // √(4 / 16) over two
  });
});

describe("errors of shapes", () => {
  it("are those of the closed form (Σ w² g²) / H² with slopes relative to the normalisation", () => {
    // I = 1 + a x over x = ±1, so that the slopes of an event are −x / (1 + a x) and the norm is 2 whatever a is.
    const x = [1, 1, 1, -1];
    const weight = [0.5, 2, 1, 1.5];
    const intensity = add(1, multiply(parameter("a"), column("x")));
    const data = dataset({ x, weight });
    const terms = [{ name: "d", kind: "shape" as const, intensity, data, monteCarlo: dataset({ x: [1, -1] }) }];
    const found = finished(fitRun(terms, context, parameterSet([parameterSpec({ name: "a", initial: 0 })])));
    const a = (3.5 - 1.5) / 5;
    const slopes = x.map((one) => one / (1 + a * one));
    const curvature = slopes.reduce((sum, slope, event) => sum + (weight[event] as number) * slope ** 2, 0);
    const spread = slopes.reduce((sum, slope, event) => sum + ((weight[event] as number) * slope) ** 2, 0);
    expect(found.x[0]).toBeCloseTo(a, 12); // slopes vanish within rounding
    expect(errorsOf(found)[0]).toBeCloseTo(Math.sqrt(spread) / curvature, 11); // second derivatives to 1e-12
  });
});

describe("the closure set with equal weights", () => {
  const document = parse(readFileSync(new URL("../../../../examples/amplitude/closure.yaml", import.meta.url), "utf8"));

  it.each<LikelihoodKind>(["extended", "shape"])(
    "has the errors of the %s fit without weights, whatever they are",
    async (kind) => {
      const likelihood = { closure: { ...document.likelihood.closure, kind } };
      const S = { ...document.waves.S, coupling: kind === "shape" ? 1 : { real: 1 } };
      const analysis = parseAnalysis({ ...document, fit: {}, waves: { ...document.waves, S }, likelihood });
      const model = modelOf(analysis);
      const terms = await termsOf(analysis, model);
      const withWeight = (weight: number) => terms.map((term) => ({ ...term, data: weighted(term.data, weight) }));
      const [quarter, four] = [0.25, 4].map((weight) => {
        // near the same minimum: yields grow with the weights, shapes do not
        const part = (kind === "extended" ? 0.2 * Math.sqrt(weight) : 0.3) as number;
        const start = { "D re": part, "D im": part, ...(kind === "extended" ? { "S re": 3 * part } : {}) };
        return finished(model.fit(withWeight(weight), context, { start }));
      });
      for (const i of [0, 1]) {
        const [small, large] = [errorsOf(quarter as FitResult)[i] as number, errorsOf(four as FitResult)[i] as number];
        expect(small / large).toBeCloseTo(1, 7); // minima of functions whose scales differ 16-fold
        // two estimates of one information from 1000 events: apart by some of its 1/√1000
        expect(Math.abs(small / (EXTENDED_FIT.errors[i] as number) - 1)).toBeLessThan(0.15);
      }
      expect(quarter?.fractions?.every(({ error }) => error > 0 && error < 0.1)).toBe(true);
    },
  );
});

function weighted(events: Dataset, weight: number): Dataset {
  return events.withColumn("weight", new Float64Array(events.length).fill(weight), { replace: true });
}
