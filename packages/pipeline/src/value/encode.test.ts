import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blobsOf, decode, decodeOutline } from "./decode.ts";
import type { Digest } from "./digest.ts";
import { sha256, sha256Parts, sha256Text } from "./digest.ts";
import { blobDigestOf, digestOf, encode, INLINE_LIMIT } from "./encode.ts";
import { type Dtype, NdArray, ndarray, ndarrayFrom } from "./ndarray.ts";
import { Table } from "./table.ts";
import { freeze, type Value } from "./value.ts";

const dtypes = [
  "float64",
  "float32",
  "int8",
  "int16",
  "int32",
  "int64",
  "uint8",
  "uint16",
  "uint32",
  "uint64",
  "bool",
  "complex128",
  "complex64",
] as const satisfies readonly Dtype[];

const wellFormed = fc.string({ unit: "binary", maxLength: 12 });
const array = fc
  .record({
    dtype: fc.constantFrom(...dtypes),
    rows: fc.nat(4),
    columns: fc.nat(3),
    unit: fc.constantFrom("1", "W", "km"),
    byte: fc.nat(255),
  })
  .map(({ dtype, rows, columns, unit, byte }) => {
    const made = ndarray(dtype, [rows, columns], unit);
    made.bytes().fill(byte);
    return made;
  });
const table = fc
  .record({ rows: fc.nat(5), names: fc.uniqueArray(wellFormed, { maxLength: 3 }) })
  .map(
    ({ rows, names }) =>
      new Table(Object.fromEntries(names.map((name, at) => [name, ndarrayFrom("float64", Array(rows).fill(at))]))),
  );
const keys = fc.oneof(wellFormed, fc.constantFrom("constructor", "toString", "hasOwnProperty", "length"));
const value = fc.letrec<{ value: Value; record: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    fc.double(),
    fc.bigInt(),
    wellFormed,
    fc.uint8Array({ maxLength: 20 }),
    array,
    table,
    fc.array(tie("value"), { maxLength: 4 }),
    tie("record"),
  ) as fc.Arbitrary<Value>,
  record: fc.array(fc.tuple(keys, tie("value")), { maxLength: 4 }).map((members) => Object.fromEntries(members)),
})).value;

const noBlobs = (digest: Digest): Uint8Array => {
  throw new Error(`asked for ${digest}`);
};
const there = (one: Value): Value => decode(encode(one).bytes, noBlobs);
const bytesOf = (one: Value): string => Buffer.from(encode(one).bytes).toString("hex");
const codeOf = (act: () => unknown): string | undefined => {
  try {
    act();
    return undefined;
  } catch (thrown) {
    return (thrown as { code?: string }).code ?? String(thrown);
  }
};

/** Equality of values, written down without any encoding. −0 and 0 differ, NaN equals NaN, record order does not count. */
function areEqual(a: Value, b: Value): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return Object.is(a, b);
  if (a instanceof NdArray || b instanceof NdArray) {
    if (!(a instanceof NdArray && b instanceof NdArray)) return false;
    return (
      a.dtype === b.dtype &&
      a.unit === b.unit &&
      a.shape.join() === b.shape.join() &&
      Buffer.compare(a.bytes(), b.bytes()) === 0
    );
  }
  if (a instanceof Table || b instanceof Table) {
    if (!(a instanceof Table && b instanceof Table)) return false;
    const names = Object.keys(a.columns);
    return (
      names.join("\0") === Object.keys(b.columns).join("\0") &&
      names.every((name) => areEqual(a.columns[name] as NdArray, b.columns[name] as NdArray))
    );
  }
  if (a instanceof Uint8Array || b instanceof Uint8Array)
    return a instanceof Uint8Array && b instanceof Uint8Array && Buffer.compare(a, b) === 0;
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((item: Value, at) => areEqual(item, b[at] as Value))
    );
  }
  const left = a as Readonly<Record<string, Value>>;
  const right = b as Readonly<Record<string, Value>>;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && areEqual(left[key] as Value, right[key] as Value))
  );
}

/** The same value with the keys of all records in reverse. */
function reversed(one: Value): Value {
  if (Array.isArray(one)) return one.map((item: Value) => reversed(item));
  if (typeof one !== "object" || one === null || Object.getPrototypeOf(one) !== Object.prototype) return one;
  return Object.fromEntries(
    Object.entries(one as Readonly<Record<string, Value>>)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  );
}

