import { createRequire } from "node:module";
import koffi from "koffi";
import type { ResidentData } from "../../context/checked-kernel.ts";
import type { NamedColumn } from "../../context/data-columns.ts";
import type { NativeModule, ThreadTeam } from "../../context/host.ts";
import { joinBlocks, sumBlockCount } from "../../program/element-sum.ts";
import { sumCount } from "../../program/kernel.ts";
import type { Program } from "../../program/program.ts";
import type { ColumnFormat } from "../../wasm/layout.ts";
import { type NativeInputs, nativeMemory } from "./native-memory.ts";

const loader = createRequire(import.meta.url).resolve("koffi");

/** The functions of a library that `cSource` wrote. Numbers stand for addresses. */
interface Library {
  readonly file: string;
  hoist(call: bigint, scratch: bigint): void;
  blocks(call: bigint, scratch: bigint, first: number, end: number): void;
}

/** Opens the functions of a program in a library. Throws what the system says where it cannot be opened. */
export function nativeModule(program: Program, file: string, suffix = ""): NativeModule {
  const loaded = koffi.load(file);
  const library: Library = {
    file,
    hoist: loaded.func(`hoist${suffix}`, "void", ["uintptr_t", "uintptr_t"]),
    blocks: loaded.func(`blocks${suffix}`, "void", ["uintptr_t", "uintptr_t", "int", "int"]),
  };
  return {
    resident: (given, formats, count, team) => residentNative(program, library, given, formats, count, team),
  };
}

/** Copies data into memory of their own, or takes those of another program; with scratch for each thread. */
function residentNative(
  program: Program,
  library: Library,
  given: readonly NamedColumn[] | NativeInputs,
  formats: readonly ColumnFormat[],
  count: number,
  team: ThreadTeam | undefined,
): ResidentData {
  const shared = "kind" in given ? given : undefined;
  const memory = nativeMemory(program, formats, count, 1 + (team?.workers ?? 0), team !== undefined, shared);
  const { call, parameters, partials } = memory;
  const [scratch, ...workerScratch] = memory.scratch as [bigint, ...bigint[]];
  if (!("kind" in given))
    given.forEach(({ values }, index) => {
      memory.write(index, values);
    });
  const sums = sumCount(program);
  const blocks = sumBlockCount(count);
  const width = program.parameters.length;
  const id = team?.load({ kind: "native", file: library.file, loader, call, scratch: workerScratch });
  const computeBlock = (block: number) => library.blocks(call, scratch, block, block + 1);
  return {
    backend: "native",
    bytes: memory.bytes,
    columns: memory.outputs.map((values) => values.subarray(0, count)),
    formats,
    inputs: memory.inputs,
    compute(source, parameterAt, time, results, resultAt) {
      for (let k = 0; k < width; k++) parameters[k] = source[parameterAt + k] as number;
      parameters[width] = time;
      library.hoist(call, scratch);
      if (team !== undefined && id !== undefined && blocks > 1) team.run(id, blocks, computeBlock);
      else library.blocks(call, scratch, 0, blocks);
      joinBlocks(partials, blocks, sums, results, resultAt);
    },
    write: (index, values) => memory.write(index, values),
    release() {
      if (id !== undefined) team?.unload(id);
    },
  };
}
