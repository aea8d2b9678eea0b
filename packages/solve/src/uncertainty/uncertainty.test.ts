import { fixParameter, parameterSet, parameterSpec } from "@simloom/kernel";
import { randomStream, sum, variance } from "@simloom/numerics";
import { describe, expect, it } from "vitest";
import { minimise } from "../minimise/frame/minimise.ts";
import type { Objective } from "../minimise/frame/objective.ts";
import { bootstrap, bootstrapMultiplicities } from "./bootstrap.ts";
import { contour } from "./contour.ts";
import { profileInterval, profileScan } from "./profile.ts";
import { sandwichCovariance } from "./sandwich.ts";

const free = (...names: string[]) => parameterSet(names.map((name) => parameterSpec({ name, initial: 1 })));

/** ½ (x, y) A (x, y)ᵀ with A = [[2, 1], [1, 3]]: the covariance is [[3, −1], [−1, 2]] / 5. */
const tilted: Objective = {
  value: ([x = 0, y = 0]) => x * x + x * y + 1.5 * y * y,
  gradient: (p, slopes) => {
    const [x = 0, y = 0] = p;
    slopes[0] = 2 * x + y;
    slopes[1] = x + 3 * y;
    return tilted.value(p);
  },
};

/** −ln L of Poisson's law with 4 seen. */
const poisson: Objective = {
  value: ([mu = 0]) => mu - 4 * Math.log(mu),
  gradient: (p, slopes) => {
    slopes[0] = 1 - 4 / (p[0] as number);
    return poisson.value(p);
  },
};

describe("profileInterval", () => {
  it("agrees with the errors of a parabola, correlations included", () => {
    const set = free("x", "y");
    const found = minimise(tilted, set, { covariance: true });
    const interval = profileInterval(tilted, set, found, "x");
    // the crossing is found to 1e-4 of the error
    expect(interval.high.error).toBeCloseTo(Math.sqrt(0.6), 3);
    expect(interval.low.error).toBeCloseTo(-Math.sqrt(0.6), 3);
    expect(profileInterval(tilted, set, found, "y", { sigmas: 2 }).high.error).toBeCloseTo(2 * Math.sqrt(0.4), 3);
    expect(interval.failures).toBe(0);
  });

  it("is asymmetric for four events of Poisson's law: −1.68 and +2.35", () => {
    const set = parameterSet([parameterSpec({ name: "mu", initial: 3, bounds: [1e-6, null] })]);
    const found = minimise(poisson, set, { covariance: true });
    const { low, high } = profileInterval(poisson, set, found, "mu");
    // solutions of μ − 4 ln μ = 4 − 4 ln 4 + 1/2 by bisection; crossings are found to 1e-4 of the error
    expect(low.value).toBeCloseTo(2.318494, 3);
    expect(high.value).toBeCloseTo(6.346328, 3);
    expect(found.covariance?.standardErrors[0]).toBeCloseTo(2, 4);
  });

  it("says that a bound is in the way, and that there is a lower minimum", () => {
    const bounded = parameterSet([parameterSpec({ name: "mu", initial: 3.7, bounds: [3.5, 4.5] })]);
    const found = minimise(poisson, bounded, { covariance: true });
    expect(profileInterval(poisson, bounded, found, "mu").low).toMatchObject({ value: 3.5, outcome: "bound" });
    const double: Objective = { value: ([x = 0]) => 3 * (x * x - 1) ** 2 - 0.6 * x };
    const set = parameterSet([parameterSpec({ name: "x", initial: -1.2 })]);
    const local = minimise(double, set, { covariance: true });
    expect(local.x[0]).toBeLessThan(0);
    expect(profileInterval(double, set, local, "x", { sigmas: 3 }).high.outcome).toBe("lower minimum");
  });

  it("refuses names that are not free", () => {
    const set = fixParameter(free("x", "y"), "y", 0);
    const found = minimise(tilted, free("x", "y"));
    expect(() => profileInterval(tilted, set, found, "y")).toThrow(expect.objectContaining({ code: "SOLV-070" }));
  });
});

describe("profileScan", () => {
  it("gives the parabola of a parabola, the other parameter on the line of regression", () => {
    const set = free("x", "y");
    const found = minimise(tilted, set);
    const scan = profileScan(tilted, set, found, "x", [-1, 0.5, 2]);
    // ½ x² / 0.6; each point is a minimisation to 5e-10
    scan.values.forEach((x, k) => {
      expect(scan.rises[k]).toBeCloseTo((x * x) / 1.2, 7);
      expect(scan.points[k]?.[1]).toBeCloseTo(-x / 3, 4);
    });
    expect(scan.converged).toEqual([true, true, true]);
  });
});

describe("contour", () => {
  it("is the ellipse of the covariance, whose shadow is the interval", () => {
    const set = free("x", "y");
    const found = minimise(tilted, set, { covariance: true });
    const line = contour(tilted, set, found, ["x", "y"], { points: 12 });
    for (const { x, y, outcome } of line.points) {
      expect(outcome).toBe("crossed");
      // distances along rays are found to 1e-4, rises to 2e-4
      expect(tilted.value(Float64Array.of(x, y))).toBeCloseTo(0.5, 3);
    }
    expect(() => contour(tilted, set, found, ["x", "x"])).toThrow(expect.objectContaining({ code: "SOLV-062" }));
    // the first ray goes to the right-most point
    expect(line.points[0]?.x).toBeCloseTo(Math.sqrt(0.6), 3);
  });
});

