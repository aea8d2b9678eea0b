/** One suite over everything that runs programs: same bits, whatever computes, on however many threads. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { ExecutionContext } from "../context/execution-context.ts";
import * as build from "../expression/build.ts";
import type { Expression } from "../expression/expression.ts";
import { node } from "../expression/expression.ts";
import { column, constant, i, parameter, time } from "../expression/leaves.ts";
import { operations } from "../expression/operations.ts";
import { SPECIAL_VALUES } from "../program/fixtures/random-expression.ts";
import { evaluate } from "../program/kernel.ts";
import { kernelProgram, type Program } from "../program/program.ts";
import { createNodeContext, type NodeContextOptions } from "./node-context.ts";
import { nodeHost } from "./node-host.ts";

const cacheFolder = mkdtempSync(join(tmpdir(), "simloom-native-"));
const hasCompiler = nodeHost().hasNative;
const contexts: ExecutionContext[] = [];
afterAll(() => {
  for (const context of contexts) context.dispose();
  rmSync(cacheFolder, { recursive: true, force: true });
});

function contextOf(options: NodeContextOptions): ExecutionContext {
  const context = createNodeContext({ ...options, cacheFolder });
  contexts.push(context);
  return context;
}

const variants: readonly (readonly [string, ExecutionContext])[] = (
  [
    ["interpreter", { backend: "interpreter" }],
    ["wasm", { backend: "wasm" }],
    ["wasm on two threads", { backend: "wasm", threads: { dedicated: 2 } }],
    ["wasm on three threads", { backend: "wasm", threads: { dedicated: 3 } }],
    ...(hasCompiler
      ? ([
          ["native", { backend: "native" }],
          ["native on two threads", { backend: "native", threads: { dedicated: 2 } }],
          ["native on shared threads", { backend: "native", threads: "shared" }],
        ] as const)
      : []),
  ] as const
).map(([name, options]) => [name, contextOf(options)] as const);
const reference = contextOf({ backend: "js" });

/** The 64 bits of each number. */
function bits(values: Iterable<number>): readonly bigint[] {
  return [...new BigUint64Array(Float64Array.from(values).buffer)];
}

interface Data {
  readonly columns: Readonly<Record<string, Float64Array | Float32Array>>;
  readonly count: number;
  readonly parameters: Float64Array;
  readonly time?: number;
}

function run(context: ExecutionContext, program: Program, { columns, count, parameters, time: at = 0 }: Data) {
  const prepared = context.prepare(program, columns, count);
  const results = new Float64Array(program.outputs.filter(({ reduction }) => reduction === "sum").length);
  prepared.run(parameters, results, undefined, at);
  const outputs = prepared.columns.map((values) => bits(values));
  const beside = context.prepareBeside(program, prepared);
  const sums = new Float64Array(results.length);
  beside?.run(parameters, sums, undefined, at);
  expect({ sums: bits(sums), outputs: beside?.columns.map((values) => bits(values)) }).toEqual({
    sums: bits(results),
    outputs,
  });
  beside?.dispose();
  prepared.dispose();
  return { sums: bits(results), outputs, backend: prepared.backend };
}

const [a, b] = [parameter("a"), parameter("b")];
const [x, y, z] = [column("x"), column("y"), column("z")];

/** Sums of sixty orders of magnitude, of what needs slow paths, and of what does not vary; columns of both widths. */
const mixed = kernelProgram(
  {
    wide: build.total(build.multiply(build.exp(build.multiply(x, 8)), y)),
    slow: build.total(build.sin(build.multiply(build.multiply(a, x), 1e9))),
    product: build.multiply(build.multiply(a, x), build.add(y, time)),
    narrow: build.total(build.multiply(z, build.log(build.add(build.multiply(x, x), build.exp(b))))),
    constant: build.total(build.multiply(a, b)),
    same: build.total(x),
    root: build.sqrt(build.abs(z)),
  },
  { parameters: ["a", "b"], columns: ["x", "y", "z"] },
);

function mixedData(count: number): Data {
  const values = (k: number) => Math.sin(12.9898 * k + 78.233) * 43758.5453;
  const part = (k: number) => values(k) - Math.round(values(k));
  return {
    columns: {
      x: Float64Array.from({ length: count }, (_, k) => 10 * part(k)),
      y: Float64Array.from({ length: count }, (_, k) => part(k + 0.5) * 2 ** (k % 60)),
      z: Float32Array.from({ length: count }, (_, k) => 3 * part(k + 0.25)),
    },
    count,
    parameters: Float64Array.of(1.25, -0.5),
    time: 0.75,
  };
}

