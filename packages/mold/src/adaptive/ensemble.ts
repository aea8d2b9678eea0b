/** Many shots through one compiled problem: the back end `ensemble`. */
import {
  type EnsembleOptions,
  ensemble,
  ensembleParallel,
  type OdeMethod,
  type OdeSolution,
  type ParallelEnsembleOptions,
  saveAt,
} from "@simloom/solve";
import type { Preparation } from "../legacy/preparation.ts";
import { type ThermalInputs, timeGrid } from "../legacy/thermal.ts";
import type { SolverChoice } from "../scenario/backend.ts";
import type { Integration } from "../shot/integrate.ts";
import { legacyProblem, shotParameters } from "./equations.ts";
import { integrationOf } from "./solve-shot.ts";

/** A shot of an ensemble: all of them share points, method and tolerances. */
export interface EnsembleMember {
  readonly shot: Preparation;
  readonly thermal: ThermalInputs;
}

/** What the members of an ensemble share. */
export interface EnsemblePlan {
  readonly method: OdeMethod;
  readonly choice: Exclude<SolverChoice, { readonly backend: "manual" }>;
  readonly grid: { readonly totalS: number; readonly count: number };
}

/**
 * Integrates shots, each with steps of its own. Results stand in the order of the members and do not depend on their number.
 * Errors: `MOLD-030` for the first member that does not get through, `MOLD-031` for the first with impossible temperatures.
 */
export function integrateEnsemble(plan: EnsemblePlan, members: readonly EnsembleMember[]): readonly Integration[] {
  const results: Integration[] = [];
  if (members.length > 0) ensemble(legacyProblem(), ensembleOptions(plan, members, results));
  return results;
}

/** The same on the threads of a pool. */
export async function integrateEnsembleParallel(
  plan: EnsemblePlan,
  members: readonly EnsembleMember[],
  threads: Pick<ParallelEnsembleOptions, "pool" | "signal">,
): Promise<readonly Integration[]> {
  const results: Integration[] = [];
  if (members.length > 0)
    await ensembleParallel(legacyProblem(), { ...ensembleOptions(plan, members, results), ...threads });
  return results;
}

/** Options that add each member to `results`. */
function ensembleOptions(
  { method, choice, grid }: EnsemblePlan,
  members: readonly EnsembleMember[],
  results: Integration[],
): EnsembleOptions {
  const timeS = timeGrid(grid.totalS, grid.count);
  const parameters = members.map(({ shot, thermal }) => shotParameters(shot, thermal));
  return {
    method,
    relativeTolerance: choice.relativeTolerance,
    absoluteTolerance: choice.absoluteTolerance,
    parameters: Object.fromEntries(
      Object.keys(parameters[0] ?? {}).map((name) => [name, parameters.map((one) => one[name] as number)]),
    ),
    initial: {
      phi: 0,
      coreK: members.map(({ shot }) => shot.coreK),
      moldK: members.map(({ shot }) => shot.moldK),
    },
    timeSpan: [0, grid.totalS],
    save: saveAt(timeS),
    limits: { steps: choice.stepLimit },
    onMember(member: number, solution: OdeSolution) {
      const { shot } = members[member] as EnsembleMember;
      results.push(integrationOf(solution, choice, shot, timeS));
    },
  };
}
