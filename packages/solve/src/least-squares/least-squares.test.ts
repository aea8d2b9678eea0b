import { expr, parameter, parameterSet, parameterSpec } from "@simloom/kernel";
import { describe, expect, it } from "vitest";
import { rosenbrock } from "../minimise/fixtures/functions.ts";
import { minimise } from "../minimise/frame/minimise.ts";
import { lbfgsb } from "../minimise/lbfgsb/lbfgsb.ts";
import { leastSquares } from "./least-squares.ts";
import { levenbergMarquardt } from "./levenberg-marquardt.ts";
import { curveResiduals, type Residuals } from "./residuals.ts";
import { sumOfSquares } from "./sum-of-squares.ts";

const x = Float64Array.of(0, 1, 2, 3);
const observed = Float64Array.of(1, 3.1, 4.9, 7.2);
const line = expr`${parameter("a")} + ${parameter("b")} * x`;

describe("leastSquares", () => {
  it("agrees with the closed form of a straight line, with known and with estimated deviations", () => {
    const residuals = curveResiduals(line, ["a", "b"], { columns: { x }, observed });
    const found = leastSquares(residuals, [0, 0]);
    // normal equations by hand: b = Σ(x − 1.5)(y − ȳ) / 5 = 2.04, a = ȳ − 1.5 b = 0.99; rounding of a few operations
    expect(found.x[0]).toBeCloseTo(0.99, 12);
    expect(found.x[1]).toBeCloseTo(2.04, 12);
    expect(found.degreesOfFreedom).toBe(2);
    expect(found.standardErrors[1]).toBeCloseTo(found.residualDeviation / Math.sqrt(5), 12);
    const known = leastSquares(residuals, [0, 0], { deviations: "known" });
    expect(known.standardErrors[1]).toBeCloseTo(1 / Math.sqrt(5), 12);
  });

  it("weighs numbers by their errors", () => {
    const errors = Float64Array.of(1e-3, 1, 1, 1e-3);
    const found = leastSquares(curveResiduals(line, ["a", "b"], { columns: { x }, observed, errors }), [0, 0]);
    // through the two points that are known a thousand times better, to the square of that
    expect(found.x[0]).toBeCloseTo(1, 5);
    expect(found.x[1]).toBeCloseTo(6.2 / 3, 5);
  });

  it("keeps to bounds", () => {
    const set = parameterSet([
      parameterSpec({ name: "a", initial: 0.5, bounds: [0, 0.9] }),
      parameterSpec({ name: "b", initial: 0 }),
    ]);
    const found = leastSquares(curveResiduals(line, ["a", "b"], { columns: { x }, observed }), set);
    expect(found.converged).toBe(true);
    expect(found.x[0]).toBe(0.9);
    // Σ x (y − 0.9) / Σ x²: the slope of the line through (0, 0.9)
    expect(found.x[1]).toBeCloseTo((2.2 + 2 * 4 + 3 * 6.3) / 14, 12);
  });

  it("goes on from a checkpoint with the bits of the uninterrupted run", () => {
    const valley: Residuals = {
      count: 2,
      residuals: (p, r) => {
        r[0] = 10 * ((p[1] as number) - (p[0] as number) ** 2);
        r[1] = 1 - (p[0] as number);
      },
    };
    const whole = leastSquares(valley, [-1.2, 1]);
    const { checkpoint } = leastSquares(valley, [-1.2, 1], { iterationLimit: 4 });
    const resumed = leastSquares(valley, [-1.2, 1], { resume: JSON.parse(JSON.stringify(checkpoint)) });
    expect(resumed).toEqual(whole);
    expect(whole.x[0]).toBeCloseTo(1, 9); // a solution with residuals of zero is found to rounding
  });

  it("gives the same as any other minimiser of the sum", () => {
    const objective = sumOfSquares(curveResiduals(line, ["a", "b"], { columns: { x }, observed }));
    const other = minimise(objective, [0, 0], { method: lbfgsb(), errorLevel: 1, covariance: true });
    expect(other.x[1]).toBeCloseTo(2.04, 6); // EDM 1e-9 at curvature 28
    expect(other.covariance?.standardErrors[1]).toBeCloseTo(1 / Math.sqrt(5), 9);
  });

  it("refuses what has no residuals, and columns that do not fit", () => {
    expect(() => minimise(rosenbrock, [0, 0], { method: levenbergMarquardt() })).toThrow(
      expect.objectContaining({ code: "SOLV-064" }),
    );
    expect(() => curveResiduals(line, ["a", "b"], { columns: {}, observed })).toThrow(
      expect.objectContaining({ code: "SOLV-065" }),
    );
    expect(() => curveResiduals(line, ["a", "b"], { columns: { x: x.slice(1) }, observed })).toThrow(
      expect.objectContaining({ code: "SOLV-065" }),
    );
  });
});
