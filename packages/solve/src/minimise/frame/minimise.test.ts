import { parameterSet, parameterSpec } from "@simloom/kernel";
import { describe, expect, it } from "vitest";
import { covarianceOf } from "../../uncertainty/covariance-of.ts";
import { profileInterval } from "../../uncertainty/profile.ts";
import { subjectTo } from "../constrained/constraints.ts";
import { sqp } from "../constrained/sqp.ts";
import { cmaEs } from "../evolution/cma-es.ts";
import { particleSwarm } from "../evolution/particle-swarm.ts";
import { adam } from "../first-order/adam.ts";
import { conjugateGradient } from "../first-order/conjugate-gradient.ts";
import { rosenbrock, valueOnly } from "../fixtures/functions.ts";
import { lbfgsb } from "../lbfgsb/lbfgsb.ts";
import { bfgs } from "../newton/bfgs.ts";
import { trustRegion } from "../newton/trust-region.ts";
import { nelderMead } from "../simplex/nelder-mead.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { minimise } from "./minimise.ts";
import type { Objective } from "./objective.ts";
import { allOf, extentBelow, gradientBelow, iterationLimit, valueReached, valueSettled } from "./stop.ts";

const parabola = {
  value: (x: Float64Array) => 0.5 * ((x[0] as number) - 1) ** 2 + 2 * ((x[1] as number) + 0.5) ** 2 + 7,
  gradient: (x: Float64Array, slopes: Float64Array) => {
    slopes[0] = (x[0] as number) - 1;
    slopes[1] = 4 * ((x[1] as number) + 0.5);
    return parabola.value(x);
  },
};

