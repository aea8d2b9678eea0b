/** Figures of merit counted against what was sent: BER with bounds, unbiased SNR, EVM, Q, cycle slips. */
import { defineStage } from "@simloom/pipeline";
import { z } from "zod";
import { edgeTransientSymbols } from "../metrics/edge-transient.ts";
import { measureSignalQuality } from "../metrics/signal-quality.ts";
import { sentOf, sentPort, signalOf, signalPort, signalValue } from "./ports.ts";
import { figure, positive, zeroOrMore } from "./settings.ts";

export const signalQuality = defineStage(import.meta, {
  name: "fiber/signal-quality",
  version: 1,
  config: z.strictObject({
    combinedLinewidthHz: zeroOrMore("Hz").default(0),
    beta2S2: figure("s^2").default(0),
    symbolRateBd: positive("Bd"),
    rollOff: z.number().min(0).max(1),
    equaliserTaps: z.int().min(0).default(0),
    averageWindow: z.int().min(0).default(0),
  }),
  inputs: { symbols: signalPort("1"), sent: sentPort() },
  outputs: { aligned: signalPort("1") },
  run({ config, inputs, metric, warn }) {
    const edgeSymbols = edgeTransientSymbols(config);
    const quality = measureSignalQuality(signalOf(inputs.symbols).polarisations, sentOf(inputs.sent), { edgeSymbols });
    for (const warning of quality.warnings) warn(warning);
    const { preFecBer } = quality;
    metric("snr", quality.snrDb, "dB");
    metric("evm_rms", quality.evmRms);
    metric("q_factor", quality.qFactorDb, "dB");
    if (Number.isFinite(quality.qFactorFromBerDb)) metric("q_factor_from_ber", quality.qFactorFromBerDb, "dB");
    metric("pre_fec_ber", preFecBer.estimate);
    metric("pre_fec_ber_lower", preFecBer.lower);
    metric("pre_fec_ber_upper", preFecBer.upper);
    metric("bit_errors", preFecBer.errorCount);
    metric("bits_counted", preFecBer.trialCount);
    metric("theory_ber", quality.theoryBer);
    metric("cycle_slips", quality.cycleSlips);
    metric("excluded_symbols", quality.excludedSymbols);
    return { aligned: signalValue(quality.aligned, config.symbolRateBd) };
  },
});
