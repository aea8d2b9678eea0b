import { compileWasm, instantiateWasm, type WasmModule } from "../wasm/host.ts";
import { ModuleBuilder } from "../wasm/module-builder.ts";
import type { FftArena } from "./arena.ts";
import type { Radix } from "./butterfly.ts";
import type { Decomposition } from "./decompose.ts";
import { type PassShape, writePass } from "./pass.ts";
import { type Roots, rootsOfUnity } from "./roots.ts";

/**
 * Machine code and tables of one length in one arena: forward transforms on planes at given addresses.
 *
 * An inverse transform is a forward one with real and imaginary plane exchanged, so all code is written once.
 */
export interface TransformKernels {
  /** Natural order to natural order, in place, times `scale`. */
  ordered(re: number, im: number, scale: number): void;
  /** Natural order to permuted order, in place, times `scale`. */
  toPermuted(re: number, im: number, scale: number): void;
  /** Permuted order to natural order, in place, times `scale`. */
  fromPermuted(re: number, im: number, scale: number): void;
  /**
   * `toPermuted`, times a transfer in permuted order, then the inverse of it times `scale`; absent where there is nothing
   * to gain over the three steps.
   */
  filter?(re: number, im: number, transferRe: number, transferIm: number, scale: number): void;
  /** Index of the element in natural order that stands at a position of the permuted order. */
  naturalIndex(position: number): number;
}

type PassFunction = (
  sourceRe: number,
  sourceIm: number,
  targetRe: number,
  targetIm: number,
  scratch: number,
  twiddles: number,
  rowOffsets: number,
  factors: number,
  blockCount: number,
  transferRe: number,
  transferIm: number,
  scale: number,
) => void;

/** Blocks of columns that a call of a pass covers. */
interface Blocks {
  readonly first: number;
  readonly count: number;
}

/** A pass with its tables, ready to be called on planes. */
interface BoundPass {
  readonly blockCount: number;
  run(
    source: Planes,
    target: Planes,
    options?: { readonly scale?: number; readonly blocks?: Blocks; readonly transfer?: Planes },
  ): void;
}

/** Addresses of the real and the imaginary plane. */
interface Planes {
  readonly re: number;
  readonly im: number;
}

const modules = new Map<string, WasmModule>();

export function transformKernels(cut: Decomposition, arena: FftArena): TransformKernels {
  const passes = cut.kind === "single" ? singlePasses(cut) : matrixPasses(cut);
  const key = `${cut.length} ${cut.lanes.precision} ${arena.shared} ${arena.maximumPages}`;
  let module = modules.get(key);
  if (module === undefined) {
    const builder = new ModuleBuilder();
    builder.importMemory("arena", "memory", {
      initialPages: 1,
      maximumPages: arena.maximumPages,
      shared: arena.shared,
    });
    for (const [name, shape] of Object.entries(passes)) writePass(builder, name, shape);
    module = compileWasm(builder.encode());
    modules.set(key, module);
  }
  const functions = instantiateWasm<Record<string, PassFunction>>(module, { arena: { memory: arena.memory } });
  const bind = bindTables(arena, cut, Object.values(passes));
  const bound = (name: string): BoundPass => bind(passes[name] as PassShape, functions[name] as PassFunction);
  return cut.kind === "single" ? singleKernels(bound) : matrixKernels(cut, arena, bound);
}

type Bound = (name: string) => BoundPass;

function singlePasses({ lanes, length, stages }: Decomposition & { kind: "single" }): Record<string, PassShape> {
  const layout = { rowBytes: lanes.elementBytes, columnBytes: lanes.elementBytes, blockBytes: 0 };
  const common = { lanes, rows: length, stages, columns: 1, blockColumns: 1, source: layout, target: layout };
  return { all: { ...common, hasFactors: false, hasScale: true, hasTransfer: false } };
}

function singleKernels(bound: Bound): TransformKernels {
  const all = bound("all");
  const inPlace = (re: number, im: number, scale: number) => all.run({ re, im }, { re, im }, { scale });
  return { ordered: inPlace, toPermuted: inPlace, fromPermuted: inPlace, naturalIndex: (position) => position };
}

type Matrix = Decomposition & { kind: "matrix" };

/** Padding of rows of the intermediate matrix: an odd number of cache lines spreads a column over the cache's sets. */
function paddedRowBytes(columns: number, elementBytes: number): number {
  return (Math.ceil((columns * elementBytes) / 64) | 1) * 64;
}

