import { elementaryFunctions } from "../expression/elementary.ts";
import { interpreterFunction } from "../interpreter/compile.ts";
import { endBlock, endRow, joinBlocks, laneSums, sumBlockCount } from "../program/element-sum.ts";
import { checkCall, type Kernel, type KernelCall, sumCount, writeSums } from "../program/kernel.ts";
import type { Program } from "../program/program.ts";
import { javaScriptSource } from "./source.ts";

/**
 * Engines do not optimise functions beyond some length (V8: 60 KiB of bytecode) and run them fifty times slower than the
 * interpreter of blocks does.
 */
const LONGEST_FUNCTION_NODES = 2000;

/**
 * Compiles a program to a JavaScript function: the reference that other back ends are compared with. A program of more than
 * 2,000 nodes is interpreted, and so is every one where the host forbids code from text. About 0.1 ms for a hundred nodes.
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

/** Computes a call, unchecked; gives the sums in an array that the next call overwrites. */
export type JavaScriptFunction = (call: JavaScriptCall) => Float64Array;

/** The function of a program, as code or, where that cannot be or would be slow, interpreted. */
export function javaScriptFunction(program: Program): JavaScriptFunction {
  const isLong = program.hoisted.length + program.perElement.length > LONGEST_FUNCTION_NODES;
  return isLong || !allowsCodeFromText() ? interpreterFunction(program) : functionFromText(program);
}

function allowsCodeFromText(): boolean {
  try {
    return new Function("return true")() as boolean;
  } catch {
    return false;
  }
}

/** The function of a program as code, however long. Throws where the host forbids code from text. */
export function functionFromText(program: Program): JavaScriptFunction {
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
