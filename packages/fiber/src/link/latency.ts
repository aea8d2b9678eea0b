/** The latency budget of a link; see `latency/budget.ts`. No signal is needed. */
import { defineStage, schemaPort } from "@simloom/pipeline";
import { z } from "@simloom/units/zod";
import { type LatencyBudget, latencyBudget } from "../latency/budget.ts";
import { type LatencySpecification, latencySpecification } from "../latency/specification.ts";
import { pathSchema } from "../specification/link-schema.ts";
import { defaultsUsed } from "../specification/parse.ts";
import { fecParamsSchema, fecSchema, processingSchema } from "../specification/processing-schema.ts";
import { type LinkSpecification, latencyModelSchema, specificationSchema } from "../specification/schema.ts";
import { transceiverSchema } from "../specification/terminal-schema.ts";
import { latencyPlot } from "./plots.ts";

const { fiber, signal, propagation, runtime } = specificationSchema.shape;

/** What the budget reads of a specification, and nothing else, so that nothing else can change the stage's key. */
const budgetInputSchema: z.ZodType<LatencySpecification> = z.strictObject({
  path: z.strictObject({
    segments: z.array(pathSchema.shape.segments.element.pick({ length_m: true, temp_c: true })),
  }),
  fiber: fiber.pick({ n_group: true }),
  signal: signal.pick({ format: true, symbol_rate_baud: true, frame: true }),
  transceiver: z.strictObject({
    rx: z.strictObject({ adc: transceiverSchema.shape.rx.shape.adc.pick({ sample_rate_hz: true }) }),
  }),
  processing: z.strictObject({
    dsp_chain: processingSchema.shape.dsp_chain,
    fec: z.strictObject({
      enabled: fecSchema.shape.enabled,
      code_rate: fecSchema.shape.code_rate,
      params: fecParamsSchema.pick({ block_size_bits: true }),
    }),
  }),
  propagation: z.strictObject({
    effects: propagation.shape.effects.unwrap().pick({ env_effects: true }),
  }),
  latency_model: latencyModelSchema,
  runtime: runtime.pick({ n_symbols: true, samples_per_symbol: true }),
});

const budgetSchema = z.custom<LatencyBudget>(
  (value) => typeof value === "object" && value !== null && "latency_s" in value && "latency_metadata" in value,
);

/** Answers the budget and emits each term as a metric in s (`total`, `propagation`, …), with a plot where asked for. */
export const latency = defineStage(import.meta, {
  name: "fiber/latency",
  version: 1,
  config: z.strictObject({
    specification: budgetInputSchema,
    defaults: z
      .record(z.string(), z.unknown())
      .default({})
      .meta({ description: "Fields of latency_model that were left at their defaults, for the record" }),
    hasPlot: z.boolean().default(false),
  }),
  outputs: { budget: schemaPort("latency budget", budgetSchema) },
  random: ["temperature"],
  run({ config, random, metric, artifact }) {
    const stream = random("temperature");
    const budget = latencyBudget(config.specification, { normal: () => stream.normal(), defaults: config.defaults });
    for (const [term, seconds] of Object.entries(budget.latency_s)) metric(term.replace(/_s$/, ""), seconds, "s");
    if (config.hasPlot) {
      artifact("latency", { kind: "plot", title: "Latency budget", plot: latencyPlot(budget.latency_s) });
    }
    return { budget };
  },
});

/** The stage's configuration for a specification. */
export function latencySettings(specification: LinkSpecification) {
  const ofModel = Object.entries(defaultsUsed(specification)).filter(([path]) => path.startsWith("latency_model."));
  return {
    specification: latencySpecification(specification),
    defaults: Object.fromEntries(ofModel),
    hasPlot: specification.outputs.artifact_level !== "none",
  };
}
