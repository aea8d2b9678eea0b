import { parameterSet, parameterSpec } from "@simloom/kernel";
import { describe, expect, it } from "vitest";
import { cmaEs } from "./evolution/cma-es.ts";
import { differentialEvolution } from "./evolution/differential-evolution.ts";
import { particleSwarm } from "./evolution/particle-swarm.ts";
import { adam } from "./first-order/adam.ts";
import { type ConjugateFormula, conjugateGradient } from "./first-order/conjugate-gradient.ts";
import { ackley, discus, ellipsoid, rastrigin, rosenbrock, rotated, SHIFT, valueOnly } from "./fixtures/functions.ts";
import type { Checkpoint } from "./frame/checkpoint.ts";
import type { Minimiser } from "./frame/method.ts";
import { minimise } from "./frame/minimise.ts";
import type { Objective } from "./frame/objective.ts";
import { valueReached } from "./frame/stop.ts";
import { lbfgsb } from "./lbfgsb/lbfgsb.ts";
import { bfgs } from "./newton/bfgs.ts";
import { trustRegion } from "./newton/trust-region.ts";
import { brent } from "./one-dimension/brent.ts";
import { nelderMead } from "./simplex/nelder-mead.ts";

const box = (n: number, low: number, high: number, initial: (i: number) => number) =>
  parameterSet(
    Array.from({ length: n }, (_, i) => parameterSpec({ name: `p${i}`, bounds: [low, high], initial: initial(i) })),
  );

const withSlopes: readonly Minimiser[] = [lbfgsb(), bfgs(), conjugateGradient(), trustRegion()];
const withoutSlopes: readonly Minimiser[] = [
  nelderMead(),
  cmaEs(),
  differentialEvolution(),
  particleSwarm({ particles: 30 }),
];
const every = [...withSlopes, ...withoutSlopes, adam({ rate: 0.05 })];

const starts = [
  [-2, 2],
  [2, 2],
  [2, -2],
  [-2, -2],
  [0, 0],
] as const;

describe.each(withSlopes)("$name", (method) => {
  it.each(starts)("finds the minimum of Rosenbrock's function from (%d, %d)", (...start) => {
    const found = minimise(rosenbrock, start, { method });
    expect(found.converged).toBe(true);
    // an EDM of 5e-10, at the least curvature of 0.4, is a distance of 5e-5; in y it is twice that
    expect(found.x[0]).toBeCloseTo(1, 3);
    expect(found.x[1]).toBeCloseTo(1, 3);
  });
});

describe.each(withoutSlopes)("$name", (method) => {
  it("finds the minimum of Rosenbrock's function in a box", () => {
    const found = minimise(
      valueOnly(rosenbrock),
      box(2, -5, 5, (i) => (i === 0 ? -1.2 : 1)),
      { method, seed: 3 },
    );
    expect(found.converged).toBe(true);
    // methods stop where values differ by less than 1e-9 or so: x within 1e-4
    expect(found.x[0]).toBeCloseTo(1, 3);
    expect(found.x[1]).toBeCloseTo(1, 3);
    expect(found.evaluations.gradient).toBe(0);
  });
});

