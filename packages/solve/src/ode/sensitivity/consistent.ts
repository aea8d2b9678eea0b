import { add, constant, type Expression } from "@simloom/kernel";
import { factorDense, solveDense } from "../../linear/dense-lu.ts";
import { sparseJacobian } from "../code/jacobian.ts";
import { evaluatorAtPoint } from "../engine/evaluate-at-point.ts";
import type { SolveOptions } from "../engine/options.ts";
import { massSolver } from "../problem/mass-matrix.ts";
import type { OdeProblem } from "../problem/problem.ts";

/** Length of the step below, over that in which the equations change. Its error is of this size. */
const SHORT = 2 ** -40;

/**
 * Initial sensitivities that fulfil the differentiated algebraic equations: one linearly implicit Euler step
 * (M/δ − J) Δs = J s + ∂f/∂p, so short that M s stays what it is. Undefined where the mass matrix is regular or missing, and where
 * the equations do not determine them.
 */
export function consistentSlopes(
  problem: OdeProblem,
  {
    problem: extended,
    targets,
    nameOf,
  }: {
    readonly problem: OdeProblem;
    readonly targets: readonly string[];
    nameOf(stateName: string, target: string): string;
  },
  { parameters = {}, initial = {}, timeSpan = problem.timeSpan }: SolveOptions,
): Readonly<Record<string, number>> | undefined {
  const { massMatrix, stateNames, system } = problem;
  if (massMatrix === undefined || massSolver(massMatrix) !== undefined) return undefined;
  if (system.kind !== "expressions" || extended.system.kind !== "expressions") return undefined;
  const n = stateNames.length;
  const entries = sparseJacobian(stateNames, system.derivatives);
  const start = extended.stateNames.map((name, index) => initial[name] ?? (extended.initial[index] as number));
  const values = problem.parameterNames.map((name, index) => parameters[name] ?? (problem.parameters[index] as number));
  // a zero is added: outputs of a program are no bare constants
  const asOutputs = (expressions: readonly Expression[]) => expressions.map((value) => add(value, constant(0)));
  const at = (expressions: readonly Expression[]) =>
    evaluatorAtPoint(extended, asOutputs(expressions))(timeSpan[0], start, values);
  const slopes = at(entries.map(({ value }) => value));
  const right = at(extended.system.derivatives.slice(n));
  const size = (numbers: Iterable<number>) => [...numbers].reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const step = (SHORT * size(massMatrix.flat())) / (size(slopes) || 1);
  const matrix = Float64Array.from(massMatrix.flat(), (value) => value / step);
  entries.forEach(({ row, column }, index) => {
    matrix[row * n + column] = (matrix[row * n + column] as number) - (slopes[index] as number);
  });
  const pivots = new Int32Array(n);
  if (factorDense(matrix, n, pivots) >= 0) return undefined;
  const found: Record<string, number> = {};
  targets.forEach((target, t) => {
    solveDense(matrix, n, pivots, right, t * n);
    stateNames.forEach((name, index) => {
      found[nameOf(name, target)] = (start[n * (t + 1) + index] as number) + (right[t * n + index] as number);
    });
  });
  return found;
}
