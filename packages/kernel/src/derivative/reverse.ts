import { add, and, not, or, select } from "../expression/build.ts";
import { hasStatistics, variesByElement } from "../expression/dependence.ts";
import type { Expression } from "../expression/expression.ts";
import { constant } from "../expression/leaves.ts";
import { operations } from "../expression/operations.ts";
import { topologicalOrder } from "../expression/order.ts";
import { overElements } from "../expression/over-elements.ts";
import { simplify } from "../pass/simplify.ts";
import { carried, directionalDerivative } from "./forward.ts";
import { checkInputs, differentiable, routesOf } from "./prepare.ts";
import type { Route } from "./rules.ts";

const ZERO = constant(0);

/**
 * A contribution to the derivative of the output by a node, and the condition on which it counts (always, if there is
 * none).
 *
 * Keeping the condition aside instead of multiplying by a selected zero keeps infinite slopes of a branch that is not
 * taken out of the result: the derivative of `select(x > 0, sqrt(x), 0)` is 0 at 0, not NaN.
 */
interface Contribution {
  readonly value: Expression;
  readonly when: Expression | undefined;
}

/**
 * Gradient of one real output by some inputs, as expressions. Reverse mode: at most about four times the output's nodes,
 * however many inputs there are. Throws `KERN-011` for a complex output or for what is not an input.
 */
export function gradient<const Inputs extends readonly Expression[]>(
  output: Expression,
  inputs: Inputs,
): { readonly [index in keyof Inputs]: Expression } {
  checkInputs(inputs);
  const [root] = differentiable([output]) as readonly [Expression];
  // one number per element of sums over all of them: each adjoint would be a matrix
  if (variesByElement(root) && hasStatistics(root)) return forwardGradient(root, inputs);
  const isOneNumber = !variesByElement(root);
  const order = topologicalOrder([root]);
  const active = nodesAbove(order, new Set(inputs));
  const contributions = new Map<Expression, Contribution[]>([[root, [{ value: constant(1), when: undefined }]]]);
  for (const node of [...order].reverse()) {
    const found = contributions.get(node);
    if (found === undefined || !active.has(node)) continue;
    const adjoint = total(found);
    routesOf(node).forEach((route, index) => {
      const arg = node.args[index] as Expression;
      if (route === undefined || !active.has(arg)) return;
      const perElement: Contribution = {
        value: carried(adjoint.value, route, node),
        when: joinedCondition(adjoint.when, conditionOf(route, node)),
      };
      // a sum adds one change per element, also where its summand is the same for all of them
      const isOverElements = variesByElement(node) || node.operation.isReduction === true;
      const leavesElements = isOneNumber && isOverElements && !variesByElement(arg);
      const contribution = leavesElements
        ? { value: overElements(selected(perElement), node), when: undefined }
        : perElement;
      const list = contributions.get(arg);
      if (list === undefined) contributions.set(arg, [contribution]);
      else list.push(contribution);
    });
  }
  const slopes = simplify(inputs.map((input) => selected(total(contributions.get(input) ?? []))));
  return slopes as unknown as { readonly [index in keyof Inputs]: Expression };
}

function forwardGradient<const Inputs extends readonly Expression[]>(
  root: Expression,
  inputs: Inputs,
): { readonly [index in keyof Inputs]: Expression } {
  const slopes = inputs.map((input) => directionalDerivative([root], new Map([[input, constant(1)]]))[0]);
  return slopes as unknown as { readonly [index in keyof Inputs]: Expression };
}

/** Nodes whose value depends on one of the inputs. */
function nodesAbove(order: readonly Expression[], inputs: ReadonlySet<Expression>): ReadonlySet<Expression> {
  const active = new Set<Expression>();
  for (const node of order) if (inputs.has(node) || node.args.some((arg) => active.has(arg))) active.add(node);
  return active;
}

/** The sum of contributions; it counts where one of them does. */
function total(contributions: readonly Contribution[]): Contribution {
  if (contributions.length === 1) return contributions[0] as Contribution;
  const joined = joinedBranches(contributions);
  const [first, ...rest] = joined;
  if (first === undefined) return { value: ZERO, when: undefined };
  if (rest.length === 0) return first;
  const conditions = joined.map(({ when }) => when);
  return {
    value: joined.map(selected).reduce((sum, term) => add(sum, term)),
    when: conditions.reduce((either, when) =>
      either === undefined || when === undefined ? undefined : or(either, when),
    ),
  };
}

/**
 * Contributions that come by both branches of a choice, as in an exchange of rows, become one: value on c (and w) with value on
 * not c (and the same w) counts on w, by choice of c. Linear.
 */
function joinedBranches(contributions: readonly Contribution[]): readonly Contribution[] {
  if (contributions.every(({ when }) => when === undefined)) return contributions;
  const joined = new Set<Contribution>();
  const waiting = new Map<string, Contribution>();
  for (const contribution of contributions) {
    let current = contribution;
    for (let match = counterpart(current); match !== undefined; match = counterpart(current)) {
      joined.delete(match.other);
      current = match.both;
    }
    joined.add(current);
    for (const side of sidesOf(current.when)) waiting.set(keyOf(side, side.isNegated), current);
  }
  return [...joined];

  function counterpart(current: Contribution) {
    for (const side of sidesOf(current.when)) {
      const other = waiting.get(keyOf(side, !side.isNegated));
      if (other === undefined || !joined.has(other)) continue;
      const [yes, no] = side.isNegated ? [other, current] : [current, other];
      return { other, both: { value: select(side.choice, yes.value, no.value), when: side.rest } };
    }
    return undefined;
  }
}

/** One part of a condition as a choice or its opposite, and what else must hold. */
interface Side {
  readonly choice: Expression;
  readonly isNegated: boolean;
  readonly rest: Expression | undefined;
}

function sidesOf(when: Expression | undefined): readonly Side[] {
  if (when === undefined) return [];
  const parts = when.operation === operations.and ? when.args : [when];
  return parts.map((part, index) => {
    const isNegated = part.operation === operations.not;
    return { choice: isNegated ? (part.args[0] as Expression) : part, isNegated, rest: parts[1 - index] };
  });
}

function keyOf({ choice, rest }: Side, isNegated: boolean): string {
  return `${choice.id} ${rest?.id ?? ""} ${isNegated}`;
}

function selected({ value, when }: Contribution): Expression {
  return when === undefined ? value : select(when, value, ZERO);
}

/** Condition on which an argument matters to its node. */
function conditionOf(route: Route, node: Expression): Expression | undefined {
  if (route.isOtherwise !== true) return route.when?.(node.args);
  const others = routesOf(node).flatMap((other) => other?.when?.(node.args) ?? []);
  return others.map(not).reduce(and);
}

function joinedCondition(a: Expression | undefined, b: Expression | undefined): Expression | undefined {
  return a === undefined ? b : b === undefined ? a : and(a, b);
}
