import { add, multiply, negate, select } from "../expression/build.ts";
import type { Expression } from "../expression/expression.ts";
import { constant, isConstant } from "../expression/leaves.ts";
import { topologicalOrder } from "../expression/order.ts";
import { overElements } from "../expression/over-elements.ts";
import { simplify } from "../pass/simplify.ts";
import { checkInputs, differentiable, routesOf } from "./prepare.ts";
import type { Route } from "./rules.ts";

const ZERO = constant(0);

/**
 * Derivative of each output along a direction: Σ ∂output/∂input · direction(input). Forward mode: about as many new
 * nodes as the outputs have, however many outputs there are. Throws `KERN-011` for complex outputs and for directions
 * of nodes that are not inputs.
 */
export function directionalDerivative(
  outputs: readonly Expression[],
  direction: ReadonlyMap<Expression, Expression>,
): readonly Expression[] {
  checkInputs(direction.keys());
  return simplify(tangents(differentiable(outputs), direction));
}

/** The same for outputs that are lowered, without a last simplification. */
export function tangents(
  outputs: readonly Expression[],
  direction: ReadonlyMap<Expression, Expression>,
): readonly Expression[] {
  const tangent = new Map<Expression, Expression>();
  for (const node of topologicalOrder(outputs)) {
    const change = direction.get(node) ?? changeOf(node, tangent);
    if (change !== undefined) tangent.set(node, change);
  }
  return outputs.map((output) => tangent.get(output) ?? ZERO);
}

/** The change of a node from those of its arguments; undefined where it is exactly zero. */
function changeOf(node: Expression, tangent: ReadonlyMap<Expression, Expression>): Expression | undefined {
  const { args, operation } = node;
  if (operation.isReduction === true) {
    const inner = tangent.get(args[0] as Expression);
    return inner === undefined ? undefined : overElements(inner, args[0] as Expression);
  }
  let change: Expression | undefined;
  // from the last: what holds otherwise is the innermost branch
  for (let index = args.length - 1; index >= 0; index--) {
    const route = routesOf(node)[index];
    const argumentChange = tangent.get(args[index] as Expression);
    if (route === undefined) continue;
    const term = argumentChange === undefined ? undefined : carried(argumentChange, route, node);
    if (route.when !== undefined) {
      if (term !== undefined || change !== undefined) change = select(route.when(args), term ?? ZERO, change ?? ZERO);
    } else if (term !== undefined) change = change === undefined ? term : add(term, change);
  }
  return change;
}

/** What a change of an argument, or of the output by a node, becomes across a route. */
export function carried(change: Expression, route: Route, node: Expression): Expression {
  return route.carry === undefined ? scaled(change, route.slope(node.args, node)) : route.carry(change, node);
}

/** change · slope. */
function scaled(change: Expression, slope: Expression): Expression {
  if (isConstant(slope, 1)) return change;
  if (isConstant(change, 1)) return slope;
  return isConstant(slope, -1) ? negate(change) : multiply(change, slope);
}
