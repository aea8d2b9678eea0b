import { add, type Expression, multiply } from "@simloom/kernel";
import { factorDense, solveDense } from "../../linear/dense-lu.ts";
import type { OdeProblem, OdeSystem } from "./problem.ts";

/** Pivot over the largest entry of M below which M counts as singular: n digits of rounding, and a few more. */
const LEAST_PIVOT = 1e-13;

/** Solves M x = b in place on `b`. */
export type MassSolver = (b: Float64Array) => void;

/** Factorises a mass matrix; undefined where it is singular. About 2 n³/3 operations. */
export function massSolver(massMatrix: readonly (readonly number[])[]): MassSolver | undefined {
  const n = massMatrix.length;
  const factors = Float64Array.from(massMatrix.flat());
  const largest = factors.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const pivots = new Int32Array(n);
  if (factorDense(factors, n, pivots) >= 0) return undefined;
  const isSingular = massMatrix.some((_, k) => Math.abs(factors[k * n + k] as number) < LEAST_PIVOT * largest);
  return isSingular ? undefined : (b) => solveDense(factors, n, pivots, b, 0);
}

/**
 * The problem y' = M⁻¹ f for methods that take no mass matrix: the same solutions; undefined where M is singular. A matrix with a
 * diagonal only keeps the sparsity of the equations, others lose it.
 */
export function solvedForDerivatives(problem: OdeProblem): OdeProblem | undefined {
  const { massMatrix, stateNames } = problem;
  if (massMatrix === undefined) return problem;
  const solve = massSolver(massMatrix);
  if (solve === undefined) return undefined;
  return { ...problem, massMatrix: undefined, system: solvedSystem(problem.system, stateNames.length, solve) };
}

function solvedSystem(system: OdeSystem, n: number, solve: MassSolver): OdeSystem {
  if (system.kind === "expressions") {
    const columns = system.derivatives.map((_, column) => {
      const unit = new Float64Array(n);
      unit[column] = 1;
      solve(unit);
      return unit;
    });
    const row = (index: number) =>
      columns.flatMap((column, j) => {
        const weight = column[index] as number;
        return weight === 0 ? [] : [multiply(weight, system.derivatives[j] as Expression)];
      });
    return { kind: "expressions", derivatives: columns.map((_, index) => row(index).reduce((a, b) => add(a, b))) };
  }
  const { rightHandSide, jacobian } = system;
  const column = new Float64Array(n);
  return {
    kind: "function",
    rightHandSide(time, state, parameters, derivative) {
      rightHandSide(time, state, parameters, derivative);
      solve(derivative);
    },
    jacobian:
      jacobian === undefined
        ? undefined
        : (time, state, parameters, matrix) => {
            jacobian(time, state, parameters, matrix);
            for (let j = 0; j < n; j++) {
              for (let i = 0; i < n; i++) column[i] = matrix[i * n + j] as number;
              solve(column);
              for (let i = 0; i < n; i++) matrix[i * n + j] = column[i] as number;
            }
          },
    // M⁻¹ fills the rows.
    band: undefined,
  };
}
