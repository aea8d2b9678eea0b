/**
 * Named random streams. A stream is a pure function from its identity and a position to a number; it shares nothing with
 * other streams, so the order in which streams are used never matters.
 *
 * Every draw of `uint32`, `uint53`, `uniform` and `normal` takes one position (64 bits, half a Philox block), and the fills
 * give what as many single draws would give: a loop can be split over threads with `skip`. `integer` and `permutation`
 * reject now and then, and take as many positions as they need.
 */
import { numericsError } from "../errors.ts";
import { childIdentity, type StreamIdentity, type StreamKey, streamIdentity } from "./identity.ts";
import { normalQuantile } from "./normal-quantile.ts";
import { philoxBlocks } from "./philox.ts";

/** Positions generated at a time by the fills. */
const CHUNK = 512;
/** One for all streams: a fill runs to its end before another starts. */
const scratch = new Uint32Array(2 * CHUNK + 4);
const TWO_26 = 67108864;
const TWO_32 = 4294967296;
const TWO_MINUS_52 = 2.220446049250313e-16;
const TWO_MINUS_53 = 1.1102230246251565e-16;

/** A stream that starts at position 0. The same key gives the same numbers on every platform. */
export function randomStream(key: StreamKey): RandomStream {
  return new RandomStream(streamIdentity(key));
}

/** Owns a position in a sequence of random numbers. Make one with {@link randomStream}. */
export class RandomStream {
  readonly #identity: StreamIdentity;
  readonly #words = new Uint32Array(4);
  #position = 0;
  /** The block that `#words` holds. */
  #block = -1;

  /** @internal */
  constructor(identity: StreamIdentity) {
    this.#identity = identity;
  }

  /** How many positions have been taken. */
  get position(): number {
    return this.#position;
  }

