import type { FunctionBuilder, FunctionReference, Local } from "../wasm/function-builder.ts";
import { compileWasm, instantiateWasm, type WasmMemory } from "../wasm/host.ts";
import { ModuleBuilder } from "../wasm/module-builder.ts";
import type { ValueType } from "../wasm/value-type.ts";
import { LineWriter } from "./emit/line-writer.ts";
import { scalarLowering } from "./emit/scalar-lowering.ts";
import { TableSegment } from "./emit/table-segment.ts";
import { vectorLowering } from "./emit/vector-lowering.ts";
import type { ElementaryProgram } from "./program/program.ts";
import { type ElementaryName, elementaryProgram } from "./programs.ts";

type ScalarForm = (...args: readonly number[]) => number | readonly [number, number];
type ArrayForm = (...pointersAndCount: readonly number[]) => void;

/** Elementary functions in WebAssembly, with the bits of the TypeScript functions. */
export interface CompiledElementary<Name extends ElementaryName> {
  /** Arguments and results of the array forms stand here; unshared, may be grown. */
  readonly memory: WasmMemory;
  /** First byte of the memory that is free: a multiple of 16. */
  readonly firstFreeByte: number;
  /** One value per call; `sincos` gives `[sine, cosine]`. */
  readonly scalar: Readonly<Record<Name, ScalarForm>>;
  /**
   * Whole arrays, two elements at a time: addresses in bytes (multiples of 8) of the arguments, then of the results, then
   * the number of elements; for example `exp(inPtr, outPtr, n)`, `pow(xPtr, yPtr, outPtr, n)`,
   * `sincos(inPtr, sinPtr, cosPtr, n)`. A result may replace an argument, but must not overlap it otherwise.
   */
  readonly array: Readonly<Record<Name, ArrayForm>>;
}

/** Code of one function in a module. */
export interface ElementaryFunctions {
  /** f64 arguments, f64 results. */
  readonly scalar: FunctionReference;
  /** v128 arguments, v128 results. */
  readonly vector: FunctionReference;
}

const START_OF_TABLES = 16;

/** Compiles functions and their array forms into one module with its own memory of `pages` times 64 KiB. */
export function compileElementary<Name extends ElementaryName>(
  names: readonly Name[],
  { pages = 16 }: { readonly pages?: number } = {},
): CompiledElementary<Name> {
  const module = new ModuleBuilder();
  const segment = new TableSegment(START_OF_TABLES);
  module.memory({ initialPages: pages }, "memory");
  for (const name of names) {
    const program = elementaryProgram(name);
    const { scalar } = writeElementary(module, program, segment, name);
    writeArrayForm(module, program, segment, scalar, `${name}Array`);
  }
  module.data(START_OF_TABLES, segment.bytes());
  const exports = instantiateWasm<{ readonly memory: WasmMemory } & Readonly<Record<string, unknown>>>(
    compileWasm(module.encode()),
  );
  const pick = <Form>(suffix: string) =>
    Object.fromEntries(names.map((name) => [name, exports[`${name}${suffix}`]])) as Readonly<Record<Name, Form>>;
  return {
    memory: exports.memory,
    firstFreeByte: (segment.end + 15) & ~15,
    scalar: pick<ScalarForm>(""),
    array: pick<ArrayForm>("Array"),
  };
}

/**
 * Writes a function into a module: for one number, and for two in a vector. Exported under `exportName` when given.
 *
 * The module needs a memory in which the bytes of `segment` stand at its start when the code runs.
 */
