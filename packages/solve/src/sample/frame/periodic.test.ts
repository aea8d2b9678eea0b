import { parameterSet, parameterSpec } from "@simloom/kernel";
import { describe, expect, it } from "vitest";
import { bulkEffectiveSize } from "../diagnostics/rank-diagnostics.ts";
import { drawsOf } from "../diagnostics/summary.ts";
import { affineInvariant } from "../ensemble/affine-invariant.ts";
import { ensembleSlice } from "../ensemble/ensemble-slice.ts";
import { nuts } from "../hamiltonian/nuts.ts";
import type { LogDensity } from "./density.ts";
import { type Chain, sample } from "./sample.ts";

/** An angle of von Mises' density with its mode on the cut, and a number that follows it. */
function aroundTheCut(kappa: number): LogDensity {
  return {
    value: ([angle = 0, y = 0]) => -kappa * Math.cos(angle) - (y - Math.sin(angle)) ** 2 / 2,
    gradient(p, slopes) {
      const [angle, y] = [p[0] as number, p[1] as number];
      slopes[0] = kappa * Math.sin(angle) + (y - Math.sin(angle)) * Math.cos(angle);
      slopes[1] = Math.sin(angle) - y;
      return this.value(p);
    },
  };
}

const set = parameterSet([
  parameterSpec({ name: "angle", initial: 3, bounds: [-Math.PI, Math.PI], periodic: true, scale: 0.5 }),
  parameterSpec({ name: "y", initial: 0 }),
]);

/** Mean of f over the draws of the first parameter, with four standard errors of a deviation. */
function meanOf(chain: Chain, f: (x: number) => number, deviation: number) {
  const series = drawsOf(chain, 0).map((walker) => walker.map(f));
  const all = series.flatMap((walker) => [...walker]);
  const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
  return { mean, tolerance: (4 * deviation) / Math.sqrt(bulkEffectiveSize(series)) };
}

describe.each([
  { sampler: affineInvariant(), steps: 3000 },
  { sampler: affineInvariant({ differences: 0.7 }), steps: 3000 },
  { sampler: ensembleSlice(), steps: 1000 },
  { sampler: nuts(), steps: 1500 },
  { sampler: nuts({ metric: "dense" }), steps: 1500 },
])("$sampler.name on a circle", ({ sampler, steps }) => {
  it("goes through the cut: mean cosine I₁(2)/I₀(2), mean sine 0", () => {
    const chain = sample(aroundTheCut(2), set, { sampler, steps, warmup: 300, seed: 1, spread: 1 });
    // deviations by E cos² = (1 + I₂/I₀) / 2 with I₂(2)/I₀(2) = 0.30222534
    const cosine = meanOf(chain, (x) => -Math.cos(x), 0.4052);
    const sine = meanOf(chain, Math.sin, 0.5907);
    expect(Math.abs(cosine.mean - 0.697774657964)).toBeLessThan(cosine.tolerance);
    expect(Math.abs(sine.mean)).toBeLessThan(sine.tolerance);
    expect(cosine.tolerance).toBeLessThan(0.08); // worth 400 draws and more
    const angles = drawsOf(chain, 0).flatMap((walker) => [...walker]);
    expect(angles.every((x) => x >= -Math.PI && x < Math.PI)).toBe(true);
  });
});

describe("ensembles on a flat circle", () => {
  const flat = parameterSet([parameterSpec({ name: "angle", initial: 0, bounds: [0, 1], periodic: true })]);

  it.each([affineInvariant(), ensembleSlice()])("$name go all the way round, and no further", (sampler) => {
    const chain = sample({ value: () => 0 }, flat, { sampler, steps: 2000, warmup: 300, seed: 2, spread: 0.3 });
    for (const f of [Math.cos, Math.sin]) {
      const { mean, tolerance } = meanOf(chain, (x) => f(2 * Math.PI * x), Math.SQRT1_2);
      expect(Math.abs(mean)).toBeLessThan(tolerance);
    }
    expect(chain.evaluations.value / (2300 * chain.walkerCount)).toBeLessThan(10);
  });
});