function matrixPasses({ lanes, rows, columns, rowStages, columnStages }: Matrix): Record<string, PassShape> {
  const element = lanes.elementBytes;
  const rowBlock = blockColumnsOf(rows, lanes.count, element);
  const columnBlock = blockColumnsOf(columns, lanes.count, element);
  const natural = (width: number, block: number) => ({
    rowBytes: width * element,
    columnBytes: element,
    blockBytes: block * element,
  });
  const permuted = (height: number, block: number) => ({
    rowBytes: block * element,
    columnBytes: element,
    blockBytes: block * element * height,
  });
  const transposed = (width: number, block: number) => ({
    rowBytes: element,
    columnBytes: paddedRowBytes(width, element),
    blockBytes: block * paddedRowBytes(width, element),
  });
  const padded = (width: number, block: number) => ({
    ...natural(width, block),
    rowBytes: paddedRowBytes(width, element),
  });
  const overColumns = { lanes, rows, stages: rowStages, columns, blockColumns: columnBlock };
  const overRows = { lanes, rows: columns, stages: columnStages, columns: rows, blockColumns: rowBlock };
  const first = { hasFactors: true, hasScale: false, hasTransfer: false };
  const second = { hasFactors: false, hasScale: true, hasTransfer: false };
  const filtered = { hasFactors: false, hasScale: false, hasTransfer: true };
  return {
    columnsFirst: {
      ...overColumns,
      ...first,
      source: natural(columns, columnBlock),
      target: padded(columns, columnBlock),
    },
    rowsToNatural: { ...overRows, ...second, source: transposed(columns, rowBlock), target: natural(rows, rowBlock) },
    rowsToPermuted: {
      ...overRows,
      ...second,
      source: transposed(columns, rowBlock),
      target: permuted(columns, rowBlock),
    },
    rowsFiltered: {
      ...overRows,
      ...filtered,
      source: transposed(columns, rowBlock),
      target: permuted(columns, rowBlock),
    },
    rowsFirst: { ...overRows, ...first, source: permuted(columns, rowBlock), target: padded(rows, rowBlock) },
    columnsToNatural: {
      ...overColumns,
      ...second,
      source: transposed(rows, columnBlock),
      target: natural(columns, columnBlock),
    },
  };
}

function matrixKernels({ rows, columns, lanes }: Matrix, arena: FftArena, bound: Bound): TransformKernels {
  const element = lanes.elementBytes;
  const planeBytes = Math.max(rows * paddedRowBytes(columns, element), columns * paddedRowBytes(rows, element)) + 64;
  const middle = { re: arena.allocate(2 * planeBytes), im: 0 };
  middle.im = middle.re + planeBytes;
  const columnsFirst = bound("columnsFirst");
  const rowsToNatural = bound("rowsToNatural");
  const rowsToPermuted = bound("rowsToPermuted");
  const rowsFiltered = bound("rowsFiltered");
  const rowsFirst = bound("rowsFirst");
  const columnsToNatural = bound("columnsToNatural");
  const block = blockColumnsOf(rows, lanes.count, element);
  return {
    ordered(re, im, scale) {
      columnsFirst.run({ re, im }, middle);
      rowsToNatural.run(middle, { re, im }, { scale });
    },
    toPermuted(re, im, scale) {
      columnsFirst.run({ re, im }, middle);
      rowsToPermuted.run(middle, { re, im }, { scale });
    },
    fromPermuted(re, im, scale) {
      rowsFirst.run({ re, im }, middle);
      columnsToNatural.run(middle, { re, im }, { scale });
    },
    filter(re, im, transferRe, transferIm, scale) {
      const transfer = { re: transferRe, im: transferIm };
      columnsFirst.run({ re, im }, middle);
      rowsFiltered.run(middle, { re, im }, { transfer });
      // The way back runs on exchanged planes: an inverse.
      rowsFirst.run({ re: im, im: re }, middle);
      columnsToNatural.run(middle, { re: im, im: re }, { scale });
    },
    naturalIndex(position) {
      const blockIndex = Math.floor(position / (block * columns));
      const within = position - blockIndex * block * columns;
      const rowFrequency = Math.floor(within / block);
      return blockIndex * block + (within % block) + rows * rowFrequency;
    },
  };
}

