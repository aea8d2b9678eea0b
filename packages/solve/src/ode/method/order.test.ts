import { describe, expect, it } from "vitest";
import { integralController } from "../engine/controller.ts";
import { saveAt, saveEnd } from "../engine/save.ts";
import { solve } from "../engine/solve.ts";
import { odeProblem } from "../problem/define.ts";
import { bdf, bdfUpTo } from "./bdf.ts";
import { dopri853 } from "./dopri853.ts";
import { euler } from "./euler.ts";
import type { OdeMethod } from "./method.ts";
import { radau5, radau9, radau13 } from "./radau.ts";
import { rk4 } from "./rk4.ts";
import { rodas5p } from "./rodas5p.ts";
import { tsit5 } from "./tsit5.ts";

/** y' = −y² + cos t − …: nonlinear, depends on the time, with the solution y = 2 + sin t. */
const problem = odeProblem({
  equations: { y: "cos(t) - (y*y - (2 + sin(t))*(2 + sin(t)))" },
  initial: { y: 2 },
  timeSpan: [0, 2],
});
/** The same without products of y, so that Newton iterations of implicit methods leave nothing behind. */
const linear = odeProblem({ equations: { y: "cos(t) - 3*(y - 2 - sin(t))" }, initial: { y: 2 }, timeSpan: [0, 2] });
const exact = (t: number) => 2 + Math.sin(t);
/** The same, six times as fast, so that the error of order 13 stands out of rounding for more than one step size. */
const fast = odeProblem({ equations: { y: "6*cos(6*t) - 3*(y - 2 - sin(6*t))" }, initial: { y: 2 }, timeSpan: [0, 2] });
const problemFor = (method: OdeMethod) =>
  method === radau13 ? fast : method.complexMatrices === undefined ? problem : linear;

/** Steps of one length: fixed, or by a tolerance that never rejects and a largest step. */
function run(method: OdeMethod, steps: number, times?: readonly number[]) {
  const save = times === undefined ? saveEnd() : saveAt(times);
  if (method.hasFixedSteps) return solve(problem, { method, step: 2 / steps, save });
  return solve(problemFor(method), {
    method,
    relativeTolerance: 0.99,
    absoluteTolerance: 1e3,
    firstStep: 2 / steps,
    limits: { maximumStep: 2 / steps },
    controller: FREE,
    save,
  });
}
const FREE = integralController();

function slope(errors: readonly number[], steps: readonly number[]): number {
  const [x, y] = [steps.map((value) => -Math.log(value)), errors.map((value) => Math.log(value))];
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  const covariance = x.reduce((sum, value, i) => sum + (value - mx) * ((y[i] as number) - my), 0);
  return covariance / x.reduce((sum, value) => sum + (value - mx) ** 2, 0);
}

const ORDERS: readonly (readonly [OdeMethod, number, readonly number[]])[] = [
  [euler, 1, [200, 400, 800]],
  [rk4, 4, [20, 40, 80]],
  [tsit5, 5, [16, 32, 64]],
  [dopri853, 8, [4, 6, 9]],
  [rodas5p, 5, [32, 64, 128]],
  [radau5, 5, [16, 32, 64]],
  [radau9, 9, [4, 6, 9]],
  [radau13, 13, [4, 5, 6]],
];

describe("convergence", () => {
  it.each(ORDERS)("$name converges with order %i", (method, order, steps) => {
    const end = exact(problemFor(method) === fast ? 12 : 2);
    const errors = steps.map((count) => Math.abs((run(method, count).final.state.y as number) - end));
    // a fitted order may lie above the asymptotic one; below it by at most what three step sizes leave open
    expect(slope(errors, steps)).toBeGreaterThan(order - 0.25);
    expect(slope(errors, steps)).toBeLessThan(order + 1.5);
  });

  it.each([1, 2, 3, 4, 5] as const)(
    "bdf up to order %i converges with that order in the number of its steps",
    (order) => {
      // a spiral: (x, y) = e^(−t/10) (cos t, sin t)
      const spiral = odeProblem({
        equations: { x: "-y - 0.1*x", y: "x - 0.1*y" },
        initial: { x: 1, y: 0 },
        timeSpan: [0, 20],
      });
      const tolerances = order === 1 ? [1e-4, 1e-5, 1e-6] : [1e-6, 1e-7, 1e-8, 1e-9];
      const runs = tolerances.map((tolerance) =>
        solve(spiral, {
          method: bdfUpTo(order),
          relativeTolerance: tolerance,
          absoluteTolerance: tolerance,
          save: saveEnd(),
        }),
      );
      const errors = runs.map(({ final }) =>
        Math.hypot(
          (final.state.x as number) - Math.exp(-2) * Math.cos(20),
          (final.state.y as number) - Math.exp(-2) * Math.sin(20),
        ),
      );
      const found = slope(
        errors,
        runs.map(({ statistics }) => statistics.acceptedSteps),
      );
      // a tenth below where the first steps, of lower orders, still count; a quarter above where the order is not reached at once
      expect(found).toBeGreaterThan(order - 0.1);
      expect(found).toBeLessThan(order + 0.35);
    },
  );

  it("there are formulas of order 1 to 5, one method each, so that it is compiled once", () => {
    expect(bdfUpTo(2)).toBe(bdfUpTo(2));
    expect(bdfUpTo(5)).toBe(bdf);
    expect(() => bdfUpTo(6 as 5)).toThrow(expect.objectContaining({ code: "SOLV-010" }));
  });

  it.each([
    [rk4, 3.5],
    [tsit5, 4],
    [dopri853, 7],
    [rodas5p, 4],
    [radau5, 3],
  ] as const)("dense output of $name converges too", (method, order) => {
    const steps = method === dopri853 ? [4, 6, 9] : [16, 32, 64];
    const times = Array.from({ length: 37 }, (_, index) => (2 * (index + 0.37)) / 38);
    const errors = steps.map((count) => {
      const { states } = run(method, count, times);
      return Math.max(...times.map((time, index) => Math.abs((states.y?.[index] as number) - exact(time))));
    });
    // one order below the method, cubic for rk4; minus what the coarse grids leave open
    expect(slope(errors, steps)).toBeGreaterThan(order - 0.4);
  });
});
