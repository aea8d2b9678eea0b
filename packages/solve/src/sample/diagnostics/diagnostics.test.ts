import { randomStream } from "@simloom/numerics";
import { describe, expect, it } from "vitest";
import arviz from "../fixtures/arviz-diagnostics.json" with { type: "json" };
import { autocorrelationTime } from "./autocorrelation.ts";
import { bulkEffectiveSize, effectiveSize, rankNormalisedRHat, tailEffectiveSize } from "./rank-diagnostics.ts";

/** x_t = φ x_{t−1} + e: the autocorrelation time is (1 + φ) / (1 − φ). */
function autoregressive(phi: number, name: string, length = 5000): Float64Array {
  const series = randomStream({ seed: 9, name }).fillNormal(new Float64Array(length));
  series[0] = (series[0] as number) / Math.sqrt(1 - phi * phi);
  for (let t = 1; t < length; t++) series[t] = (series[t] as number) + phi * (series[t - 1] as number);
  return series;
}

const chains = (phi: number) => ["a", "b", "c", "d"].map((name) => autoregressive(phi, name));

describe("autocorrelationTime", () => {
  it.each([0, 0.5, 0.9])("is (1 + φ) / (1 − φ) of an autoregressive series with φ = %d", (phi) => {
    const time = (1 + phi) / (1 - phi);
    // relative error √(2 (2 M + 1) / N) with M = 5 τ and N = 20,000: at most 14 %; two of them
    expect(Math.abs(autocorrelationTime(chains(phi)) / time - 1)).toBeLessThan(0.28);
  });

  it("does not take walkers that stand apart for one long series", () => {
    const apart = chains(0).map((series, k) => series.map((x) => x + 10 * k));
    expect(autocorrelationTime(apart)).toBeLessThan(1.3);
  });
});

describe.each(arviz.cases)("$name", ({ draws, ...expected }) => {
  const series = draws.map((chain) => Float64Array.from(chain));
  // the same formulas; covariances by other transforms err by 1e-16 of the variance, sums of them by some 1e-14
  const isClose = (value: number, reference: number) => Math.abs(value / reference - 1) < 1e-11;

  it("has the effective sizes of ArviZ", () => {
    expect(isClose(bulkEffectiveSize(series), expected.bulk)).toBe(true);
    expect(isClose(tailEffectiveSize(series), expected.tail)).toBe(true);
    expect(isClose(effectiveSize(series), expected.mean)).toBe(true);
  });

  it("has its R̂, where there are chains to compare", () => {
    if (expected.rHat === null) expect(series).toHaveLength(1);
    else expect(isClose(rankNormalisedRHat(series), expected.rHat)).toBe(true);
  });
});

describe("what cannot be told", () => {
  it("is NaN: too few draws, draws that do not move, draws that are no numbers", () => {
    const still = [new Float64Array(50), new Float64Array(50)];
    const broken = [...chains(0), new Float64Array(5000).fill(Number.NaN)];
    for (const series of [still, broken, [Float64Array.of(1, 2, 3)]]) {
      expect(bulkEffectiveSize(series)).toBeNaN();
      expect(tailEffectiveSize(series)).toBeNaN();
      expect(rankNormalisedRHat(series)).toBeNaN();
    }
  });
});

describe("effective sizes", () => {
  it("are draws over autocorrelation time", () => {
    // 20,000 draws; same errors as above
    expect(bulkEffectiveSize(chains(0)) / 20_000).toBeGreaterThan(0.9);
    expect(Math.abs((bulkEffectiveSize(chains(0.9)) * 19) / 20_000 - 1)).toBeLessThan(0.28);
    expect(tailEffectiveSize(chains(0.9))).toBeLessThan(20_000 / 5);
  });
});

describe("rankNormalisedRHat", () => {
  it("is 1 for chains of one density", () => {
    // between-chain variance of four chains worth 1,000 draws each: R̂ − 1 of about 1 / 2,000
    expect(rankNormalisedRHat(chains(0.5))).toBeLessThan(1.01);
    expect(rankNormalisedRHat(chains(0.5))).toBeGreaterThanOrEqual(0.999);
  });

  it("sees another mean, another width and a drift, heavy tails notwithstanding", () => {
    const cauchy = chains(0).map((series) => series.map((x) => Math.tan(1.2 * Math.atan(x))));
    const [first, ...rest] = cauchy as [Float64Array, ...Float64Array[]];
    expect(rankNormalisedRHat(cauchy)).toBeLessThan(1.01);
    expect(rankNormalisedRHat([first.map((x) => x + 1), ...rest])).toBeGreaterThan(1.02);
    expect(rankNormalisedRHat([first.map((x) => 4 * x), ...rest])).toBeGreaterThan(1.02);
    expect(rankNormalisedRHat(cauchy.map((series) => series.map((x, t) => x + t / 2500)))).toBeGreaterThan(1.02);
  });
});
