import { parameterSet, parameterSpec } from "@simloom/kernel";
import { describe, expect, it } from "vitest";
import type { Checkpoint } from "../minimise/frame/checkpoint.ts";
import { chainSummary, drawsOf } from "./diagnostics/summary.ts";
import { affineInvariant } from "./ensemble/affine-invariant.ts";
import { ensembleSlice } from "./ensemble/ensemble-slice.ts";
import { banana, chainedNormal, eightSchools, funnel } from "./fixtures/densities.ts";
import type { LogDensity } from "./frame/density.ts";
import { sample } from "./frame/sample.ts";
import { nuts } from "./hamiltonian/nuts.ts";

const cases = [
  { sampler: affineInvariant(), steps: 3000 },
  { sampler: affineInvariant({ differences: 0.5 }), steps: 3000 },
  { sampler: ensembleSlice(), steps: 1000 },
  { sampler: nuts(), steps: 1500 },
  { sampler: nuts({ metric: "dense" }), steps: 1500 },
];

/** e^{−x²/2} above 0. */
const half: LogDensity = {
  value: ([x = 0]) => -0.5 * x * x,
  gradient: (p, slopes) => {
    slopes[0] = -(p[0] as number);
    return half.value(p);
  },
};

describe.each(cases)("$sampler.name", ({ sampler, steps }) => {
  it("finds the moments of a normal density with strong correlations", () => {
    const chain = sample(chainedNormal(3), [0, 0, 0], { sampler, steps, seed: 1, spread: 1, warmup: 300 });
    chainSummary(chain).parameters.forEach((each, i) => {
      const deviation = Math.sqrt(i + 1);
      const size = each.bulkEffectiveSize;
      // standard errors of mean and deviation are σ / √N and σ / √2N; five of them, as there are 24 looks
      expect(Math.abs(each.mean)).toBeLessThan((5 * deviation) / Math.sqrt(size));
      expect(Math.abs(each.standardDeviation / deviation - 1)).toBeLessThan(5 / Math.sqrt(2 * size));
      expect(size).toBeGreaterThan(300);
      expect(each.rHat).toBeLessThan(1.05);
    });
    const [a, b] = [drawsOf(chain, 0), drawsOf(chain, 1)];
    let product = 0;
    a.forEach((walker, k) => {
      walker.forEach((x, t) => {
        product += (x * (b[k]?.[t] as number)) / (chain.walkerCount * chain.stepCount);
      });
    });
    // 0.9 √2, with an error of about 1.7 / √N for N from 300
    expect(Math.abs(product - 1.2728)).toBeLessThan(0.4);
  });

  it("keeps to bounds: the upper half of a normal density has mean √(2 / π)", () => {
    const set = parameterSet([parameterSpec({ name: "x", initial: 1, bounds: [0, null] })]);
    const chain = sample(half, set, { sampler, steps, seed: 2, spread: 0.3, warmup: 300 });
    const [summary] = chainSummary(chain).parameters;
    expect(Math.min(...chain.draws)).toBeGreaterThanOrEqual(0);
    // standard deviation 0.603 over √N, N above 300: 0.035; five of them would be too loose, N is some 2000
    expect(Math.abs((summary?.mean as number) - Math.sqrt(2 / Math.PI))).toBeLessThan(0.06);
  });

  it("keeps to bounds on both sides, and above: a flat and a falling density", () => {
    const set = parameterSet([
      parameterSpec({ name: "flat", initial: 0.5, bounds: [0, 1] }),
      parameterSpec({ name: "falling", initial: -1, bounds: [null, 0] }),
    ]);
    const density: LogDensity = {
      value: ([, b = 0]) => b,
      gradient: ([, b = 0], slopes) => {
        slopes[0] = 0;
        slopes[1] = 1;
        return b;
      },
    };
    const chain = sample(density, set, { sampler, steps, seed: 5, warmup: 300 });
    const [flat, falling] = chainSummary(chain).parameters;
    // deviations √(1/12) and 1 over √N, N above 300, and five of them
    expect(Math.abs((flat?.mean as number) - 0.5)).toBeLessThan(0.085);
    expect(Math.abs((flat?.standardDeviation as number) - Math.sqrt(1 / 12))).toBeLessThan(0.06);
    expect(Math.abs((falling?.mean as number) + 1)).toBeLessThan(0.3);
  });

  it("goes on from a checkpoint with the bits of the uninterrupted run", () => {
    const options = { sampler, seed: 3, spread: 1, warmup: 40 };
    const whole = sample(chainedNormal(2), [0, 0], { ...options, steps: 30 });
    let kept = "";
    const abort = new AbortController();
    const stopped = sample(chainedNormal(2), [0, 0], {
      ...options,
      steps: 30,
      signal: abort.signal,
      observers: [
        ({ step }, checkpoint) => {
          if (step === -25) kept = JSON.stringify(checkpoint());
          if (step === 11) abort.abort();
        },
      ],
    });
    expect(stopped).toMatchObject({ stepCount: 11, isComplete: false });
    for (const resume of [JSON.parse(kept) as Checkpoint, JSON.parse(JSON.stringify(stopped.checkpoint()))]) {
      const resumed = sample(chainedNormal(2), [0, 0], { ...options, steps: 30, resume });
      expect(resumed.draws).toEqual(whole.draws);
      expect(resumed.evaluations).toEqual(whole.evaluations);
    }
  });
});

