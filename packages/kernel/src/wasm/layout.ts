import { SUM_LANES } from "../program/element-sum.ts";
import { sumCount } from "../program/kernel.ts";
import type { Program } from "../program/program.ts";

/** Width of the numbers of an input in memory; both are computed with as float64. */
export type ColumnFormat = "float64" | "float32";

/** Where the inputs of two neighbouring elements stand, seen from a pointer that moves by `stepBytes` per two elements. */
export interface InputLayout {
  /** Columns, then states. */
  readonly inputs: readonly { readonly offset: number; readonly format: ColumnFormat }[];
  readonly stepBytes: number;
}

/** Elements that are copied in, computed and copied out at a time: small enough for the first-level cache. */
export const CHUNK_ELEMENTS = 512;
/** Columns of a chunk stand a cache line further apart than they are long, or they would share lines of the cache. */
const CHUNK_COLUMN_BYTES = 8 * CHUNK_ELEMENTS + 64;

/** A chunk of each column after the other. */
export function chunkLayout(program: Program): InputLayout & { readonly bytes: number } {
  const inputs = [...program.columns, ...program.states].map((_, index) => ({
    offset: CHUNK_COLUMN_BYTES * index,
    format: "float64" as const,
  }));
  return { inputs, stepBytes: 16, bytes: CHUNK_COLUMN_BYTES * inputs.length };
}

/** Two elements of every column side by side, then the next two: one stream of memory, whatever the number of columns. */
export function tileLayout(formats: readonly ColumnFormat[]): InputLayout {
  let next = 0;
  const inputs = formats.map((format) => {
    const offset = next;
    next += format === "float64" ? 16 : 8;
    return { offset, format };
  });
  return { inputs, stepBytes: next };
}

/** Addresses in the memory of a compiled program that do not depend on the data, in bytes. */
export interface Layout {
  /** First byte. What a call is told stands from here to the tables. */
  readonly base: number;
  readonly parameters: number;
  readonly time: number;
  /** Addresses as 32-bit numbers: of the inputs, of the partial sums, then the number of elements. */
  readonly header: number;
  /** Addresses as 32-bit numbers: of the outputs that are not sums. */
  readonly outputs: number;
  /** Elementary tables and constants follow from here on. */
  readonly tables: number;
}

/** The layout of a program whose memory begins at `base`, a multiple of 64. */
export function layoutOf(program: Program, base = 0): Layout {
  const parameters = base + 16;
  const time = parameters + 8 * program.parameters.length;
  const header = time + 8;
  const outputs = header + 16;
  const tables = (outputs + 4 * (program.outputs.length - sumCount(program)) + 15) & ~15;
  return { base, parameters, time, header, outputs, tables };
}

/** Working memory of one thread, from a multiple of 64 on: places relative to its start. */
export interface Scratch {
  /** Lane sums of the present row, of the rows before it as pairs, and a copy; 64 bytes per sum each. */
  readonly row: number;
  readonly sum: number;
  readonly lost: number;
  readonly copy: number;
  /** Sixteen bytes that are written and never read. */
  readonly unread: number;
  /** Values that are the same for all elements, twice each. */
  readonly hoisted: number;
  readonly bytes: number;
}

export function scratchOf(sums: number, hoisted: number): Scratch {
  const lanes = 8 * SUM_LANES * sums;
  return {
    row: 0,
    sum: lanes,
    lost: 2 * lanes,
    copy: 3 * lanes,
    unread: 4 * lanes,
    hoisted: 4 * lanes + 16,
    bytes: (4 * lanes + 16 + 16 * hoisted + 63) & ~63,
  };
}
