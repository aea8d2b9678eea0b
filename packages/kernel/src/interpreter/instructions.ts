import type { MachineOperationName } from "../expression/operations.ts";

/** Values of up to a block of elements; conditions are 1 or 0. */
export type Register = Float64Array;

/**
 * Computes `count` elements of `result`, and up to three beyond: registers hold a multiple of four. May write where it reads.
 */
export type BlockOperation = (result: Register, a: Register, b: Register, c: Register, count: number) => void;

/**
 * One loop per operation: each stays small, sees arrays of one kind and is compiled well. The shortest are written out for
 * four elements, because a turn of a loop costs as much as its arithmetic.
 */
export const blockOperations: Readonly<Record<MachineOperationName, BlockOperation>> = {
  add(r, a, b, _, n) {
    for (let k = 0; k < n; k += 4) {
      r[k] = (a[k] as number) + (b[k] as number);
      r[k + 1] = (a[k + 1] as number) + (b[k + 1] as number);
      r[k + 2] = (a[k + 2] as number) + (b[k + 2] as number);
      r[k + 3] = (a[k + 3] as number) + (b[k + 3] as number);
    }
  },
  subtract(r, a, b, _, n) {
    for (let k = 0; k < n; k += 4) {
      r[k] = (a[k] as number) - (b[k] as number);
      r[k + 1] = (a[k + 1] as number) - (b[k + 1] as number);
      r[k + 2] = (a[k + 2] as number) - (b[k + 2] as number);
      r[k + 3] = (a[k + 3] as number) - (b[k + 3] as number);
    }
  },
  multiply(r, a, b, _, n) {
    for (let k = 0; k < n; k += 4) {
      r[k] = (a[k] as number) * (b[k] as number);
      r[k + 1] = (a[k + 1] as number) * (b[k + 1] as number);
      r[k + 2] = (a[k + 2] as number) * (b[k + 2] as number);
      r[k + 3] = (a[k + 3] as number) * (b[k + 3] as number);
    }
  },
  divide(r, a, b, _, n) {
    for (let k = 0; k < n; k++) r[k] = (a[k] as number) / (b[k] as number);
  },
  negate(r, a, _, __, n) {
    for (let k = 0; k < n; k++) r[k] = -(a[k] as number);
  },
  abs(r, a, _, __, n) {
    for (let k = 0; k < n; k++) r[k] = Math.abs(a[k] as number);
  },
  sqrt(r, a, _, __, n) {
    for (let k = 0; k < n; k++) r[k] = Math.sqrt(a[k] as number);
  },
  floor(r, a, _, __, n) {
    for (let k = 0; k < n; k++) r[k] = Math.floor(a[k] as number);
  },
  min(r, a, b, _, n) {
    for (let k = 0; k < n; k++) r[k] = Math.min(a[k] as number, b[k] as number);
  },
  max(r, a, b, _, n) {
    for (let k = 0; k < n; k++) r[k] = Math.max(a[k] as number, b[k] as number);
  },
  less(r, a, b, _, n) {
    for (let k = 0; k < n; k++) r[k] = (a[k] as number) < (b[k] as number) ? 1 : 0;
  },
  lessOrEqual(r, a, b, _, n) {
    for (let k = 0; k < n; k++) r[k] = (a[k] as number) <= (b[k] as number) ? 1 : 0;
  },
  equal(r, a, b, _, n) {
    for (let k = 0; k < n; k++) r[k] = a[k] === b[k] ? 1 : 0;
  },
  notEqual(r, a, b, _, n) {
    for (let k = 0; k < n; k++) r[k] = a[k] === b[k] ? 0 : 1;
  },
  and(r, a, b, _, n) {
    for (let k = 0; k < n; k++) r[k] = (a[k] as number) * (b[k] as number);
  },
  or(r, a, b, _, n) {
    for (let k = 0; k < n; k++) r[k] = (a[k] as number) + (b[k] as number) > 0 ? 1 : 0;
  },
  not(r, a, _, __, n) {
    for (let k = 0; k < n; k++) r[k] = 1 - (a[k] as number);
  },
  select(r, a, b, c, n) {
    for (let k = 0; k < n; k++) r[k] = a[k] === 1 ? (b[k] as number) : (c[k] as number);
  },
};

