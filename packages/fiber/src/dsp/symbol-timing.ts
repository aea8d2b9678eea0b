/**
 * From several samples per symbol to one, at the instant where the eye is open.
 *
 * The instant comes from the clock tone Σ X(f) X*(f − R) of both polarisations: its phase is −2πRτ for a delay τ. On a
 * periodic record the symbols' own spectrum drops out of the product, so without noise the estimate is exact.
 * Source: D. Godard, IEEE Trans. Commun. 26 (1978) 517; M. Oerder, H. Meyr, ibid. 36 (1988) 605.
 */
import { atan2, cos, sin } from "@simloom/numerics";
import { inverseTransform } from "./fourier.ts";
import { type DspSignal, inFrequency, inTime, mapPair, recordLength, sumOfSquares } from "./signal.ts";

/** One sample per symbol. */
export interface SymbolRateSignal {
  readonly signal: DspSignal;
  /** Delay of the record against the symbol grid, −½ … ½ symbol, that was taken out. */
  readonly timingOffsetSymbols: number;
}

/** Clock tones weaker than this share of the signal power are noise (no roll-off, or one sample per symbol). */
const LEAST_CLOCK_TONE = 1e-3;

/** The signal at its symbol instants. `symbolCount` is that of the record; at one sample per symbol nothing changes. */
export function sampleAtSymbols(signal: DspSignal, symbolCount: number): SymbolRateSignal {
  const count = recordLength(signal);
  if (count === symbolCount) return { signal: inTime(signal), timingOffsetSymbols: 0 };
  const spectra = inFrequency(signal);
  const timingOffsetSymbols = timingOffset(spectra, symbolCount);
  const sampled = mapPair(spectra, (spectrum) =>
    inverseTransform(foldToSymbols(spectrum, symbolCount, timingOffsetSymbols)),
  );
  return {
    signal: { ...sampled, domain: "time", sampleRateHz: (signal.sampleRateHz * symbolCount) / count },
    timingOffsetSymbols,
  };
}

/** Delay in symbols from the clock tone; 0 where there is none. */
function timingOffset({ polarisations }: DspSignal, symbolCount: number): number {
  let re = 0;
  let im = 0;
  let power = 0;
  for (const spectrum of polarisations) {
    const count = spectrum.length / 2;
    const lowest = -Math.floor((count - 1) / 2);
    const highest = Math.floor((count - 1) / 2);
    for (let bin = Math.max(0, lowest + symbolCount); bin <= Math.min(symbolCount, highest); bin++) {
      const upper = 2 * bin;
      const lower = 2 * ((bin - symbolCount + count) % count);
      const upperRe = spectrum[upper] as number;
      const upperIm = spectrum[upper + 1] as number;
      const lowerRe = spectrum[lower] as number;
      const lowerIm = spectrum[lower + 1] as number;
      re += upperRe * lowerRe + upperIm * lowerIm;
      im += upperIm * lowerRe - upperRe * lowerIm;
    }
    power += sumOfSquares(spectrum);
  }
  if (Math.sqrt(re * re + im * im) <= LEAST_CLOCK_TONE * power) return 0;
  return -atan2(im, re) / (2 * Math.PI);
}

/** Spectrum of the samples at (k + τ)T: every bin advanced by τ, then added up modulo the symbol rate. */
function foldToSymbols(spectrum: Float64Array, symbolCount: number, offsetSymbols: number): Float64Array {
  const count = spectrum.length / 2;
  const folded = new Float64Array(2 * symbolCount);
  const scale = symbolCount / count;
  for (let bin = 0; bin < count; bin++) {
    const re = scale * (spectrum[2 * bin] as number);
    const im = scale * (spectrum[2 * bin + 1] as number);
    if (re === 0 && im === 0) continue;
    const signedBin = 2 * bin < count ? bin : bin - count;
    const phaseRad = (2 * Math.PI * offsetSymbols * signedBin) / symbolCount;
    const c = offsetSymbols === 0 ? 1 : cos(phaseRad);
    const s = offsetSymbols === 0 ? 0 : sin(phaseRad);
    const into = 2 * (((signedBin % symbolCount) + symbolCount) % symbolCount);
    folded[into] = (folded[into] as number) + re * c - im * s;
    folded[into + 1] = (folded[into + 1] as number) + re * s + im * c;
  }
  return folded;
}
