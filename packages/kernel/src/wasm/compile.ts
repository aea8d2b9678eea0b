import { compileWasm as compileModule, createWasmMemory, instantiateWasm, wasmText } from "@simloom/numerics";
import { joinBlocks, SUM_BLOCK, sumBlockCount } from "../program/element-sum.ts";
import { checkCall, type Kernel, type KernelCall, sumCount, writeSums } from "../program/kernel.ts";
import type { Program } from "../program/program.ts";
import { encodeProgram, type ModuleExports } from "./encode.ts";
import { CHUNK_ELEMENTS, chunkLayout, tileLayout } from "./layout.ts";

const PAGE_BYTES = 65536;

/**
 * Compiles a program to WebAssembly with two lanes, with the bits of `compileJavaScript`. Blocks of 512 elements are
 * copied into the module's memory, computed and copied out. Throws `NUMR-002` where the host has no WebAssembly with
 * SIMD.
 */
export function compileWasm(program: Program): Kernel {
  const sums = sumCount(program);
  const inputs = chunkLayout(program);
  const columnIndices = program.outputs.flatMap(({ reduction }, index) => (reduction === "none" ? [index] : []));
  const { bytes, layout, scratch, firstFreeByte } = encodeProgram(program, inputs, { initialPages: 0 });
  const partialsAt = firstFreeByte + scratch.bytes;
  const inputsAt = partialsAt + ((16 * sums + 63) & ~63);
  const outputsAt = inputsAt + inputs.bytes;
  const outputBytes = 8 * CHUNK_ELEMENTS + 64;
  const initialPages = Math.ceil((outputsAt + outputBytes * columnIndices.length) / PAGE_BYTES);
  const memory = createWasmMemory({ initialPages });
  const module = instantiateWasm<ModuleExports>(compileModule(bytes), { host: { memory } });
  const view = new Float64Array(memory.buffer);
  const words = new Uint32Array(memory.buffer);
  const outputPlaces = columnIndices.map((output, index) => {
    const address = outputsAt + outputBytes * index;
    words[layout.outputs / 4 + index] = address;
    return { output, place: address / 8 };
  });
  const results = new Float64Array(sums);
  let partials = new Float64Array();
  return {
    program,
    backend: "wasm",
    run(call: KernelCall) {
      checkCall(program, call);
      const { count } = call;
      view.set(call.parameters, layout.parameters / 8);
      view[layout.time / 8] = call.time ?? 0;
      const given = [...call.columns, ...call.states];
      const blocks = sumBlockCount(count);
      if (partials.length < 2 * sums * blocks) partials = new Float64Array(2 * sums * blocks);
      module.hoist(firstFreeByte, 0);
      for (let start = 0; start < count; start += CHUNK_ELEMENTS) {
        const length = Math.min(CHUNK_ELEMENTS, count - start);
        given.forEach((values, index) => {
          const part = start === 0 && length === values.length ? values : values.subarray(start, start + length);
          view.set(part, (inputsAt + (inputs.inputs[index]?.offset as number)) / 8);
        });
        // an odd last element shares its vector with whatever the block holds; lanes do not mix
        module.chunk(firstFreeByte, inputsAt, 0, length);
        for (const { output, place } of outputPlaces)
          call.outputs[output]?.set(view.subarray(place, place + length), start);
        const end = start + length;
        if (sums === 0 || (end < count && end % SUM_BLOCK !== 0)) continue;
        module.endBlock(firstFreeByte, partialsAt);
        const block = Math.ceil(end / SUM_BLOCK) - 1;
        partials.set(view.subarray(partialsAt / 8, partialsAt / 8 + 2 * sums), 2 * sums * block);
      }
      joinBlocks(partials, blocks, sums, results);
      writeSums(program, call.outputs, results);
    },
  };
}

/** The text of the module that runs a program on prepared columns of float64, for people to read. */
export function wasmSource(program: Program): string {
  const inputs = tileLayout([...program.columns, ...program.states].map(() => "float64"));
  return wasmText(encodeProgram(program, inputs, { initialPages: 0 }).bytes);
}
