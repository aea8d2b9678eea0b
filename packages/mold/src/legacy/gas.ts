/** Gas, expansion, vents and pressure on the points of a trajectory, for every back end. */
import { CLOSED_VENT_EFFICIENCY } from "./constants.ts";
import { advanceGas, type GasInputs, gasConstants, gasStart } from "./gas-step.ts";
import type { Preparation } from "./preparation.ts";
import type { Trajectory } from "./thermal.ts";

/** Profiles of gas and foam, as long as the trajectory. */
export interface GasProfiles {
  readonly densityKgPerM3: Float64Array;
  readonly fillRatio: Float64Array;
  readonly co2Mol: Float64Array;
  readonly airPa: Float64Array;
  readonly co2Pa: Float64Array;
  readonly pentanePa: Float64Array;
  readonly totalPa: Float64Array;
  readonly ventEfficiency: Float64Array;
  readonly peakPa: number;
  readonly peakTimeS: number;
  /** First time at which the vents count as closed; null when they stay open. */
  readonly ventClosureS: number | null;
}

/** Computes the profiles. The first point is the liquid at ambient pressure. Cost: about 50 ns per point. */
export function gasProfiles(shot: Preparation, gas: GasInputs, trajectory: Trajectory): GasProfiles {
  const { timeS, conversion, coreK } = trajectory;
  const count = timeS.length;
  const profiles = {
    densityKgPerM3: new Float64Array(count),
    fillRatio: new Float64Array(count),
    co2Mol: new Float64Array(count),
    airPa: new Float64Array(count),
    co2Pa: new Float64Array(count),
    pentanePa: new Float64Array(count),
    totalPa: new Float64Array(count),
    ventEfficiency: new Float64Array(count),
  };
  const { densityKgPerM3, fillRatio, co2Mol, airPa, co2Pa, pentanePa, totalPa, ventEfficiency } = profiles;
  const state = gasStart(shot);
  const constants = gasConstants(shot, gas);
  let peakPa = state.totalPa;
  let peakTimeS = 0;
  let ventClosureS: number | null = null;
  for (let i = 0; i < count; i++) {
    const now = timeS[i] as number;
    if (i > 0)
      advanceGas(state, constants, conversion[i] as number, coreK[i] as number, now - (timeS[i - 1] as number));
    densityKgPerM3[i] = state.densityKgPerM3;
    fillRatio[i] = Math.min(Math.max(state.foamM3 / shot.cavityM3, 0), 1.5);
    co2Mol[i] = state.co2Mol;
    airPa[i] = state.airPa;
    co2Pa[i] = state.co2Pa;
    pentanePa[i] = state.pentanePa;
    totalPa[i] = state.totalPa;
    ventEfficiency[i] = state.ventEfficiency;
    if (ventClosureS === null && state.ventEfficiency <= CLOSED_VENT_EFFICIENCY) ventClosureS = now;
    if (state.totalPa > peakPa) {
      peakPa = state.totalPa;
      peakTimeS = now;
    }
  }
  return { ...profiles, peakPa, peakTimeS, ventClosureS };
}
