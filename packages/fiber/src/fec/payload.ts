/**
 * Payloads longer or shorter than a code: information bits fill codewords one after the other; the last word is shortened.
 *
 * Shortening: information bits that the payload does not reach are zeros that both ends know, so they are not sent, and
 * the receiver puts them back as certain.
 */
import { fiberError } from "../errors.ts";
import { LLR_LIMIT } from "./check-rule.ts";
import { encodeWord, informationOf, type LdpcCode, requireLength } from "./code.ts";
import type { LdpcDecoder } from "./decoder.ts";

/** How a payload is cut into codewords. */
export interface CodewordLayout {
  readonly code: LdpcCode;
  readonly wordCount: number;
  /** Information bits of all words. */
  readonly payloadBitCount: number;
  /** Information bits of the last word that are not sent. */
  readonly shortenedBitCount: number;
  /** Coded bits that are sent. */
  readonly codedBitCount: number;
}

/** What came out of a payload's decoder. */
export interface DecodedPayload {
  readonly payload: Uint8Array;
  /** Iterations of each word. */
  readonly iterationCounts: readonly number[];
  /** Words whose checks are not satisfied: errors that the receiver knows of. */
  readonly unresolvedWordCount: number;
}

/** Errors counted against what was sent. */
export interface PayloadErrors {
  readonly bitErrorCount: number;
  readonly bitCount: number;
  /** Words with at least one wrong information bit. */
  readonly wordErrorCount: number;
  readonly wordCount: number;
}

/**
 * The layout that carries a payload of so many bits.
 * @throws FiberError `FIBR-042` for fewer than one bit.
 */
export function layoutForPayload(code: LdpcCode, payloadBitCount: number): CodewordLayout {
  if (!Number.isInteger(payloadBitCount) || payloadBitCount < 1) {
    throw fiberError({
      code: "FIBR-042",
      message: `a payload of ${payloadBitCount} bits fills no codeword`,
      remedy: "Give at least one information bit.",
    });
  }
  const wordCount = Math.ceil(payloadBitCount / code.informationBitCount);
  const shortenedBitCount = wordCount * code.informationBitCount - payloadBitCount;
  const codedBitCount = wordCount * code.bitCount - shortenedBitCount;
  return { code, wordCount, payloadBitCount, shortenedBitCount, codedBitCount };
}

/**
 * The largest layout that fits into so many channel bits; `channelBitCount − codedBitCount` bits are left over, fewer
 * than one word's parity and one bit.
 * @throws FiberError `FIBR-042` when not even one information bit and its parity fit.
 */
export function layoutForChannel(code: LdpcCode, channelBitCount: number): CodewordLayout {
  const fullWordCount = Math.floor(channelBitCount / code.bitCount);
  const rest = Math.max(0, channelBitCount - fullWordCount * code.bitCount - code.rank);
  const payloadBitCount = fullWordCount * code.informationBitCount + rest;
  if (payloadBitCount > 0) return layoutForPayload(code, payloadBitCount);
  throw fiberError({
    code: "FIBR-042",
    path: "runtime.n_symbols",
    message: `the record carries ${channelBitCount} bits, but the parity of one codeword alone has ${code.rank}`,
    remedy: "Raise runtime.n_symbols, or use a shorter code.",
  });
}

/** The coded bits of a payload in the order in which they are sent. */
export function encodePayload(layout: CodewordLayout, payload: Uint8Array): Uint8Array {
  const { code, wordCount } = layout;
  requireLength(payload.length, layout.payloadBitCount, "payload bits");
  const sent = new Uint8Array(layout.codedBitCount);
  let position = 0;
  for (let word = 0; word < wordCount; word++) {
    const information = new Uint8Array(code.informationBitCount);
    information.set(payload.subarray(word * code.informationBitCount, (word + 1) * code.informationBitCount));
    const codeword = encodeWord(code, information);
    const isHidden = hiddenPositions(layout, word);
    for (let bit = 0; bit < code.bitCount; bit++) {
      if (isHidden[bit] === 0) sent[position++] = codeword[bit] as number;
    }
  }
  return sent;
}

/** Decodes the LLRs of all sent bits, word by word. `decoder` must be one of the layout's code. */
export function decodePayload(layout: CodewordLayout, decoder: LdpcDecoder, channelLlrs: Float64Array): DecodedPayload {
  const { code, wordCount } = layout;
  requireLength(channelLlrs.length, layout.codedBitCount, "LLRs");
  const payload = new Uint8Array(wordCount * code.informationBitCount);
  const wordLlrs = new Float64Array(code.bitCount);
  const iterationCounts: number[] = [];
  let unresolvedWordCount = 0;
  let position = 0;
  for (let word = 0; word < wordCount; word++) {
    const isHidden = hiddenPositions(layout, word);
    for (let bit = 0; bit < code.bitCount; bit++) {
      wordLlrs[bit] = isHidden[bit] === 0 ? (channelLlrs[position++] as number) : LLR_LIMIT;
    }
    const { bits, iterationCount, isCodeword } = decoder.decode(wordLlrs);
    payload.set(informationOf(code, bits), word * code.informationBitCount);
    iterationCounts.push(iterationCount);
    if (!isCodeword) unresolvedWordCount++;
  }
  return { payload: payload.slice(0, layout.payloadBitCount), iterationCounts, unresolvedWordCount };
}

/** Counts wrong bits, and words with wrong bits, of a decoded payload. */
export function countPayloadErrors(layout: CodewordLayout, sent: Uint8Array, decoded: Uint8Array): PayloadErrors {
  requireLength(sent.length, layout.payloadBitCount, "payload bits");
  requireLength(decoded.length, layout.payloadBitCount, "payload bits");
  let bitErrorCount = 0;
  const wrongWords = new Set<number>();
  for (let bit = 0; bit < sent.length; bit++) {
    if (sent[bit] === decoded[bit]) continue;
    bitErrorCount++;
    wrongWords.add(Math.floor(bit / layout.code.informationBitCount));
  }
  return { bitErrorCount, bitCount: sent.length, wordErrorCount: wrongWords.size, wordCount: layout.wordCount };
}

/** 1 at the positions of a word that are not sent. */
function hiddenPositions({ code, wordCount, shortenedBitCount }: CodewordLayout, word: number): Uint8Array {
  const isHidden = new Uint8Array(code.bitCount);
  if (word === wordCount - 1) {
    const first = code.informationBitCount - shortenedBitCount;
    for (const position of code.informationPositions.subarray(first)) isHidden[position] = 1;
  }
  return isHidden;
}
