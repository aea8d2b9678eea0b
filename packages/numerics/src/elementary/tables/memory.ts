/** One float64, to be read as two 32-bit words: `WORDS[1]` is the high one (little-endian, as in WebAssembly). */
export const REAL = new Float64Array(1);
export const WORDS = new Int32Array(REAL.buffer);

/** 2^(i − 1023) for i = 1 … 2046, between 0 and Infinity: the float64 whose exponent field is i. */
export const POWERS_OF_TWO: Float64Array = Float64Array.from({ length: 2048 }, (_, field) => {
  WORDS[0] = 0;
  WORDS[1] = field << 20;
  return REAL[0] as number;
});
