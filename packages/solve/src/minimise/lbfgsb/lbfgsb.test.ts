import { parameterSet, parameterSpec } from "@simloom/kernel";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { discus, ellipsoid, rosenbrock, rotated, SHIFT, valueOnly } from "../fixtures/functions.ts";
import { minimise } from "../frame/minimise.ts";
import { valueReached } from "../frame/stop.ts";
import { lbfgsb } from "./lbfgsb.ts";

const bounded = (bounds: readonly (readonly [number | null, number | null])[], initial: readonly number[]) =>
  parameterSet(bounds.map((each, i) => parameterSpec({ name: `p${i}`, bounds: each, initial: initial[i] as number })));

describe("lbfgsb", () => {
  it.each([2, 10, 30])("finds the minimum of Rosenbrock's function in %i dimensions", (n) => {
    const found = minimise(rosenbrock, new Array(n).fill(-1.2));
    expect(found.converged).toBe(true);
    // an EDM of 1e-9 × 0.5 at curvatures from 0.5 leaves x within sqrt(2e-9) of 1
    for (const x of found.x) expect(x).toBeCloseTo(1, 4);
    expect(found.evaluations.value).toBe(0);
  });

  it("reaches 1e-6 of the rotated functions in no more gradients than there is reason for", () => {
    // SciPy's takes 339 on the ellipsoid and 80 on Rosenbrock's (median of 15 starts); measured here 296, 11 and 64
    const cases = [
      [rotated(ellipsoid), 339],
      [rotated(discus), 20],
      [rotated(rosenbrock, 1), 80],
    ] as const;
    for (const [objective, limit] of cases) {
      const found = minimise(objective, new Array(10).fill(1.5), { stop: valueReached(1e-6) });
      expect(found.converged).toBe(true);
      expect(found.evaluations.gradient).toBeLessThan(limit);
    }
  });

  it("takes differences where there are no slopes", () => {
    const found = minimise(valueOnly(rotated(ellipsoid)), new Array(10).fill(0));
    // differences of a function of size 1e6 leave slopes of 1e-3 and x within 1e-3 of the minimum at curvature 2
    found.x.forEach((x, i) => {
      expect(Math.abs(x - (SHIFT[i] as number))).toBeLessThan(2e-3);
    });
    expect(found.evaluations.gradient).toBe(0);
  });

  it("stops at the bound that cuts the valley off, at f = 0.25 in (0.5, 0.25)", () => {
    const found = minimise(
      rosenbrock,
      bounded(
        [
          [-2, 0.5],
          [-2, 2],
        ],
        [-1.2, 1],
      ),
    );
    expect(found.converged).toBe(true);
    expect(found.x[0]).toBe(0.5);
    // curvature 200 along the bound and an EDM of 5e-10
    expect(found.x[1]).toBeCloseTo(0.25, 5);
    expect(found.value).toBeCloseTo(0.25, 9);
  });

  it("agrees with the solution by signs on convex parabolas in boxes", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.double({ min: -3, max: 3, noNaN: true }), fc.double({ min: 0.01, max: 100, noNaN: true })),
          {
            minLength: 1,
            maxLength: 8,
          },
        ),
        (terms) => {
          const separable = {
            value: (x: Float64Array) => terms.reduce((sum, [c, w], i) => sum + w * ((x[i] as number) - c) ** 2, 0),
            gradient: (x: Float64Array, slopes: Float64Array) => {
              terms.forEach(([c, w], i) => {
                slopes[i] = 2 * w * ((x[i] as number) - c);
              });
              return separable.value(x);
            },
          };
          const found = minimise(
            separable,
            bounded(
              terms.map(() => [-1, 1]),
              terms.map(() => 0.3),
            ),
          );
          expect(found.converged).toBe(true);
          terms.forEach(([c, w], i) => {
            // an EDM of 5e-10 is a distance of sqrt(5e-10 / w)
            expect(Math.abs((found.x[i] as number) - Math.min(Math.max(c, -1), 1))).toBeLessThan(1e-4 / Math.sqrt(w));
          });
        },
      ),
      { seed: 11, numRuns: 100 },
    );
  });

  it("survives regions where the objective is NaN", () => {
    const walled = {
      value: (x: Float64Array) => (x[0] as number) - Math.log(x[0] as number),
      gradient: (x: Float64Array, slopes: Float64Array) => {
        slopes[0] = 1 - 1 / (x[0] as number);
        return walled.value(x);
      },
    };
    const found = minimise(walled, [30]);
    expect(found.converged).toBe(true);
    expect(found.x[0]).toBeCloseTo(1, 4); // EDM 5e-10 at curvature 1
  });

  it("says that a wrong gradient is the matter", () => {
    const wrong = {
      value: (x: Float64Array) => (x[0] as number) ** 2,
      gradient: (x: Float64Array, slopes: Float64Array) => {
        slopes[0] = -2 * (x[0] as number);
        return (x[0] as number) ** 2;
      },
    };
    const found = minimise(wrong, [3]);
    expect(found.converged).toBe(false);
    expect(found.status.remedy).toContain("gradient");
  });

  it("cannot keep half a pair", () => {
    expect(() => lbfgsb({ memoryLength: 0.5 })).toThrow(expect.objectContaining({ code: "SOLV-062" }));
  });
});
