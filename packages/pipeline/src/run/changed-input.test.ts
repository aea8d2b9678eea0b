import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { durable } from "../fixtures/stages.ts";
import { type Graph, graph } from "../graph/graph.ts";
import { anyPort, arrayPort, numberPort } from "../stage/port.ts";
import { defineStage } from "../stage/stage.ts";
import { memoryStore } from "../store/memory-store.ts";
import { NdArray, ndarrayFrom } from "../value/ndarray.ts";
import { Table } from "../value/table.ts";
import type { Value } from "../value/value.ts";
import type { RunOptions } from "./options.ts";
import { run } from "./run.ts";

/** Sums all arrays in a value, as deep as they may stand. */
const sums = defineStage(undefined, {
  name: "test/sums",
  version: 1,
  config: z.strictObject({ extra: z.any().default(null) }),
  inputs: { data: anyPort() },
  outputs: { sum: numberPort() },
  run: ({ config, inputs }) => ({ sum: sumOf(inputs.data) + sumOf(config.extra as Value) }),
});

function sumOf(value: Value): number {
  if (value instanceof NdArray) return Array.from(value.data as Iterable<number>).reduce((sum, one) => sum + one, 0);
  if (value instanceof Uint8Array) return value.reduce((sum, one) => sum + one, 0);
  if (value instanceof Table) return Object.values(value.columns).reduce((sum, one) => sum + sumOf(one), 0);
  if (Array.isArray(value)) return value.reduce((sum: number, one: Value) => sum + sumOf(one), 0);
  return typeof value === "object" && value !== null ? sumOf(Object.values(value) as Value[]) : 0;
}

const small = (): NdArray<"float64"> => ndarrayFrom("float64", new Float64Array(8));
/** Large content stands outside an encoding, and its digest is remembered by itself. */
const large = (): NdArray<"float64"> => ndarrayFrom("float64", new Float64Array(4096));

const fromInput = graph("input", { inputs: { data: anyPort() } }, ({ add, inputs }) =>
  add(sums, {}, { data: inputs.data }),
);

describe("an array that is written to between two runs of a process", () => {
  const cases: readonly (readonly [
    string,
    (array: NdArray) => { model: Graph; inputs: () => RunOptions["inputs"] },
  ])[] = [
    ["as an input", (array) => ({ model: fromInput as Graph, inputs: () => ({ data: array }) })],
    ["in a list made anew", (array) => ({ model: fromInput as Graph, inputs: () => ({ data: [array] }) })],
    [
      "in a record that was there before",
      (array) => {
        const data = { deep: { array } };
        return { model: fromInput as Graph, inputs: () => ({ data }) };
      },
    ],
    [
      "in a table",
      (array) => {
        const data = new Table({ column: array });
        return { model: fromInput as Graph, inputs: () => ({ data }) };
      },
    ],
    [
      "as a value in place of a wire",
      (array) => ({
        model: graph("value", ({ add }) => add(sums, {}, { data: array })) as Graph,
        inputs: () => ({}),
      }),
    ],
    [
      "in a configuration",
      (array) => ({
        model: graph("config", ({ add }) => add(sums, { extra: { array } }, { data: null })) as Graph,
        inputs: () => ({}),
      }),
    ],
  ];
  for (const [where, make] of cases) {
    for (const [size, allocate] of [
      ["small", small],
      ["large", large],
    ] as const) {
      it(`is another input, ${where}, ${size}: one element is enough`, async () => {
        const array = allocate();
        const { model, inputs } = make(array);
        const store = memoryStore();
        const once = async (): Promise<readonly [Value, string | undefined]> => {
          const result = await run(model, { store, fingerprints: durable, inputs: inputs() ?? {} });
          return [await result.output("sum"), result.nodes[0]?.status];
        };
        expect(await once()).toEqual([0, "computed"]);
        expect(await once()).toEqual([0, "hit"]);
        array.data[5] = 3;
        expect(await once()).toEqual([3, "computed"]);
        array.data[5] = 0;
        expect(await once()).toEqual([0, "hit"]);
      });
    }
  }

  it("is another input also without a store, and for bytes", async () => {
    const bytes = new Uint8Array(9000);
    const keyOf = async (): Promise<string | undefined> =>
      (await run(fromInput, { inputs: { data: bytes } })).nodes[0]?.key;
    const before = await keyOf();
    bytes[8999] = 1;
    expect(await keyOf()).not.toBe(before);
  });

  it("is hashed once per plan, however many nodes and cases it is given to", async () => {
    const array = large();
    const model = graph("many", { inputs: { a: arrayPort("float64") } }, ({ add, inputs }) => {
      for (let n = 0; n < 5; n++) add(sums, { extra: n }, { data: inputs.a });
      return add(sums, {}, { data: [array] });
    });
    await run(model, { inputs: { a: array } });
    const reads = vi.spyOn(NdArray.prototype, "bytes");
    await run(model, { inputs: { a: array } });
    // Once to hash it anew, and once per encoding that names it: the input itself, and the list around it. The watch for
    // stages that write to their inputs looks twice per node.
    expect(reads.mock.calls.length - 6 * 2).toBeLessThanOrEqual(3);
    reads.mockRestore();
  });
});
