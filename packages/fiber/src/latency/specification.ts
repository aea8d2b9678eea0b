import type { LinkSpecification } from "../specification/schema.ts";

type Part<K extends keyof LinkSpecification> = LinkSpecification[K];

/** The fields of a specification that the latency budget reads; nothing else can change it. A whole specification is one. */
export interface LatencySpecification {
  readonly path: { readonly segments: readonly LatencySegment[] };
  readonly fiber: Pick<Part<"fiber">, "n_group">;
  readonly signal: Pick<Part<"signal">, "format" | "symbol_rate_baud" | "frame">;
  readonly transceiver: { readonly rx: { readonly adc: { readonly sample_rate_hz: number } } };
  readonly processing: {
    readonly dsp_chain: Part<"processing">["dsp_chain"];
    readonly fec: Pick<Part<"processing">["fec"], "enabled" | "code_rate"> & {
      readonly params: Pick<Part<"processing">["fec"]["params"], "block_size_bits">;
    };
  };
  readonly propagation: { readonly effects: Pick<Part<"propagation">["effects"], "env_effects"> };
  readonly latency_model: Part<"latency_model">;
  readonly runtime: Pick<Part<"runtime">, "n_symbols" | "samples_per_symbol">;
}

/** Length in m and temperature in °C of one segment of the path. */
export type LatencySegment = Pick<Part<"path">["segments"][number], "length_m" | "temp_c">;

/** Cuts out of a specification what the latency budget reads, for a stage whose key must not depend on more. */
export function latencySpecification(specification: LinkSpecification): LatencySpecification {
  const { path, fiber, signal, transceiver, processing, propagation, latency_model, runtime } = specification;
  const { enabled, code_rate, params } = processing.fec;
  const block = params.block_size_bits === undefined ? {} : { block_size_bits: params.block_size_bits };
  return {
    path: { segments: path.segments.map(({ length_m, temp_c }) => ({ length_m, temp_c })) },
    fiber: { n_group: fiber.n_group },
    signal: { format: signal.format, symbol_rate_baud: signal.symbol_rate_baud, frame: signal.frame },
    transceiver: { rx: { adc: { sample_rate_hz: transceiver.rx.adc.sample_rate_hz } } },
    processing: { dsp_chain: processing.dsp_chain, fec: { enabled, code_rate, params: block } },
    propagation: { effects: { env_effects: propagation.effects.env_effects } },
    latency_model,
    runtime: { n_symbols: runtime.n_symbols, samples_per_symbol: runtime.samples_per_symbol },
  };
}
