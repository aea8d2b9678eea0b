/** A whole shot at once, without a graph: what optimisers, fits and tests call. */
import { type GasProfiles, gasProfiles } from "../legacy/gas.ts";
import { type Preparation, prepare } from "../legacy/preparation.ts";
import type { Trajectory } from "../legacy/thermal.ts";
import { type PartResult, partResult, type StageTimes } from "../quality/part.ts";
import { type Integrate, type Integration, integrateShot } from "./integrate.ts";
import type { ShotSettings } from "./settings.ts";

/** A computed shot: every profile and figure. */
export interface Shot {
  readonly preparation: Preparation;
  readonly trajectory: Trajectory;
  readonly stages: StageTimes;
  readonly solver: Integration["solver"];
  readonly gas: GasProfiles;
  readonly part: PartResult;
}

/** Computes a shot. Errors: `MOLD-030` when the solver does not get through, `MOLD-031` for impossible temperatures. */
export function computeShot(settings: ShotSettings, integrate: Integrate = integrateShot): Shot {
  const preparation = prepare(settings.shot);
  const { trajectory, stages, solver } = integrate(preparation, settings);
  const gas = gasProfiles(preparation, settings.gas, trajectory);
  const part = partResult(preparation, trajectory, gas, settings.hardness, settings.limits);
  return { preparation, trajectory, stages, solver, gas, part };
}
