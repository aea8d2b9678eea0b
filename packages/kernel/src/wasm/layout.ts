import type { Program } from "../program/program.ts";

/** Elements that are copied in, computed and copied out at a time: small enough for the first-level cache. */
export const BLOCK_ELEMENTS = 512;

const BLOCK_BYTES = 8 * BLOCK_ELEMENTS;
const START = 16;

/** Addresses in the memory of a compiled program, in bytes. Elementary tables and constants follow from `tables` on. */
export interface Layout {
  readonly parameters: number;
  readonly time: number;
  readonly columns: readonly number[];
  readonly states: readonly number[];
  readonly outputs: readonly number[];
  readonly tables: number;
}

/** Parameters, time, then one block per column, state and output, each at a multiple of 16. */
export function layoutOf(program: Program): Layout {
  const time = START + 8 * program.parameters.length;
  let next = (time + 8 + 15) & ~15;
  const blocks = (list: readonly unknown[]) =>
    list.map(() => {
      const address = next;
      next += BLOCK_BYTES;
      return address;
    });
  return {
    parameters: START,
    time,
    columns: blocks(program.columns),
    states: blocks(program.states),
    outputs: blocks(program.outputs),
    tables: next,
  };
}
