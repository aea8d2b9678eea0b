import { createRequire } from "node:module";
import koffi from "koffi";
import type { ResidentData } from "../../context/checked-kernel.ts";
import type { NamedColumn } from "../../context/data-columns.ts";
import { laneCount, type NativeModule, type ThreadTeam } from "../../context/host.ts";
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
  const sums = sumCount(program);
  const lanes = laneCount(team, program.outputs.length - sums);
  const threads = 1 + (team?.workers ?? 0);
  const memory = nativeMemory(program, formats, count, { threads, lanes }, team !== undefined, shared);
  const { calls, parameters, partials } = memory;
  const callOf = (lane: number) => calls[lane] as bigint;
  const [scratch, ...workerScratch] = memory.scratch as [bigint, ...bigint[]];
  if (!("kind" in given))
    given.forEach(({ values }, index) => {
      memory.write(index, values);
    });
  const blocks = sumBlockCount(count);
  const width = program.parameters.length;
  const id = team?.load({ kind: "native", file: library.file, loader, calls, scratch: workerScratch });
  let hoisted = 0;
  const computeBlock = (lane: number, block: number) => {
    if (lane !== hoisted) library.hoist(callOf(lane), scratch);
    hoisted = lane;
    library.blocks(callOf(lane), scratch, block, block + 1);
  };
  return {
    backend: "native",
    bytes: memory.bytes,
    columns: memory.outputs.map((values) => values.subarray(0, count)),
    formats,
    inputs: memory.inputs,
    lanes,
    compute(source, first, vectors, time, results) {
      for (let lane = 0; lane < vectors; lane++) {
        const [own, from] = [parameters[lane] as Float64Array, (first + lane) * width];
        for (let k = 0; k < width; k++) own[k] = source[from + k] as number;
        own[width] = time;
      }
      library.hoist(callOf(0), scratch);
      hoisted = 0;
      if (team !== undefined && id !== undefined && vectors * blocks > 1) team.run(id, vectors, blocks, computeBlock);
      else library.blocks(callOf(0), scratch, 0, blocks);
      for (let lane = 0; lane < vectors; lane++)
        joinBlocks(partials[lane] as Float64Array, blocks, sums, results, (first + lane) * sums);
    },
    write: (index, values) => memory.write(index, values),
    release() {
      if (id !== undefined) team?.unload(id);
    },
  };
}
