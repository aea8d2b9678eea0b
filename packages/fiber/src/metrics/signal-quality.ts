/** The figures of merit of a received record, each counted or estimated against what was sent. */
import type { PolarisationPair } from "../dsp/signal.ts";
import { decibelFromRatio } from "../physics/decibel.ts";
import { qpskHardBits } from "../transmitter/qpsk.ts";
import type { SentSymbols } from "../transmitter/transmit.ts";
import { alignToSent, type PolarisationAlignment } from "./align.ts";
import { findCycleSlips } from "./cycle-slips.ts";
import { type CountedRate, countedRate } from "./interval.ts";
import { estimateSnr } from "./signal-to-noise.ts";
import { qFactorDbFromBer, qFactorDbFromEvm, qpskBitErrorRatio } from "./theory.ts";

/** Errors among bits. */
export interface BitCount {
  readonly errors: number;
  readonly bits: number;
}

/** Figures of one polarisation, named after the one that was sent. */
export interface PolarisationQuality {
  readonly snrDb: number;
  readonly evmRms: number;
  readonly count: BitCount;
  readonly cycleSlipsAtSymbol: readonly number[];
  readonly alignment: PolarisationAlignment;
}

/** Figures of the record. */
export interface SignalQuality {
  /** Counted as received: one quarter turn per polarisation, so the symbols behind a cycle slip count as they are. */
  readonly count: BitCount;
  /** The same with every cycle slip turned back at its block; equal to `count` without slips. */
  readonly countWithoutSlips: BitCount;
  /** `count` as a ratio with exact confidence bounds. */
  readonly preFecBer: CountedRate;
  /** Unbiased; both polarisations, mean of the noise-to-signal ratios; cycle slips turned back. */
  readonly snrDb: number;
  /** 1/√SNR. */
  readonly evmRms: number;
  /** 20 log₁₀(1/EVM). */
  readonly qFactorDb: number;
  /** Q factor of the counted error ratio; Infinity when no error was counted. */
  readonly qFactorFromBerDb: number;
  /** Error ratio of Gaussian noise at the estimated SNR of each polarisation, averaged. */
  readonly theoryBer: number;
  readonly cycleSlips: number;
  /** Symbols per polarisation left out of every figure: the same number at either edge of the received record. */
  readonly excludedSymbols: number;
  readonly polarisations: readonly [x: PolarisationQuality, y: PolarisationQuality];
  /** Received symbols aligned to the sent ones (slips left in), for decoders and plots. */
  readonly aligned: PolarisationPair;
  readonly warnings: readonly string[];
}

/** Options of the measurement. */
export interface QualityOptions {
  /** Symbols to leave out at each edge of the record, where it does not continue periodically (phase noise). Default 0. */
  readonly edgeSymbols?: number;
  /** Of the bounds of the counted error ratio, default 0.95. */
  readonly confidence?: number;
}

/**
 * Confidence with which counted errors must contradict Gaussian noise before a warning says so: wide enough that a
 * healthy receiver is suspected once in a thousand records.
 */
const CONTRADICTION_CONFIDENCE = 0.999;

/** Aligns, counts and estimates. A record that resembles nothing that was sent gives a BER of chance and a warning. */
export function measureSignalQuality(
  received: PolarisationPair,
  sent: SentSymbols,
  { edgeSymbols = 0, confidence = 0.95 }: QualityOptions = {},
): SignalQuality {
  const symbolCount = sent.symbols[0].length / 2;
  const edge = Math.min(edgeSymbols, Math.floor((symbolCount - 1) / 2));
  const aligned = alignToSent(received, sent.symbols);
  const x = measurePolarisation(aligned.symbols[0], sent.symbols[0], sent.bits[0], aligned.alignment[0], edge);
  const y = measurePolarisation(aligned.symbols[1], sent.symbols[1], sent.bits[1], aligned.alignment[1], edge);
  const count = addCounts(x.quality.count, y.quality.count);
  const countWithoutSlips = addCounts(x.countWithoutSlips, y.countWithoutSlips);
  const noiseToSignal = (x.noiseToSignal + y.noiseToSignal) / 2;
  const theoryBer = (qpskBitErrorRatio(1 / x.noiseToSignal) + qpskBitErrorRatio(1 / y.noiseToSignal)) / 2;
  const preFecBer = countedRate(count.errors, count.bits, confidence);
  const cycleSlips = x.quality.cycleSlipsAtSymbol.length + y.quality.cycleSlipsAtSymbol.length;
  return {
    count,
    countWithoutSlips,
    preFecBer,
    snrDb: decibelFromRatio(1 / noiseToSignal),
    evmRms: Math.sqrt(noiseToSignal),
    qFactorDb: qFactorDbFromEvm(Math.sqrt(noiseToSignal)),
    qFactorFromBerDb: qFactorDbFromBer(preFecBer.estimate),
    theoryBer,
    cycleSlips,
    excludedSymbols: 2 * edge,
    polarisations: [x.quality, y.quality],
    aligned: aligned.symbols,
    warnings: [
      ...aligned.warnings,
      ...slipWarnings(cycleSlips, count, countWithoutSlips),
      ...(aligned.warnings.length === 0 && cycleSlips === 0 ? contradictionWarnings(count, theoryBer) : []),
    ],
  };
}