describe("canonical encoding", () => {
  it("is undone by decode, bit for bit", () => {
    fc.assert(
      fc.property(value, (one) => areEqual(there(one), one)),
      { seed: 1, numRuns: 500 },
    );
  });

  it("gives equal values equal bytes and unequal values unequal bytes", () => {
    fc.assert(
      fc.property(value, value, (a, b) => (bytesOf(a) === bytesOf(b)) === areEqual(a, b)),
      { seed: 2, numRuns: 1000 },
    );
    fc.assert(
      fc.property(value, (one) => bytesOf(reversed(one)) === bytesOf(one)),
      { seed: 3, numRuns: 300 },
    );
  });

  it("keeps -0 and 0 apart, and knows one NaN", () => {
    expect(bytesOf(-0)).not.toBe(bytesOf(0));
    const other = new DataView(new ArrayBuffer(8));
    other.setBigUint64(0, 0xfff8000000000001n);
    expect(bytesOf(other.getFloat64(0))).toBe(bytesOf(Number.NaN));
    expect(Object.is(there(-0), -0)).toBe(true);
  });

  it("tells integers of any size, texts, numbers and booleans apart", () => {
    const alike: Value[] = [
      1,
      1n,
      "1",
      true,
      "true",
      [1],
      { 0: 1 },
      null,
      "null",
      "",
      [],
      {},
      new Uint8Array(0),
      -(2n ** 80n),
      2n ** 80n,
    ];
    expect(new Set(alike.map(bytesOf)).size).toBe(alike.length);
  });

  it("D-02: every key of a record counts, with its name", () => {
    const a = ndarrayFrom("float64", [1, 2]);
    const payloads: Value[] = [
      { payload: a },
      { meta: { omega: a } },
      { meta: { x: a } },
      { meta: { y: a } },
      { meta: { x: a, note: 1 } },
    ];
    expect(new Set(payloads.map(digestOf)).size).toBe(payloads.length);
  });

  it("D-04: an element in the middle of a large array counts, wherever the array stands", () => {
    const first = ndarrayFrom("float64", new Float64Array(2000));
    const second = ndarrayFrom("float64", new Float64Array(2000).fill(1, 1000, 1001));
    expect(digestOf(first)).not.toBe(digestOf(second));
    expect(digestOf([[first]])).not.toBe(digestOf([[second]]));
    expect(digestOf({ a: { b: Array(2000).fill(0) } })).not.toBe(
      digestOf({ a: { b: Array(2000).fill(0).with(1000, 1) } }),
    );
  });

  it("D-04: what has no encoding is refused with the path at which it stands", () => {
    const bad: readonly [unknown, string][] = [
      [{ a: { b: [0, () => 1] } }, "config.a.b[1]"],
      [{ when: new Date(0) }, "config.when"],
      [{ map: new Map() }, "config.map"],
      [{ a: undefined }, "config.a"],
      [[1, , 2], "config[1]"],
      [{ s: Symbol("x") }, "config.s"],
      [{ x: new Float64Array(2) }, "config.x"],
    ];
    for (const [one, path] of bad) {
      expect(() => freeze(one, "config")).toThrow(
        expect.objectContaining({ code: "PIPE-001", path, message: expect.stringContaining(path) }),
      );
      expect(codeOf(() => digestOf(one as Value))).toBe("PIPE-001");
    }
  });

  it("refuses circles and half surrogates instead of looping or replacing them", () => {
    const circle: { self?: Value } = {};
    circle.self = circle as Value;
    expect(codeOf(() => freeze(circle))).toBe("PIPE-001");
    expect(codeOf(() => encode(circle as Value))).toBe("PIPE-001");
    for (const half of ["\ud800", "a\udc00", "\udc00\ud800"])
      expect(codeOf(() => encode({ [half]: 1 }))).toBe("PIPE-001");
  });

  it("sorts keys by UTF-8 bytes, where surrogates come after the private area", () => {
    const keys = ["\u{1f600}", "\uff5e", "z", "é", "\ufeffkey"];
    const forth = Object.fromEntries(keys.map((key) => [key, key]));
    const back = Object.fromEntries([...keys].reverse().map((key) => [key, key]));
    expect(bytesOf(forth)).toBe(bytesOf(back));
    expect(Object.keys(there(forth) as object)).toEqual(
      [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
    );
  });

  it("keeps keys that are names of the object prototype, __proto__ among them", () => {
    const tricky = JSON.parse('{"__proto__": {"polluted": 1}, "constructor": 2, "toString": "x"}') as Value;
    const read = there(tricky) as Readonly<Record<string, Value>>;
    expect(Object.keys(read).sort()).toEqual(["__proto__", "constructor", "toString"]);
    expect((read as { polluted?: unknown }).polluted).toBeUndefined();
    expect(bytesOf(read)).toBe(bytesOf(tricky));
  });

  it("keeps a byte order mark at the beginning of a text", () => {
    expect(there("\ufeffabc")).toBe("\ufeffabc");
  });

  it("takes views into larger buffers for what they show", () => {
    const buffer = new Float64Array([9, 1, 2, 9]);
    const view = new NdArray("float64", [2], buffer.subarray(1, 3), "1");
    expect(bytesOf(view)).toBe(bytesOf(ndarrayFrom("float64", [1, 2])));
  });
});

describe("large content", () => {
  const large = ndarrayFrom(
    "float64",
    Float64Array.from({ length: 600 }, (_, at) => at),
    { unit: "W" },
  );

  it("stands outside and is named by its digest; equal content has one name", () => {
    const { bytes, blobs } = encode([
      large,
      ndarrayFrom("float64", large.data, { unit: "W" }),
      new Uint8Array(large.bytes()),
    ]);
    expect(bytes.byteLength).toBeLessThan(400);
    expect([...blobs.keys()]).toEqual([blobDigestOf(large)]);
    expect(blobsOf(bytes)).toEqual([blobDigestOf(large), blobDigestOf(large), blobDigestOf(large)]);
    const [array, , raw] = decode(bytes, (digest) => blobs.get(digest) as Uint8Array) as [NdArray, NdArray, Uint8Array];
    expect(array.data).toEqual(large.data);
    expect(array.unit).toBe("W");
    expect(raw.byteLength).toBe(large.byteLength);
  });

  it("begins one byte above the limit", () => {
    expect(encode(new Uint8Array(INLINE_LIMIT)).blobs.size).toBe(0);
    expect(encode(new Uint8Array(INLINE_LIMIT + 1)).blobs.size).toBe(1);
  });

  it("is listed for tables whose columns are partly small", () => {
    const mixed = new Table({ flags: ndarray("uint8", [600]), power: large });
    const { bytes, blobs } = encode({ mixed });
    expect(blobsOf(bytes)).toEqual([...blobs.keys()]);
    expect(digestOf(decode(bytes, (digest) => blobs.get(digest) as Uint8Array))).toBe(digestOf({ mixed }));
  });

  it("is outlined by dtype, shape, unit and digest", () => {
    expect(decodeOutline(encode({ gain: large }).bytes)).toEqual({
      gain: { array: "float64", shape: [600], unit: "W", sha256: blobDigestOf(large) },
    });
  });

  it("passes errors of the blob callback through", () => {
    expect(() => decode(encode(large).bytes, noBlobs)).toThrow(`asked for ${blobDigestOf(large)}`);
  });

  it("reads texts of any length and alphabet", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 120 }),
        (text) => decode(encode(text).bytes, noBlobs) === text,
      ),
      { seed: 20261122 },
    );
  });
});

