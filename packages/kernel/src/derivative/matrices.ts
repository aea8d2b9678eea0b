import type { Expression } from "../expression/expression.ts";
import { constant } from "../expression/leaves.ts";
import { simplify } from "../pass/simplify.ts";
import { tangents } from "./forward.ts";
import { checkInputs, differentiable } from "./prepare.ts";
import { gradient } from "./reverse.ts";

/**
 * Jacobian by forward mode: row r, column c is ∂outputs[r] / ∂inputs[c]. Nodes grow with the number of inputs. Throws
 * `KERN-011` for complex outputs or for what is not an input.
 */
export function jacobian(
  outputs: readonly Expression[],
  inputs: readonly Expression[],
): readonly (readonly Expression[])[] {
  checkInputs(inputs);
  const roots = differentiable(outputs);
  const columns = inputs.map((input) => tangents(roots, new Map([[input, constant(1)]])));
  const entries = simplify(
    roots.flatMap((_, row) => columns.map((entriesOfColumn) => entriesOfColumn[row] as Expression)),
  );
  return roots.map((_, row) => entries.slice(row * inputs.length, (row + 1) * inputs.length));
}

/** Hessian of one real output, forward over reverse; exactly symmetric. Throws as `gradient`. */
export function hessian(output: Expression, inputs: readonly Expression[]): readonly (readonly Expression[])[] {
  const slopes = gradient(output, inputs);
  const lower = inputs.map((input, column) => tangents(slopes.slice(column), new Map([[input, constant(1)]])));
  const at = (row: number, column: number): Expression =>
    row >= column ? (lower[column]?.[row - column] as Expression) : at(column, row);
  const entries = simplify(inputs.flatMap((_, row) => inputs.map((_unused, column) => at(row, column))));
  return inputs.map((_, row) => entries.slice(row * inputs.length, (row + 1) * inputs.length));
}
