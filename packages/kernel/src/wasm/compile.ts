import { compileWasm as compileModule, instantiateWasm, type WasmMemory } from "@simloom/numerics";
import { checkCall, type Kernel, type KernelCall } from "../program/kernel.ts";
import type { Program } from "../program/program.ts";
import { encodeProgram } from "./encode.ts";
import { BLOCK_ELEMENTS, layoutOf } from "./layout.ts";

interface Exports {
  readonly memory: WasmMemory;
  run(bytes: number): void;
}

/**
 * Compiles a program to WebAssembly with two lanes, with the bits of `compileJavaScript`. Blocks of 512 elements are
 * copied into the module's memory, computed and copied out. Throws `NUMR-002` where the host has no WebAssembly with
 * SIMD.
 */
export function compileWasm(program: Program): Kernel {
  const layout = layoutOf(program);
  const { memory, run } = instantiateWasm<Exports>(compileModule(encodeProgram(program, layout)));
  const view = new Float64Array(memory.buffer);
  const inputPlaces = [...layout.columns, ...layout.states].map((address) => address / 8);
  const outputPlaces = layout.outputs.map((address) => address / 8);
  return {
    program,
    backend: "wasm",
    run(call: KernelCall) {
      checkCall(program, call);
      view.set(call.parameters, layout.parameters / 8);
      view[layout.time / 8] = call.time ?? 0;
      const inputs = [...call.columns, ...call.states];
      for (let start = 0; start < call.count; start += BLOCK_ELEMENTS) {
        const length = Math.min(BLOCK_ELEMENTS, call.count - start);
        inputs.forEach((values, index) => {
          view.set(values.subarray(start, start + length), inputPlaces[index]);
        });
        // an odd last element shares its vector with whatever the block holds; lanes do not mix
        run(8 * (length + (length & 1)));
        outputPlaces.forEach((place, index) => {
          call.outputs[index]?.set(view.subarray(place, place + length), start);
        });
      }
    },
  };
}
