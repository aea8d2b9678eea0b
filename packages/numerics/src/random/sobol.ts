/**
 * Sobol' points: a sequence that fills the unit cube far more evenly than independent draws, for up to 64 dimensions.
 *
 * Source: I. M. Sobol', USSR Comput. Math. Math. Phys. 7 (1967) 86-112; in the order of the Gray code after I. A. Antonov and
 * V. M. Saleev, ibid. 19 (1979) 252-256; direction numbers of Joe and Kuo (`sobol-directions.ts`).
 */
import { numericsError } from "../errors.ts";
import { SOBOL_DIRECTIONS } from "./sobol-directions.ts";
import type { RandomStream } from "./stream.ts";

const BITS = 32;
const TWO_MINUS_32 = 2 ** -32;

/** The largest number of dimensions. */
export const MAX_SOBOL_DIMENSIONS = SOBOL_DIRECTIONS.length + 1;

/** Which part of the sequence is wanted, and how it is randomised. */
export interface SobolOptions {
  /** Index of the first point; later parts continue earlier ones. Default 0. */
  readonly first?: number;
  /**
   * `owen`: nested uniform scrambling, which keeps every balance of the points and lowers the error for smooth functions;
   * `digital-shift`: one random word per dimension; `none`. Default `owen` with a stream, `none` without.
   */
  readonly scrambling?: "owen" | "digital-shift" | "none";
}

/**
 * `count` points, row after row: coordinate `d` of point `i` is at `i * dimensions + d`. Randomised coordinates lie in (0, 1),
 * plain ones in [0, 1) with the origin first. The stream gives one word per dimension; the caller's position moves by
 * `dimensions`. Powers of two are the natural counts.
 *
 * @throws NumericsError NUMR-021 for more dimensions or points than there are, or scrambling without a stream. Cost: about
 * 25 ns per coordinate.
 */
export function sobolSequence(
  count: number,
  dimensions: number,
  stream?: RandomStream,
  { first = 0, scrambling = stream === undefined ? "none" : "owen" }: SobolOptions = {},
): Float64Array {
  check(count, dimensions, first);
  const points = new Float64Array(count * dimensions);
  for (let dimension = 0; dimension < dimensions; dimension++) {
    const directions = directionNumbers(dimension);
    const randomise = randomisation(scrambling, stream);
    let word = wordAt(first, directions);
    for (let index = 0; index < count; index++) {
      points[index * dimensions + dimension] = randomise(word);
      // The Gray codes of successive indices differ in one bit: that of the lowest zero of the index.
      word ^= directions[trailingOnes(first + index)] ?? 0;
    }
  }
  return points;
}

/** The 32 direction numbers of a dimension, each with its binary point before the highest bit. */
function directionNumbers(dimension: number): Uint32Array {
  const directions = new Uint32Array(BITS);
  const [degree = 0, coefficients = 0, ...initial] = SOBOL_DIRECTIONS[dimension - 1] ?? [];
  for (let bit = 0; bit < BITS; bit++) {
    if (dimension === 0) directions[bit] = 1 << (31 - bit);
    else if (bit < degree) directions[bit] = (initial[bit] ?? 0) << (31 - bit);
    else {
      // Joe and Kuo, eq. 3: the recurrence that the primitive polynomial defines.
      let value = (directions[bit - degree] ?? 0) ^ ((directions[bit - degree] ?? 0) >>> degree);
      for (let term = 1; term < degree; term++) {
        if (((coefficients >>> (degree - 1 - term)) & 1) === 1) value ^= directions[bit - term] ?? 0;
      }
      directions[bit] = value;
    }
  }
  return directions;
}

function wordAt(index: number, directions: Uint32Array): number {
  const gray = (index ^ (index >>> 1)) >>> 0;
  let word = 0;
  for (let bit = 0; bit < BITS; bit++) if (((gray >>> bit) & 1) === 1) word ^= directions[bit] ?? 0;
  return word;
}

function trailingOnes(index: number): number {
  return 31 - Math.clz32(~index & (index + 1));
}

function randomisation(
  scrambling: "owen" | "digital-shift" | "none",
  stream: RandomStream | undefined,
): (word: number) => number {
  if (scrambling === "none") return (word) => (word >>> 0) * TWO_MINUS_32;
  if (stream === undefined) {
    throw numericsError(
      "NUMR-021",
      `Scrambling ${scrambling} needs a random stream`,
      "Give a stream as the third argument.",
    );
  }
  const key = stream.uint32();
  if (scrambling === "digital-shift") return (word) => (((word ^ key) >>> 0) + 0.5) * TWO_MINUS_32;
  return (word) => ((reverseBits(hashUpwards(reverseBits(word), key)) >>> 0) + 0.5) * TWO_MINUS_32;
}

/**
 * A permutation of words in which each bit depends on the key and the lower bits only: on reversed words, a nested scrambling.
 *
 * Source: S. Laine and T. Karras, Stratified sampling for stochastic transparency, EGSR 2011; B. Burley, Practical hash-based
 * Owen scrambling, J. Comput. Graph. Tech. 9 (2020) 4; constants of N. Vegdahl, Building a better LK hash (2021).
 */
function hashUpwards(word: number, key: number): number {
  let hashed = word ^ Math.imul(word, 0x3d20adea);
  hashed = (hashed + key) | 0;
  hashed = Math.imul(hashed, (key >>> 16) | 1);
  hashed ^= Math.imul(hashed, 0x05526c56);
  hashed ^= Math.imul(hashed, 0x53a22864);
  return hashed;
}

function reverseBits(word: number): number {
  let reversed = ((word >>> 1) & 0x55555555) | ((word & 0x55555555) << 1);
  reversed = ((reversed >>> 2) & 0x33333333) | ((reversed & 0x33333333) << 2);
  reversed = ((reversed >>> 4) & 0x0f0f0f0f) | ((reversed & 0x0f0f0f0f) << 4);
  reversed = ((reversed >>> 8) & 0x00ff00ff) | ((reversed & 0x00ff00ff) << 8);
  return (reversed >>> 16) | (reversed << 16);
}

function check(count: number, dimensions: number, first: number): void {
  const isCube = Number.isInteger(dimensions) && dimensions >= 1 && dimensions <= MAX_SOBOL_DIMENSIONS;
  const isPart = [count, first].every((value) => Number.isInteger(value) && value >= 0) && first + count <= 2 ** 32;
  if (isCube && isPart) return;
  throw numericsError(
    "NUMR-021",
    `There are no ${count} Sobol' points from ${first} in ${dimensions} dimensions`,
    `Ask for 1 to ${MAX_SOBOL_DIMENSIONS} dimensions and points below 2^32.`,
    { count, dimensions, first },
  );
}
