/** Random expressions and their derivatives on every back end, against the recursive interpreter of the tests. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { gradient } from "../derivative/reverse.ts";
import type { Expression } from "../expression/expression.ts";
import { parameter } from "../expression/leaves.ts";
import { interpreterFunction } from "../interpreter/compile.ts";
import { functionFromText, type JavaScriptFunction } from "../javascript/compile.ts";
import { interpret } from "../program/fixtures/interpreter.ts";
import { inputNumber, realExpression } from "../program/fixtures/random-expression.ts";
import { kernelProgram, type Program } from "../program/program.ts";
import { cLibrary } from "./native/c-source.ts";
import { compileNative } from "./native/compiler.ts";
import { nativeModule } from "./native/resident-native.ts";
import { createNodeContext } from "./node-context.ts";
import { nodeHost } from "./node-host.ts";

const PROGRAMS = 100;
const EXPRESSIONS = 100;
/** A vector of WebAssembly and a remainder. */
const ELEMENTS = 3;
/** Compilers take a second where WebAssembly takes milliseconds: in between, libraries of many short functions. */
const NATIVE_EVERY = 34;
const EXPRESSIONS_PER_FUNCTION = 10;
const PROGRAMS_PER_LIBRARY = 5;

const cacheFolder = mkdtempSync(join(tmpdir(), "simloom-native-"));
const native = nodeHost().hasNative ? createNodeContext({ backend: "native", cacheFolder }) : undefined;
const wasm = createNodeContext({ backend: "wasm" });
afterAll(() => {
  native?.dispose();
  wasm.dispose();
  rmSync(cacheFolder, { recursive: true, force: true });
});

interface Given {
  readonly a: number;
  readonly b: number;
  readonly time: number;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly u: readonly number[];
}

const elements = fc.array(inputNumber, { minLength: ELEMENTS, maxLength: ELEMENTS });
const given: fc.Arbitrary<Given> = fc.record({
  a: inputNumber,
  b: inputNumber,
  time: inputNumber,
  x: elements,
  y: elements,
  u: elements,
});

type Run = (program: Program, inputs: Given) => readonly Float64Array[];

const byFunction =
  (make: (program: Program) => JavaScriptFunction): Run =>
  (program, { a, b, time, x, y, u }) => {
    const outputs = program.outputs.map(() => new Float64Array(ELEMENTS));
    const columns = [Float64Array.from(x), Float64Array.from(y)];
    const parameters = Float64Array.of(a, b);
    make(program)({ count: ELEMENTS, parameters, time, columns, states: [Float64Array.from(u)], outputs });
    return outputs;
  };
const byContext =
  (context: ReturnType<typeof createNodeContext>): Run =>
  (program, { a, b, time, x, y, u }) => {
    const data = { x: Float64Array.from(x), y: Float64Array.from(y), u: Float64Array.from(u) };
    const prepared = context.prepare(program, data, ELEMENTS);
    prepared.run(Float64Array.of(a, b), new Float64Array(), undefined, time);
    const outputs = prepared.columns.map((values) => values.slice());
    prepared.dispose();
    return outputs;
  };

/** Some expressions with their slopes as a program of a library, with what they should give. */
interface NativeCase {
  readonly program: Program;
  readonly inputs: Given;
  readonly expected: readonly Float64Array[];
}

/** Compiles programs to one library, and gives which of which have other bits than expected. */
function nativeDifferences(cases: readonly NativeCase[]): readonly (readonly [number, number])[] {
  const formats = ["float64", "float64", "float64"] as const;
  const text = cLibrary(cases.map(({ program }, index) => ({ program, formats, suffix: `_${index}` })));
  const compiled = compileNative(text, "strict", { cacheFolder });
  if (compiled.kind !== "library") throw new Error(JSON.stringify(compiled));
  return cases.flatMap(({ program, inputs: { a, b, time, x, y, u }, expected }, index) => {
    const columns = Object.entries({ x, y, u }).map(([name, values]) => ({ name, values: Float64Array.from(values) }));
    const data = nativeModule(program, compiled.file, `_${index}`).resident(columns, formats, ELEMENTS, undefined);
    data.compute(Float64Array.of(a, b), 0, 1, time, new Float64Array());
    return differences(data.columns, expected).map((output) => [index, output] as const);
  });
}

