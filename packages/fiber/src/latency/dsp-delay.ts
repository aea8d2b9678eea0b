import { chainGiven, DEFAULT_TAP_COUNT } from "../specification/dsp-chain.ts";
import type { LatencySpecification } from "./specification.ts";

/** Group delay of the enabled blocks of a chain, with the figures it was made of, named as in the metadata. */
export interface DspGroupDelay {
  readonly delayS: number;
  readonly enabledBlocks: readonly string[];
  readonly inputs: Readonly<Record<string, number>>;
  readonly defaults: Readonly<Record<string, number>>;
}

/**
 * Sums the delay of linear-phase filters along the chain, each taps/2 samples at the sampling rate in force.
 *
 * The rate starts at that of the ADC and follows `resample.out_fs_hz`. The matched filter spans six symbols; dispersion
 * compensation, carrier recovery and demapping count as zero.
 */
export function dspGroupDelay(specification: LatencySpecification): DspGroupDelay {
  const { transceiver, runtime } = specification;
  const blocks = chainGiven(specification).filter(({ enabled }) => enabled);
  const inputs: Record<string, number> = {};
  const defaults: Record<string, number> = {};
  let sampleRateHz = transceiver.rx.adc.sample_rate_hz;
  let delayS = 0;
  for (const block of blocks) {
    switch (block.name) {
      case "resample":
        if (block.params.out_fs_hz === undefined) defaults["dsp.resample.out_fs_hz"] = sampleRateHz;
        sampleRateHz = block.params.out_fs_hz ?? sampleRateHz;
        break;
      case "matched_filter": {
        const order = MATCHED_FILTER_SPAN_SYMBOLS * runtime.samples_per_symbol;
        inputs["dsp.matched_filter.n_taps"] = order + 1;
        delayS += order / 2 / sampleRateHz;
        break;
      }
      case "mimo_eq":
      case "ffe": {
        const taps = block.params.taps ?? DEFAULT_TAP_COUNT[block.name];
        if (block.params.taps === undefined) defaults[`dsp.${block.name}.taps`] = taps;
        inputs[`dsp.${block.name}.taps`] = taps;
        delayS += taps / 2 / sampleRateHz;
        break;
      }
      case "cd_comp":
      case "cpr":
      case "demap":
        break;
      default:
        block satisfies never;
    }
  }
  return { delayS, enabledBlocks: blocks.map(({ name }) => name), inputs, defaults };
}

const MATCHED_FILTER_SPAN_SYMBOLS = 6;
