import { bitsPerSymbol } from "../latency/budget.ts";
import type { LinkSpecification } from "../specification/schema.ts";

/** Rates of a link in bits per second, named as in the result document. */
export interface Throughput {
  readonly raw_line_rate: number;
  readonly net_after_fec: number;
  readonly goodput_est: number;
}

/** What the rates depend on beside the specification. */
export interface ThroughputFacts {
  /** Rate of the code that was really used; 1 without FEC. */
  readonly codeRate: number;
  /** Share of frames that are lost, 0 to 1. */
  readonly frameErrorRate: number;
}

/**
 * Raw line rate Rs·bits per symbol, net rate raw·code rate, and goodput: the net rate times the share of the payload in
 * a frame times the share of frames without errors. So a link that delivers nothing has no goodput.
 */
export function throughput(
  specification: LinkSpecification,
  { codeRate, frameErrorRate }: ThroughputFacts,
): Throughput {
  const { symbol_rate_baud: symbolRateBd, format, frame } = specification.signal;
  const raw = symbolRateBd * bitsPerSymbol(format);
  const net = raw * codeRate;
  const payloadShare = frame.payload_bits / (frame.payload_bits + frame.preamble_bits + frame.pilot_bits);
  return { raw_line_rate: raw, net_after_fec: net, goodput_est: net * payloadShare * (1 - frameErrorRate) };
}