/** Two or three operations in one loop, each with its own rounding: half of what a loop costs is loading and storing. */
export type FusedOperation = (
  result: Register,
  a: Register,
  b: Register,
  c: Register,
  d: Register,
  count: number,
) => void;

/** Sums and differences of products, by which operand is a product. */
export const fusedOperations: Readonly<
  Record<"add" | "subtract", Readonly<Record<"both" | "first" | "second", FusedOperation>>>
> = {
  add: {
    both(r, a, b, c, d, n) {
      for (let k = 0; k < n; k += 4) {
        r[k] = (a[k] as number) * (b[k] as number) + (c[k] as number) * (d[k] as number);
        r[k + 1] = (a[k + 1] as number) * (b[k + 1] as number) + (c[k + 1] as number) * (d[k + 1] as number);
        r[k + 2] = (a[k + 2] as number) * (b[k + 2] as number) + (c[k + 2] as number) * (d[k + 2] as number);
        r[k + 3] = (a[k + 3] as number) * (b[k + 3] as number) + (c[k + 3] as number) * (d[k + 3] as number);
      }
    },
    first(r, a, b, c, _, n) {
      for (let k = 0; k < n; k += 4) {
        r[k] = (a[k] as number) * (b[k] as number) + (c[k] as number);
        r[k + 1] = (a[k + 1] as number) * (b[k + 1] as number) + (c[k + 1] as number);
        r[k + 2] = (a[k + 2] as number) * (b[k + 2] as number) + (c[k + 2] as number);
        r[k + 3] = (a[k + 3] as number) * (b[k + 3] as number) + (c[k + 3] as number);
      }
    },
    second(r, a, c, d, _, n) {
      for (let k = 0; k < n; k += 4) {
        r[k] = (a[k] as number) + (c[k] as number) * (d[k] as number);
        r[k + 1] = (a[k + 1] as number) + (c[k + 1] as number) * (d[k + 1] as number);
        r[k + 2] = (a[k + 2] as number) + (c[k + 2] as number) * (d[k + 2] as number);
        r[k + 3] = (a[k + 3] as number) + (c[k + 3] as number) * (d[k + 3] as number);
      }
    },
  },
  subtract: {
    both(r, a, b, c, d, n) {
      for (let k = 0; k < n; k += 4) {
        r[k] = (a[k] as number) * (b[k] as number) - (c[k] as number) * (d[k] as number);
        r[k + 1] = (a[k + 1] as number) * (b[k + 1] as number) - (c[k + 1] as number) * (d[k + 1] as number);
        r[k + 2] = (a[k + 2] as number) * (b[k + 2] as number) - (c[k + 2] as number) * (d[k + 2] as number);
        r[k + 3] = (a[k + 3] as number) * (b[k + 3] as number) - (c[k + 3] as number) * (d[k + 3] as number);
      }
    },
    first(r, a, b, c, _, n) {
      for (let k = 0; k < n; k += 4) {
        r[k] = (a[k] as number) * (b[k] as number) - (c[k] as number);
        r[k + 1] = (a[k + 1] as number) * (b[k + 1] as number) - (c[k + 1] as number);
        r[k + 2] = (a[k + 2] as number) * (b[k + 2] as number) - (c[k + 2] as number);
        r[k + 3] = (a[k + 3] as number) * (b[k + 3] as number) - (c[k + 3] as number);
      }
    },
    second(r, a, c, d, _, n) {
      for (let k = 0; k < n; k += 4) {
        r[k] = (a[k] as number) - (c[k] as number) * (d[k] as number);
        r[k + 1] = (a[k + 1] as number) - (c[k + 1] as number) * (d[k + 1] as number);
        r[k + 2] = (a[k + 2] as number) - (c[k + 2] as number) * (d[k + 2] as number);
        r[k + 3] = (a[k + 3] as number) - (c[k + 3] as number) * (d[k + 3] as number);
      }
    },
  },
};
