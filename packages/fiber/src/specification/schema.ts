/**
 * The public JSON specification of a link, versions 0.2 and 0.3: every field, unit, default and range.
 *
 * Objects are closed. Names never change; 0.3 only added `latency_model.{queueing, framing, hardware_pipeline}`, so a 0.2
 * document is a 0.3 document. Rules between fields are in `rules.ts`.
 */
import { z } from "@simloom/units/zod";
import { fiberSchema, pathSchema, spansSchema } from "./link-schema.ts";
import { processingSchema } from "./processing-schema.ts";
import { quantity, wholeNumber } from "./quantity.ts";
import { signalSchema, transceiverSchema } from "./terminal-schema.ts";

const seconds = (description: string) => quantity("s", description, { min: 0 });
const weight = (description: string) => quantity("1", description, { min: 0 });

const scenarioSchema = z
  .strictObject({
    name: z.string().nullable().default(null),
    description: z.string().nullable().default(null),
    tags: z.array(z.string()).default([]),
    metadata: z.record(z.string(), z.unknown()).default({}),
  })
  .nullable()
  .default(null)
  .meta({ description: "Labels for people; no influence on the physics" });

const propagationSchema = z.strictObject({
  model: z.enum(["scalar_glnse", "manakov"]),
  backend: z.enum(["builtin_ssfm"]).default("builtin_ssfm"),
  effects: z
    .strictObject({
      dispersion: z.boolean().default(true),
      nonlinearity: z.boolean().default(true),
      ase: z.boolean().default(true),
      pmd: z.boolean().default(false),
      env_effects: z.boolean().default(false),
    })
    .prefault({}),
  ssfm: z
    .strictObject({
      dz_m: quantity("m", "Step of the split-step method", { above: 0 }).default(100),
      step_adapt: z
        .boolean()
        .default(false)
        .meta({ description: "false: fixed steps of dz_m; true: steps of constant local error, limited by walk-off" }),
    })
    .prefault({}),
});

/** Weights, floors and fixed terms of the latency budget. */
export const latencyModelSchema = z.strictObject({
  serialization_weight: weight("Factor on the time to send payload and framing"),
  processing_weight: weight("Factor on the duration of the simulated record"),
  processing_floor_s: seconds("Smallest processing time"),
  queueing: z
    .strictObject({
      ingress_buffer_s: seconds("Wait before the transmitter").default(0),
      egress_buffer_s: seconds("Wait after the receiver").default(0),
      scheduler_tick_s: seconds("Wait for the scheduler").default(0),
    })
    .prefault({}),
  framing: z
    .strictObject({
      include_preamble_bits: z.boolean().default(false),
      include_pilot_bits: z.boolean().default(false),
      fec_overhead_mode: z.enum(["none", "auto_from_code_rate", "fixed_ratio"]).default("none"),
      fec_overhead_ratio: quantity("1", "Overhead per payload bit; with fixed_ratio only", { min: 0 })
        .nullable()
        .default(null),
    })
    .prefault({}),
  hardware_pipeline: z
    .strictObject({
      tx_fixed_s: seconds("Transmitter hardware").default(0),
      rx_fixed_s: seconds("Receiver hardware").default(0),
      dsp_fixed_s: seconds("DSP hardware").default(0),
      fec_fixed_s: seconds("FEC hardware").default(0),
    })
    .prefault({}),
});

const runtimeSchema = z.strictObject({
  seed: wholeNumber("1", "Seed of all random streams", { min: 0 }),
  n_symbols: wholeNumber("symbol", "Symbols per polarisation", { min: 128 }),
  samples_per_symbol: wholeNumber("1", "Samples of the field per symbol", { min: 1, max: 64 }),
  max_runtime_s: quantity("s", "Time after which the run is stopped", { above: 0 }),
});

const outputsSchema = z.strictObject({
  artifact_level: z.enum(["none", "basic", "debug"]).default("basic"),
  return_waveforms: z.boolean().default(false),
});

/** The whole specification. Accepts what versions 0.2 and 0.3 accept; the output has every default filled in. */
export const specificationSchema = z
  .strictObject({
    v: z.string().min(1).meta({ description: 'Version of the document, "0.2" or "0.3"' }),
    scenario: scenarioSchema,
    path: pathSchema,
    fiber: fiberSchema,
    spans: spansSchema,
    signal: signalSchema,
    transceiver: transceiverSchema,
    processing: processingSchema,
    propagation: propagationSchema,
    latency_model: latencyModelSchema,
    runtime: runtimeSchema,
    outputs: outputsSchema,
  })
  .meta({ title: "Link specification" });

/** Recursively readonly. */
export type DeepReadonly<T> = T extends readonly (infer _)[]
  ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
  : T extends object
    ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
    : T;

/** A specification with every default filled in, frozen. Field names and units are those of the JSON document. */
export type LinkSpecification = DeepReadonly<z.output<typeof specificationSchema>>;

/** A specification as a user may write it: defaulted fields may be left out. */
export type LinkSpecificationInput = DeepReadonly<z.input<typeof specificationSchema>>;

/** JSON Schema (draft 2020-12) of the documents that are accepted, with `unit` on every number. */
export function specificationJsonSchema(): Record<string, unknown> {
  return {
    $id: "simloom.link-specification.v0.3",
    ...z.toJSONSchema(specificationSchema, { target: "draft-2020-12", io: "input" }),
  };
}
