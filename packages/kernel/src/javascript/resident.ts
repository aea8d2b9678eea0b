import type { ResidentData, SharedInputs } from "../context/checked-kernel.ts";
import { formatOf, type NamedColumn } from "../context/data-columns.ts";
import type { Backend } from "../program/kernel.ts";
import type { Program } from "../program/program.ts";
import type { JavaScriptCall } from "./compile.ts";

/** Data of a program for a function that reads columns as arrays: a copy of each, or what another has, and an array per output. */
export function residentArrays(
  program: Program,
  given: readonly NamedColumn[] | (SharedInputs & { readonly kind: "arrays" }),
  count: number,
  backend: Backend,
  compute: (call: JavaScriptCall) => Float64Array,
): ResidentData {
  const isShared = "kind" in given;
  const inputs = isShared ? given.arrays : given.map(({ values }) => values.slice(0, count));
  const outputs = program.outputs.map(({ reduction }) => (reduction === "sum" ? undefined : new Float64Array(count)));
  const columns = outputs.filter((output) => output !== undefined);
  const parameters = new Float64Array(program.parameters.length);
  const call = {
    count,
    parameters,
    time: 0,
    columns: inputs.slice(0, program.columns.length),
    states: inputs.slice(program.columns.length),
    outputs,
  };
  return {
    backend,
    bytes: [...(isShared ? [] : inputs), ...columns, parameters].reduce((sum, { byteLength }) => sum + byteLength, 0),
    columns,
    formats: inputs.map(formatOf),
    inputs: { kind: "arrays", arrays: inputs },
    lanes: 1,
    compute(source, first, _vectors, time, results) {
      const width = parameters.length;
      for (let k = 0; k < width; k++) parameters[k] = source[first * width + k] as number;
      call.time = time;
      const sums = compute(call);
      for (let k = 0; k < sums.length; k++) results[first * sums.length + k] = sums[k] as number;
    },
    write(index, values) {
      inputs[index]?.set(values.subarray(0, count));
    },
    release() {},
  };
}
