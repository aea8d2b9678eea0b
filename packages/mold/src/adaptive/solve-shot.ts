/** A shot by a method with step control: the points of the grid from dense output, the stages of the cup test as events. */
import { type ExternalMethod, type OdeMethod, type OdeSolution, saveAt, solve } from "@simloom/solve";
import { moldError } from "../errors.ts";
import { conversion } from "../legacy/kinetics.ts";
import type { Preparation } from "../legacy/preparation.ts";
import { type ThermalInputs, timeGrid } from "../legacy/thermal.ts";
import type { SolverChoice } from "../scenario/backend.ts";
import type { Integration } from "../shot/integrate.ts";
import { requirePossible } from "../shot/possible.ts";
import { adviceOn } from "./advice.ts";
import { legacyProblem, shotParameters } from "./equations.ts";

/** Integrates a shot. Errors: those of {@link integrationOf}. */
export function integrateWith(
  method: OdeMethod | ExternalMethod,
  choice: Exclude<SolverChoice, { readonly backend: "manual" }>,
  shot: Preparation,
  thermal: ThermalInputs,
  grid: { readonly totalS: number; readonly count: number },
): Integration {
  const timeS = timeGrid(grid.totalS, grid.count);
  const solution = solve(legacyProblem(), {
    method,
    relativeTolerance: choice.relativeTolerance,
    absoluteTolerance: choice.absoluteTolerance,
    parameters: shotParameters(shot, thermal),
    initial: { phi: 0, coreK: shot.coreK, moldK: shot.moldK },
    timeSpan: [0, grid.totalS],
    save: saveAt(timeS),
    limits: { steps: choice.stepLimit },
  });
  return integrationOf(solution, choice, shot, timeS);
}

/**
 * A finished solution as what back ends answer. Errors: `MOLD-030` for one that did not get through, with advice in fields of the
 * scenario, and `MOLD-031` for impossible temperatures.
 */
export function integrationOf(
  solution: OdeSolution,
  choice: Exclude<SolverChoice, { readonly backend: "manual" }>,
  shot: Preparation,
  timeS: Float64Array,
): Integration {
  const { status, statistics } = solution;
  if (status.kind === "failed")
    throw moldError({
      code: "MOLD-030",
      message: `${choice.backend}: ${status.message}`,
      remedy: adviceOn(status.reason, choice),
      path: "simulation.backend",
      context: { reason: status.reason, timeS: status.time },
    });
  const clock = stateOf(solution, "phi").map((phi) => Math.max(phi, 0));
  const trajectory = {
    timeS,
    clock,
    conversion: clock.map((phi) => conversion(phi, shot.exponent)),
    coreK: stateOf(solution, "coreK"),
    moldK: stateOf(solution, "moldK"),
  };
  // transfer only evens temperatures out: what leaves their range is heated or cooled by the reaction, or begins outside
  requirePossible(trajectory, {
    subject: `${choice.backend}: the heat of reaction drives the temperatures away`,
    remedy: "Check simulation.reaction_enthalpy_J_per_kg, simulation.foam_cp_J_per_kgK and process.T_ambient_C.",
    path: "simulation.reaction_enthalpy_J_per_kg",
  });
  return {
    trajectory,
    stages: {
      creamS: firstTime(solution, "cream"),
      gelS: firstTime(solution, "gel"),
      riseS: firstTime(solution, "rise"),
      tackFreeS: firstTime(solution, "tackFree"),
    },
    solver: {
      backend: choice.backend,
      method: solution.method,
      relativeTolerance: choice.relativeTolerance,
      absoluteTolerance: choice.absoluteTolerance,
      acceptedSteps: statistics.acceptedSteps,
      rejectedSteps: statistics.rejectedSteps,
      evaluations: statistics.evaluations,
      jacobians: statistics.jacobians,
    },
  };
}

function stateOf({ states }: OdeSolution, name: string): Float64Array {
  return states[name] ?? new Float64Array(0);
}

function firstTime({ events }: OdeSolution, name: string): number | null {
  return events.find((event) => event.name === name)?.time ?? null;
}
