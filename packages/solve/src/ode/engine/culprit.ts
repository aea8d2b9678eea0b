import { type Expression, numberAt, type TableValues, topologicalOrder } from "@simloom/kernel";
import { loweredExpressions } from "../code/equations.ts";
import { formulaText } from "../code/formula-text.ts";
import { SCALARS, SLOT } from "../code/workspace.ts";
import { compileIntegration, type Integration } from "./integration.ts";

/** The first derivative that is not finite, in words. */
export interface Culprit {
  readonly message: string;
  readonly remedy: string;
}

/**
 * Repeats the last tried step with a look at each derivative, and finds the first that is not finite and the operation in
 * its equation that made it so; with `triesSteps` false it looks at the present state only. Undefined where all are finite. Compiles the problem anew: for failed runs only.
 */
export function findCulprit(integration: Integration, triesSteps = true): Culprit | undefined {
  const { problem, method } = integration;
  const checked = compileIntegration(problem, method, method.controller, true);
  checked.workspace.set(integration.workspace.subarray(0, SCALARS));
  for (const region of ["state", "absolute", "parameters"] as const)
    checked.view(checked.regions[region]).set(integration.view(integration.regions[region]));
  let found: { state: Float64Array; derivative: Float64Array; time: number } | undefined;
  checked.onDerivative = (state, derivative, time) => {
    if (found === undefined && !derivative.every(Number.isFinite))
      found = { state: state.slice(), derivative: derivative.slice(), time };
  };
  checked.hoist();
  // A matrix that is singular or not finite often comes of a derivative that already is: the present state first.
  checked.workspace[SLOT.stageTime] = checked.workspace[SLOT.time] as number;
  problem.inputs?.at(checked.workspace[SLOT.time] as number, checked.view(checked.regions.inputs));
  checked.rhs(checked.regions.state.offset, checked.regions.scratch.offset);
  checked.onDerivative(
    checked.view(checked.regions.state),
    checked.view(checked.regions.scratch),
    checked.workspace[SLOT.time] as number,
  );
  const largest = method.hasFixedSteps ? 1 : 1e15;
  if (found === undefined && triesSteps) checked.begin();
  // Without the history of the run a step of an implicit method may stay short of the place: larger ones reach it.
  for (let factor = 1; triesSteps && found === undefined && factor <= largest; factor *= 8) {
    const step = factor * (checked.workspace[SLOT.failedStep] as number);
    checked.workspace[SLOT.step] = step;
    checked.workspace[SLOT.nextTime] = (checked.workspace[SLOT.time] as number) + step;
    checked.attempt();
  }
  if (found === undefined) return undefined;
  const { state, derivative, time } = found;
  const row = derivative.findIndex((value) => !Number.isFinite(value));
  const name = problem.stateNames[row] as string;
  const values = problem.stateNames.map((state2, index) => `${state2} = ${state[index]}`).join(", ");
  const operation =
    problem.system.kind === "expressions"
      ? offendingOperation(integration, problem.system.derivatives[row] as Expression, state, time)
      : undefined;
  return {
    message: `the derivative of ${name} is ${derivative[row]} at t = ${time}${operation === undefined ? "" : `: ${operation}`}, where ${values}`,
    remedy:
      "Keep the equation finite where the solution may go (a floor under a root or logarithm), stop at an event before, or tighten the tolerances.",
  };
}

/** The first operation whose value is not finite though its arguments are, as a formula with their values. */
function offendingOperation(
  { problem, view, regions }: Integration,
  derivative: Expression,
  state: Float64Array,
  time: number,
): string | undefined {
  const parameters = view(regions.parameters);
  const values = new Map<Expression, number | boolean>();
  for (const node of topologicalOrder(loweredExpressions(problem, [derivative]))) {
    const { operation, payload, args } = node;
    const given = args.map((arg) => values.get(arg) as number | boolean);
    const value =
      operation.source === "state"
        ? (state[problem.stateNames.indexOf(`${payload}`)] as number)
        : operation.source === "parameter"
          ? (parameters[problem.parameterNames.indexOf(`${payload}`)] as number)
          : operation.source === "time"
            ? time
            : args.length === 0
              ? (payload as number | boolean)
              : operation.isGather === true
                ? numberAt(payload as TableValues, given[0] as number)
                : (operation.evaluate?.(...given) ?? Number.NaN);
    values.set(node, value);
    const isFirst = given.every((part) => typeof part === "boolean" || Number.isFinite(part));
    if (typeof value === "number" && !Number.isFinite(value) && isFirst)
      return `${formulaText(node)} is ${value}${given.length === 0 ? "" : ` for ${given.join(" and ")}`}`;
  }
  return undefined;
}