describe("sandwichCovariance", () => {
  it("gives the variance of a weighted mean", () => {
    // s = ½ (z − μ)²: H = Σ w, slopes μ − z, covariance Σ w² (z − μ)² / (Σ w)²
    const stream = randomStream("weights");
    const weights = stream.fillUniform(new Float64Array(1000));
    const z = stream.fillNormal(new Float64Array(1000), 2, 3);
    const total = sum(weights);
    const mu = z.reduce((a, each, e) => a + each * (weights[e] as number), 0) / total;
    const covariance = sandwichCovariance({
      hessian: Float64Array.of(total),
      scores: [z.map((each) => mu - each)],
      weights,
    });
    const expected = z.reduce((a, each, e) => a + ((weights[e] as number) * (each - mu)) ** 2, 0) / total ** 2;
    expect(covariance[0]).toBeCloseTo(expected, 14); // the same sum in another order
    // 9 Σ w² / (Σ w)² = 9 (1/3) / (1/4) / 1000, to the 6 % that a thousand events tell
    expect(covariance[0]).toBeGreaterThan(0.0105);
    expect(covariance[0]).toBeLessThan(0.0135);
  });

  it("refuses scores that do not fit", () => {
    expect(() =>
      sandwichCovariance({ hessian: Float64Array.of(1, 2), scores: [Float64Array.of(1)], weights: Float64Array.of(1) }),
    ).toThrow(expect.objectContaining({ code: "SOLV-071" }));
  });
});

describe("bootstrapMultiplicities", () => {
  const replicas = Array.from({ length: 400 }, (_, replica) => bootstrapMultiplicities(1000, { seed: 7, replica }));
  const totals = Float64Array.from(replicas, sum);

  it("lets totals vary by the square root of the number of events", () => {
    // var = N = 1000; its estimate from 400 replicas has a relative error of sqrt(2 / 400) = 7 %; four of them
    expect(variance(totals)).toBeGreaterThan(720);
    expect(variance(totals)).toBeLessThan(1280);
    // the mean of 400 totals: 1000 ± 1.6; four of them
    expect(Math.abs(sum(totals) / 400 - 1000)).toBeLessThan(6.4);
  });

  it("makes replicas that do not know of each other, and events neither", () => {
    const correlation = (a: Float64Array, b: Float64Array) =>
      a.reduce((each, value, i) => each + (value - 1) * ((b[i] as number) - 1), 0) / a.length;
    // 1000 products of variance 1: 0.03; the greatest of 399 is rarely above four of them
    for (let k = 1; k < 400; k++)
      expect(Math.abs(correlation(replicas[k] as Float64Array, replicas[k - 1] as Float64Array))).toBeLessThan(0.14);
    const [first] = replicas as [Float64Array];
    expect(Math.abs(correlation(first.slice(0, 999), first.slice(1)))).toBeLessThan(0.13);
  });

  it("gives parts of the data what they get as a whole", () => {
    const whole = bootstrapMultiplicities(100, { seed: 7, replica: 3 });
    expect(bootstrapMultiplicities(40, { seed: 7, replica: 3, from: 60 })).toEqual(whole.slice(60));
    expect(bootstrapMultiplicities(100, { seed: 7, replica: 3, source: "mc" })).not.toEqual(whole);
  });
});

describe("bootstrap", () => {
  it("finds the error of a mean", () => {
    const z = randomStream("z").fillNormal(new Float64Array(500), 1, 2);
    const result = bootstrap(
      (multiplicities) => {
        const m = multiplicities(500);
        return [z.reduce((a, each, e) => a + each * (m[e] as number), 0) / sum(m)];
      },
      { replicas: 300, seed: 1 },
    );
    // σ / √N = 2 / √500 = 0.089, to 1 / √600 = 4 % of replicas and 3 % of data; four of both
    expect(Math.abs((result.standardErrors[0] as number) / 0.0894 - 1)).toBeLessThan(0.2);
    // the central 68 % are twice as wide, and tell less exactly
    expect(Math.abs((result.quantile(0, 0.84) - result.quantile(0, 0.16)) / (2 * 0.0894) - 1)).toBeLessThan(0.3);
    expect(result.failures).toBe(0);
  });

  it("takes two data sets without names for two, and one name for one", () => {
    const pairs = (source?: string) =>
      bootstrap((multiplicities) => [sum(multiplicities(400, source)), sum(multiplicities(400, source))], {
        replicas: 200,
        seed: 5,
      }).covariance;
    const [a, shared, , b] = pairs() as unknown as [number, number, number, number];
    // the correlation of 200 independent pairs: standard error 0.07, four of them
    expect(Math.abs(shared / Math.sqrt(a * b))).toBeLessThan(0.28);
    const same = pairs("events");
    expect(same[1]).toBe(same[0]);
  });

  it("refuses numbers of events that cannot be", () => {
    const code = expect.objectContaining({ code: "SOLV-062" });
    expect(() => bootstrapMultiplicities(-1, { seed: 1, replica: 0 })).toThrow(code);
    expect(() => bootstrapMultiplicities(3, { seed: 1, replica: 0, from: 0.5 })).toThrow(code);
  });

  it("counts fits that gave no numbers, and refuses to make errors of one", () => {
    const result = bootstrap((_, replica) => [replica === 1 ? Number.NaN : replica], { replicas: 4, seed: 1 });
    expect(result.failures).toBe(1);
    // samples 0, 2, 3: mean 5/3, variance (25 + 1 + 16) / 9 / 2 = 7/3
    expect(result.covariance[0]).toBeCloseTo(7 / 3, 14);
    expect(() => bootstrap(() => [Number.NaN], { replicas: 3, seed: 1 })).toThrow(
      expect.objectContaining({ code: "SOLV-072" }),
    );
    expect(() => bootstrap(() => [1], { replicas: 1, seed: 1 })).toThrow(expect.objectContaining({ code: "SOLV-062" }));
  });
});