function slipWarnings(cycleSlips: number, count: BitCount, without: BitCount): readonly string[] {
  if (cycleSlips === 0) return [];
  return [
    `${cycleSlips} cycle slips: ${count.errors} bit errors as received, ${without.errors} with the slips turned back. ` +
      "A longer cpr.avg_window or narrower lasers avoid them; pilots would repair them.",
  ];
}

function contradictionWarnings({ errors, bits }: BitCount, theoryBer: number): readonly string[] {
  const { estimate, lower, upper } = countedRate(errors, bits, CONTRADICTION_CONFIDENCE);
  if (theoryBer >= lower && theoryBer <= upper) return [];
  const direction = theoryBer < lower ? "more" : "fewer";
  return [
    `Counted BER ${estimate.toExponential(2)} means ${direction} errors than Gaussian noise makes at the measured SNR ` +
      `(${theoryBer.toExponential(2)}): the noise is not Gaussian or not the same throughout the record.`,
  ];
}

interface MeasuredPolarisation {
  readonly quality: PolarisationQuality;
  readonly countWithoutSlips: BitCount;
  readonly noiseToSignal: number;
}

function measurePolarisation(
  aligned: Float64Array,
  sentSymbols: Float64Array,
  sentBits: Uint8Array,
  alignment: PolarisationAlignment,
  edge: number,
): MeasuredPolarisation {
  const symbolCount = sentSymbols.length / 2;
  const { atSymbol, repaired } = findCycleSlips(aligned, sentSymbols);
  // The record's edges, as indices of sent symbols: the stretch to measure begins `edge` behind the received record's start.
  const first = (((edge - alignment.delaySymbols) % symbolCount) + symbolCount) % symbolCount;
  const measured = symbolCount - 2 * edge;
  const received = rotateRecord(repaired, 2 * first, 2 * measured);
  const reference = rotateRecord(sentSymbols, 2 * first, 2 * measured);
  const { noiseToSignal } = estimateSnr(received, reference, 0, measured);
  return {
    noiseToSignal,
    countWithoutSlips: countBitErrors(repaired, sentBits, first, measured),
    quality: {
      snrDb: decibelFromRatio(1 / noiseToSignal),
      evmRms: Math.sqrt(noiseToSignal),
      count: countBitErrors(aligned, sentBits, first, measured),
      cycleSlipsAtSymbol: atSymbol,
      alignment,
    },
  };
}

/** `length` values from `start` on, wrapping around. */
function rotateRecord(values: Float64Array, start: number, length: number): Float64Array {
  const rotated = new Float64Array(length);
  const head = Math.min(length, values.length - start);
  rotated.set(values.subarray(start, start + head));
  rotated.set(values.subarray(0, length - head), head);
  return rotated;
}

/** Counts wrong bits of `measured` symbols from symbol `first` on, wrapping around. */
export function countBitErrors(
  symbols: Float64Array,
  sentBits: Uint8Array,
  first = 0,
  measured = sentBits.length / 2,
): BitCount {
  const bits = qpskHardBits(symbols);
  let errors = 0;
  for (let k = 0, i = 2 * first; k < 2 * measured; k++) {
    if (bits[i] !== sentBits[i]) errors += 1;
    i += 1;
    if (i === bits.length) i = 0;
  }
  return { errors, bits: 2 * measured };
}

function addCounts(a: BitCount, b: BitCount): BitCount {
  return { errors: a.errors + b.errors, bits: a.bits + b.bits };
}
