/** Native code with fused multiplications and additions, against code without. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import * as build from "../expression/build.ts";
import { node } from "../expression/expression.ts";
import { column, i, parameter } from "../expression/leaves.ts";
import type { Operation } from "../expression/operation.ts";
import { operations } from "../expression/operations.ts";
import { SPECIAL_VALUES } from "../program/fixtures/random-expression.ts";
import { kernelProgram, type Program } from "../program/program.ts";
import { createNodeContext, type NodeContextOptions } from "./node-context.ts";
import { nodeHost } from "./node-host.ts";

const cacheFolder = mkdtempSync(join(tmpdir(), "simloom-native-"));
const contextOf = (options: NodeContextOptions) => createNodeContext({ backend: "native", cacheFolder, ...options });
const contexts = {
  strict: contextOf({}),
  fast: contextOf({ arithmetic: "fast" }),
  fastOnThreads: contextOf({ arithmetic: "fast", threads: { dedicated: 2 } }),
  fastWasm: contextOf({ backend: "wasm", arithmetic: "fast" }),
};
afterAll(() => {
  for (const context of Object.values(contexts)) context.dispose();
  rmSync(cacheFolder, { recursive: true, force: true });
});

const [x, y] = [column("x"), column("y")];

function run(
  name: keyof typeof contexts,
  program: Program,
  columns: Readonly<Record<string, Float64Array>>,
  parameters = new Float64Array(),
) {
  const prepared = contexts[name].prepare(program, columns, columns.x?.length ?? 0);
  const sums = new Float64Array(program.outputs.length);
  prepared.run(parameters, sums);
  const outputs = prepared.columns.map((values) => values.slice());
  prepared.dispose();
  return { sums, outputs };
}

/** Numbers of both signs, evenly spread over 18 orders of magnitude: far enough for the slow programs of sine and power. */
function spread(count: number, step: number): Float64Array {
  return Float64Array.from({ length: count }, (_, k) => (k % 2 === 0 ? 1 : -1) * 10 ** (((k * step) % 1) * 18 - 9));
}

describe.runIf(nodeHost().hasNative)("fast arithmetic", () => {
  const all: readonly Operation[] = Object.values(operations);
  const elementary = all.filter((operation) => operation.elementary !== undefined);
  const functions = kernelProgram(
    Object.fromEntries(
      elementary.map((operation) => [operation.name, node(operation, [x, y].slice(0, operation.arity))]),
    ),
    { columns: ["x", "y"] },
  );

  it("gives elementary functions within two units in the last place of the strict ones", () => {
    const ordinary = Float64Array.from({ length: 20_000 }, (_, k) => ((k * 0.618) % 1) * 4 - 2);
    for (const columns of [
      { x: spread(20_000, 0.6180339887), y: ordinary },
      { x: ordinary, y: spread(20_000, 0.7548776662) },
    ]) {
      const [strict, fast] = [run("strict", functions, columns).outputs, run("fast", functions, columns).outputs];
      elementary.forEach(({ name }, index) => {
        const [expected, got] = [strict[index] as Float64Array, fast[index] as Float64Array];
        let worst = 0;
        expected.forEach((value, k) => {
          const other = got[k] as number;
          if (!Object.is(value, other))
            worst = Math.max(worst, Math.abs(value - other) / Math.max(Math.abs(value), 2 ** -1022));
        });
        // both are within one unit of the true value, and a unit is at most 2^-52 of it; NaN would fail
        expect([name, worst <= 2 * 2 ** -52]).toEqual([name, true]);
      });
    }
  });

  it("gives the infinities, zeros and NaN of the strict functions", () => {
    const pairs = SPECIAL_VALUES.flatMap((first) => SPECIAL_VALUES.map((second) => [first, second] as const));
    const columns = {
      x: Float64Array.from(pairs, ([first]) => first),
      y: Float64Array.from(pairs, ([, second]) => second),
    };
    const kind = (value: number) => (Number.isFinite(value) && value !== 0 ? Math.sign(value) : value);
    const kinds = (name: "strict" | "fast") => run(name, functions, columns).outputs.map((values) => values.map(kind));
    expect(kinds("fast")).toEqual(kinds("strict"));
  });

  const [mass, width, slope] = [parameter("m"), parameter("w"), parameter("b")];
  const resonance = build.divide(
    1,
    build.subtract(build.subtract(build.multiply(mass, mass), x), build.multiply(i, build.multiply(mass, width))),
  );
  const amplitude = build.add(resonance, build.multiply(slope, build.exp(build.multiply(i, y))));
  const likelihood = kernelProgram({ sum: build.total(build.log(build.absSquared(amplitude))) });
  const events = {
    x: Float64Array.from({ length: 20_000 }, (_, k) => 0.5 + 2 * ((k * 0.618) % 1)),
    y: Float64Array.from({ length: 20_000 }, (_, k) => 6 * ((k * 0.7548) % 1)),
  };
  const at = Float64Array.of(0.4, 1.2, 0.15);

  it("gives the sum of a likelihood to 1e-13", () => {
    const [strict = 0, fast = 0] = [
      run("strict", likelihood, events, at).sums[0],
      run("fast", likelihood, events, at).sums[0],
    ];
    // an intensity takes ten roundings, so each logarithm moves by less than 20 u of its size or of 1, by chance to both sides
    expect(Math.abs(fast / strict - 1)).toBeLessThan(1e-13);
  });

  it("gives the same bits on any number of threads", () => {
    expect(run("fastOnThreads", likelihood, events, at)).toEqual(run("fast", likelihood, events, at));
  });

  it("is that of native code alone: WebAssembly gives the strict bits", () => {
    expect(run("fastWasm", likelihood, events, at)).toEqual(run("strict", likelihood, events, at));
  });

  it("is told by the context", () => {
    expect([contexts.strict.arithmetic, contexts.fast.arithmetic]).toEqual(["strict", "fast"]);
  });
});
