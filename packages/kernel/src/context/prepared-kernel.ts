import type { Backend } from "../program/kernel.ts";
import type { Program } from "../program/program.ts";

/** Columns of data by name, all of at least the number of elements that is prepared. */
export type DataColumns = Readonly<Record<string, Float64Array | Float32Array>>;

/**
 * A program with its data, which stand where the code reads them. Calls copy parameters in and sums out, nothing else, and
 * allocate nothing.
 */
export interface PreparedKernel {
  readonly program: Program;
  readonly backend: Backend;
  /** Number of elements. */
  readonly count: number;
  /** Bytes held for data, outputs and scratch. */
  readonly bytes: number;
  /**
   * The outputs that are not sums, in the program's order: views of `count` numbers that hold the results of the last `run`
   * or of the last vector of `runBatch`. Read only.
   */
  readonly columns: readonly Float64Array[];
  /**
   * Computes all outputs: sums go to `results` in the program's order, the others to `columns` and, where given, to
   * `outputs`. `time` is the value of the independent variable, 0 unless given. Synchronous. Throws `KERN-023` for arrays
   * that do not fit and `KERN-051` after `dispose`.
   */
  run(parameters: Float64Array, results: Float64Array, outputs?: readonly Float64Array[], time?: number): void;
  /**
   * Computes the sums for many parameter vectors, one after the other in `parameterVectors`, and as many rows of sums in
   * `results`: the bits of as many calls of `run`. Threads share vectors as well as elements, so that data of a single block
   * keep all of them busy; not where outputs are not sums. Throws as `run`.
   */
  runBatch(parameterVectors: Float64Array, results: Float64Array, time?: number): void;
  /** Replaces the values of a column or state. Throws `KERN-050` where there is none of that name and width. */
  update(name: string, values: Float64Array | Float32Array): void;
  /** Gives the memory back; twice does nothing. */
  dispose(): void;
}