describe.each(every)("$name", (method) => {
  it("goes on from a checkpoint with the bits of the uninterrupted run", () => {
    const set = box(3, -5, 5, (i) => 1.7 - i);
    const whole = minimise(rosenbrock, set, { method, iterationLimit: 40, seed: 5 });
    const { checkpoint } = minimise(rosenbrock, set, { method, iterationLimit: 7, seed: 5 });
    const resume = JSON.parse(JSON.stringify(checkpoint)) as Checkpoint;
    expect(minimise(rosenbrock, set, { method, iterationLimit: 40, seed: 5, resume })).toEqual(whole);
  });

  it("stays in the bounds, and comes to the one that cuts the valley off", () => {
    const seen: number[] = [];
    const watched: Objective = {
      value: (x) => (seen.push(x[0] as number), rosenbrock.value(x)),
      gradient: (x, slopes) => (seen.push(x[0] as number), rosenbrock.gradient(x, slopes)),
    };
    const set = parameterSet([
      parameterSpec({ name: "a", initial: -1.2, bounds: [-2, 0.5] }),
      parameterSpec({ name: "b", initial: 1, bounds: [-2, 2] }),
    ]);
    const found = minimise(watched, set, { method, seed: 2 });
    expect(Math.max(...seen)).toBeLessThanOrEqual(0.5);
    // coordinates without bounds come to one only in the limit, and Adam in small steps
    expect(found.value).toBeCloseTo(0.25, method.name === "adam" ? 1 : 3);
  });

  it("loses no run to regions that are NaN", () => {
    const holed: Objective = {
      value: (x) => ((x[0] as number) > 2 ? Number.NaN : ellipsoid.value(x)),
      gradient: (x, slopes) => ((x[0] as number) > 2 ? Number.NaN : (ellipsoid.gradient?.(x, slopes) ?? Number.NaN)),
    };
    const found = minimise(
      holed,
      box(2, -4, 4, (i) => 1.9 - i),
      { method, seed: 4 },
    );
    expect(found.value).toBeLessThan(0.01); // from 4: found, and Adam nearly so
    expect(found.x[0]).toBeLessThanOrEqual(2);
  });
});

describe("conjugateGradient", () => {
  it.each<ConjugateFormula>(["hager-zhang", "polak-ribiere", "hestenes-stiefel", "fletcher-reeves", "dai-yuan"])(
    "solves a parabola in few more steps than it has dimensions, by %s",
    (formula) => {
      const found = minimise(rotated({ ...ellipsoidOf(100) }), new Array(10).fill(1), {
        method: conjugateGradient({ formula }),
        stop: valueReached(1e-8),
      });
      expect(found.converged).toBe(true);
      // exact arithmetic and searches need 10; searches here are to a tenth of the slope
      expect(found.iterations).toBeLessThan(50);
    },
  );
});

describe("trustRegion", () => {
  it("takes exact second derivatives where there are some", () => {
    const found = minimise(rosenbrock, [-1.2, 1], { method: trustRegion() });
    expect(found.evaluations.hessian).toBeGreaterThan(5);
    // quadratic convergence: the last step squares a distance of 1e-5
    expect(found.x[0]).toBeCloseTo(1, 6);
  });

  it("leaves a saddle, where the slope is zero", () => {
    const saddle: Objective = {
      value: ([x = 0, y = 0]) => x * x - y * y + y ** 4,
      gradient: (p, slopes) => {
        const [x = 0, y = 0] = p;
        slopes[0] = 2 * x;
        slopes[1] = -2 * y + 4 * y ** 3;
        return saddle.value(p);
      },
    };
    const found = minimise(saddle, [0.5, 0], { method: trustRegion() });
    expect(found.value).toBeCloseTo(-0.25, 8); // at y² = 1/2; EDM 5e-10
  });
});

describe("cmaEs", () => {
  it.each([
    ["rotated ellipsoid", rotated(ellipsoid), 7000],
    ["rotated discus", rotated(discus), 6000],
    ["rotated Rosenbrock", rotated(rosenbrock, 1), 9000],
  ] as const)("reaches 1e-6 of the %s in ten dimensions", (_, objective, limit) => {
    const found = minimise(valueOnly(objective), new Array(10).fill(0), {
      method: cmaEs({ sigma: 2, restarts: 3 }),
      stop: valueReached(1e-6),
      seed: 1,
    });
    expect(found.converged).toBe(true);
    // medians of pycma: 4695, 3765 and 5282; half as many again for one seed
    expect(found.evaluations.value).toBeLessThan(limit);
  });

  it("finds the least of the 11^6 minima of Rastrigin's function by growing populations", () => {
    const found = minimise(
      valueOnly(rastrigin),
      box(6, -5.12, 5.12, () => 3),
      {
        method: cmaEs({ sigma: 1, restarts: 8, regime: "bipop" }),
        stop: valueReached(1e-6),
        seed: 2,
      },
    );
    expect(found.converged).toBe(true);
  });

  it("finds Ackley's minimum in ten dimensions", () => {
    const found = minimise(ackley, new Array(10).fill(15), {
      method: cmaEs({ sigma: 10 }),
      stop: valueReached(1e-6),
      seed: 1,
    });
    expect(found.converged).toBe(true);
    expect(found.evaluations.value).toBeLessThan(6000); // pycma: 2399
  });

  it("gives the same for the same seed, and something else for another", () => {
    const run = (seed: number) => minimise(ackley, [3, 3], { method: cmaEs(), iterationLimit: 20, seed });
    expect(run(1)).toEqual(run(1));
    expect(run(1).value).not.toBe(run(2).value);
  });
});

