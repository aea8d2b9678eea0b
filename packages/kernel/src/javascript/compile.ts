import { elementaryFunctions } from "../expression/elementary.ts";
import { checkCall, type Kernel, type KernelCall } from "../program/kernel.ts";
import type { Program } from "../program/program.ts";
import { javaScriptSource } from "./source.ts";

/**
 * Compiles a program to a JavaScript function: the reference that other back ends are compared with. Needs a host that
 * allows code from text (a page whose policy forbids it runs `compileWasm`). About 0.1 ms for a hundred nodes.
 */
export function compileJavaScript(program: Program): Kernel {
  const { body, calls } = javaScriptSource(program);
  const compute = new Function(...calls, "call", "count", body) as (...args: readonly unknown[]) => void;
  const functions = calls.map((name) => elementaryFunctions[name]);
  return {
    program,
    backend: "js",
    run(call: KernelCall) {
      checkCall(program, call);
      compute(...functions, call, call.count);
    },
  };
}