  /** The stream called `name` below this one, at its start; it does not depend on this stream's position. */
  child(name: string): RandomStream {
    return new RandomStream(childIdentity(this.#identity, name));
  }

  /** Moves on by `count` positions in constant time. @throws NumericsError NUMR-020 unless whole and not negative. */
  skip(count: number): this {
    const position = this.#position + count;
    if (!Number.isSafeInteger(position) || !Number.isInteger(count) || count < 0) {
      throw numericsError(
        "NUMR-020",
        `A stream cannot skip ${count} positions`,
        "Give a whole number of zero or more.",
        {
          count,
        },
      );
    }
    this.#position = position;
    return this;
  }

  /** A whole number from 0 to 2^32 - 1. */
  uint32(): number {
    return this.#words[this.#advance()] as number;
  }

  /** A whole number from 0 to 2^53 - 1. */
  uint53(): number {
    const word = this.#advance();
    return uint53Of(this.#words[word] as number, this.#words[word + 1] as number);
  }

  /**
   * A multiple of 2^-53 in [0, 1), scaled to [min, max).
   *
   * @throws NumericsError NUMR-020 unless min < max and both and their difference are finite.
   */
  uniform(min = 0, max = 1): number {
    const width = max - min;
    if (!(width > 0 && width < Number.POSITIVE_INFINITY)) {
      throw numericsError(
        "NUMR-020",
        `There is no number in [${min}, ${max})`,
        "Give finite bounds with min below max.",
        {
          min,
          max,
        },
      );
    }
    const value = min + width * (this.uint53() * TWO_MINUS_53);
    return value < max ? value : min; // the sum may round up to max
  }

  /** A normal number, by inversion of 52 bits; never beyond 8.21 standard deviations. */
  normal(mean = 0, standardDeviation = 1): number {
    const word = this.#advance();
    return mean + standardDeviation * normalOf(this.#words[word] as number, this.#words[word + 1] as number);
  }

  /**
   * A whole number from 0 to `bound` - 1, all equally likely.
   *
   * Source: D. Lemire, Fast random integer generation in an interval, ACM Trans. Model. Comput. Simul. 29 (2019) 3; plain
   * rejection of 53 bits above 2^32.
   *
   * @throws NumericsError NUMR-020 unless `bound` is a whole number from 1 to 2^53 - 1.
   */
  integer(bound: number): number {
    if (!Number.isSafeInteger(bound) || bound < 1) {
      throw numericsError(
        "NUMR-020",
        `There is no whole number from 0 below ${bound}`,
        "Give a whole bound of 1 or more.",
        {
          bound,
        },
      );
    }
    if (bound > TWO_32) {
      const limit = Number.MAX_SAFE_INTEGER - (Number.MAX_SAFE_INTEGER % bound);
      for (;;) {
        const value = this.uint53();
        if (value < limit) return value % bound;
      }
    }
    for (;;) {
      const word = this.uint32();
      // word * bound as high * 2^32 + low, in halves of 16 bits so that each product is exact.
      const lowHalf = (word & 0xffff) * bound;
      const product = (word >>> 16) * bound + Math.floor(lowHalf / 65536);
      const low = (product % 65536) * 65536 + (lowHalf % 65536);
      if (low >= bound || low >= TWO_32 % bound) return Math.floor(product / 65536);
    }
  }

  /** The numbers 0 … count - 1 in random order, all orders equally likely (Fisher and Yates). */
  permutation(count: number): Uint32Array {
    if (!Number.isInteger(count) || count < 0 || count > TWO_32 - 1) {
      throw numericsError("NUMR-020", `Cannot permute ${count} numbers`, "Give a whole number from 0 to 2^32 - 1.", {
        count,
      });
    }
    const order = Uint32Array.from({ length: count }, (_, index) => index);
    for (let last = count - 1; last > 0; last--) {
      const other = this.integer(last + 1);
      const moved = order[last] as number;
      order[last] = order[other] as number;
      order[other] = moved;
    }
    return order;
  }

  /** Fills with what `uniform()` would give, one after the other. Cost: about 25 ns per number. */
  fillUniform(target: Float64Array): Float64Array {
    for (let start = 0; start < target.length; start += CHUNK) {
      const end = Math.min(start + CHUNK, target.length);
      const words = this.#take(end - start);
      for (let index = start, word = 0; index < end; index++, word += 2) {
        target[index] = uint53Of(words[word] as number, words[word + 1] as number) * TWO_MINUS_53;
      }
    }
    return target;
  }

  /** Fills with what `normal()` would give, one after the other. Cost: about 45 ns per number. */
  fillNormal(target: Float64Array, mean = 0, standardDeviation = 1): Float64Array {
    for (let start = 0; start < target.length; start += CHUNK) {
      const end = Math.min(start + CHUNK, target.length);
      const words = this.#take(end - start);
      for (let index = start, word = 0; index < end; index++, word += 2) {
        target[index] = mean + standardDeviation * normalOf(words[word] as number, words[word + 1] as number);
      }
    }
    return target;
  }

  /** Takes one position; returns where its two words stand in `#words`. */
  #advance(): number {
    const position = this.#position++;
    const block = Math.floor(position / 2);
    if (block !== this.#block) {
      this.#generate(block, this.#words);
      this.#block = block;
    }
    return position % 2 === 0 ? 0 : 2;
  }

  /** Takes up to {@link CHUNK} positions; their words stay valid until the next take of any stream. */
  #take(count: number): Uint32Array {
    const isOdd = this.#position % 2;
    const blocks = Math.ceil((isOdd + count) / 2);
    const words = scratch.subarray(0, 4 * blocks);
    this.#generate((this.#position - isOdd) / 2, words);
    this.#position += count;
    return isOdd === 0 ? words : words.subarray(2);
  }

  #generate(block: number, words: Uint32Array): void {
    const [key0, key1, counter2, counter3] = this.#identity;
    const high = Math.floor(block / TWO_32);
    philoxBlocks(block - high * TWO_32, high, counter2, counter3, key0, key1, words);
  }
}

function uint53Of(first: number, second: number): number {
  return (first >>> 5) * TWO_26 + (second >>> 6);
}

/** Inverts the centres of 2^52 equal intervals of (0, 1), which are exact in float64 and lie as far from 0 as from 1. */
function normalOf(first: number, second: number): number {
  return normalQuantile(((first >>> 6) * TWO_26 + (second >>> 6) + 0.5) * TWO_MINUS_52);
}
