import { constant, directionalDerivative, type Expression, parameter, state } from "@simloom/kernel";
import { solveError } from "../../errors.ts";
import type { SolveOptions } from "../engine/options.ts";
import type { OdeSolution } from "../engine/solution.ts";
import { solve } from "../engine/solve.ts";
import { odeProblem } from "../problem/define.ts";
import type { OdeProblem } from "../problem/problem.ts";
import { consistentSlopes } from "./consistent.ts";

/** What a solution is differentiated by. */
export interface SensitivityTargets {
  readonly parameters?: readonly string[];
  /** States by whose initial values. */
  readonly initialOf?: readonly string[];
}

/** A problem together with the differential equations of its sensitivities. */
export interface SensitivityProblem {
  /** States first, then ∂state/∂target for each target; solved and error-controlled as one system. */
  readonly problem: OdeProblem;
  /** Name of the state that holds ∂state/∂target. */
  nameOf(stateName: string, target: string): string;
  readonly targets: readonly string[];
}

/** A solution with its derivatives. */
export interface SensitivitySolution {
  readonly solution: OdeSolution;
  /** ∂state/∂target at the saved times; a target is a parameter, or a state for its initial value. */
  derivative(stateName: string, target: string): Float64Array;
}

/**
 * The variational equations s' = J s + ∂f/∂p, exact, for any method. Throws `SOLV-015` for a right-hand side that is a function
 * and for events that change states, `SOLV-003` for unknown targets. n (1 + targets) states. With algebraic equations, the initial
 * sensitivities of what they determine are those of `solveWithSensitivities`, not of this problem.
 */
export function withSensitivities(
  problem: OdeProblem,
  { parameters = [], initialOf = [] }: SensitivityTargets,
): SensitivityProblem {
  const derivatives = expressionsOf(problem, "Sensitivities");
  const unknown =
    parameters.find((name) => !problem.parameterNames.includes(name)) ??
    initialOf.find((name) => !problem.stateNames.includes(name));
  if (unknown !== undefined)
    throw solveError(
      "SOLV-003",
      `${problem.name} has no parameter or state ${unknown}`,
      "Differentiate by its parameters or initial values.",
    );
  const targets = [...parameters, ...initialOf];
  const nameOf = (stateName: string, target: string) => `d_${stateName}_d_${target}`;
  const equations: Record<string, Expression> = {};
  const initial: Record<string, number> = {};
  problem.stateNames.forEach((name, index) => {
    equations[name] = derivatives[index] as Expression;
    initial[name] = problem.initial[index] as number;
  });
  for (const target of targets) {
    const direction = new Map<Expression, Expression>(
      problem.stateNames.map((name) => [state(name), state(nameOf(name, target))]),
    );
    if (parameters.includes(target)) direction.set(parameter(target), constant(1));
    const slopes = directionalDerivative(derivatives, direction);
    problem.stateNames.forEach((name, index) => {
      equations[nameOf(name, target)] = slopes[index] as Expression;
      initial[nameOf(name, target)] = !parameters.includes(target) && name === target ? 1 : 0;
    });
  }
  return {
    problem: odeProblem({
      name: `${problem.name} with sensitivities`,
      equations,
      initial,
      parameters: Object.fromEntries(
        problem.parameterNames.map((name, index) => [name, problem.parameters[index] as number]),
      ),
      timeSpan: problem.timeSpan,
      events: problem.events,
      breakpoints: problem.breakpoints,
      ...(problem.inputs === undefined ? {} : { inputs: problem.inputs }),
      ...(problem.massMatrix === undefined ? {} : { massMatrix: repeated(problem.massMatrix, 1 + targets.length) }),
    }),
    nameOf,
    targets,
  };
}

/** The same block for the states and for each target. */
function repeated(block: readonly (readonly number[])[], count: number): readonly (readonly number[])[] {
  const n = block.length;
  return Array.from({ length: n * count }, (_, row) => {
    const values = new Array<number>(n * count).fill(0);
    block[row % n]?.forEach((value, column) => {
      values[row - (row % n) + column] = value;
    });
    return values;
  });
}

/** Memory of the problems that were made, so that repeated calls do not compile again. */
const known = new WeakMap<OdeProblem, Map<string, SensitivityProblem>>();

/**
 * Solves a problem with forward sensitivities, all under error control; the absolute tolerance of ∂y/∂p is that of y over |p|.
 * Throws as `withSensitivities` and `solve`.
 */
export function solveWithSensitivities(
  problem: OdeProblem,
  options: SolveOptions & { readonly withRespectTo: SensitivityTargets },
): SensitivitySolution {
  const { withRespectTo, absoluteTolerance = 1e-9, initial, ...rest } = options;
  const key = JSON.stringify([withRespectTo.parameters ?? [], withRespectTo.initialOf ?? []]);
  const made = known.get(problem) ?? new Map<string, SensitivityProblem>();
  known.set(problem, made);
  const extended = made.get(key) ?? withSensitivities(problem, withRespectTo);
  made.set(key, extended);
  const sizes = new Map(
    problem.parameterNames.map((name, index) => [
      name,
      options.parameters?.[name] ?? (problem.parameters[index] as number),
    ]),
  );
  const tolerances: Record<string, number> = {};
  for (const name of problem.stateNames) {
    const own = typeof absoluteTolerance === "number" ? absoluteTolerance : (absoluteTolerance[name] as number);
    tolerances[name] = own;
    for (const target of extended.targets) {
      const size = withRespectTo.parameters?.includes(target) === true ? Math.abs(sizes.get(target) as number) : 1;
      tolerances[extended.nameOf(name, target)] = own / (size === 0 ? 1 : size);
    }
  }
  const consistent = consistentSlopes(problem, extended, options);
  const solution = solve(extended.problem, {
    ...rest,
    absoluteTolerance: tolerances,
    ...(initial === undefined && consistent === undefined ? {} : { initial: { ...consistent, ...initial } }),
  });
  return {
    solution,
    derivative(stateName, target) {
      const column = solution.states[extended.nameOf(stateName, target)];
      if (column !== undefined) return column;
      throw solveError(
        "SOLV-013",
        `The run has no ∂${stateName}/∂${target}`,
        `It was differentiated by ${extended.targets.join(", ")}.`,
      );
    },
  };
}

/** Expressions of a problem that is to be differentiated. Throws `SOLV-015`. */
export function expressionsOf(problem: OdeProblem, what: string): readonly Expression[] {
  if (problem.system.kind === "function")
    throw solveError(
      "SOLV-015",
      `${what} of ${problem.name} need its equations as formulas or expressions`,
      "Write the right-hand side as equations.",
    );
  const odd = problem.events.find(({ action = "record" }) => action !== "record" && action !== "stop");
  if (odd === undefined) return problem.system.derivatives;
  throw solveError(
    "SOLV-015",
    `${what} do not follow the change of state at the event ${odd.name}`,
    "Split the run at the event.",
  );
}
