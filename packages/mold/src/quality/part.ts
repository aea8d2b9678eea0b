/** The finished part: hardness, demoulding window, key figures and verdict, from the profiles of a shot. */
import { ICE_POINT_K, REACTION_STAGES } from "../legacy/constants.ts";
import type { GasProfiles } from "../legacy/gas.ts";
import type { Preparation } from "../legacy/preparation.ts";
import type { Trajectory } from "../legacy/thermal.ts";
import { type Assessment, assess, type PartLimits } from "./assess.ts";
import { dayHardnessShore, type HardnessInputs, hardnessProfile } from "./hardness.ts";
import { type DemoldLimits, type DemoldWindow, demoldWindow, timeAt, valueAt } from "./window.ts";

/** Times in s at which the foam passes the stages of a cup test; null when it does not. */
export interface StageTimes {
  readonly creamS: number | null;
  readonly gelS: number | null;
  readonly riseS: number | null;
  readonly tackFreeS: number | null;
}

/** Figures and verdict of a part. */
export interface PartResult extends Assessment {
  readonly hardnessShore: Float64Array;
  readonly window: DemoldWindow | undefined;
  readonly densityKgPerM3: number;
  readonly demoldShore: number;
  readonly dayShore: number;
  readonly hottestC: number;
  readonly hottestTimeS: number;
}

/** Judges a shot. Hardness at demoulding is that of the advised time, or of the end of the run without a window. */
export function partResult(
  shot: Preparation,
  trajectory: Trajectory,
  gas: GasProfiles,
  hardness: HardnessInputs,
  limits: DemoldLimits & PartLimits,
): PartResult {
  const { timeS, conversion, coreK } = trajectory;
  const hardnessShore = hardnessProfile(hardness, conversion, gas.densityKgPerM3);
  const window = demoldWindow(limits, { timeS, conversion, coreK, densityKgPerM3: gas.densityKgPerM3, hardnessShore });
  const last = timeS.length - 1;
  const densityKgPerM3 = gas.densityKgPerM3[last] as number;
  const demoldShore = valueAt(timeS, hardnessShore, window?.optS ?? (timeS[last] as number));
  const dayShore = dayHardnessShore(hardness, densityKgPerM3);
  let hottest = 0;
  for (let i = 1; i <= last; i++) if ((coreK[i] as number) > (coreK[hottest] as number)) hottest = i;
  const assessment = assess(
    {
      hasWindow: window !== undefined,
      demoldShore,
      dayShore,
      peakPa: gas.peakPa,
      waterRisk: shot.water.riskScore,
      mixingFactor: shot.mixingFactor,
      ventClosureS: gas.ventClosureS,
    },
    limits,
  );
  return {
    ...assessment,
    hardnessShore,
    window,
    densityKgPerM3,
    demoldShore,
    dayShore,
    hottestC: (coreK[hottest] as number) - ICE_POINT_K,
    hottestTimeS: timeS[hottest] as number,
  };
}

/** Stage times by interpolation between points: what a back end without events knows. */
export function interpolatedStages({ timeS, conversion }: Trajectory): StageTimes {
  return {
    creamS: timeAt(timeS, conversion, REACTION_STAGES.cream),
    gelS: timeAt(timeS, conversion, REACTION_STAGES.gel),
    riseS: timeAt(timeS, conversion, REACTION_STAGES.rise),
    tackFreeS: timeAt(timeS, conversion, REACTION_STAGES.tackFree),
  };
}
