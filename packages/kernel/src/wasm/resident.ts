import { compileWasm, createWasmMemory, instantiateWasm, type WasmModule } from "@simloom/numerics";
import type { ResidentData, SharedInputs } from "../context/checked-kernel.ts";
import type { NamedColumn } from "../context/data-columns.ts";
import { laneCount, type ThreadTeam } from "../context/host.ts";
import { kernelError } from "../errors.ts";
import { joinBlocks, sumBlockCount } from "../program/element-sum.ts";
import { sumCount } from "../program/kernel.ts";
import type { Program } from "../program/program.ts";
import { type EncodedProgram, encodeProgram, type ModuleExports } from "./encode.ts";
import { type ColumnFormat, tileLayout } from "./layout.ts";

const PAGE_BYTES = 65536;
const MOST_PAGES = 65536;
/** By so much memory that threads share may grow, beyond twice its size, for further programs on the same data. */
const SPARE_PAGES = 256;

/** A program compiled for data that stand in its memory, for columns of given widths. */
export interface ResidentModule extends EncodedProgram {
  readonly module: WasmModule;
}

/** Compiles a program for resident data, in memory from `base` on. `shared` memory can be worked on by several threads. */
export function residentModule(
  program: Program,
  formats: readonly ColumnFormat[],
  shared: boolean,
  base = 0,
): ResidentModule {
  const limits = shared ? { initialPages: 0, maximumPages: MOST_PAGES, shared } : { initialPages: 0 };
  const encoded = encodeProgram(program, tileLayout(formats), limits, base);
  return { ...encoded, module: compileWasm(encoded.bytes) };
}

/** Columns in tiles, from an address on. */
export type WasmInputs = SharedInputs & { readonly kind: "wasm" };

/**
 * Copies data into a memory of their own; or takes those of another program and has their memory grow, for a module that begins
 * at its end. With scratch for some threads. Throws `KERN-052` beyond 4 GiB, `RangeError` where memory cannot grow.
 */
