import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ldpcCode } from "./code.ts";
import { createLdpcDecoder } from "./decoder.ts";
import { randomBits } from "./fixtures/channel.ts";
import { HAMMING } from "./fixtures/codes.ts";
import { countPayloadErrors, decodePayload, encodePayload, layoutForChannel, layoutForPayload } from "./payload.ts";

const code = ldpcCode(HAMMING);
const decoder = createLdpcDecoder(HAMMING);

describe("a payload in codewords", () => {
  it("fills words in order and does not send the bits that shorten the last", () => {
    expect(layoutForPayload(code, 8)).toMatchObject({ wordCount: 2, shortenedBitCount: 0, codedBitCount: 14 });
    expect(layoutForPayload(code, 9)).toMatchObject({ wordCount: 3, shortenedBitCount: 3, codedBitCount: 18 });
  });

  it("comes back from the coded bits, for any length", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.nat(), (length, seed) => {
        const layout = layoutForPayload(code, length);
        const payload = randomBits(length, seed);
        const sent = encodePayload(layout, payload);
        const decoded = decodePayload(
          layout,
          decoder,
          Float64Array.from(sent, (bit) => 8 - 16 * bit),
        );
        expect(decoded.payload).toEqual(payload);
        expect(decoded.unresolvedWordCount).toBe(0);
        expect(decoded.iterationCounts).toEqual(Array.from({ length: layout.wordCount }, () => 1));
      }),
      { seed: 4, numRuns: 60 },
    );
  });

  it("loses a flipped bit in every word, the shortened one too", () => {
    const layout = layoutForPayload(code, 10);
    const payload = randomBits(10, 6);
    const sent = encodePayload(layout, payload);
    const llrs = Float64Array.from(sent, (bit) => 8 - 16 * bit);
    for (const position of [2, 9, 15]) llrs[position] = -(llrs[position] ?? 0) / 8;
    expect(decodePayload(layout, decoder, llrs).payload).toEqual(payload);
  });

  it("takes as many bits as a channel has room for", () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 200 }), (channelBitCount) => {
        const layout = layoutForChannel(code, channelBitCount);
        expect(layout.codedBitCount).toBeLessThanOrEqual(channelBitCount);
        // One more payload bit would not fit.
        expect(layoutForPayload(code, layout.payloadBitCount + 1).codedBitCount).toBeGreaterThan(channelBitCount);
      }),
      { seed: 5, numRuns: 100 },
    );
  });

  it("counts wrong bits and the words they are in", () => {
    const layout = layoutForPayload(code, 10);
    const sent = randomBits(10, 1);
    const decoded = Uint8Array.from(sent, (bit, index) => (index === 1 || index === 2 || index === 9 ? 1 - bit : bit));
    expect(countPayloadErrors(layout, sent, decoded)).toEqual({
      bitErrorCount: 3,
      bitCount: 10,
      wordErrorCount: 2,
      wordCount: 3,
    });
  });

  it("refuses what does not fit", () => {
    const refusal = expect.objectContaining({ code: "FIBR-042" });
    expect(() => layoutForPayload(code, 0)).toThrow(refusal);
    expect(() => layoutForChannel(code, 3)).toThrow(refusal);
    expect(() => encodePayload(layoutForPayload(code, 5), new Uint8Array(4))).toThrow(refusal);
    expect(() => decodePayload(layoutForPayload(code, 5), decoder, new Float64Array(14))).toThrow(refusal);
  });
});
