import koffi from "koffi";
import type { SharedInputs } from "../../context/checked-kernel.ts";
import { formatOf } from "../../context/data-columns.ts";
import { sumBlockCount } from "../../program/element-sum.ts";
import { sumCount } from "../../program/kernel.ts";
import type { Program } from "../../program/program.ts";
import type { ColumnFormat } from "../../wasm/layout.ts";
import { nativeScratchBytes, TILE_ELEMENTS, tileOfEight } from "./c-source.ts";

const ALIGNMENT = 64;

/** Memory in which native code of a program works: the words of a call, and all that they point to. */
export interface NativeMemory {
  readonly bytes: number;
  /** Addresses of the words of each call that can be under way. */
  readonly calls: readonly bigint[];
  /** Addresses of the working memory of each thread. */
  readonly scratch: readonly bigint[];
  readonly inputs: NativeInputs;
  /** Of each call. */
  readonly parameters: readonly Float64Array[];
  /** Pairs of sums, block by block, of each call. */
  readonly partials: readonly Float64Array[];
  /** The outputs that are no sums, whole tiles long. */
  readonly outputs: readonly Float64Array[];
  /** Lays a column out in tiles. */
  write(index: number, values: Float64Array | Float32Array): void;
}

/** Columns in tiles, and where they begin in memory and in their buffer. */
export type NativeInputs = SharedInputs & { readonly kind: "native" };

/** Allocates memory for `count` elements; `shared` memory can be reached by other threads. Columns may stand elsewhere. */
export function nativeMemory(
  program: Program,
  formats: readonly ColumnFormat[],
  count: number,
  { threads, lanes }: { readonly threads: number; readonly lanes: number },
  shared: boolean,
  inputs?: NativeInputs,
): NativeMemory {
  const sums = sumCount(program);
  const tile = tileOfEight(formats);
  const tiles = Math.ceil(count / TILE_ELEMENTS);
  const blocks = sumBlockCount(count);
  const outputCount = program.outputs.length - sums;
  let bytes = 0;
  const place = (length: number) => {
    const at = bytes;
    bytes += Math.ceil(length / ALIGNMENT) * ALIGNMENT;
    return at;
  };
  const callsAt = Array.from({ length: lanes }, () => ({
    words: place(8 * (4 + outputCount)),
    parameters: place(8 * (program.parameters.length + 1)),
    partials: place(16 * sums * blocks),
  }));
  const scratchAt = Array.from({ length: threads }, () => place(nativeScratchBytes(program)));
  const inputsAt = place(inputs === undefined ? tile.bytes * tiles : 0);
  const outputsAt = Array.from({ length: outputCount }, () => place(8 * TILE_ELEMENTS * tiles));
  const buffer: ArrayBuffer | SharedArrayBuffer = shared
    ? new SharedArrayBuffer(bytes + ALIGNMENT)
    : new ArrayBuffer(bytes + ALIGNMENT);
  const address = koffi.address(new Uint8Array(buffer));
  const start = Number((BigInt(ALIGNMENT) - (address % BigInt(ALIGNMENT))) % BigInt(ALIGNMENT));
  const addressOf = (at: number) => address + BigInt(start + at);
  const columns = inputs ?? { kind: "native", buffer, address: addressOf(inputsAt), place: start + inputsAt };
  for (const { words, parameters, partials } of callsAt)
    new BigInt64Array(buffer, start + words, 4 + outputCount).set([
      addressOf(parameters),
      columns.address,
      addressOf(partials),
      BigInt(count),
      ...outputsAt.map(addressOf),
    ]);
  return {
    bytes: bytes + ALIGNMENT,
    calls: callsAt.map(({ words }) => addressOf(words)),
    inputs: columns,
    scratch: scratchAt.map(addressOf),
    parameters: callsAt.map(
      ({ parameters }) => new Float64Array(buffer, start + parameters, program.parameters.length + 1),
    ),
    partials: callsAt.map(({ partials }) => new Float64Array(buffer, start + partials, 2 * sums * blocks)),
    outputs: outputsAt.map((at) => new Float64Array(buffer, start + at, TILE_ELEMENTS * tiles)),
    write(index, values) {
      if (count === 0) return;
      const at = columns.place + (tile.offsets[index] as number);
      const target =
        formatOf(values) === "float64" ? new Float64Array(columns.buffer, at) : new Float32Array(columns.buffer, at);
      copyToTiles(target, tile.bytes / values.BYTES_PER_ELEMENT, values, count);
    },
  };
}

/** Places of the last tile that the elements leave open repeat the last one, so that code meets no strange arguments. */
function copyToTiles(
  target: Float64Array | Float32Array,
  step: number,
  values: Float64Array | Float32Array,
  count: number,
): void {
  for (let tile = 0, at = 0; tile < count; tile += TILE_ELEMENTS, at += step)
    for (let lane = 0; lane < TILE_ELEMENTS; lane++)
      target[at + lane] = values[Math.min(tile + lane, count - 1)] as number;
}
