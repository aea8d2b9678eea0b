import { elementaryFunctions } from "../expression/elementary.ts";
import { endBlock, endRow, joinBlocks, laneSums, sumBlockCount } from "../program/element-sum.ts";
import { checkCall, type Kernel, type KernelCall, sumCount, writeSums } from "../program/kernel.ts";
import type { Program } from "../program/program.ts";
import { javaScriptSource } from "./source.ts";

/**
 * Compiles a program to a JavaScript function: the reference that other back ends are compared with. Needs a host that
 * allows code from text (a page whose policy forbids it runs `compileWasm`). About 0.1 ms for a hundred nodes.
 */
export function compileJavaScript(program: Program): Kernel {
  const compute = javaScriptFunction(program);
  return {
    program,
    backend: "js",
    run(call: KernelCall) {
      checkCall(program, call);
      writeSums(program, call.outputs, compute(call));
    },
  };
}

/** What a call reads and writes; columns may be narrower than float64. Outputs that are sums are not looked at. */
export interface JavaScriptCall {
  readonly count: number;
  readonly parameters: Float64Array;
  readonly time?: number;
  readonly columns: readonly (Float64Array | Float32Array)[];
  readonly states: readonly (Float64Array | Float32Array)[];
  readonly outputs: readonly (Float64Array | undefined)[];
}

/** The function of a program, unchecked: gives its sums in an array that the next call overwrites. */
export function javaScriptFunction(program: Program): (call: JavaScriptCall) => Float64Array {
  const { body, calls, tables } = javaScriptSource(program);
  const names = [...calls, "tables", "call", "count", "sums", "partials", "endRow", "endBlock"];
  const compute = new Function(...names, body) as (...args: readonly unknown[]) => void;
  const functions = calls.map((name) => elementaryFunctions[name]);
  const outputs = sumCount(program);
  const sums = laneSums(outputs);
  const results = new Float64Array(outputs);
  let partials = new Float64Array();
  return (call) => {
    const blocks = sumBlockCount(call.count);
    if (partials.length < 2 * outputs * blocks) partials = new Float64Array(2 * outputs * blocks);
    compute(...functions, tables, call, call.count, sums, partials, endRow, endBlock);
    joinBlocks(partials, blocks, outputs, results);
    return results;
  };
}
