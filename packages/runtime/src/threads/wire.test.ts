import { digestOf, NdArray, ndarray, ndarrayFrom, Table, type Value } from "@simloom/pipeline";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pack, unpack } from "./wire.ts";

function travel(value: Value): Value {
  return unpack(structuredClone(pack(value)));
}

const array = fc
  .array(fc.double(), { maxLength: 20 })
  .map((data): Value => ndarrayFrom("float64", data, { unit: "W" }));
const leaf = fc.oneof<fc.Arbitrary<Value>[]>(
  fc.double(),
  fc.string(),
  fc.boolean(),
  fc.constant(null),
  fc.bigInt(),
  fc.uint8Array({ maxLength: 8 }),
  array,
  array.map((x): Value => new Table({ x: x as NdArray, again: x as NdArray })),
);
const { tree } = fc.letrec<{ tree: Value }>((tie) => ({
  tree: fc.oneof(
    { depthSize: "small" },
    leaf,
    fc.array(tie("tree"), { maxLength: 4 }),
    fc.dictionary(
      fc.string({ minLength: 1 }).filter((key) => key !== "__proto__"),
      tie("tree"),
      { maxKeys: 4, noNullPrototype: true },
    ),
  ),
}));

describe("values on their way between threads", () => {
  it("arrive as they left", () => {
    fc.assert(
      fc.property(tree, (value) => {
        const arrived = travel(value);
        expect(digestOf(arrived)).toBe(digestOf(value));
        if (typeof arrived === "object" && arrived !== null && !ArrayBuffer.isView(arrived)) {
          expect(Object.isFrozen(arrived)).toBe(true);
        }
      }),
      { seed: 11, numRuns: 200 },
    );
  });

  it("share the memory of arrays", () => {
    const sent = ndarray("float64", [1000]);
    const arrived = travel({ deep: [sent] }) as { deep: [NdArray] };
    sent.data[7] = 42;
    expect(arrived.deep[0].data[7]).toBe(42);
  });

  it("move a large array on ordinary memory to shared memory once", () => {
    const large = new NdArray("float64", [2 ** 16], new Float64Array(2 ** 16).fill(3), "1");
    const [first, second] = [travel(large), travel(large)] as [NdArray, NdArray];
    first.data[0] = 9;
    expect(second.data[0]).toBe(9);
    expect(large.data[0]).toBe(3);
  });

  it("do not drag along the memory that a small view lies on", () => {
    const ground = new ArrayBuffer(2 ** 22);
    const view = new NdArray("float64", [2], new Float64Array(ground, 8, 2), "1");
    expect((travel(view) as NdArray).data.buffer.byteLength).toBe(16);
    expect((travel(new Uint8Array(ground, 3, 5)) as Uint8Array).buffer.byteLength).toBe(5);
  });

  it("pass records without arrays on as they are", () => {
    const record = { a: [1, 2, { b: "x" }] };
    expect(pack(record)).toBe(record);
  });
});
