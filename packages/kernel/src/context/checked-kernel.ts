import type { WasmMemory } from "@simloom/numerics";
import { kernelError } from "../errors.ts";
import type { Backend } from "../program/kernel.ts";
import { sumCount } from "../program/kernel.ts";
import type { Program } from "../program/program.ts";
import type { ColumnFormat } from "../wasm/layout.ts";
import { columnToUpdate } from "./data-columns.ts";
import type { PreparedKernel } from "./prepared-kernel.ts";

/** Data where the code of a back end reads them, for several programs. */
export type SharedInputs =
  | { readonly kind: "arrays"; readonly arrays: readonly (Float64Array | Float32Array)[] }
  | { readonly kind: "wasm"; readonly memory: WasmMemory; readonly address: number }
  | { readonly kind: "native"; readonly buffer: ArrayBufferLike; readonly address: bigint; readonly place: number };

/** What a back end does for a prepared program; arguments are checked before. */
export interface ResidentData {
  readonly backend: Backend;
  readonly bytes: number;
  readonly columns: readonly Float64Array[];
  readonly formats: readonly ColumnFormat[];
  readonly inputs: SharedInputs;
  /** Vectors of parameters that can be computed at once: more than one where threads would share them. */
  readonly lanes: number;
  /** Computes the sums of so many vectors (up to `lanes`) from the first on, among all in `parameters` and `results`. */
  compute(parameters: Float64Array, first: number, vectors: number, time: number, results: Float64Array): void;
  /** Replaces a column, in the order columns, states. */
  write(index: number, values: Float64Array | Float32Array): void;
  /** Gives back what the garbage collector would not. */
  release(): void;
}

/** The prepared kernel of resident data; `onDispose` is called once, with the bytes that were held. */
export function checkedKernel(
  program: Program,
  count: number,
  data: ResidentData,
  onDispose: (bytes: number) => void,
): PreparedKernel {
  let held: ResidentData | undefined = data;
  const { backend, bytes, formats } = data;
  const sums = sumCount(program);
  const width = program.parameters.length;
  const use = (): ResidentData => {
    if (held !== undefined) return held;
    throw kernelError("KERN-051", "The prepared kernel was disposed of", "Prepare the data again.");
  };
  return {
    program,
    backend,
    count,
    bytes,
    get columns() {
      return use().columns;
    },
    run(parameters, results, outputs, time = 0) {
      const resident = use();
      if (parameters.length !== width || results.length < sums) throw misfit(parameters, results, width, sums);
      resident.compute(parameters, 0, 1, time, results);
      if (outputs === undefined) return;
      if (outputs.length !== resident.columns.length || outputs.some(({ length }) => length < count))
        throw kernelError(
          "KERN-023",
          `The program has ${resident.columns.length} outputs of ${count} numbers that are not sums`,
          "Give one array for each, long enough.",
        );
      resident.columns.forEach((values, index) => {
        outputs[index]?.set(values);
      });
    },
    runBatch(parameterVectors, results, time = 0) {
      const resident = use();
      const vectors = width === 0 ? (sums === 0 ? 1 : results.length / sums) : parameterVectors.length / width;
      if (!Number.isInteger(vectors) || results.length < vectors * sums)
        throw misfit(parameterVectors, results, width, sums);
      const { lanes } = resident;
      for (let first = 0; first < vectors; first += lanes)
        resident.compute(parameterVectors, first, Math.min(lanes, vectors - first), time, results);
    },
    update(name, values) {
      const resident = use();
      resident.write(columnToUpdate(program, name, values, formats, count), values);
    },
    dispose() {
      if (held === undefined) return;
      held = undefined;
      data.release();
      onDispose(bytes);
    },
  };
}

function misfit(parameters: Float64Array, results: Float64Array, width: number, sums: number): Error {
  return kernelError(
    "KERN-023",
    `The call has ${parameters.length} parameters and room for ${results.length} sums, but the program has ${width} and ${sums}`,
    "Give one value per parameter and one place per sum, in the program's order.",
  );
}