describe("brent", () => {
  it("finds the minimum of x − ln x, of cos, and at a bound", () => {
    const one = (low: number, high: number) => box(1, low, high, () => low + 0.3 * (high - low));
    // values do not tell points apart that differ by less than √2^-52 of 1.5e-8
    expect(minimise({ value: ([x = 0]) => x - Math.log(x) }, one(0.1, 5), { method: brent() }).x[0]).toBeCloseTo(1, 7);
    expect(minimise({ value: ([x = 0]) => Math.cos(x) }, one(2, 5), { method: brent() }).x[0]).toBeCloseTo(Math.PI, 7);
    expect(minimise({ value: ([x = 0]) => x }, one(2, 5), { method: brent() }).x[0]).toBeCloseTo(2, 6);
  });

  it("needs no more than 12 values for a smooth function", () => {
    const set = box(1, 0.1, 5, () => 2);
    expect(minimise({ value: ([x = 0]) => x - Math.log(x) }, set, { method: brent() }).evaluations.value).toBeLessThan(
      16,
    );
  });

  it("refuses two parameters, and one without bounds", () => {
    for (const start of [[1, 1], [1]])
      expect(() => minimise(ackley, start, { method: brent() })).toThrow(expect.objectContaining({ code: "SOLV-064" }));
  });
});

describe("nelderMead", () => {
  it("needs no more values for Rosenbrock's function than others, and gets on in ten dimensions", () => {
    const two = minimise(valueOnly(rosenbrock), [2, 2], { method: nelderMead(), stop: valueReached(1e-6) });
    expect(two.converged).toBe(true);
    expect(two.evaluations.value).toBeLessThan(200); // SciPy with restarts: 148, median of starts
    const ten = minimise(
      valueOnly(rotated(rosenbrock, 1)),
      Array.from(SHIFT, (c) => c + 0.5),
      {
        method: nelderMead(),
        stop: valueReached(1e-6),
      },
    );
    expect(ten.converged).toBe(true);
    expect(ten.evaluations.value).toBeLessThan(8000); // SciPy: 4002
  });
});

describe("settings outside their range", () => {
  it("are refused", () => {
    const makers = [
      () => adam({ rate: 0 }),
      () => cmaEs({ sigma: -1 }),
      () => cmaEs({ population: 2 }),
      () => differentialEvolution({ population: 3 }),
      () => differentialEvolution({ factor: [1, 0.5] }),
      () => particleSwarm({ inertia: 1 }),
      () => nelderMead({ relativeStep: 0 }),
      () => brent({ tolerance: 0 }),
    ];
    for (const make of makers) expect(make).toThrow(expect.objectContaining({ code: "SOLV-062" }));
  });
});

function ellipsoidOf(condition: number): Objective {
  const weight = (i: number) => condition ** (i / 9);
  return {
    value: (z) => z.reduce((sum, a, i) => sum + weight(i) * a * a, 0),
    gradient: (z, slopes) => {
      z.forEach((a, i) => {
        slopes[i] = 2 * weight(i) * a;
      });
      return z.reduce((sum, a, i) => sum + weight(i) * a * a, 0);
    },
  };
}
