/** Which codewords lie wholly in the stretch of the record that is measured. */
import type { CodewordLayout } from "../fec/payload.ts";

/** The symbols of each polarisation that count, as `signal-quality` left them: `count` from a first one on, wrapping around. */
export interface CountedSymbols {
  readonly firstX: number;
  readonly firstY: number;
  readonly count: number;
}

/**
 * 1 for every codeword all of whose bits were sent in symbols that count. Words follow each other in the channel bits: all
 * of x, then all of y, two bits per symbol; the last word is shortened.
 */
export function wordsCounted(layout: CodewordLayout, channelBitCount: number, symbols: CountedSymbols): Uint8Array {
  const { code, wordCount, codedBitCount } = layout;
  const half = channelBitCount / 2;
  const symbolCount = half / 2;
  const isCounted = (bit: number): boolean => {
    const first = bit < half ? symbols.firstX : symbols.firstY;
    const symbol = Math.floor((bit % half) / 2);
    return (symbol - first + symbolCount) % symbolCount < symbols.count;
  };
  return Uint8Array.from({ length: wordCount }, (_, word) => {
    const end = Math.min(codedBitCount, (word + 1) * code.bitCount);
    for (let bit = word * code.bitCount; bit < end; bit++) if (!isCounted(bit)) return 0;
    return 1;
  });
}
