import { mean, variance } from "@simloom/numerics";
import type { Chain } from "../frame/sample.ts";
import { autocorrelationTime } from "./autocorrelation.ts";
import { bulkEffectiveSize, rankNormalisedRHat, tailEffectiveSize } from "./rank-diagnostics.ts";

/** What a chain says of one parameter, and whether to believe it. */
export interface ParameterSummary {
  readonly name: string;
  readonly mean: number;
  readonly standardDeviation: number;
  readonly median: number;
  /** Central 68.27 %. */
  readonly interval: readonly [low: number, high: number];
  readonly rHat: number;
  readonly bulkEffectiveSize: number;
  readonly tailEffectiveSize: number;
  /** In steps. */
  readonly autocorrelationTime: number;
}

/** A chain in numbers. */
export interface ChainSummary {
  readonly parameters: readonly ParameterSummary[];
  /** What speaks against the draws; empty if nothing does. */
  readonly warnings: readonly string[];
}

/** The draws of one parameter, a series per walker, from step `discard` on, every `thin`-th. */
export function drawsOf(chain: Chain, parameter: number, discard = 0, thin = 1): readonly Float64Array[] {
  const { draws, walkerCount, stepCount, names } = chain;
  const kept = Math.max(0, Math.ceil((stepCount - discard) / thin));
  return Array.from({ length: walkerCount }, (_, k) =>
    Float64Array.from(
      { length: kept },
      (_unused, t) => draws[(k * stepCount + discard + t * thin) * names.length + parameter] as number,
    ),
  );
}

/**
 * Moments, intervals and diagnostics of every parameter. Walkers of an ensemble know of each other, so R̂ and effective sizes of
 * ensembles are from walkers as chains, an optimistic view; autocorrelation times are not. Cost: draws × autocorrelation time.
 */
export function chainSummary(chain: Chain, discard = 0): ChainSummary {
  const parameters = chain.names.map((name, i): ParameterSummary => {
    const series = drawsOf(chain, i, discard);
    const all = Float64Array.from(series.flatMap((walker) => [...walker]));
    const sorted = Float64Array.from(all).sort();
    const quantile = (part: number): number => {
      const at = part * (sorted.length - 1);
      const below = Math.floor(at);
      const above = sorted[Math.min(below + 1, sorted.length - 1)] as number;
      return (sorted[below] as number) + (at - below) * (above - (sorted[below] as number));
    };
    return {
      name,
      mean: mean(all),
      standardDeviation: Math.sqrt(variance(all, { of: "sample" })),
      median: quantile(0.5),
      interval: [quantile(0.158655), quantile(0.841345)],
      rHat: rankNormalisedRHat(series),
      bulkEffectiveSize: bulkEffectiveSize(series),
      tailEffectiveSize: tailEffectiveSize(series),
      autocorrelationTime: autocorrelationTime(series),
    };
  });
  return { parameters, warnings: warningsOf(chain, parameters, chain.stepCount - discard) };
}

function warningsOf(chain: Chain, parameters: readonly ParameterSummary[], steps: number): readonly string[] {
  const warnings: string[] = [];
  if (chain.divergences > 0)
    warnings.push(
      `${chain.divergences} of ${chain.walkerCount * chain.stepCount} trajectories diverged: parts of the density are missed. Ask for a higher acceptance, or choose parameters in which it is rounder.`,
    );
  for (const {
    name,
    rHat,
    bulkEffectiveSize: bulk,
    tailEffectiveSize: tail,
    autocorrelationTime: time,
  } of parameters) {
    if (!(rHat <= 1.01))
      warnings.push(`${name}: chains disagree (R-hat ${rHat.toFixed(3)}, should be at most 1.01). Draw longer.`);
    const size = Math.min(bulk, tail);
    if (!(size >= 400)) warnings.push(`${name}: worth ${Math.round(size)} draws only (should be 400). Draw longer.`);
    if (time > steps / 50)
      warnings.push(`${name}: ${steps} steps are less than 50 autocorrelation times of ${time.toFixed(0)}.`);
  }
  return warnings;
}
