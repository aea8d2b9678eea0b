/** Symbols at each edge of a record that a real receiver would not have seen in that state. */
import { dispersionMemorySymbols } from "../dsp/dispersion-compensation.ts";

/** What reaches over the seam of the periodic record. */
export interface EdgeReach {
  /** Δν of transmitter and local oscillator together; at 0 the record is truly periodic and nothing is left out. */
  readonly combinedLinewidthHz: number;
  readonly beta2S2: number;
  readonly symbolRateBd: number;
  readonly rollOff: number;
  /** Taps of the equaliser at two samples per symbol; 0 without one. */
  readonly equaliserTaps: number;
  /** Half-window of the carrier recovery; 0 without one. */
  readonly averageWindow: number;
}

/** Tails of the matched filter on either side, in symbols: beyond them a pulse of roll-off 0.1 is below −40 dB. */
const PULSE_TAIL_SYMBOLS = 8;

/**
 * Half of the memory of dispersion and equaliser, the window of the carrier recovery and the tail of a pulse: as far as
 * the phase jump at the seam (and the restart of the phase search) can be felt. 0 without phase noise.
 */
export function edgeTransientSymbols(reach: EdgeReach): number {
  if (reach.combinedLinewidthHz === 0) return 0;
  const dispersion = dispersionMemorySymbols(reach.beta2S2, reach.symbolRateBd, reach.rollOff) / 2;
  return Math.ceil(dispersion + reach.equaliserTaps / 4 + reach.averageWindow + PULSE_TAIL_SYMBOLS);
}
