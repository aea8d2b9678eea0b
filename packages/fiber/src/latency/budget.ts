/**
 * The latency budget of a link, term by term, in seconds.
 *
 * Closed formulas of the specification alone: no signal is simulated, so it answers what cannot be simulated too. The
 * order of operations is part of the contract: results are compared for equality, not within a tolerance.
 */
import { fiberError } from "../errors.ts";
import { defaultsUsed } from "../specification/parse.ts";
import { dspGroupDelay } from "./dsp-delay.ts";
import { framingBits } from "./framing.ts";
import { type LatencyMetadata, latencyMetadata } from "./metadata.ts";
import { propagationDelayAtTemperatureS, propagationDelayS, propagationSpread } from "./propagation-delay.ts";
import type { LatencySpecification } from "./specification.ts";

/** The terms of the budget in seconds, named as in the result document. `total_s` is the sum of the other eight. */
export interface LatencyTerms {
  readonly propagation_s: number;
  readonly serialization_s: number;
  readonly framing_overhead_s: number;
  readonly dsp_group_delay_s: number;
  readonly fec_block_s: number;
  readonly hardware_pipeline_s: number;
  readonly queueing_s: number;
  readonly processing_s: number;
  readonly total_s: number;
}

/** The budget with the record of what it was computed from. */
export interface LatencyBudget {
  readonly latency_s: LatencyTerms;
  readonly latency_metadata: LatencyMetadata;
}

/** What the budget needs beside the specification. */
export interface LatencyOptions {
  /** Standard normal draws for the propagation spread; needed when `propagation.effects.env_effects` is on. */
  readonly normal?: () => number;
  /** Defaults by path, as `defaultsUsed` gives them; needed for a copy or a part of a specification. */
  readonly defaults?: Readonly<Record<string, unknown>>;
}

/**
 * Computes the latency budget.
 *
 * @throws FiberError `FIBR-032` when the spread is asked for without a stream, `FIBR-019` for a copied specification
 * without `defaults`.
 */
export function latencyBudget(specification: LatencySpecification, options: LatencyOptions = {}): LatencyBudget {
  const { path, fiber, signal, processing, latency_model: model, runtime, propagation } = specification;
  const hasTemperature = propagation.effects.env_effects;
  const bitRate = signal.symbol_rate_baud * bitsPerSymbol(signal.format);
  const framing = framingBits(specification);
  const dsp = dspGroupDelay(specification);
  const { queueing, hardware_pipeline: hardware } = model;

  const propagationS = hasTemperature
    ? propagationDelayAtTemperatureS(path.segments, fiber.n_group)
    : propagationDelayS(path.segments, fiber.n_group);
  const serializationS = (signal.frame.payload_bits / bitRate) * model.serialization_weight;
  const framingOverheadS = (framing.totalBits / bitRate) * model.serialization_weight;
  const fecBlockS = processing.fec.enabled ? fecBlockBits(specification) / (bitRate * processing.fec.code_rate) : 0;
  const hardwareS = hardware.tx_fixed_s + hardware.rx_fixed_s + hardware.dsp_fixed_s + hardware.fec_fixed_s;
  const queueingS = queueing.ingress_buffer_s + queueing.egress_buffer_s + queueing.scheduler_tick_s;
  const processingS = Math.max(
    model.processing_floor_s,
    (runtime.n_symbols / signal.symbol_rate_baud) * model.processing_weight,
  );

  return {
    latency_s: {
      propagation_s: propagationS,
      serialization_s: serializationS,
      framing_overhead_s: framingOverheadS,
      dsp_group_delay_s: dsp.delayS,
      fec_block_s: fecBlockS,
      hardware_pipeline_s: hardwareS,
      queueing_s: queueingS,
      processing_s: processingS,
      total_s:
        propagationS + serializationS + framingOverheadS + dsp.delayS + fecBlockS + hardwareS + queueingS + processingS,
    },
    latency_metadata: latencyMetadata({
      specification,
      framing,
      dsp,
      bitsPerSymbol: bitsPerSymbol(signal.format),
      fecBlockBits: fecBlockBits(specification),
      defaults: options.defaults ?? defaultsUsed(specification),
      spread: hasTemperature ? propagationSpread(path.segments, fiber.n_group, requireStream(options)) : undefined,
    }),
  };
}

/** Bits that one symbol carries over all polarisations. */
export function bitsPerSymbol(format: LatencySpecification["signal"]["format"]): number {
  switch (format) {
    case "coherent_qpsk":
      return 4;
    case "imdd_ook":
      return 1;
    case "imdd_pam4":
      return 2;
    default:
      return format satisfies never;
  }
}

function fecBlockBits({ processing, signal }: LatencySpecification): number {
  return processing.fec.params.block_size_bits ?? signal.frame.payload_bits;
}

function requireStream({ normal }: LatencyOptions): () => number {
  if (normal !== undefined) return normal;
  throw fiberError({
    code: "FIBR-032",
    path: "propagation.effects.env_effects",
    message: "the spread over temperature needs random draws, but no stream was given",
    remedy: "Pass normal, a source of standard normal numbers, for example that of a named random stream.",
  });
}
