import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PipelineError } from "../errors.ts";
import { sha256 } from "../value/digest.ts";
import { encode, INLINE_LIMIT } from "../value/encode.ts";
import { decodeEntry, type Entry, encodeEntry } from "./entry.ts";

const nothingOutside = (): Uint8Array => {
  throw new Error("nothing stands outside");
};

/** All that an entry says, decoded. */
function partsOf({ outputs, metrics, artifacts, warnings, durationMs, origin, createdAtMs, preimage }: Entry): Entry {
  return { outputs, metrics, artifacts, warnings, durationMs, origin, createdAtMs, preimage };
}

const texts = fc.string({ unit: "grapheme", maxLength: 120 });
const contents = fc.uint8Array({ maxLength: 40 });
const numbers = fc.double({ noNaN: true });
const entries: fc.Arbitrary<Entry> = fc.record({
  outputs: fc.array(
    fc.tuple(texts, contents).map(([port, encoding]) => ({ port, encoding, digest: sha256(encoding) })),
    { maxLength: 3 },
  ),
  metrics: fc.dictionary(
    texts.filter((name) => name !== "__proto__"),
    fc.oneof(
      fc.record({ unit: texts, value: numbers }),
      fc.record({ unit: texts, values: fc.array(numbers, { maxLength: 4 }) }),
    ),
    { maxKeys: 3, noNullPrototype: true },
  ),
  artifacts: fc.array(fc.record({ name: texts, encoding: contents }), { maxLength: 2 }),
  warnings: fc.array(texts, { maxLength: 2 }),
  durationMs: numbers,
  origin: texts,
  createdAtMs: numbers,
  preimage: contents,
});

const small: Entry = {
  outputs: [{ port: "y", digest: sha256(encode(1).bytes), encoding: encode(1).bytes }],
  metrics: { gain: { unit: "dB", value: 3 }, series: { unit: "1", values: [1, 2] } },
  artifacts: [{ name: "plot", encoding: encode("svg").bytes }],
  warnings: ["careful"],
  durationMs: 1.5,
  origin: "local/inline",
  createdAtMs: 1_700_000_000_000,
  preimage: encode({ stage: "test/add" }).bytes,
};

describe("the record of an entry", () => {
  it("gives back what was written", () => {
    fc.assert(
      fc.property(entries, (entry) => {
        const { record, blobs } = encodeEntry(entry);
        expect(blobs.size).toBe(0);
        expect(partsOf(decodeEntry(record, nothingOutside))).toEqual(entry);
      }),
      { seed: 8, numRuns: 300 },
    );
  });

  it("is the same bytes for the same entry", () => {
    expect(encodeEntry(small).record).toEqual(encodeEntry(partsOf(small)).record);
  });

  it("refers to large content by digest, in hexadecimal digits that a clean-up finds", () => {
    const large = new Uint8Array(INLINE_LIMIT + 1).fill(7);
    const digest = sha256(large);
    const { record, blobs } = encodeEntry({
      ...small,
      outputs: [{ port: "y", digest, encoding: large }],
      preimage: large,
    });
    expect([...blobs.keys()]).toEqual([digest]);
    expect(record.byteLength).toBeLessThan(1000);
    expect(Buffer.from(record).toString("latin1")).toContain(digest);
    const asked: string[] = [];
    const read = decodeEntry(record, (wanted) => {
      asked.push(wanted);
      return large;
    });
    expect(asked).toEqual([digest, digest]);
    expect(read.outputs[0]?.encoding).toBe(large);
    expect(read.preimage).toBe(large);
  });

  it("is not written when it holds text that UTF-8 cannot write", () => {
    for (const entry of [
      { ...small, warnings: ["half \ud83d"] },
      { ...small, metrics: { "\udc00": { unit: "1", value: 1 } } },
      { ...small, artifacts: [{ name: "\ud800 plot", encoding: new Uint8Array(1) }] },
    ])
      expect(() => encodeEntry(entry)).toThrow(expect.objectContaining({ code: "PIPE-001" }));
    expect(decodeEntry(encodeEntry({ ...small, warnings: ["\ud83d\ude00"] }).record, nothingOutside).warnings).toEqual([
      "\ud83d\ude00",
    ]);
  });

  it("is refused when it is cut anywhere, or goes on after its end", () => {
    const { record } = encodeEntry(small);
    for (let length = 0; length < record.byteLength; length++) {
      expect(() => decodeEntry(record.slice(0, length), nothingOutside)).toThrow(PipelineError);
    }
    expect(() => decodeEntry(Uint8Array.of(...record, 0), nothingOutside)).toThrow(PipelineError);
  });

  it("with any byte changed, is refused or decodes to the end", () => {
    const { record } = encodeEntry(small);
    for (let at = 0; at < record.byteLength; at++) {
      const copy = record.slice();
      copy[at] = (copy[at] as number) ^ 0xff;
      let entry: Entry | undefined;
      try {
        entry = decodeEntry(copy, () => new Uint8Array());
      } catch (thrown) {
        expect(thrown).toMatchObject({ code: "PIPE-002" });
      }
      if (entry !== undefined) partsOf(entry);
    }
  });
});