describe("affineInvariant", () => {
  it("leaves the variance right with as few walkers as it takes", () => {
    const chain = sample({ value: ([x = 0]) => -0.5 * x * x }, [0], {
      sampler: affineInvariant(),
      steps: 20_000,
      walkers: 4,
      spread: 1,
      seed: 4,
    });
    const [summary] = chainSummary(chain).parameters;
    // autocorrelation time of about 12 in 80,000 draws: N = 6,700 and an error of the deviation of 0.9 %; four of them
    expect(Math.abs((summary?.standardDeviation as number) - 1)).toBeLessThan(0.035);
  });

  it("evaluates a half of the ensemble at once", () => {
    const sizes: number[] = [];
    const batched: LogDensity = {
      value: ([x = 0]) => -0.5 * x * x,
      values: (points, target) => {
        sizes.push(points.length);
        points.forEach(([x = 0], k) => {
          target[k] = -0.5 * x * x;
        });
      },
    };
    sample(batched, [0], { sampler: affineInvariant(), steps: 3, walkers: 10, warmup: 0 });
    expect(sizes).toEqual([10, 5, 5, 5, 5, 5, 5]);
  });
});

describe("nuts", () => {
  it("is worth 25 draws per thousand slopes of a short run on eight schools, with the moments of the quadrature", () => {
    const chain = sample(eightSchools, new Array(10).fill(0), { sampler: nuts(), steps: 1000, walkers: 4, seed: 1 });
    const { parameters } = chainSummary(chain);
    const size = Math.min(...parameters.map((each) => each.bulkEffectiveSize));
    // half of the slopes here are of the warm-up; with 2,000 steps five seeds gave 31 to 44
    expect((1000 * size) / chain.evaluations.gradient).toBeGreaterThan(25);
    const exact = [
      [4.396820713833022, 3.317704463139551],
      [0.8021394624745384, 1.1712230567330248],
    ] as const;
    exact.forEach(([mean, deviation], i) => {
      const { bulkEffectiveSize: own, ...found } = parameters[i] as (typeof parameters)[number];
      expect(Math.abs(found.mean - mean)).toBeLessThan((4 * deviation) / Math.sqrt(own)); // four standard errors
      // ln τ has a heavy lower tail: its deviation has an error nearer to 1 / √N
      expect(Math.abs(found.standardDeviation / deviation - 1)).toBeLessThan(4 / Math.sqrt(own));
    });
  });

  it("is worth ten times as many draws per slope with a dense metric, where correlations are strong", () => {
    const [diagonal, dense] = (["diagonal", "dense"] as const).map((metric) => {
      const chain = sample(chainedNormal(10), new Array(10).fill(0), {
        sampler: nuts({ metric }),
        steps: 600,
        seed: 3,
      });
      const sizes = chainSummary(chain).parameters.map((each) => each.bulkEffectiveSize);
      return Math.min(...sizes) / chain.evaluations.gradient;
    }) as [number, number];
    // twenty times with 2,000 steps; half of the slopes here are of the warm-up
    expect(dense / diagonal).toBeGreaterThan(10);
  });

  it("refuses a metric that there is not", () => {
    expect(() => nuts({ metric: "full" as "dense" })).toThrow(expect.objectContaining({ code: "SOLV-062" }));
  });

  it("refuses a density without slopes", () => {
    expect(() => sample({ value: () => 0 }, [1], { sampler: nuts(), steps: 1 })).toThrow(
      expect.objectContaining({ code: "SOLV-064" }),
    );
  });
});

