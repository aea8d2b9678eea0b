import type { LatencySpecification } from "./specification.ts";

/** Bits that travel beside the payload of one frame, as far as the latency model counts them. */
export interface FramingBits {
  readonly preambleBits: number;
  readonly pilotBits: number;
  readonly fecOverheadBits: number;
  readonly totalBits: number;
}

/**
 * Counts the framing of one frame: preamble and pilots where included, and FEC overhead as payload·(1/rate − 1) or
 * payload·ratio, rounded half to even.
 */
export function framingBits({ latency_model: model, signal, processing }: LatencySpecification): FramingBits {
  const { framing } = model;
  const { frame } = signal;
  const preambleBits = framing.include_preamble_bits ? frame.preamble_bits : 0;
  const pilotBits = framing.include_pilot_bits ? frame.pilot_bits : 0;
  const fecOverheadBits = fecOverhead(framing.fec_overhead_mode, frame.payload_bits);
  return { preambleBits, pilotBits, fecOverheadBits, totalBits: preambleBits + pilotBits + fecOverheadBits };

  function fecOverhead(mode: typeof framing.fec_overhead_mode, payloadBits: number): number {
    switch (mode) {
      case "none":
        return 0;
      case "auto_from_code_rate":
        return roundHalfToEven(payloadBits * (1 / processing.fec.code_rate - 1));
      case "fixed_ratio":
        return roundHalfToEven(payloadBits * (framing.fec_overhead_ratio ?? 0));
      default:
        return mode satisfies never;
    }
  }
}

/** The nearest whole number; of two equally near ones the even. For values up to 2^52. */
export function roundHalfToEven(value: number): number {
  const below = Math.floor(value);
  const excess = value - below;
  if (excess !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}