describe.each(variants)("%s", (_name, context) => {
  it.each([0, 1, 2, 3, 7, 8, 9, 127, 128, 129, 4095, 4096, 4097, 10_000])(
    "has the bits of js for %i elements",
    (count) => {
      const data = mixedData(count);
      const { backend: _backend, ...expected } = run(reference, mixed, data);
      const { backend, ...got } = run(context, mixed, data);
      expect(backend).toBe(context.backend);
      expect(got).toEqual(expected);
    },
  );

  it("has the bits of js for every operation at all special values, and for their sums", () => {
    const unary = Object.values(operations).filter(
      (operation) => (operation.arity === 1 || operation.arity === 2) && "evaluate" in operation,
    );
    const applied = unary.map((operation): Expression => {
      const isLogic =
        operation.signature.typeOf(["boolean", "boolean"]) === "boolean" &&
        operation.signature.typeOf(["real", "real"]) === undefined;
      const args = [x, y].slice(0, operation.arity).map((arg) => (isLogic ? build.less(arg, 1) : arg));
      const made = node(operation, args);
      return made.type === "boolean" ? build.select(made, 1, constant(-0)) : made;
    });
    const outputs = Object.fromEntries(
      applied.flatMap((value, index) => [
        [`v${index}`, value],
        [`s${index}`, build.total(value)],
      ]),
    );
    const program = kernelProgram(outputs, { columns: ["x", "y"] });
    const values = [...SPECIAL_VALUES, Number.NaN];
    const pairs = values.flatMap((first) => values.map((second) => [first, second] as const));
    const columns = {
      x: Float64Array.from(pairs, ([first]) => first),
      y: Float64Array.from(pairs, ([, second]) => second),
    };
    const data = { columns, count: pairs.length, parameters: new Float64Array() };
    const { backend: _backend, ...expected } = run(reference, program, data);
    expect(run(context, program, data)).toMatchObject(expected);
  });

  it("has the bits of js for complex functions", () => {
    const w = build.add(x, build.multiply(i, y));
    const values = [build.exp, build.log, build.sqrt, build.sin, build.tanh].map((f) => f(w));
    const program = kernelProgram(
      Object.fromEntries(
        values.flatMap((value, index) => [
          [`v${index}`, value],
          [`s${index}`, build.total(value)],
        ]),
      ),
      { columns: ["x", "y"] },
    );
    const data = { ...mixedData(300), parameters: new Float64Array() };
    const { backend: _backend, ...expected } = run(reference, program, data);
    expect(run(context, program, data)).toMatchObject(expected);
  });

  it("gives batches the bits of single calls", () => {
    const data = mixedData(5000);
    const prepared = context.prepare(mixed, data.columns, data.count);
    const vectors = Float64Array.from({ length: 14 }, (_, k) => Math.cos(k));
    const batch = new Float64Array(7 * 5);
    prepared.runBatch(vectors, batch, 2);
    const single = new Float64Array(5);
    for (let vector = 0; vector < 7; vector++) {
      prepared.run(vectors.slice(2 * vector, 2 * vector + 2), single, undefined, 2);
      expect(bits(batch.subarray(5 * vector, 5 * vector + 5))).toEqual(bits(single));
    }
    prepared.dispose();
  });

  it.each([0, 1, 9, 513, 4097])("evaluates %i elements without preparing them", (count) => {
    const { x: first, y: second } = mixedData(count).columns;
    const program = kernelProgram({ s: build.total(build.multiply(x, y)), p: build.add(build.multiply(a, x), time) });
    const inputs = { a: 3, time: 0.5, x: first as Float64Array, y: second as Float64Array };
    const expected = evaluate(reference.compile(program), inputs);
    const got = evaluate(context.compile(program), inputs);
    expect([bits(got.s ?? []), bits(got.p ?? [])]).toEqual([bits(expected.s ?? []), bits(expected.p ?? [])]);
  });

  it("reads updated columns and writes to given ones", () => {
    const program = kernelProgram({ twice: build.multiply(2, x), sum: build.total(x) });
    const prepared = context.prepare(program, { x: new Float64Array(3) }, 3);
    prepared.update("x", Float64Array.of(1, 2, 3));
    const [sums, twice] = [new Float64Array(1), new Float64Array(3)];
    prepared.run(new Float64Array(), sums, [twice]);
    expect([...sums, ...twice]).toEqual([6, 2, 4, 6]);
    expect(() => prepared.update("y", new Float64Array(3))).toThrow(expect.objectContaining({ code: "KERN-050" }));
    expect(() => prepared.update("x", new Float32Array(3))).toThrow(expect.objectContaining({ code: "KERN-050" }));
    prepared.dispose();
    expect(() => prepared.run(new Float64Array(), sums)).toThrow(expect.objectContaining({ code: "KERN-051" }));
  });
});
