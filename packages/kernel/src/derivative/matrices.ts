import { kernelError } from "../errors.ts";
import type { Expression } from "../expression/expression.ts";
import { constant, expressionOf, type Operand } from "../expression/leaves.ts";
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

/**
 * Product of the Hessian of one real output with a direction, forward over reverse: about twice the nodes of the gradient,
 * however many inputs there are. The direction has one component per input, held fixed: it is not differentiated even where
 * it is made of inputs. Throws as `gradient`, and `KERN-011` for a direction of another length.
 */
export function hessianVectorProduct(
  output: Expression,
  inputs: readonly Expression[],
  direction: readonly Operand[],
): readonly Expression[] {
  if (direction.length !== inputs.length)
    throw kernelError(
      "KERN-011",
      `A direction of ${direction.length} components is given for ${inputs.length} inputs`,
      "Give one component per input.",
    );
  const along = new Map(inputs.map((input, index) => [input, expressionOf(direction[index] as Operand)]));
  return simplify(tangents(gradient(output, inputs), along));
}
