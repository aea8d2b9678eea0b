import { compileJavaScript, type Expression, kernelProgram, topologicalOrder } from "@simloom/kernel";
import type { OdeProblem } from "../problem/problem.ts";

/** Values of expressions at one time, state and parameter set, both in the order of the problem. */
export type PointEvaluator = (time: number, state: ArrayLike<number>, parameters: ArrayLike<number>) => Float64Array;

/** Compiles expressions of a problem's states, parameters, inputs and time, for a few evaluations. */
export function evaluatorAtPoint(problem: OdeProblem, expressions: readonly Expression[]): PointEvaluator {
  const { stateNames, parameterNames, inputs } = problem;
  const inputNames = inputs?.names ?? [];
  const used = (source: "column" | "state") =>
    inputNames.filter((name) =>
      topologicalOrder(expressions).some(
        ({ operation, payload }) => operation.source === source && `${payload}` === name && !stateNames.includes(name),
      ),
    );
  const [asColumns, asStates] = [used("column"), used("state")];
  const kernel = compileJavaScript(
    kernelProgram(Object.fromEntries(expressions.map((expression, index) => [`${index}`, expression])), {
      parameters: parameterNames,
      columns: asColumns,
      states: [...stateNames, ...asStates],
    }),
  );
  return (time, state, parameters) => {
    const known = new Float64Array(inputNames.length);
    inputs?.at(time, known);
    const inputColumn = (name: string) => Float64Array.of(known[inputNames.indexOf(name)] as number);
    const outputs = expressions.map(() => new Float64Array(1));
    kernel.run({
      count: 1,
      time,
      parameters: Float64Array.from(parameters),
      columns: asColumns.map(inputColumn),
      states: [...stateNames.map((_, index) => Float64Array.of(state[index] as number)), ...asStates.map(inputColumn)],
      outputs,
    });
    return Float64Array.from(outputs, (output) => output[0] as number);
  };
}
