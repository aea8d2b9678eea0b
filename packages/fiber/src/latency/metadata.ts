/** What a latency budget was computed from: inputs, defaults and assumptions, for the result document. */

import type { DspGroupDelay } from "./dsp-delay.ts";
import type { FramingBits } from "./framing.ts";
import { GROUP_DELAY_COEFFICIENT_PER_C, type PropagationSpread, REFERENCE_TEMPERATURE_C } from "./propagation-delay.ts";
import type { LatencySpecification } from "./specification.ts";

/** `latency_metadata` of the result document. Keys are dotted as in the specification, without `latency_model.`. */
export interface LatencyMetadata {
  readonly schema_version: string;
  readonly assumptions: readonly string[];
  readonly inputs_used: Readonly<Record<string, unknown>>;
  readonly defaults_used: Readonly<Record<string, unknown>>;
}

/** The figures that the budget and its record share. */
export interface LatencyFacts {
  readonly specification: LatencySpecification;
  readonly framing: FramingBits;
  readonly dsp: DspGroupDelay;
  readonly bitsPerSymbol: number;
  readonly fecBlockBits: number;
  /** Defaulted leaves of the specification by path. */
  readonly defaults: Readonly<Record<string, unknown>>;
  /** Present when the temperature counts. */
  readonly spread: PropagationSpread | undefined;
}

/** Records what the terms of a budget were made of. */
export function latencyMetadata(facts: LatencyFacts): LatencyMetadata {
  return {
    schema_version: "v0.3",
    assumptions: assumptions(facts),
    inputs_used: inputsUsed(facts),
    defaults_used: defaultsOfBudget(facts),
  };
}

function inputsUsed({ specification, framing, dsp, bitsPerSymbol, fecBlockBits, spread }: LatencyFacts) {
  const { path, fiber, signal, processing, latency_model: model, runtime } = specification;
  const { fec } = processing;
  const mode = model.framing.fec_overhead_mode;
  return {
    path_length_m: path.segments.reduce((sum, { length_m: lengthM }) => sum + lengthM, 0),
    fiber_n_group: fiber.n_group,
    payload_bits: signal.frame.payload_bits,
    symbol_rate_baud: signal.symbol_rate_baud,
    bits_per_symbol: bitsPerSymbol,
    serialization_weight: model.serialization_weight,
    dsp_chain: dsp.enabledBlocks,
    ...dsp.inputs,
    processing_floor_s: model.processing_floor_s,
    processing_weight: model.processing_weight,
    runtime_n_symbols: runtime.n_symbols,
    ...(fec.enabled
      ? {
          "fec.block_size_bits": fecBlockBits,
          "fec.code_rate": fec.code_rate,
          "fec.net_bit_rate": signal.symbol_rate_baud * bitsPerSymbol * fec.code_rate,
        }
      : {}),
    ...prefixed("queueing", model.queueing),
    "framing.preamble_bits_counted": framing.preambleBits,
    "framing.pilot_bits_counted": framing.pilotBits,
    "framing.fec_overhead_bits": framing.fecOverheadBits,
    ...(mode === "auto_from_code_rate" ? { "framing.fec_auto_code_rate": fec.code_rate } : {}),
    ...(mode === "fixed_ratio" ? { "framing.fec_overhead_ratio": model.framing.fec_overhead_ratio } : {}),
    ...prefixed("hardware_pipeline", model.hardware_pipeline),
    ...(spread === undefined ? {} : { propagation_spread_s: spread }),
  };
}

function defaultsOfBudget({ specification, dsp, fecBlockBits, defaults, spread }: LatencyFacts) {
  const { fec } = specification.processing;
  const ofModel = Object.entries(defaults)
    .filter(([path]) => path.startsWith(MODEL_PREFIX))
    .map(([path, value]) => [path.slice(MODEL_PREFIX.length), value] as const);
  return {
    ...Object.fromEntries(ofModel),
    ...dsp.defaults,
    ...(fec.enabled && fec.params.block_size_bits === undefined ? { "fec.block_size_bits": fecBlockBits } : {}),
    ...(spread === undefined
      ? {}
      : {
          temperature_reference_c: REFERENCE_TEMPERATURE_C,
          group_delay_temp_coeff_per_c: GROUP_DELAY_COEFFICIENT_PER_C,
        }),
  };
}

function assumptions({ specification, framing, dsp, spread }: LatencyFacts): readonly string[] {
  const { latency_model: model, signal, processing } = specification;
  const sentences = [
    spread === undefined
      ? "Light travels at the group index of the fibre, whatever the temperature."
      : `The group delay changes by ${GROUP_DELAY_COEFFICIENT_PER_C * 1e6} ppm per °C from ${REFERENCE_TEMPERATURE_C} °C; segment temperatures are uncertain by 1 °C, independently.`,
  ];
  if (!model.framing.include_preamble_bits && signal.frame.preamble_bits > 0) {
    sentences.push("Preamble bits are not counted.");
  }
  if (!model.framing.include_pilot_bits && signal.frame.pilot_bits > 0) sentences.push("Pilot bits are not counted.");
  sentences.push(
    framing.totalBits > 0
      ? "Framing bits take the time of payload bits at the raw line rate."
      : "The frame adds no bits to the payload.",
  );
  if (processing.fec.enabled)
    sentences.push("A FEC block is held back for as long as it takes to arrive at the net rate.");
  if (dsp.enabledBlocks.some((name) => name === "matched_filter" || name === "mimo_eq" || name === "ffe")) {
    sentences.push("DSP filters have linear phase and delay by half their length.");
  }
  if (dsp.enabledBlocks.includes("cd_comp")) sentences.push("Dispersion compensation adds no delay.");
  sentences.push(
    "Queueing is the sum of fixed waits; nothing contends for the link.",
    "Hardware stages have fixed delays that add up.",
    "Processing takes the larger of its floor and a share of the simulated record's duration.",
  );
  return sentences;
}

const MODEL_PREFIX = "latency_model.";

function prefixed(prefix: string, fields: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [`${prefix}.${key}`, value]));
}
