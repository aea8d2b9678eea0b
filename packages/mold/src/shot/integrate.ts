/** Integration of a shot by the back end that its settings name. */

import { integrateEnsemble } from "../adaptive/ensemble.ts";
import { portableMethod } from "../adaptive/methods.ts";
import { integrateWith } from "../adaptive/solve-shot.ts";
import { moldError } from "../errors.ts";
import { integrateManual } from "../legacy/manual.ts";
import type { Preparation } from "../legacy/preparation.ts";
import type { Trajectory } from "../legacy/thermal.ts";
import { interpolatedStages, type StageTimes } from "../quality/part.ts";
import { requirePossible } from "./possible.ts";
import type { ShotSettings } from "./settings.ts";

/** What a back end answers. */
export interface Integration {
  readonly trajectory: Trajectory;
  readonly stages: StageTimes;
  readonly solver: SolverReport;
}

/** What was done, for the result document. */
export interface SolverReport {
  readonly backend: string;
  readonly method: string;
  readonly relativeTolerance: number | null;
  readonly absoluteTolerance: number | null;
  readonly acceptedSteps: number;
  readonly rejectedSteps: number;
  readonly evaluations: number;
  readonly jacobians: number;
}

/** A back end. */
export type Integrate = (shot: Preparation, settings: Pick<ShotSettings, "thermal" | "grid" | "solver">) => Integration;

/**
 * The back ends that run everywhere. Errors: `MOLD-021` for `cvode`, which `@simloom/mold/node` brings; `MOLD-030` when the solver
 * does not get through; `MOLD-031` when its temperatures are impossible.
 */
export const integrateShot: Integrate = (shot, { thermal, grid, solver }) => {
  if (solver.backend === "manual") return manually(shot, { thermal, grid });
  const method = portableMethod(solver.method);
  if (method !== undefined && solver.backend === "ensemble") {
    const [only] = integrateEnsemble({ method, choice: solver, grid }, [{ shot, thermal }]);
    if (only !== undefined) return only;
  } else if (method !== undefined) return integrateWith(method, solver, shot, thermal, grid);
  throw moldError({
    code: "MOLD-021",
    message: `the back end ${solver.backend} does not run here`,
    remedy: "Give moldGraph the stage sundialsIntegration of @simloom/mold/node, or set simulation.backend to stiff.",
    path: "simulation.backend",
  });
};

function manually(shot: Preparation, { thermal, grid }: Pick<ShotSettings, "thermal" | "grid">): Integration {
  const trajectory = integrateManual(shot, thermal, grid.totalS, grid.count);
  requirePossible(trajectory, {
    subject: `with steps of ${grid.totalS / (grid.count - 1)} s the temperatures run away`,
    remedy: "Lower simulation.time_step_s, take the back end stiff, and check heats, masses and transfer coefficients.",
    path: "simulation.time_step_s",
  });
  return {
    trajectory,
    stages: interpolatedStages(trajectory),
    solver: {
      backend: "manual",
      method: "euler",
      relativeTolerance: null,
      absoluteTolerance: null,
      acceptedSteps: grid.count - 1,
      rejectedSteps: 0,
      evaluations: grid.count - 1,
      jacobians: 0,
    },
  };
}