export function writeElementary(
  module: ModuleBuilder,
  program: ElementaryProgram,
  segment: TableSegment,
  exportName?: string,
): ElementaryFunctions {
  const signature = (type: ValueType) => ({
    params: program.inputs.map(() => type),
    results: program.outputs.map(() => type),
  });
  const inputs = program.inputs.map((_, i) => i);
  const scalar = module.function(signature("f64"), exportName);
  const fast = new LineWriter(scalar, program.fast, scalarLowering, inputs, segment);
  if (program.slow !== undefined) {
    const slow = module.function(signature("f64"));
    const slowWriter = new LineWriter(slow, program.slow, scalarLowering, inputs, segment);
    program.outputs.forEach((_, i) => void slowWriter.pushOutput(i));
    fast.pushGuard();
    scalar.op("i32.eqz").if(() => {
      for (const input of inputs) scalar.get(input);
      scalar.call(slow).return();
    });
  }
  program.outputs.forEach((_, i) => void fast.pushOutput(i));

  const vector = module.function(signature("v128"));
  const results = program.outputs.map(() => vector.local("v128"));
  writeVectorBody(vector, program, segment, scalar, inputs, results);
  for (const result of results) vector.get(result);
  return { scalar, vector };
}

/**
 * Writes the function on two lanes in place, for loops: reads and keeps the locals `inputs`, sets the locals `results`.
 * If a lane needs the slow path, both are computed one by one by `scalar`.
 */
export function writeVectorBody(
  f: FunctionBuilder,
  program: ElementaryProgram,
  segment: TableSegment,
  scalar: FunctionReference,
  inputs: readonly Local[],
  results: readonly Local[],
): void {
  const writer = new LineWriter(f, program.fast, vectorLowering, inputs, segment);
  const writeResults = () => {
    program.outputs.forEach((_, i) => {
      writer.pushOutput(i);
      f.set(results[i] as Local);
    });
  };
  if (program.slow === undefined) {
    writeResults();
    return;
  }
  writer.pushGuard();
  f.op("i64x2.all_true").if(writeResults, () => {
    for (const lane of [0, 1]) {
      for (const input of inputs) f.get(input).lane("f64x2.extract_lane", lane);
      f.call(scalar);
      for (const result of [...results].reverse()) {
        const value = f.local("f64");
        f.set(value).get(result).get(value).lane("f64x2.replace_lane", lane).set(result);
        f.release(value);
      }
    }
  });
}

function writeArrayForm(
  module: ModuleBuilder,
  program: ElementaryProgram,
  segment: TableSegment,
  scalar: FunctionReference,
  exportName: string,
): void {
  const pointerCount = program.inputs.length + program.outputs.length;
  const f = module.function({ params: Array.from({ length: pointerCount + 1 }, () => "i32" as const) }, exportName);
  const argumentPointers = program.inputs.map((_, i) => i);
  const resultPointers = program.outputs.map((_, i) => program.inputs.length + i);
  const count = pointerCount;
  const advance = (bytes: number) => {
    for (const pointer of [...argumentPointers, ...resultPointers])
      f.get(pointer).i32(bytes).op("i32.add").set(pointer);
  };
  const inputs = program.inputs.map(() => f.local("v128"));
  const results = program.outputs.map(() => f.local("v128"));
  f.block((end) => {
    f.loop((start) => {
      f.get(count).i32(2).op("i32.lt_s").brIf(end);
      inputs.forEach(
        (input, i) =>
          void f
            .get(argumentPointers[i] as Local)
            .memory("v128.load", 0, 8)
            .set(input),
      );
      writeVectorBody(f, program, segment, scalar, inputs, results);
      results.forEach(
        (result, i) =>
          void f
            .get(resultPointers[i] as Local)
            .get(result)
            .memory("v128.store", 0, 8),
      );
      advance(16);
      f.get(count).i32(2).op("i32.sub").set(count).br(start);
    });
  });
  const values = program.outputs.map(() => f.local("f64"));
  f.get(count).if(() => {
    for (const pointer of argumentPointers) f.get(pointer).memory("f64.load");
    f.call(scalar);
    for (const value of [...values].reverse()) f.set(value);
    values.forEach(
      (value, i) =>
        void f
          .get(resultPointers[i] as Local)
          .get(value)
          .memory("f64.store"),
    );
  });
}
