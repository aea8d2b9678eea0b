import {
  add,
  constant,
  type Expression,
  gradient,
  multiply,
  negate,
  type Operand,
  parameter,
  state,
} from "@simloom/kernel";
import { solveError } from "../../errors.ts";
import { evaluatorAtPoint } from "../engine/evaluate-at-point.ts";
import type { SolveOptions } from "../engine/options.ts";
import { saveEnd } from "../engine/save.ts";
import type { OdeSolution } from "../engine/solution.ts";
import { solve } from "../engine/solve.ts";
import { odeProblem, readOperand } from "../problem/define.ts";
import { solvedForDerivatives } from "../problem/mass-matrix.ts";
import type { OdeProblem } from "../problem/problem.ts";
import { expressionsOf } from "./forward.ts";

/** What is differentiated: a function of the last state, the integral of a function along the run, or their sum. */
export interface AdjointObjective {
  readonly terminal?: Operand | string;
  readonly running?: Operand | string;
}

/** Value and gradient of an objective. */
export interface AdjointGradient {
  readonly value: number;
  /** By each parameter. */
  readonly parameters: Readonly<Record<string, number>>;
  /** By each initial value. */
  readonly initial: Readonly<Record<string, number>>;
  readonly forward: OdeSolution;
  readonly backward: OdeSolution;
}

/**
 * Gradient by the adjoint equations λ' = −Jᵀλ − ∂r/∂y, solved backwards along the dense forward solution, with ∫ λᵀ ∂f/∂p
 * as further states: the cost does not grow with the number of parameters as forward sensitivities do.
 *
 * Errors follow the tolerances of both runs. Throws `SOLV-015` as `solveWithSensitivities`, `SOLV-016` for a singular mass matrix and
 * for events that stop the run, and `SOLV-013` where a run does not get through. Source: Y. Cao, S. Li, L. Petzold, R. Serban, SIAM J. Sci. Comput. 24 (2003) 1076.
 */
export function adjointGradient(
  given: OdeProblem,
  objective: AdjointObjective,
  options: Omit<SolveOptions, "save" | "dense">,
): AdjointGradient {
  checkAdjoint(given);
  const problem = solvedForDerivatives(given) ?? refuseAlgebraic(given);
  const derivatives = expressionsOf(problem, "Gradients");
  const terminal = readOperand(problem, objective.terminal ?? 0, "terminal");
  const running = readOperand(problem, objective.running ?? 0, "running");
  const withIntegral = odeProblem({
    name: problem.name,
    equations: {
      ...Object.fromEntries(problem.stateNames.map((name, i) => [name, derivatives[i] as Expression])),
      [INTEGRAL]: running,
    },
    initial: { ...named(problem.stateNames, problem.initial), [INTEGRAL]: 0 },
    parameters: named(problem.parameterNames, problem.parameters),
    timeSpan: problem.timeSpan,
    breakpoints: problem.breakpoints,
    ...(problem.inputs === undefined ? {} : { inputs: problem.inputs }),
  });
  const { absoluteTolerance = 1e-9, ...rest } = options;
  const forward = finished(
    solve(withIntegral, { ...rest, absoluteTolerance: withTolerance(absoluteTolerance), save: saveEnd(), dense: true }),
  );
  const [start, end] = options.timeSpan ?? problem.timeSpan;
  const values = { ...named(problem.parameterNames, problem.parameters), ...options.parameters };

  const states = problem.stateNames.map((name) => state(name));
  const parameters = problem.parameterNames.map((name) => parameter(name));
  const lambdas = problem.stateNames.map((name) => state(adjointName(name)));
  const product = derivatives.reduce<Expression>(
    (sum, derivative, i) => add(sum, multiply(lambdas[i] as Expression, derivative)),
    running,
  );
  const slopes = gradient(product, [...states, ...parameters]);
  const atEnd = [terminal, ...gradient(terminal, [...states, ...parameters])];
  // a zero is added: outputs of a program are no bare constants
  const ends = evaluatorAtPoint(
    problem,
    atEnd.map((expression) => add(expression, constant(0))),
  )(
    end,
    problem.stateNames.map((name) => forward.final.state[name] as number),
    problem.parameterNames.map((name) => values[name] as number),
  );
  const names = [...problem.stateNames, ...problem.parameterNames].map(adjointName);
  const row = new Float64Array(problem.stateNames.length + 1);
  const dense = forward.dense;
  const adjoint = odeProblem({
    name: `adjoint of ${problem.name}`,
    equations: Object.fromEntries(names.map((name, i) => [name, negate(slopes[i] as Expression)])),
    initial: Object.fromEntries(names.map((name, i) => [name, ends[i + 1] as number])),
    parameters: named(problem.parameterNames, problem.parameters),
    timeSpan: [end, start],
    breakpoints: problem.breakpoints,
    inputs: {
      names: [...problem.stateNames, ...(problem.inputs?.names ?? [])],
      at(time, into) {
        dense?.at(Math.min(Math.max(time, Math.min(start, end)), Math.max(start, end)), row);
        into.set(row.subarray(0, problem.stateNames.length));
        problem.inputs?.at(time, into.subarray(problem.stateNames.length));
      },
    },
  });
  const scale = ends.slice(1).reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  const { timeSpan: _span, initial: _initial, ...backOptions } = rest;
  const backward = finished(
    solve(adjoint, {
      ...backOptions,
      absoluteTolerance: scale * (options.relativeTolerance ?? 1e-6) * 1e-3,
      save: saveEnd(),
    }),
  );
  const slope = (name: string) => backward.final.state[adjointName(name)] as number;
  return {
    value: (ends[0] as number) + (forward.final.state[INTEGRAL] as number),
    parameters: Object.fromEntries(problem.parameterNames.map((name) => [name, slope(name)])),
    initial: Object.fromEntries(problem.stateNames.map((name) => [name, slope(name)])),
    forward,
    backward,
  };
}

function checkAdjoint({ name, events }: OdeProblem): void {
  const stop = events.find(({ action }) => action === "stop");
  if (stop === undefined) return;
  throw solveError(
    "SOLV-016",
    `The event ${stop.name} of ${name} ends the run, at a time that adjoint equations do not follow`,
    "Leave the event out, and let the time span end where it fires.",
  );
}

function refuseAlgebraic({ name }: OdeProblem): never {
  throw solveError(
    "SOLV-016",
    `${name} has algebraic equations, which adjoint equations do not take`,
    "Use solveWithSensitivities, or insert the algebraic equations into the others.",
  );
}

const INTEGRAL = "objective_integral";
const adjointName = (name: string) => `adjoint_${name}`;

function named(names: readonly string[], values: readonly number[]): Record<string, number> {
  return Object.fromEntries(names.map((name, index) => [name, values[index] as number]));
}

function withTolerance(given: number | Readonly<Record<string, number>>): number | Readonly<Record<string, number>> {
  return typeof given === "number" ? given : { ...given, [INTEGRAL]: Math.min(...Object.values(given)) };
}

function finished(solution: OdeSolution): OdeSolution {
  const { status } = solution;
  if (status.kind !== "failed") return solution;
  throw solveError("SOLV-013", `The gradient has no value: ${status.message}`, status.remedy, {
    reason: status.reason,
  });
}
