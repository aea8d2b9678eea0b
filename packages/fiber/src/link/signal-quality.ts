/** Figures of merit counted against what was sent: BER with bounds, unbiased SNR, EVM, Q, cycle slips. */
import { defineStage } from "@simloom/pipeline";
import { z } from "@simloom/units/zod";
import { edgeTransientSymbols } from "../metrics/edge-transient.ts";
import { measureSignalQuality, type SignalQuality } from "../metrics/signal-quality.ts";
import type { CountedSymbols } from "./counted-words.ts";
import { countedSymbolsPort, sentOf, sentPort, signalOf, signalPort, signalValue } from "./ports.ts";
import { figure, positive, zeroOrMore } from "./settings.ts";

/**
 * `aligned` are the symbols in the frame of the sent ones, cycle slips left in; `counted` says which of them the figures
 * were counted over: all, or with phase noise those that the seam of the periodic record does not reach.
 */
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
  outputs: { aligned: signalPort("1"), counted: countedSymbolsPort() },
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
    return { aligned: signalValue(quality.aligned, config.symbolRateBd), counted: countedSymbols(quality) };
  },
});

/** The stretch that was measured, in indices of sent symbols: each edge of the *received* record is left out. */
function countedSymbols({ aligned, excludedSymbols, polarisations }: SignalQuality): CountedSymbols {
  const symbolCount = aligned[0].length / 2;
  const [firstX, firstY] = polarisations.map(
    ({ alignment }) => (excludedSymbols / 2 - alignment.delaySymbols + symbolCount) % symbolCount,
  ) as [number, number];
  return { firstX, firstY, count: symbolCount - excludedSymbols };
}