/** What the definition of each operation gives, with the NaN of kernels. */
function expectedOf(expressions: readonly Expression[], { a, b, time, x, y, u }: Given): readonly Float64Array[] {
  const results = expressions.map(() => new Float64Array(ELEMENTS));
  for (let element = 0; element < ELEMENTS; element++) {
    const at = (values: readonly number[]) => values[element] as number;
    const inputs = { a, b, time, x: at(x), y: at(y), u: at(u) };
    const known = new Map<Expression, number | boolean>();
    expressions.forEach((expression, index) => {
      const value = interpret(expression, inputs, known) as number;
      (results[index] as Float64Array)[element] = Number.isNaN(value) ? Number.NaN : value;
    });
  }
  return results;
}

/** Outputs in order, each under a name of its own. */
function programOf(outputs: readonly Expression[]): Program {
  const named = Object.fromEntries(outputs.map((expression, index) => [`r${index}`, expression]));
  return kernelProgram(named, { parameters: ["a", "b"], columns: ["x", "y"], states: ["u"] });
}

function differences(got: readonly Float64Array[], expected: readonly Float64Array[]): readonly number[] {
  const bits = (values: Float64Array) => new BigUint64Array(values.buffer, values.byteOffset, values.length);
  return expected.flatMap((values, index) => {
    const [left, right] = [bits(values), bits(got[index] as Float64Array)];
    return left.every((word, element) => word === right[element]) ? [] : [index];
  });
}

describe("10,000 random expressions and their slopes", () => {
  it("have the bits of their definition on every back end", () => {
    const backends: readonly (readonly [string, Run])[] = [
      ["js", byFunction(functionFromText)],
      ["interpreter", byFunction(interpreterFunction)],
      ["wasm", byContext(wasm)],
    ];
    const cases: NativeCase[] = [];
    let programs = 0;
    let nativeExpressions = 0;
    let varied = 0;
    const list = fc.array(realExpression, { minLength: EXPRESSIONS, maxLength: EXPRESSIONS });
    fc.assert(
      fc.property(list, given, (expressions, inputs) => {
        const all = expressions.flatMap((expression) => [expression, ...gradient(expression, [parameter("a")])]);
        const program = programOf(all);
        const expected = expectedOf(all, inputs);
        varied += expected.filter((values) => new Set(values).size > 1).length;
        for (const [name, run] of backends)
          expect([name, ...differences(run(program, inputs), expected)]).toEqual([name]);
        if (native === undefined) return;
        if (programs++ % NATIVE_EVERY === 0)
          expect(["native", ...differences(byContext(native)(program, inputs), expected)]).toEqual(["native"]);
        for (let at = 0; at < all.length; at += 2 * EXPRESSIONS_PER_FUNCTION) {
          const end = at + 2 * EXPRESSIONS_PER_FUNCTION;
          cases.push({ program: programOf(all.slice(at, end)), inputs, expected: expected.slice(at, end) });
        }
        if (programs % PROGRAMS_PER_LIBRARY !== 0) return;
        nativeExpressions += cases.length * EXPRESSIONS_PER_FUNCTION;
        expect(nativeDifferences(cases.splice(0))).toEqual([]);
      }),
      { seed: 20, numRuns: PROGRAMS, endOnFailure: true },
    );
    // most are worth computing: they differ between elements
    expect(varied).toBeGreaterThan(2000);
    if (native !== undefined) expect(nativeExpressions).toBe(PROGRAMS * EXPRESSIONS);
    // the C compiler works for 100 seconds of one free core
  }, 900_000);
});
