import { mean, variance } from "@simloom/numerics";
import type { Chain } from "../frame/sample.ts";
import { autocorrelationTime } from "./autocorrelation.ts";
import { rankDiagnostics } from "./rank-diagnostics.ts";
import { quantileOf, sortedDraws } from "./sorted-draws.ts";

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
export function drawsOf(
  { draws, walkerCount, stepCount, names }: Pick<Chain, "draws" | "walkerCount" | "stepCount" | "names">,
  parameter: number,
  discard = 0,
  thin = 1,
): readonly Float64Array[] {
  const kept = Math.max(0, Math.ceil((stepCount - discard) / thin));
  return Array.from({ length: walkerCount }, (_, k) => {
    const series = new Float64Array(kept);
    const first = (k * stepCount + discard) * names.length + parameter;
    for (let t = 0; t < kept; t++) series[t] = draws[first + t * thin * names.length] as number;
    return series;
  });
}

/**
 * Moments, intervals and diagnostics of every parameter. Walkers of an ensemble know of each other, so R̂ and effective sizes of
 * ensembles are from walkers as chains, an optimistic view; autocorrelation times are not. Cost: about 0.2 µs per
 * draw and parameter, whatever the autocorrelation time.
 */
export function chainSummary(chain: Chain, discard = 0): ChainSummary {
  const parameters = chain.names.map((name, i): ParameterSummary => {
    const series = drawsOf(chain, i, discard);
    const sorted = sortedDraws(series);
    return {
      name,
      mean: mean(sorted.values),
      standardDeviation: Math.sqrt(variance(sorted.values, { of: "sample" })),
      median: quantileOf(sorted, 0.5),
      interval: [quantileOf(sorted, 0.158655), quantileOf(sorted, 0.841345)],
      ...rankDiagnostics(sorted),
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
