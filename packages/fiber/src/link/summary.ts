/** The summary of the public result document, from the metrics of the stages and the latency budget. */
import { expm1, log1p } from "@simloom/numerics";
import { fiberError } from "../errors.ts";
import type { LatencyBudget } from "../latency/budget.ts";
import type { SummaryInput } from "../result/schema.ts";
import { throughput } from "../result/throughput.ts";
import type { LinkSpecification } from "../specification/schema.ts";

/** Metrics of a finished link by `node.metric`, as a run returns them. */
export type LinkMetrics = Readonly<Record<string, { readonly value?: number | undefined } | undefined>>;

/** Confidence of every counted interval, as `countedRate` uses it by default. */
const CONFIDENCE = 0.95;

/**
 * Puts the summary together. Without FEC the rates behind it are those before it, and a frame is the payload's.
 * @throws FiberError `FIBR-031` when a metric is missing: no figure is made up.
 */
export function linkSummary(
  specification: LinkSpecification,
  metrics: LinkMetrics,
  budget: LatencyBudget,
): SummaryInput {
  const of = (name: string): number | undefined => metrics[name]?.value;
  const needed = (name: string): number => {
    const value = of(name);
    if (value !== undefined) return value;
    throw fiberError({
      code: "FIBR-031",
      message: `the run left no metric ${name}, which the summary needs`,
      remedy: "Run the whole graph that linkGraph made, in a mode that stops at failures.",
      path: name,
    });
  };
  const preFecBer = needed("signal-quality.pre_fec_ber");
  const hasFec = of("fec-decoder.frames") !== undefined;
  const frameErrorRate = hasFec
    ? needed("fec-decoder.fer")
    : frameErrorRateOf(preFecBer, specification.signal.frame.payload_bits);
  const interval = (rate: string, errors: string, trials: string) => ({
    lower: needed(`${rate}_lower`),
    upper: needed(`${rate}_upper`),
    confidence: CONFIDENCE,
    errors: needed(errors),
    trials: needed(trials),
  });
  const fieldErrors = Object.keys(metrics).filter((name) => name.endsWith(".expected_field_error"));
  const qFromBer = of("signal-quality.q_factor_from_ber");
  return {
    latency_s: budget.latency_s,
    latency_metadata: { ...budget.latency_metadata },
    throughput_bps: throughput(specification, {
      codeRate: hasFec ? needed("fec-decoder.code_rate") : 1,
      frameErrorRate,
    }),
    errors: {
      pre_fec_ber: preFecBer,
      post_fec_ber: hasFec ? needed("fec-decoder.post_fec_ber") : preFecBer,
      fer: frameErrorRate,
      pre_fec_ber_interval: interval(
        "signal-quality.pre_fec_ber",
        "signal-quality.bit_errors",
        "signal-quality.bits_counted",
      ),
      ...(hasFec
        ? {
            post_fec_ber_interval: interval(
              "fec-decoder.post_fec_ber",
              "fec-decoder.post_fec_bit_errors",
              "fec-decoder.information_bits",
            ),
            fer_interval: interval("fec-decoder.fer", "fec-decoder.frame_errors", "fec-decoder.frames"),
          }
        : {}),
    },
    osnr_db: of("optical-snr.osnr") ?? null,
    snr_db: of("signal-quality.snr") ?? null,
    evm_rms: of("signal-quality.evm_rms") ?? null,
    q_factor_db: of("signal-quality.q_factor") ?? null,
    ...(qFromBer === undefined ? {} : { q_factor_from_ber_db: qFromBer }),
    ...(fieldErrors.length === 0 ? {} : { split_step_error_db: Math.max(...fieldErrors.map(needed)) }),
    cycle_slips: needed("signal-quality.cycle_slips"),
    ...(hasFec
      ? {
          fec: {
            code_rate: needed("fec-decoder.code_rate"),
            codeword_bits: needed("fec-decoder.codeword_length"),
            codewords: needed("fec-decoder.frames"),
            unresolved_codewords: needed("fec-decoder.unresolved_frames"),
            mean_iterations: needed("fec-decoder.mean_iterations"),
          },
        }
      : {}),
  };
}

/** Share of frames with a wrong bit when errors are independent: 1 − (1 − p)^n, without loss of digits for small p. */
function frameErrorRateOf(bitErrorRatio: number, bits: number): number {
  return bitErrorRatio >= 1 ? 1 : -expm1(bits * log1p(-bitErrorRatio));
}