describe.each([
  ["banana", banana, 2],
  ["funnel", funnel, 10],
] as const)("the %s", (_, density, count) => {
  it("is not pretended to be known: chains disagree, trajectories diverge, and the summary says so", () => {
    const start = new Float64Array(count);
    const ensemble = sample(density, start, {
      sampler: affineInvariant(),
      steps: 1000,
      walkers: 32,
      seed: 1,
      spread: 1,
    });
    expect(chainSummary(ensemble).warnings.join()).toMatch(/chains disagree \(R-hat 1\.\d+, should be at most 1\.01\)/);
    const chain = sample(density, start, { sampler: nuts(), steps: 500, warmup: 500, seed: 2, spread: 1 });
    expect(chain.divergences).toBeGreaterThan(0);
    expect(chainSummary(chain).warnings[0]).toMatch(/^\d+ of 2000 trajectories diverged/);
  });
});

describe("sample", () => {
  it("refuses too few walkers, no steps, and starts where the density is 0", () => {
    const sampler = affineInvariant();
    expect(() => sample(half, [0, 0, 0], { sampler, steps: 10, walkers: 5 })).toThrow(
      expect.objectContaining({ code: "SOLV-080" }),
    );
    expect(() => sample(half, [0], { sampler, steps: 0 })).toThrow(expect.objectContaining({ code: "SOLV-080" }));
    expect(() => sample({ value: () => Number.NaN }, [0], { sampler, steps: 5 })).toThrow(
      expect.objectContaining({ code: "SOLV-081" }),
    );
  });

  it("gives the same for the same seed, and something else for another", () => {
    const run = (seed: number) => sample(half, [1], { sampler: affineInvariant(), steps: 5, seed }).draws;
    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
  });

  it.each([affineInvariant(), ensembleSlice(), nuts()])(
    "$name takes an infinite density for no place to be",
    (sampler) => {
      const value = ([x = 0, y = 0]: Float64Array) => (x > 1 ? Number.POSITIVE_INFINITY : -0.5 * (x * x + y * y));
      const chain = sample(
        {
          value,
          gradient: (p, slopes) => {
            slopes[0] = -(p[0] as number);
            slopes[1] = -(p[1] as number);
            return value(p);
          },
        },
        [0, 0],
        { sampler, steps: 300, seed: 2 },
      );
      expect(chain.logDensities.every(Number.isFinite)).toBe(true);
      expect(chain.draws.every((_, at) => at % 2 === 1 || (chain.draws[at] as number) <= 1)).toBe(true);
    },
  );

  it("refuses a broken checkpoint", () => {
    const density = { value: ([x = 0]: Float64Array) => -0.5 * x * x };
    const options = { sampler: affineInvariant(), steps: 5, seed: 1 };
    const checkpoint = sample(density, [0], options).checkpoint();
    expect(() => sample(density, [0], { ...options, resume: { ...checkpoint, state: {} } })).toThrow(
      expect.objectContaining({ code: "SOLV-063" }),
    );
  });
});
