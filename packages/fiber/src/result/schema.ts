/**
 * The public result document, version 0.3, and the fields that Simloom adds to it.
 *
 * Names never change and fields are only added. Times are in seconds, rates in bits per second, levels in decibels.
 * `success` has a summary and no error; `error` has an error and no summary.
 */
import { z } from "@simloom/units/zod";
import type { DeepReadonly } from "../specification/schema.ts";

const nonNegative = (unit: string, description: string) => z.number().min(0).meta({ unit, description });
const level = (description: string) => z.number().nullable().default(null).meta({ unit: "dB", description });

/** The latency budget: eight terms and their sum, each in seconds. */
export const latencySchema = z.strictObject({
  propagation_s: nonNegative("s", "Light in the fibre"),
  serialization_s: nonNegative("s", "Payload at the raw line rate"),
  framing_overhead_s: nonNegative("s", "Preamble, pilots and FEC overhead"),
  dsp_group_delay_s: nonNegative("s", "Filters of the DSP chain"),
  fec_block_s: nonNegative("s", "One FEC block at the net rate"),
  hardware_pipeline_s: nonNegative("s", "Fixed delays of hardware"),
  queueing_s: nonNegative("s", "Fixed waits"),
  processing_s: nonNegative("s", "Processing, at least its floor"),
  total_s: nonNegative("s", "Sum of the eight terms"),
});

const latencyMetadataSchema = z.strictObject({
  assumptions: z.array(z.string()).default([]),
  inputs_used: z.record(z.string(), z.unknown()).default({}),
  defaults_used: z.record(z.string(), z.unknown()).default({}),
  schema_version: z.string(),
});

/** Counted errors with Clopper–Pearson bounds; without errors the upper bound is one-sided. */
export const rateIntervalSchema = z.strictObject({
  lower: z.number().min(0).max(1),
  upper: z.number().min(0).max(1),
  confidence: z.number().gt(0).lt(1),
  errors: z.int().min(0),
  trials: z.int().min(1),
});

const errorsSchema = z.strictObject({
  pre_fec_ber: nonNegative("1", "Bit errors per bit before FEC"),
  post_fec_ber: nonNegative("1", "Bit errors per information bit after FEC"),
  fer: nonNegative("1", "Codewords with errors per codeword"),
  pre_fec_ber_interval: rateIntervalSchema.optional(),
  post_fec_ber_interval: rateIntervalSchema.optional(),
  fer_interval: rateIntervalSchema.optional(),
});

/** Figures of a successful run. The levels are null where they have no meaning, as OSNR has without amplifier noise. */
export const summarySchema = z.strictObject({
  latency_s: latencySchema,
  latency_metadata: latencyMetadataSchema,
  throughput_bps: z.strictObject({
    raw_line_rate: nonNegative("bit/s", "Symbol rate times bits per symbol"),
    net_after_fec: nonNegative("bit/s", "Information bits per second"),
    goodput_est: nonNegative("bit/s", "Payload of error-free frames per second"),
  }),
  errors: errorsSchema,
  osnr_db: level("Optical SNR in 0.1 nm, noise of both polarisations"),
  snr_db: level("SNR of the received symbols"),
  evm_rms: z.number().nullable().default(null).meta({ unit: "1", description: "1/√SNR" }),
  q_factor_db: level("20·log10(1/EVM)"),
  q_factor_from_ber_db: level("Q factor of the counted BER; null when no error was counted").optional(),
  split_step_error_db: level("Expected error power of the split-step method relative to the signal").optional(),
  cycle_slips: z.int().min(0).optional().meta({ description: "Cycle slips of the carrier recovery" }),
  fec: z
    .strictObject({
      code_rate: z.number().gt(0).max(1),
      codeword_bits: z.int().min(1),
      codewords: z.int().min(0),
      unresolved_codewords: z.int().min(0),
      mean_iterations: z.number().min(0),
    })
    .optional()
    .meta({ description: "The code that was really used, and its decoder" }),
});

const artifactSchema = z.strictObject({
  name: z.string(),
  type: z.enum(["png", "npz", "json", "txt", "bin", "svg"]),
  ref: z.string(),
  mime: z.string().nullable().default(null),
  bytes: z.int().min(0).nullable().default(null),
});

const common = {
  v: z.string(),
  provenance: z.strictObject({
    sim_version: z.string(),
    spec_hash: z.string().meta({ description: 'SHA-256 of the canonical specification, or "invalid"' }),
    seed: z.int(),
    runtime_s: nonNegative("s", "Wall-clock time of the run"),
    backend: z.string().nullable().default(null),
    model: z.string().nullable().default(null),
  }),
  warnings: z.array(z.string()).default([]),
  artifacts: z.array(artifactSchema).default([]),
  best_found_spec_patch: z.record(z.string(), z.unknown()).nullable().default(null),
};

/** The result document: a success with its summary, or a failure with its error. */
export const resultSchema = z.discriminatedUnion("status", [
  z.strictObject({ ...common, status: z.literal("success"), summary: summarySchema, error: z.null().optional() }),
  z.strictObject({
    ...common,
    status: z.literal("error"),
    summary: z.null().optional(),
    error: z.strictObject({
      code: z.enum(["validation_error", "runtime_error", "timeout", "not_implemented"]),
      message: z.string(),
      details: z.record(z.string(), z.unknown()).default({}),
    }),
  }),
]);

/** The document of a latency budget alone: the public one without the figures that only a simulated signal has. */
export const latencyResultSchema = z.strictObject({
  ...common,
  status: z.literal("success"),
  summary: summarySchema.pick({ latency_s: true, latency_metadata: true }),
});

/** A latency budget as a document of its own. */
export type LatencyResult = DeepReadonly<z.output<typeof latencyResultSchema>>;

/** The public result document. */
export type SimulationResult = DeepReadonly<z.output<typeof resultSchema>>;

/** A successful result. */
export type SimulationSuccess = Extract<SimulationResult, { status: "success" }>;

/** A failed result. */
export type SimulationFailure = Extract<SimulationResult, { status: "error" }>;

/** A summary as it is handed to `successResult`; fields with defaults may be left out. */
export type SummaryInput = DeepReadonly<z.input<typeof summarySchema>>;

/** An artifact as it is listed in a result. */
export type ArtifactInput = DeepReadonly<z.input<typeof artifactSchema>>;

/** Bounds of a counted rate as they stand in a result. */
export type RateInterval = DeepReadonly<z.output<typeof rateIntervalSchema>>;

/** JSON Schema (draft 2020-12) of the result document, with `unit` on its numbers. */
export function resultJsonSchema(): Record<string, unknown> {
  return {
    $id: "simloom.link-result.v0.3",
    ...z.toJSONSchema(resultSchema, { target: "draft-2020-12", io: "output" }),
  };
}
