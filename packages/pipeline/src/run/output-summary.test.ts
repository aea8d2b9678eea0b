import { describe, expect, it } from "vitest";
import { durable } from "../fixtures/stages.ts";
import { arrayPort, defineStage, graph, recordPort, run } from "../index.ts";
import { memoryStore } from "../store/memory-store.ts";
import { encode, INLINE_LIMIT } from "../value/encode.ts";
import { ndarray } from "../value/ndarray.ts";
import { Table } from "../value/table.ts";
import { freeze, type Value } from "../value/value.ts";
import { summarise, summariseEncoded } from "./output-summary.ts";

const small = ndarray("complex128", [3], "sqrt(W)");
const large = ndarray("float64", [INLINE_LIMIT, 2], "V");

const VALUES: readonly (readonly [string, Value])[] = [
  ["an array", small],
  ["a large array", large],
  ["a record of arrays", { x: small, y: large, rate: 5 }],
  ["records in records", { a: { b: { x: large }, c: 1 }, d: { e: "text" } }],
  ["a table", new Table({ t: ndarray("float64", [3], "s") })],
  ["a table with a large column", new Table({ t: ndarray("float64", [INLINE_LIMIT], "s") })],
  [
    "a record of tables",
    {
      one: new Table({ t: ndarray("float64", [2], "s") }),
      two: new Table({ v: ndarray("float64", [INLINE_LIMIT], "V") }),
    },
  ],
  ["a record without a prototype", Object.assign(Object.create(null), { x: small }) as Value],
  ["a record that is named like an outline", { array: "float64", shape: [1], unit: "V" }],
  ["a record of bytes", { raw: new Uint8Array(2 * INLINE_LIMIT), few: new Uint8Array(2) }],
  ["numbers", 3n],
  ["nothing", null],
  ["a list", [large, small]],
];

describe("the summary of an output", () => {
  it.each(VALUES)("is that of its encoding: %s", (_, value) => {
    const { bytes } = encode(freeze(value));
    const digest = "0".repeat(64);
    expect(summariseEncoded(bytes, digest)).toEqual(summarise(value, digest));
  });

  it("describes the arrays in a record by dtype, shape, unit and size", () => {
    const field = { kind: "array", dtype: "complex128", shape: [3], unit: "sqrt(W)", bytes: 48 };
    expect(summarise({ x: small, inner: { y: small }, rate: 5 }, undefined)).toEqual({
      kind: "record",
      members: { x: field, inner: { kind: "record", members: { y: field } } },
    });
    expect(summarise({ rate: 5 }, undefined)).toEqual({ kind: "record" });
  });

  it("is the same cold, warm, and without a store, where the values are gone", async () => {
    const pair = recordPort({ v: arrayPort("float64", { unit: "V" }), i: arrayPort("float64", { unit: "A" }) });
    const make = defineStage(undefined, {
      name: "test/pair",
      version: 1,
      outputs: { pair },
      run: () => ({ pair: { v: ndarray("float64", [4], "V"), i: ndarray("float64", [9000], "A") } }),
    });
    const take = defineStage(undefined, {
      name: "test/take",
      version: 1,
      inputs: { pair },
      outputs: {},
      run: () => ({}),
    });
    const chain = graph("pairs", ({ add }) => {
      add(take, {}, add(make, {}));
      return {};
    });
    const store = memoryStore();
    const runs = [
      await run(chain, { store, digests: true, fingerprints: durable }),
      await run(chain, { store, digests: true, fingerprints: durable }),
      await run(chain, { digests: true }),
    ];
    expect(runs.map(({ nodes }) => nodes[0]?.status)).toEqual(["computed", "hit", "computed"]);
    const [cold, ...others] = runs.map(({ nodes }) => nodes[0]?.outputs["pair"]);
    expect(cold).toMatchObject({
      kind: "record",
      members: { i: { dtype: "float64", shape: [9000], unit: "A", bytes: 72000 } },
    });
    for (const other of others) expect(other).toEqual(cold);
  });
});