export function residentWasm(
  program: Program,
  compiled: ResidentModule,
  given: readonly NamedColumn[] | WasmInputs,
  formats: readonly ColumnFormat[],
  count: number,
  team: ThreadTeam | undefined,
): ResidentData {
  const { layout, inputs, scratch, firstFreeByte } = compiled;
  const sums = sumCount(program);
  const blocks = sumBlockCount(count);
  const outputCount = program.outputs.length - sums;
  const evenCount = count + (count & 1);
  const scratchAt = Array.from(
    { length: 1 + (team?.workers ?? 0) },
    (_, thread) => firstFreeByte + thread * scratch.bytes,
  );
  const [ownScratch, ...workerScratch] = scratchAt as [number, ...number[]];
  // what a call is told, in copies where several can be under way; then the partial sums of each
  const lanes = laneCount(team, outputCount);
  const callBytes = (layout.tables - layout.base + 63) & ~63;
  const copiesAt = firstFreeByte + scratch.bytes * scratchAt.length;
  const shifts = Array.from({ length: lanes }, (_, lane) =>
    lane === 0 ? 0 : copiesAt + callBytes * (lane - 1) - layout.base,
  );
  const partialBytes = (16 * sums * blocks + 63) & ~63;
  const partialsAt = copiesAt + callBytes * (lanes - 1);
  const ownAt = partialsAt + partialBytes * lanes;
  const shared = "kind" in given ? given : undefined;
  const inputsAt = shared?.address ?? ownAt;
  const outputsAt = shared === undefined ? (ownAt + (evenCount / 2) * inputs.stepBytes + 63) & ~63 : ownAt;
  const outputBytes = 8 * evenCount;
  const end = outputsAt + outputBytes * outputCount;
  const pages = Math.ceil(end / PAGE_BYTES);
  if (pages > MOST_PAGES)
    throw kernelError(
      "KERN-052",
      `The data take ${end} bytes, but WebAssembly reaches 4 GiB`,
      "Prepare the data in parts, or use columns of float32.",
      { bytes: end },
    );
  const memory =
    shared?.memory ??
    createWasmMemory(
      team === undefined
        ? { initialPages: pages }
        : { initialPages: pages, maximumPages: Math.min(MOST_PAGES, 2 * pages + SPARE_PAGES), shared: true },
    );
  const before = shared === undefined ? 0 : memory.buffer.byteLength;
  if (shared !== undefined) memory.grow(pages - before / PAGE_BYTES);
  const { hoist, blocks: computeBlocks } = instantiateWasm<ModuleExports>(compiled.module, { host: { memory } });
  const words = new Uint32Array(memory.buffer);
  shifts.forEach((shift, lane) => {
    words.set([inputsAt, partialsAt + partialBytes * lane, count], (layout.header + shift) / 4);
  });
  const outputAddresses = Array.from({ length: outputCount }, (_, index) => outputsAt + outputBytes * index);
  words.set(outputAddresses, layout.outputs / 4);
  const viewsOf = (buffer: ArrayBuffer | SharedArrayBuffer) => ({
    buffer,
    all: new Float64Array(buffer),
    partials: shifts.map((_, lane) => new Float64Array(buffer, partialsAt + partialBytes * lane, 2 * sums * blocks)),
    columns: outputAddresses.map((address) => new Float64Array(buffer, address, count)),
  });
  let known = viewsOf(memory.buffer);
  // a memory that grows for another program gets a new buffer
  const views = () => {
    if (known.buffer !== memory.buffer) known = viewsOf(memory.buffer);
    return known;
  };
  const parameterPlace = layout.parameters / 8;
  const write = (index: number, values: Float64Array | Float32Array) => {
    const place = inputs.inputs[index] as (typeof inputs.inputs)[number];
    copyToTiles(memory.buffer, inputsAt + place.offset, inputs.stepBytes, values, count);
  };
  if (!("kind" in given))
    given.forEach(({ values }, index) => {
      write(index, values);
    });
  const id = team?.load({ kind: "wasm", module: compiled.module, memory, calls: shifts, scratch: workerScratch });
  let hoisted = 0;
  const computeBlock = (lane: number, block: number) => {
    if (lane !== hoisted) hoist(ownScratch, shifts[lane] as number);
    hoisted = lane;
    computeBlocks(ownScratch, block, block + 1, shifts[lane] as number);
  };
  return {
    backend: "wasm",
    bytes: shared === undefined ? end : memory.buffer.byteLength - before,
    get columns() {
      return views().columns;
    },
    formats,
    inputs: { kind: "wasm", memory, address: inputsAt },
    lanes,
    compute(source, first, vectors, time, results) {
      const { all: view, partials } = views();
      const width = program.parameters.length;
      for (let lane = 0; lane < vectors; lane++) {
        const [place, from] = [parameterPlace + (shifts[lane] as number) / 8, (first + lane) * width];
        for (let k = 0; k < width; k++) view[place + k] = source[from + k] as number;
        view[(layout.time + (shifts[lane] as number)) / 8] = time;
      }
      hoist(ownScratch, 0);
      hoisted = 0;
      if (team !== undefined && id !== undefined && vectors * blocks > 1) team.run(id, vectors, blocks, computeBlock);
      else if (blocks > 0) computeBlocks(ownScratch, 0, blocks, 0);
      for (let lane = 0; lane < vectors; lane++)
        joinBlocks(partials[lane] as Float64Array, blocks, sums, results, (first + lane) * sums);
    },
    write,
    release() {
      if (id !== undefined) team?.unload(id);
    },
  };
}

/** Lays a column out two elements at a time; an odd last one stands twice, so that it meets no strange arguments. */
function copyToTiles(
  buffer: ArrayBuffer | SharedArrayBuffer,
  address: number,
  stepBytes: number,
  values: Float64Array | Float32Array,
  count: number,
): void {
  const width = values.BYTES_PER_ELEMENT;
  const target = width === 8 ? new Float64Array(buffer, address) : new Float32Array(buffer, address);
  const step = stepBytes / width;
  let at = 0;
  for (let element = 0; element < count; element += 2) {
    target[at] = values[element] as number;
    target[at + 1] = values[Math.min(element + 1, count - 1)] as number;
    at += step;
  }
}
