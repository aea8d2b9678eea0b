import { parameterSet, parameterSpec } from "@simloom/kernel";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { problems } from "../fixtures/constrained.ts";
import { minimiseConstrained } from "./minimise-constrained.ts";
import { solveQuadraticProgram } from "./quadratic-program.ts";

describe("solveQuadraticProgram", () => {
  it("meets the conditions of Karush, Kuhn and Tucker on random programs", () => {
    const entry = fc.double({ min: -1, max: 1, noNaN: true });
    const vector = (n: number) => fc.array(entry, { minLength: n, maxLength: n });
    fc.assert(
      fc.property(
        fc.array(vector(3), { minLength: 3, maxLength: 3 }),
        vector(3),
        fc.array(vector(4), { maxLength: 5 }),
        (root, g, rows) => {
          // B = RᵀR + I; constraints hold at 0 with something to spare or not at all
          const hessian = Float64Array.from({ length: 9 }, (_, at) => {
            const [i, j] = [Math.floor(at / 3), at % 3];
            return root.reduce((sum, row) => sum + (row[i] as number) * (row[j] as number), i === j ? 1 : 0);
          });
          const normals = rows.map((row) => Float64Array.from(row.slice(0, 3)));
          const limits = Float64Array.from(rows, (row) => -Math.abs(row[3] as number));
          const found = solveQuadraticProgram(hessian, Float64Array.from(g), { normals, limits, equalities: 0 });
          expect(found).toBeDefined();
          const { step, multipliers } = found as NonNullable<typeof found>;
          for (let i = 0; i < 3; i++) {
            let slope = g[i] as number;
            for (let j = 0; j < 3; j++) slope += (hessian[i * 3 + j] as number) * (step[j] as number);
            normals.forEach((normal, k) => {
              slope -= (multipliers[k] as number) * (normal[i] as number);
            });
            expect(Math.abs(slope)).toBeLessThan(1e-8); // entries of size 1, multipliers up to 1e6 where normals are small
          }
          normals.forEach((normal, k) => {
            const slack = normal.reduce((sum, a, i) => sum + a * (step[i] as number), -(limits[k] as number));
            expect(slack).toBeGreaterThan(-1e-10);
            expect(multipliers[k]).toBeGreaterThanOrEqual(0);
            expect(Math.abs((multipliers[k] as number) * slack)).toBeLessThan(1e-8);
          });
        },
      ),
      { seed: 5, numRuns: 200 },
    );
  });

  it("says that d ≥ 1 and d ≤ −1 contradict each other", () => {
    const normals = [Float64Array.of(1), Float64Array.of(-1)];
    const program = { normals, limits: Float64Array.of(1, 1), equalities: 0 };
    expect(solveQuadraticProgram(Float64Array.of(1), Float64Array.of(0), program)).toBeUndefined();
  });
});

describe("minimiseConstrained", () => {
  it.each(problems)("solves $name", ({ objective, constraints, lower, upper, start, minimum, limit }) => {
    const set = parameterSet(
      start.map((initial, i) =>
        parameterSpec({ name: `x${i}`, initial, bounds: [lower[i] as number, upper[i] as number] }),
      ),
    );
    const found = minimiseConstrained(objective, constraints, set);
    expect(found.status).toMatchObject({ converged: true });
    expect(found.violation).toBeLessThan(1e-8);
    // the tolerance is 1e-10 of the value; slopes are differences with errors of 1e-10
    expect(Math.abs(found.value / minimum - 1)).toBeLessThan(1e-8);
    expect(found.evaluations.value).toBeLessThan(limit);
  });

  it("meets an equality, and its multiplier is the price of it", () => {
    // least x² + y² with x + y = 2: (1, 1), and with x + y = 2 + e the value rises by 2 e
    const found = minimiseConstrained(
      { value: ([x = 0, y = 0]) => x * x + y * y },
      {
        count: 1,
        equalities: 1,
        values: ([x = 0, y = 0], target) => {
          target[0] = x + y - 2;
        },
      },
      [3, -2],
    );
    expect(found.x[0]).toBeCloseTo(1, 6); // a tolerance of 1e-10 in value at curvature 2
    expect(found.x[1]).toBeCloseTo(1, 6);
    expect(Math.abs(found.multipliers[0] as number)).toBeCloseTo(2, 5);
  });

  it("says so where constraints cannot hold together", () => {
    const found = minimiseConstrained(
      { value: ([x = 0]) => x * x },
      {
        count: 2,
        values: ([x = 0], target) => {
          target[0] = 1 - x;
          target[1] = x + 1;
        },
      },
      [0.3],
    );
    expect(found.converged).toBe(false);
    expect(found.status.remedy).toContain("constraints");
  });
});
