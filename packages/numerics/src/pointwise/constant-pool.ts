import type { Lanes } from "../fft/lanes.ts";
import type { FunctionBuilder } from "../wasm/function-builder.ts";

/**
 * Numbers that a loop loads into all lanes from a table instead of building them anew.
 *
 * Engines build a vector constant from integer registers each time it is used (five instructions in V8 11), and have too
 * few registers to keep the constants of a polynomial; a load that fills all lanes is one instruction.
 */
export interface ConstantPool {
  /** Values in the order of their places in the table. */
  readonly values: readonly number[];
  /** Pushes a constant in all lanes. */
  push(f: FunctionBuilder, value: number): void;
}

/**
 * A pool whose table will stand at `address`; new values are added to `values`.
 *
 * The address is part of the code: a load from a constant address is one instruction, while one from a variable address
 * with an offset takes two.
 */
export function constantPool(lanes: Lanes, address: number, values: number[]): ConstantPool {
  return {
    values,
    push(f, value) {
      const known = values.indexOf(value);
      const place = known >= 0 ? known : values.push(value) - 1;
      f.i32(address).memory(lanes.loadSplat, place * lanes.elementBytes);
    },
  };
}
