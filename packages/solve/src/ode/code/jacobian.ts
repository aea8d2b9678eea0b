import { constant, directionalDerivative, type Expression, state, topologicalOrder } from "@simloom/kernel";
import type { MatrixPlace } from "../../linear/elimination-plan.ts";
import type { OdeProblem } from "../problem/problem.ts";

/** An entry of a Jacobian that is not identically zero. */
export interface JacobianEntry extends MatrixPlace {
  readonly value: Expression;
}

/** Exact ∂f/∂y with its sparsity: entries column by column. About a directional derivative per state. */
export function sparseJacobian(
  stateNames: readonly string[],
  derivatives: readonly Expression[],
): readonly JacobianEntry[] {
  const users = usersOfStates(stateNames, derivatives);
  return stateNames.flatMap((name, column) => {
    const rows = users[column] as readonly number[];
    if (rows.length === 0) return [];
    const direction = new Map([[state(name), constant(1)]]);
    const slopes = directionalDerivative(
      rows.map((row) => derivatives[row] as Expression),
      direction,
    );
    return slopes.flatMap((value, index) =>
      value.payload === 0 && value.args.length === 0 ? [] : [{ row: rows[index] as number, column, value }],
    );
  });
}

/** Rows that use each state. */
function usersOfStates(stateNames: readonly string[], derivatives: readonly Expression[]): readonly number[][] {
  const users: number[][] = stateNames.map(() => []);
  const indexOf = new Map(stateNames.map((name, index) => [name, index]));
  derivatives.forEach((derivative, row) => {
    const columns = topologicalOrder([derivative])
      .filter(({ operation }) => operation.source === "state")
      .map(({ payload }) => indexOf.get(`${payload}`) as number);
    for (const column of columns) users[column]?.push(row);
  });
  return users;
}

/** Places where M is not zero; the diagonal for the identity. */
export function massPlaces({ massMatrix, stateNames }: OdeProblem): readonly MatrixPlace[] {
  if (massMatrix === undefined) return stateNames.map((_, index) => ({ row: index, column: index }));
  return massMatrix.flatMap((values, row) => values.flatMap((value, column) => (value === 0 ? [] : [{ row, column }])));
}
