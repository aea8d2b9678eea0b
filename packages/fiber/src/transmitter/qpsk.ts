/**
 * Quadrature phase-shift keying as PSK-4 with Gray labels: 00 → 1, 01 → j, 11 → −1, 10 → −j, first bit first.
 * Neighbours differ in one bit; every symbol has unit power.
 */

/** Bits per symbol and polarisation. */
export const QPSK_BITS_PER_SYMBOL = 2;

/** Real and imaginary part of the symbol with label 2·b₀ + b₁. */
const POINTS = [
  [1, 0],
  [0, 1],
  [0, -1],
  [-1, 0],
] as const;

/** Symbols, interleaved [re, im, …], of bits taken two at a time. `bits` has an even length. */
export function qpskSymbols(bits: Uint8Array): Float64Array {
  const symbols = new Float64Array(bits.length);
  for (let i = 0; i < bits.length; i += 2) {
    const [re, im] = POINTS[((bits[i] as number) << 1) | (bits[i + 1] as number)] ?? POINTS[0];
    symbols[i] = re;
    symbols[i + 1] = im;
  }
  return symbols;
}

/**
 * Bits of the nearest points. In axes turned by an eighth of a turn, (z e^(jπ/4)), the first bit is the sign of the
 * imaginary and the second that of the real part; a sample on a boundary counts as 0.
 */
export function qpskHardBits(symbols: Float64Array): Uint8Array {
  const bits = new Uint8Array(symbols.length);
  for (let i = 0; i < symbols.length; i += 2) {
    const re = symbols[i] as number;
    const im = symbols[i + 1] as number;
    bits[i] = re + im < 0 ? 1 : 0;
    bits[i + 1] = re - im < 0 ? 1 : 0;
  }
  return bits;
}
