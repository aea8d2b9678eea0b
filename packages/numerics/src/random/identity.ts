/**
 * Who a stream is: 128 bits that select one of the sequences of Philox, 64 as the key and 64 as the upper half of the
 * counter. Text and names are folded into them by a chain of Philox blocks (each 64-bit chunk of the message is a key, and
 * the input is added to the output, as in the construction of Davies and Meyer). Not for secrets.
 */
import { numericsError } from "../errors.ts";
import { philoxBlocks } from "./philox.ts";

/** The four words `[key 0, key 1, counter 2, counter 3]`. */
export type StreamIdentity = readonly [number, number, number, number];

/**
 * What names a stream: text; 8 bytes (the key) or 16 bytes (key and upper counter), taken as they are, lowest byte first;
 * bytes of any other length, which are folded; or a seed with a path of names.
 */
export type StreamKey =
  | string
  | Uint8Array
  | { readonly seed: number | bigint | string; readonly name?: string | readonly string[] };

// The first four words of the initial value of SHA-256: square roots of primes, chosen by nobody here.
const START: StreamIdentity = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a];
const TAG_TEXT = 1;
const TAG_BYTES = 2;
const TAG_SEED = 3;
const TAG_CHILD = 4;

/** The identity of a key. @throws NumericsError NUMR-020 for no bytes and for a seed that is no whole number or text. */
export function streamIdentity(key: StreamKey): StreamIdentity {
  if (typeof key === "string") return absorbText(START, key, TAG_TEXT);
  if (key instanceof Uint8Array) return identityOfBytes(key);
  const { seed, name = [] } = key;
  if (typeof seed === "number" && !Number.isSafeInteger(seed)) {
    throw numericsError(
      "NUMR-020",
      `The seed ${seed} is not a whole number`,
      "Give a whole number, a bigint or text.",
      {
        seed,
      },
    );
  }
  const root = absorbText(START, `${seed}`, TAG_SEED);
  return (typeof name === "string" ? [name] : name).reduce(childIdentity, root);
}

/** The identity of the stream called `name` below another one. */
export function childIdentity(parent: StreamIdentity, name: string): StreamIdentity {
  return absorbText(parent, name, TAG_CHILD);
}

function identityOfBytes(bytes: Uint8Array): StreamIdentity {
  if (bytes.length === 0) {
    throw numericsError("NUMR-020", "The key of a random stream has no bytes", "Give 8 or 16 bytes, or text.");
  }
  const word = (offset: number): number => {
    const byte = (index: number): number => bytes[offset + index] ?? 0;
    return (byte(0) | (byte(1) << 8) | (byte(2) << 16) | (byte(3) << 24)) >>> 0;
  };
  if (bytes.length === 8 || bytes.length === 16) return [word(0), word(4), word(8), word(12)];
  return absorbBytes(START, bytes, TAG_BYTES);
}

function absorbText(state: StreamIdentity, text: string, tag: number): StreamIdentity {
  return absorbBytes(state, new TextEncoder().encode(text), tag);
}

/** Folds the bytes in, eight at a time, then their number and the tag, so no message is the beginning of another. */
function absorbBytes(state: StreamIdentity, bytes: Uint8Array, tag: number): StreamIdentity {
  let folded = state;
  for (let offset = 0; offset < bytes.length; offset += 8) {
    const word = (start: number): number => {
      let value = 0;
      for (let index = 3; index >= 0; index--) value = (value << 8) | (bytes[start + index] ?? 0);
      return value;
    };
    folded = absorb(folded, word(offset), word(offset + 4));
  }
  return absorb(folded, bytes.length, tag);
}

function absorb([s0, s1, s2, s3]: StreamIdentity, key0: number, key1: number): StreamIdentity {
  const words = new Uint32Array(4);
  philoxBlocks(s0, s1, s2, s3, key0, key1, words);
  const [w0 = 0, w1 = 0, w2 = 0, w3 = 0] = words;
  return [(w0 ^ s0) >>> 0, (w1 ^ s1) >>> 0, (w2 ^ s2) >>> 0, (w3 ^ s3) >>> 0];
}
