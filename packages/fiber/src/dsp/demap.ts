/**
 * QPSK decisions: hard bits by the nearest point, soft ones as log-likelihood ratios ln P(0)/P(1).
 *
 * In axes turned by an eighth of a turn each bit is a binary antipodal signal of amplitude a in Gaussian noise of
 * variance s², and its LLR is 2a r/s². Amplitude and noise are found blindly from the mean of |r| and of r².
 */

import { erfc, exp } from "@simloom/numerics";
import { qpskHardBits } from "../transmitter/qpsk.ts";

/** Amplitude and noise of an antipodal signal. */
export interface AntipodalEstimate {
  readonly amplitude: number;
  readonly noiseVariance: number;
}

/** Decisions on one polarisation, in the order of the bits. */
export interface QpskDecisions {
  readonly bits: Uint8Array;
  /** Positive where 0 is likelier. Absent when only hard decisions were asked for. */
  readonly llrs?: Float64Array;
  /** Estimated ratio of symbol energy to complex noise variance; Infinity without noise. */
  readonly estimatedSnr: number;
}

/** Largest LLR magnitude: beyond it a bit is certain to any decoder, and a noiseless record stays finite. */
const GREATEST_LLR = 200;

/** Decides on the symbols of one polarisation. */
export function demapQpsk(symbols: Float64Array, { isSoft }: { readonly isSoft: boolean }): QpskDecisions {
  const bits = qpskHardBits(symbols);
  const estimate = estimateAntipodal(symbols);
  const estimatedSnr = (estimate.amplitude * estimate.amplitude) / estimate.noiseVariance;
  return isSoft ? { bits, llrs: llrsOf(symbols, estimate), estimatedSnr } : { bits, estimatedSnr };
}

function llrsOf(symbols: Float64Array, { amplitude, noiseVariance }: AntipodalEstimate): Float64Array {
  // The turn by an eighth: r₀ = (re + im)/√2 for the first bit, r₁ = (re − im)/√2 for the second.
  const slope = noiseVariance === 0 ? Number.MAX_VALUE : (Math.SQRT2 * amplitude) / noiseVariance;
  const llrs = new Float64Array(symbols.length);
  for (let i = 0; i < symbols.length; i += 2) {
    const re = symbols[i] as number;
    const im = symbols[i + 1] as number;
    llrs[i] = Math.min(GREATEST_LLR, Math.max(-GREATEST_LLR, slope * (re + im)));
    llrs[i + 1] = Math.min(GREATEST_LLR, Math.max(-GREATEST_LLR, slope * (re - im)));
  }
  return llrs;
}

/**
 * Amplitude a and noise variance s² per real dimension that explain E|r| and E r² of both bits.
 *
 * With u = a/s: (E|r|)²/E r² = (u erf(u/√2) + √(2/π) e^(−u²/2))²/(1 + u²), which rises from 2/π to 1; solved by
 * bisection. Unbiased by wrong decisions, unlike the mean distance to the nearest point.
 */
export function estimateAntipodal(symbols: Float64Array): AntipodalEstimate {
  let magnitudes = 0;
  let squares = 0;
  for (let i = 0; i < symbols.length; i += 2) {
    const re = symbols[i] as number;
    const im = symbols[i + 1] as number;
    magnitudes += Math.abs(re + im) + Math.abs(re - im);
    squares += re * re + im * im;
  }
  const meanMagnitude = magnitudes / symbols.length / Math.SQRT2;
  const meanSquare = squares / symbols.length;
  if (meanSquare === 0) return { amplitude: 0, noiseVariance: 0 };
  const shape = (meanMagnitude * meanMagnitude) / meanSquare;
  let low = 0;
  let high = 1e4;
  if (shape >= shapeOf(high)) return { amplitude: meanMagnitude, noiseVariance: 0 };
  for (let iteration = 0; iteration < 60; iteration++) {
    const middle = (low + high) / 2;
    if (shapeOf(middle) < shape) low = middle;
    else high = middle;
  }
  const ratio = (low + high) / 2;
  const noiseVariance = meanSquare / (1 + ratio * ratio);
  return { amplitude: ratio * Math.sqrt(noiseVariance), noiseVariance };
}

function shapeOf(ratio: number): number {
  const folded = ratio * (1 - erfc(ratio / Math.SQRT2)) + Math.sqrt(2 / Math.PI) * exp((-ratio * ratio) / 2);
  return (folded * folded) / (1 + ratio * ratio);
}