describe("minimise", () => {
  it("gives errors of −ln L as square roots of the inverse curvature, and of χ² √2 times those", () => {
    const nll = minimise(parabola, [0, 0], { covariance: true });
    const chi2 = minimise(parabola, [0, 0], { covariance: true, errorLevel: 1 });
    // differences of exact slopes of a parabola: rounding of 1e-16 over a step of 6e-6
    expect(nll.covariance?.standardErrors[0]).toBeCloseTo(1, 9);
    expect(nll.covariance?.standardErrors[1]).toBeCloseTo(0.5, 9);
    expect(chi2.covariance?.standardErrors[1]).toBeCloseTo(Math.SQRT1_2, 9);
    expect(nll.covariance?.isPositiveDefinite).toBe(true);
    expect(nll.evaluations.hessian).toBe(0);
  });

  it("counts exact second derivatives as such", () => {
    const found = minimise(rosenbrock, [0, 0], { covariance: true });
    expect(found.evaluations.hessian).toBe(1);
    // H = [[802, -400], [-400, 200]] at (1, 1), with inverse [[0.5, 1], [1, 2.005]]; x is within 1e-5 of (1, 1)
    expect(found.covariance?.matrix[0]).toBeCloseTo(0.5, 2);
    expect(found.covariance?.matrix[3]).toBeCloseTo(2.005, 2);
    expect(found.edm).toBeLessThan(1e-9);
  });

  it("leaves parameters on a bound out of the errors", () => {
    const set = parameterSet([
      parameterSpec({ name: "a", initial: 0, bounds: [null, 0.25] }),
      parameterSpec({ name: "b", initial: 0 }),
    ]);
    const found = minimise(parabola, set, { covariance: true });
    expect(found.x[0]).toBe(0.25);
    expect(found.covariance?.heldByBounds).toEqual(["a"]);
    expect(found.covariance?.standardErrors[0]).toBe(0);
    expect(found.covariance?.standardErrors[1]).toBeCloseTo(0.5, 9); // as above
  });

  it("does the same in coordinates scaled by a million as in good ones", () => {
    const stretched = {
      value: (x: Float64Array) => rosenbrock.value(Float64Array.of((x[0] as number) / 1e6, x[1] as number)),
      gradient: (x: Float64Array, slopes: Float64Array) => {
        const value = rosenbrock.gradient(Float64Array.of((x[0] as number) / 1e6, x[1] as number), slopes);
        slopes[0] = (slopes[0] as number) / 1e6;
        return value;
      },
    };
    const set = parameterSet([
      parameterSpec({ name: "a", initial: -1.2e6, scale: 1e6 }),
      parameterSpec({ name: "b", initial: 1 }),
    ]);
    expect(minimise(stretched, set).iterations).toBe(minimise(rosenbrock, [-1.2, 1]).iterations);
  });

  it("gives periodic parameters in [low, high)", () => {
    const set = parameterSet([
      parameterSpec({ name: "phase", initial: 3, bounds: [-Math.PI, Math.PI], periodic: true }),
    ]);
    const wave = {
      value: (x: Float64Array) => 1 - Math.cos((x[0] as number) + 2.5),
      gradient: (x: Float64Array, slopes: Float64Array) => {
        slopes[0] = Math.sin((x[0] as number) + 2.5);
        return wave.value(x);
      },
    };
    const found = minimise(wave, set);
    expect(found.converged).toBe(true);
    expect(found.x[0]).toBeCloseTo(-2.5, 4); // EDM of 5e-10 at curvature 1
  });

  it("goes on from a checkpoint, through JSON, with the bits of the uninterrupted run", () => {
    const whole = minimise(rosenbrock, [-1.2, 1, 0.7]);
    let kept = "";
    minimise(rosenbrock, [-1.2, 1, 0.7], {
      iterationLimit: 9,
      observers: [(_, checkpoint) => (kept = JSON.stringify(checkpoint()))],
    });
    const resumed = minimise(rosenbrock, [-1.2, 1, 0.7], { resume: JSON.parse(kept) as Checkpoint });
    expect(resumed).toEqual(whole);
    expect(resumed.iterations).toBeGreaterThan(9);
  });

  it("refuses a checkpoint of another run", () => {
    const { checkpoint } = minimise(rosenbrock, [0, 0], { iterationLimit: 2 });
    expect(() => minimise(rosenbrock, [0, 0, 0], { resume: checkpoint })).toThrow(
      expect.objectContaining({ code: "SOLV-063" }),
    );
    expect(() => minimise(rosenbrock, [0, 0], { resume: { ...checkpoint, method: "other" } })).toThrow(
      expect.objectContaining({ code: "SOLV-063" }),
    );
  });

  it("keeps the best point when it is aborted, and says how to go on", () => {
    const abort = new AbortController();
    const seen: number[] = [];
    const found = minimise(rosenbrock, [-1.2, 1], {
      signal: abort.signal,
      observers: [({ value, iteration }) => void (seen.push(value), iteration === 5 && abort.abort())],
    });
    expect(found).toMatchObject({ converged: false, iterations: 5, value: Math.min(...seen) });
    expect(found.status).toMatchObject({ reason: "aborted", remedy: expect.stringContaining("Resume") });
  });

  it("lets errors of the objective through", () => {
    const broken = {
      value: () => {
        throw new RangeError("no such event");
      },
    };
    expect(() => minimise(broken, [1])).toThrow("no such event");
  });

  it("says so when it cannot start", () => {
    const found = minimise({ value: () => Number.NaN }, [1]);
    expect(found).toMatchObject({ converged: false, status: { reason: "not finite" } });
  });

  it("refuses parameters none of which is free, and error levels of 0", () => {
    const set = parameterSet([parameterSpec({ name: "a", fixed: 1 })]);
    expect(() => minimise(parabola, set)).toThrow(expect.objectContaining({ code: "SOLV-060" }));
    expect(() => minimise(parabola, [1, 1], { errorLevel: 0 })).toThrow(expect.objectContaining({ code: "SOLV-061" }));
  });

  it("refuses constraints that a method or an error would ignore", () => {
    const onLine = subjectTo(
      { value: ([x = 0, y = 0]) => x * x + y * y },
      {
        count: 1,
        equalities: 1,
        values: ([x = 0, y = 0], target) => {
          target[0] = x + y - 1;
        },
      },
    );
    const code = expect.objectContaining({ code: "SOLV-066" });
    for (const method of [lbfgsb(), nelderMead(), cmaEs(), adam()])
      expect(() => minimise(onLine, [1, 1], { method })).toThrow(code);
    expect(() => minimise(onLine, [1, 1], { method: sqp(), covariance: true })).toThrow(
      expect.objectContaining({ code: "SOLV-066", remedy: expect.stringContaining("bootstrap") }),
    );
    const set = parameterSet(["a", "b"].map((name) => parameterSpec({ name, initial: 1 })));
    const found = minimise(onLine, set, { method: sqp() });
    expect(found.converged).toBe(true);
    expect(() => covarianceOf(onLine, set, found)).toThrow(code);
    expect(() => profileInterval(onLine, set, found, "a")).toThrow(code);
  });

  it.each([lbfgsb(), bfgs(), conjugateGradient(), trustRegion(), nelderMead(), cmaEs(), particleSwarm()])(
    "$name does not call it a minimum where the objective falls without end",
    (method) => {
      const found = minimise({ value: ([x = 0, y = 0]) => -x - y }, [0.1, 0.2], { method });
      expect(found).toMatchObject({ converged: false, status: { reason: "unbounded" } });
      expect(found.status.remedy).toContain("bounds");
    },
  );

  it.each([cmaEs(), nelderMead(), particleSwarm()])("$name takes a minimum on a bound for one", (method) => {
    const set = parameterSet(["a", "b"].map((name) => parameterSpec({ name, initial: 0.5, bounds: [0, 1] })));
    const found = minimise({ value: ([x = 0, y = 0]) => -x - y }, set, { method });
    expect(found.converged).toBe(true);
    expect(found.value).toBeCloseTo(-2, 6); // coordinates without bounds come to one only in the limit
  });

  it.each([Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY])(
    "never lets %d win, not even where steps are taken blindly",
    (odd) => {
      const found = minimise({ value: ([x = 0]) => (x > 0.5 ? odd : (x - 1) ** 2) }, [0], { method: adam() });
      expect(found).toMatchObject({ converged: false, status: { reason: "not finite" } });
      expect(found.value).toBeGreaterThanOrEqual(0.25);
      expect(found.value).toBeLessThan(0.27); // the last steps of 0.001 before the edge, where f = 0.25
    },
  );

  it("refuses a broken checkpoint", () => {
    const { checkpoint } = minimise(rosenbrock, [0, 0], { iterationLimit: 2 });
    for (const state of [{}, null, { ...(checkpoint.state as object), best: {} }])
      expect(() => minimise(rosenbrock, [0, 0], { resume: { ...checkpoint, state } })).toThrow(
        expect.objectContaining({ code: "SOLV-063" }),
      );
  });

  it("gives no error to a parameter of which nothing is known, and names directions without information", () => {
    const set = parameterSet(["x", "y", "z", "idle"].map((name) => parameterSpec({ name, initial: 0 })));
    const sumOnly: Objective = { value: ([x = 0, y = 0, z = 0]) => (x + y - 1) ** 2 + (z - 2) ** 2 };
    const found = covarianceOf(sumOnly, set, { x: Float64Array.of(0.5, 0.5, 2, 0) });
    expect(found).toMatchObject({
      isPositiveDefinite: false,
      heldByBounds: [],
      withoutInformation: ["x", "y", "idle"],
    });
    expect(found.standardErrors[3]).toBeNaN();
    expect(found.correlation[3]).toBeNaN();
    expect(found.standardErrors[2]).toBeCloseTo(Math.SQRT1_2, 5); // differences of values
    // x + y is known: its variance is that of one parameter of the same curvature
    const [xx, xy, yx, yy] = [0, 1, 4, 5].map((at) => found.matrix[at] as number) as [number, number, number, number];
    expect(xx + xy + yx + yy).toBeCloseTo(0.5, 5);
  });

  it("stops where its rules say", () => {
    const start = [-1.2, 1];
    expect(minimise(rosenbrock, start, { stop: iterationLimit(3) })).toMatchObject({ converged: false, iterations: 3 });
    expect(minimise(rosenbrock, start, { stop: valueReached(1) }).value).toBeLessThan(1);
    expect(minimise(rosenbrock, start, { evaluationLimit: 7 }).status.reason).toBe("evaluations");
    const strict = minimise(rosenbrock, start, { stop: allOf(gradientBelow(1e-7), extentBelow(1e-3)) });
    expect(strict.status.reason).toBe("gradient and extent");
    expect(Math.max(...(strict.gradient ?? []).map(Math.abs))).toBeLessThanOrEqual(1e-7);
    expect(minimise(valueOnly(rosenbrock), start, { stop: valueSettled({ relative: 1e-3 }) }).converged).toBe(true);
    expect(() => valueSettled({ patience: 0 })).toThrow(expect.objectContaining({ code: "SOLV-062" }));
  });
});
