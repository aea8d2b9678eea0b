/** A stream of random 32-bit words. The named random streams of the pipeline are such sources. */
export interface BitSource {
  /** The next word, 0 … 2³² − 1. */
  uint32(): number;
}

/** `count` independent fair bits (0 or 1), taken from each word with the most significant bit first. */
export function randomBits(source: BitSource, count: number): Uint8Array {
  const bits = new Uint8Array(count);
  for (let start = 0; start < count; start += 32) {
    const word = source.uint32();
    const end = Math.min(count, start + 32);
    for (let i = start; i < end; i++) bits[i] = (word >>> (31 - (i - start))) & 1;
  }
  return bits;
}