describe("damaged bytes", () => {
  const anyBlob = (): Uint8Array => new Uint8Array(16);

  it("are PIPE-002 or a value whose encoding they are: D-22 has nothing to raise for ever", () => {
    const flipped = fc.record({ one: value, at: fc.nat(), to: fc.nat(255), cut: fc.nat() });
    fc.assert(
      fc.property(flipped, ({ one, at, to, cut }) => {
        const { bytes } = encode(one);
        const damaged = bytes.slice(0, cut % 5 === 0 ? cut % (bytes.length + 1) : bytes.length);
        if (damaged.length > 0) damaged[at % damaged.length] = to;
        const code = codeOf(() =>
          expect(Buffer.from(encode(decode(damaged, noBlobs)).bytes).equals(Buffer.from(damaged))).toBe(true),
        );
        return code === undefined || code === "PIPE-002" || code.startsWith("Error: asked for");
      }),
      { seed: 4, numRuns: 3000 },
    );
  });

  it("are PIPE-002 when they are noise", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (noise) => {
        const code = codeOf(() => decode(noise, anyBlob));
        return code === undefined || code === "PIPE-002";
      }),
      { seed: 5, numRuns: 3000 },
    );
  });

  it("are PIPE-002 when blobs do not fit the array that refers to them", () => {
    const { bytes } = encode(ndarray("float64", [1000]));
    expect(codeOf(() => decode(bytes, anyBlob))).toBe("PIPE-002");
    expect(codeOf(() => decode(bytes, () => new Uint8Array(13)))).toBe("PIPE-002");
  });

  it("are PIPE-002 when they nest without end", () => {
    const nested = new Uint8Array(5 * 100_000);
    for (let at = 0; at < nested.length; at += 5) nested.set([7, 1, 0, 0, 0], at);
    expect(codeOf(() => decode(nested, noBlobs))).toBe("PIPE-002");
  });
});

describe("digests", () => {
  it("are SHA-256 of the encoding, remembered for frozen values", () => {
    const tree = freeze({ a: [1, 2, { b: "x" }] });
    expect(digestOf(tree)).toBe(sha256(encode(tree).bytes));
    expect(digestOf(tree)).toBe(digestOf({ a: [1, 2, { b: "x" }] }));
  });

  it("follow an unfrozen value through its changes", () => {
    const growing = { items: [1] };
    const before = digestOf(growing);
    growing.items.push(2);
    expect(digestOf(growing)).not.toBe(before);
  });

  it("do not depend on how the bytes are cut or spelt", () => {
    // FIPS 180-4, example "abc".
    const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    expect(sha256Text("abc")).toBe(abc);
    expect(sha256(new TextEncoder().encode("abc"))).toBe(abc);
    expect(sha256Parts([new TextEncoder().encode("a"), new TextEncoder().encode("bc")])).toBe(abc);
  });
});

describe("freeze", () => {
  it("D-30: nested data of a frozen value cannot be changed", () => {
    const config = freeze({ tags: { a: [1] } });
    expect(() => {
      (config.tags.a as number[]).push(2);
    }).toThrow(TypeError);
    expect(() => {
      (config.tags as { b?: number }).b = 2;
    }).toThrow(TypeError);
  });
});
