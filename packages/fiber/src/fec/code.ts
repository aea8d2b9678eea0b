/** A linear block code from its parity-check matrix: dimensions, systematic positions, encoder. */
import { fiberError } from "../errors.ts";
import { reduceFromLastColumn } from "./elimination.ts";
import type { ParityCheckMatrix } from "./parity-check.ts";

/** A code that encodes. Positions are those of the matrix: no column is moved. */
export interface LdpcCode {
  readonly matrix: ParityCheckMatrix;
  /** Length n of a codeword. */
  readonly bitCount: number;
  /** Dimension k: n − rank. */
  readonly informationBitCount: number;
  /** Independent checks; fewer than rows when the matrix has redundant ones. */
  readonly rank: number;
  /** k / n, the rate that the matrix really has. */
  readonly rate: number;
  /** Where information bits stand in a codeword, ascending. Length k. */
  readonly informationPositions: Int32Array;
  /** Where parity bits stand. Length rank. */
  readonly parityPositions: Int32Array;
  /** Coefficients of the parity bits: row p, packed 32 to a word, says which information bits add up to parity bit p. */
  readonly parityCoefficients: Uint32Array;
}

/**
 * Derives the systematic encoder of a parity-check matrix by elimination over GF(2).
 *
 * Works for any matrix: redundant rows are found and dropped, and the columns that cannot be pivots carry the
 * information. Cost: see `reduceFromLastColumn`; keep the code, do not build it per word.
 *
 * @throws FiberError `FIBR-041` when the rank equals the length, so that only the zero word is a codeword.
 */
export function ldpcCode(matrix: ParityCheckMatrix): LdpcCode {
  const { bitCount } = matrix;
  const { rank, pivotColumns, has } = reduceFromLastColumn(matrix);
  if (rank === bitCount) {
    throw fiberError({
      code: "FIBR-041",
      path: "processing.fec.params.H",
      message: `the parity-check matrix has rank ${rank} for ${bitCount} bits, which leaves no information bit`,
      remedy: "Give a matrix with fewer independent rows than columns.",
    });
  }
  const isParity = new Uint8Array(bitCount);
  for (const column of pivotColumns) isParity[column] = 1;
  const informationPositions = Int32Array.from([...isParity.keys()].filter((column) => isParity[column] === 0));
  const wordCount = Math.ceil(informationPositions.length / 32);
  const parityCoefficients = new Uint32Array(rank * wordCount);
  for (let parity = 0; parity < rank; parity++) {
    for (const [index, column] of informationPositions.entries()) {
      const word = parity * wordCount + (index >>> 5);
      if (has(parity, column)) parityCoefficients[word] = (parityCoefficients[word] as number) | (1 << (index & 31));
    }
  }
  return {
    matrix,
    bitCount,
    informationBitCount: informationPositions.length,
    rank,
    rate: informationPositions.length / bitCount,
    informationPositions,
    parityPositions: pivotColumns,
    parityCoefficients,
  };
}

/**
 * The codeword of k information bits (0 or 1 each). Cost: rank·k/32 word operations.
 * @throws FiberError `FIBR-042` for another number of bits.
 */
export function encodeWord(code: LdpcCode, information: Uint8Array): Uint8Array {
  requireLength(information.length, code.informationBitCount, "information bits");
  const wordCount = Math.ceil(code.informationBitCount / 32);
  const packed = new Uint32Array(wordCount);
  const codeword = new Uint8Array(code.bitCount);
  for (const [index, bit] of information.entries()) {
    codeword[code.informationPositions[index] as number] = bit;
    packed[index >>> 5] = (packed[index >>> 5] as number) | (bit << (index & 31));
  }
  for (let parity = 0; parity < code.rank; parity++) {
    let sum = 0;
    for (let word = 0; word < wordCount; word++) {
      sum ^= (code.parityCoefficients[parity * wordCount + word] as number) & (packed[word] as number);
    }
    codeword[code.parityPositions[parity] as number] = bitParity(sum);
  }
  return codeword;
}

/** The information bits of a codeword of n bits. */
export function informationOf(code: LdpcCode, codeword: Uint8Array): Uint8Array {
  requireLength(codeword.length, code.bitCount, "bits of a codeword");
  return Uint8Array.from(code.informationPositions, (position) => codeword[position] as number);
}

/** Refuses a number of bits or LLRs that does not fit. */
export function requireLength(given: number, needed: number, what: string): void {
  if (given === needed) return;
  throw fiberError({
    code: "FIBR-042",
    message: `${given} ${what} were given, but the code takes ${needed}`,
    remedy: `Give ${needed} ${what}.`,
  });
}

/** 1 when an odd number of the 32 bits is set. */
function bitParity(word: number): number {
  let folded = word ^ (word >>> 16);
  folded ^= folded >>> 8;
  folded ^= folded >>> 4;
  return (0x6996 >>> (folded & 15)) & 1;
}
