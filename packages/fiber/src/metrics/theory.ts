/** Closed forms of QPSK in Gaussian noise and the Q factor. Source: J. G. Proakis, Digital Communications, 4th ed., section 5.2. */
import { erfc, exp, log, log10 } from "@simloom/numerics";

/** Gaussian tail Q(x) = ½ erfc(x/√2). */
export function gaussianTail(x: number): number {
  return erfc(x / Math.SQRT2) / 2;
}

/** Bit error ratio of Gray-coded QPSK, Q(√SNR), at a ratio of symbol energy to complex noise variance (linear). */
export function qpskBitErrorRatio(snr: number): number {
  return gaussianTail(Math.sqrt(snr));
}

/**
 * Q factor in dB that stands for a bit error ratio: 20 log₁₀ x with Q(x) = ratio. Infinity at 0; −Infinity at ½ and
 * above, where there is no positive x. Relative accuracy of x 1e-12 for ratios above 1e-300.
 */
export function qFactorDbFromBer(bitErrorRatio: number): number {
  if (bitErrorRatio >= 0.5) return Number.NEGATIVE_INFINITY;
  if (bitErrorRatio <= 0) return Number.POSITIVE_INFINITY;
  const target = log(bitErrorRatio);
  let x = Math.sqrt(Math.max(0.01, -2 * log(2 * bitErrorRatio)));
  // Newton on ln Q, which is concave and nearly parabolic: quadratic convergence from any start.
  for (let iteration = 0; iteration < 20; iteration++) {
    const tail = gaussianTail(x);
    const slope = -exp((-x * x) / 2) / (Math.sqrt(2 * Math.PI) * tail);
    const next = Math.max(x / 2, x - (log(tail) - target) / slope);
    if (Math.abs(next - x) < 1e-14 * x) break;
    x = next;
  }
  return 20 * log10(x);
}

/** Q factor in dB from the error vector magnitude, 20 log₁₀(1/evm): equal to the SNR in dB. */
export function qFactorDbFromEvm(evmRms: number): number {
  return -20 * log10(evmRms);
}
