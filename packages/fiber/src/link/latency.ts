/** The latency budget of the specification; see `latency/budget.ts`. No signal is needed. */
import { defineStage, freeze, schemaPort, type Value } from "@simloom/pipeline";
import { z } from "zod";
import { latencyBudget, type LatencyBudget } from "../latency/budget.ts";
import { latencyPlot } from "./plots.ts";
import type { LinkSpecification } from "../specification/schema.ts";

const budgetSchema = z.custom<LatencyBudget>((value) => typeof value === "object" && value !== null && "latency_s" in value);

/** The parts of a specification that the budget reads: only these are in the configuration, so only these matter to the key. */
export function latencyDocument(specification: LinkSpecification): Value {
  const { path, fiber, signal, transceiver, processing, propagation, latency_model, runtime } = specification;
  return freeze({
    path: { segments: path.segments.map(({ length_m, temp_c }) => ({ length_m, temp_c })) },
    fiber: { n_group: fiber.n_group },
    signal: { format: signal.format, symbol_rate_baud: signal.symbol_rate_baud, frame: signal.frame },
    transceiver: { rx: { adc: { sample_rate_hz: transceiver.rx.adc.sample_rate_hz } } },
    processing: { dsp_chain: processing.dsp_chain, fec: withoutMatrix(processing.fec) },
    propagation: { effects: { env_effects: propagation.effects.env_effects } },
    latency_model,
    runtime: { n_symbols: runtime.n_symbols, samples_per_symbol: runtime.samples_per_symbol },
  } as unknown as Value);
}

function withoutMatrix(fec: LinkSpecification["processing"]["fec"]): unknown {
  const { H: _matrix, ...params } = fec.params;
  return { ...fec, params };
}

export const latency = defineStage(import.meta, {
  name: "fiber/latency",
  version: 1,
  config: z.strictObject({
    document: z.record(z.string(), z.unknown()),
    defaults: z.record(z.string(), z.unknown()),
    hasPlot: z.boolean().default(false),
  }),
  outputs: { budget: schemaPort("latency budget", budgetSchema) },
  random: ["temperature"],
  run({ config, random, metric, artifact }) {
    const stream = random("temperature");
    const budget = latencyBudget(config.document as unknown as LinkSpecification, { normal: () => stream.normal(), defaults: config.defaults });
    for (const [term, seconds] of Object.entries(budget.latency_s)) metric(term.replace(/_s$/, ""), seconds, "s");
    if (config.hasPlot) artifact("latency", { kind: "plot", title: "Latency budget", plot: latencyPlot(budget.latency_s) });
    return { budget: plain(budget) };
  },
});

/** Members that are undefined have no place in a value. */
function plain(budget: LatencyBudget): LatencyBudget {
  return JSON.parse(JSON.stringify(budget)) as LatencyBudget;
}