/**
 * Columns of a block. Four cache lines measured best for long transforms: strided rows are then fetched in runs, while
 * scratch still fits the second-level cache; short ones stay in the first level with one line.
 */
function blockColumnsOf(columns: number, laneCount: number, elementBytes: number): number {
  let block = Math.min(columns, (columns >= 128 ? 256 : 64) / elementBytes);
  while (columns % block !== 0 || block % laneCount !== 0) block--;
  return block;
}

/** Writes the tables of passes into the arena, each once, and returns a function that binds a pass to them. */
function bindTables(arena: FftArena, { length, lanes }: Decomposition, shapes: readonly PassShape[]) {
  const roots = rootsOfUnity(length);
  const element = lanes.elementBytes;
  const scratchBytes = Math.max(...shapes.map(({ rows, blockColumns }) => 2 * rows * blockColumns * element));
  const scratch = arena.allocate(scratchBytes);
  const made = new Map<string, number>();
  const table = (key: string, kind: "reals" | "int32", values: () => number[]): number => {
    const known = made.get(key);
    if (known !== undefined) return known;
    const content = values();
    const address = arena.allocate(Math.max(64, content.length * (kind === "int32" ? 4 : element)));
    if (kind === "int32") arena.int32(address, content.length).set(content);
    else arena.reals(lanes.precision, address, content.length).set(content);
    made.set(key, address);
    return address;
  };
  return (shape: PassShape, run: PassFunction): BoundPass => {
    const { rows, stages, columns, blockColumns, source, target } = shape;
    const order = lastStageRows(stages);
    const twiddles = table(`stages ${rows}`, "reals", () => stageTwiddles(roots, rows, stages));
    const offsets = table(`rows ${rows} ${target.rowBytes}`, "int32", () => order.map((row) => row * target.rowBytes));
    const factors = shape.hasFactors
      ? table(`factors ${rows} ${columns} ${blockColumns}`, "reals", () => passFactors(roots, shape, order))
      : 0;
    const blockCount = columns / blockColumns;
    const factorBytes = 2 * rows * blockColumns * element;
    return {
      blockCount,
      run(from, to, { scale = 1, blocks = { first: 0, count: blockCount }, transfer = to } = {}) {
        const read = blocks.first * source.blockBytes;
        const write = blocks.first * target.blockBytes;
        run(
          from.re + read,
          from.im + read,
          to.re + write,
          to.im + write,
          scratch,
          twiddles,
          offsets,
          factors + blocks.first * factorBytes,
          blocks.count,
          transfer.re + write,
          transfer.im + write,
          scale,
        );
      },
    };
  };
}

/** Row of the first result of each butterfly of the last stage, in the order of the butterflies. */
function lastStageRows(stages: readonly Radix[]): number[] {
  let order = [0];
  let weight = 1;
  for (const radix of stages.slice(0, -1)) {
    const places = order;
    order = places.flatMap((place) => Array.from({ length: radix }, (_, digit) => place + weight * digit));
    weight *= radix;
  }
  return order;
}

/** exp(−2πi pk/L) for each stage of length L, position p and k ≥ 1, as re, im. */
function stageTwiddles(roots: Roots, rows: number, stages: readonly Radix[]): number[] {
  const values: number[] = [];
  let length = rows;
  for (const radix of stages.slice(0, -1)) {
    const quarter = length / radix;
    const step = roots.length / length;
    for (let p = 0; p < quarter; p++)
      for (let k = 1; k < radix; k++) values.push(roots.cosine(p * k * step), roots.negativeSine(p * k * step));
    length = quarter;
  }
  return values;
}

/** exp(−2πi row·column/n) in the order in which the last stage uses them: block, butterfly, lanes, result. */
function passFactors(
  roots: Roots,
  { rows, columns, stages, blockColumns, lanes }: PassShape,
  order: readonly number[],
): number[] {
  const values: number[] = [];
  const radix = stages.at(-1) ?? 1;
  for (let block = 0; block < columns; block += blockColumns)
    for (const first of order)
      for (let column = block; column < block + blockColumns; column += lanes.count)
        for (let k = 0; k < radix; k++) {
          const row = first + (k * rows) / radix;
          for (let lane = 0; lane < lanes.count; lane++)
            values.push(roots.cosine((row * (column + lane)) % roots.length));
          for (let lane = 0; lane < lanes.count; lane++)
            values.push(roots.negativeSine((row * (column + lane)) % roots.length));
        }
  return values;
}
