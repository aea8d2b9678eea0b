import koffi from "koffi";
import type { ResidentData } from "../../context/checked-kernel.ts";
import { formatOf, type NamedColumn } from "../../context/data-columns.ts";
import type { NativeModule, ThreadTeam } from "../../context/host.ts";
import { joinBlocks, sumBlockCount } from "../../program/element-sum.ts";
import { sumCount } from "../../program/kernel.ts";
import type { Program } from "../../program/program.ts";
import type { ColumnFormat } from "../../wasm/layout.ts";
import { nativeScratchBytes, TILE_ELEMENTS, tileOfEight } from "./c-source.ts";

const ALIGNMENT = 64;

/** The functions of a library that `cSource` wrote. Numbers stand for addresses. */
interface Library {
  hoist(call: bigint, scratch: bigint): void;
  blocks(call: bigint, scratch: bigint, first: number, end: number): void;
}

/** Opens the library of a program. Throws what the system says where it cannot be opened. */
export function nativeModule(program: Program, file: string): NativeModule {
  const loaded = koffi.load(file);
  const library: Library = {
    hoist: loaded.func("hoist", "void", ["uintptr_t", "uintptr_t"]),
    blocks: loaded.func("blocks", "void", ["uintptr_t", "uintptr_t", "int", "int"]),
  };
  return { resident: (given, count, team) => residentNative(program, library, file, given, count, team) };
}

/** Copies data into memory of their own, in tiles of eight elements, with scratch for each thread. */
function residentNative(
  program: Program,
  library: Library,
  file: string,
  given: readonly NamedColumn[],
  count: number,
  team: ThreadTeam | undefined,
): ResidentData {
  const sums = sumCount(program);
  const formats = given.map(({ values }) => formatOf(values));
  const tile = tileOfEight(formats);
  const tiles = Math.ceil(count / TILE_ELEMENTS);
  const blocks = sumBlockCount(count);
  const outputCount = program.outputs.length - sums;
  const threads = 1 + (team?.workers ?? 0);
  const scratchBytes = rounded(nativeScratchBytes(program));
  let bytes = 0;
  const place = (length: number) => {
    const at = bytes;
    bytes += rounded(length);
    return at;
  };
  const callAt = place(8 * (4 + outputCount));
  const parametersAt = place(8 * (program.parameters.length + 1));
  const partialsAt = place(16 * sums * blocks);
  const scratchAt = Array.from({ length: threads }, () => place(scratchBytes));
  const inputsAt = place(tile.bytes * tiles);
  const outputsAt = Array.from({ length: outputCount }, () => place(8 * TILE_ELEMENTS * tiles));
  const buffer: ArrayBuffer | SharedArrayBuffer =
    team === undefined ? new ArrayBuffer(bytes + ALIGNMENT) : new SharedArrayBuffer(bytes + ALIGNMENT);
  const address = koffi.address(new Uint8Array(buffer));
  const start = Number((BigInt(ALIGNMENT) - (address % BigInt(ALIGNMENT))) % BigInt(ALIGNMENT));
  const addressOf = (at: number) => address + BigInt(start + at);
  const call = addressOf(callAt);
  const scratch = scratchAt.map(addressOf);
  const [ownScratch, ...workerScratch] = scratch as [bigint, ...bigint[]];
  new BigInt64Array(buffer, start + callAt, 4 + outputCount).set([
    addressOf(parametersAt),
    addressOf(inputsAt),
    addressOf(partialsAt),
    BigInt(count),
    ...outputsAt.map(addressOf),
  ]);
  const width = program.parameters.length;
  const parameters = new Float64Array(buffer, start + parametersAt, width + 1);
  const partials = new Float64Array(buffer, start + partialsAt, 2 * sums * blocks);
  const write = (index: number, values: Float64Array | Float32Array) =>
    copyToTilesOfEight(buffer, start + inputsAt + (tile.offsets[index] as number), tile.bytes, values, count);
  given.forEach(({ values }, index) => {
    write(index, values);
  });
  const id = team?.load({ kind: "native", file, call, scratch: workerScratch });
  const computeBlock = (block: number) => library.blocks(call, ownScratch, block, block + 1);
  return {
    backend: "native",
    bytes: bytes + ALIGNMENT,
    columns: outputsAt.map((at) => new Float64Array(buffer, start + at, count)),
    formats,
    compute(source, parameterAt, time, results, resultAt) {
      for (let k = 0; k < width; k++) parameters[k] = source[parameterAt + k] as number;
      parameters[width] = time;
      library.hoist(call, ownScratch);
      if (team !== undefined && id !== undefined && blocks > 1) team.run(id, blocks, computeBlock);
      else library.blocks(call, ownScratch, 0, blocks);
      joinBlocks(partials, blocks, sums, results, resultAt);
    },
    write,
    release() {
      if (id !== undefined) team?.unload(id);
    },
  };
}

/** Columns of a tile that the last elements leave open repeat the last one, so that code meets no strange arguments. */
function copyToTilesOfEight(
  buffer: ArrayBuffer | SharedArrayBuffer,
  address: number,
  tileBytes: number,
  values: Float64Array | Float32Array,
  count: number,
): void {
  if (count === 0) return;
  const format: ColumnFormat = formatOf(values);
  const target = format === "float64" ? new Float64Array(buffer, address) : new Float32Array(buffer, address);
  const step = tileBytes / values.BYTES_PER_ELEMENT;
  for (let tile = 0, at = 0; tile < count; tile += TILE_ELEMENTS, at += step)
    for (let lane = 0; lane < TILE_ELEMENTS; lane++)
      target[at + lane] = values[Math.min(tile + lane, count - 1)] as number;
}

function rounded(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
