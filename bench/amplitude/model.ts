/** The models of the benchmark and how their likelihoods are timed. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Analysis, type Likelihood, likelihood, modelOf, parseAnalysis } from "@simloom/amplitude";
import { type ExecutionContext, initialValues } from "@simloom/kernel";
import { parse } from "yaml";
import type { BenchmarkEvents } from "./contracted.ts";

/** An example of the repository: its analysis, and names and initial values of the free parameters. */
export function example(name: string): { analysis: Analysis; names: readonly string[]; values: Float64Array } {
  const analysis = parseAnalysis(parse(readFileSync(resolve(`examples/amplitude/${name}.yaml`), "utf8")));
  const { parameters } = modelOf(analysis);
  return {
    analysis,
    names: parameters.freeNames,
    values: initialValues(parameters),
  };
}

/** The shape likelihood of an analysis over some events. */
export function likelihoodOf(
  analysis: Analysis,
  events: BenchmarkEvents,
  context: ExecutionContext,
  fixed: Readonly<Record<string, number>> = {},
): Likelihood {
  const { intensity, parameters } = modelOf(analysis);
  const term = { name: "bench", kind: "shape", intensity, ...events } as const;
  return likelihood([term], context, { parameters: parameters.freeNames, fixed });
}

/** Milliseconds of calls, each with other parameters, after twenty that do not count. */
export function timesOf(
  nll: Likelihood,
  vectors: readonly Float64Array[],
  runs: number,
): { readonly value: number[]; readonly gradient: number[] } {
  const slopes = new Float64Array(nll.parameters.length);
  const timed = (call: (parameters: Float64Array) => void): number[] =>
    Array.from({ length: runs + 20 }, (_, run) => {
      const parameters = vectors[run % vectors.length] as Float64Array;
      const startedMs = performance.now();
      call(parameters);
      return performance.now() - startedMs;
    }).slice(20);
  return {
    value: timed((parameters) => nll.value(parameters)),
    gradient: timed((parameters) => nll.valueAndGradient(parameters, slopes)),
  };
}

/** Parameters that move by a per cent from call to call, the first as in the file. */
export function nearbyVectors(values: Float64Array): readonly Float64Array[] {
  return Array.from({ length: 16 }, (_, k) => values.map((value) => value * (1 + 0.01 * k)));
}
