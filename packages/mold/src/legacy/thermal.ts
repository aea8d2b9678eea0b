import { HOTTEST_K } from "./constants.ts";

/** What the heat balance of core and mould is made of. */
export interface ThermalInputs {
  readonly activationEnergyJPerMol: number;
  readonly referenceK: number;
  readonly reactionHeatJPerKg: number;
  readonly foamHeatJPerKgK: number;
  readonly surfaceM2: number;
  readonly coreToMoldWPerM2K: number;
  readonly moldToAmbientWPerM2K: number;
  readonly moldKg: number;
  readonly moldHeatJPerKgK: number;
}

/** Conversion, temperatures and reaction clock over time; all arrays are equally long. */
export interface Trajectory {
  readonly timeS: Float64Array;
  readonly conversion: Float64Array;
  readonly coreK: Float64Array;
  readonly moldK: Float64Array;
  readonly clock: Float64Array;
}

/** Whether a foam or mould can have that temperature: above 0 K, and far below what a run that went wrong ends with. */
export function isPossible(kelvin: number): boolean {
  return kelvin > 0 && kelvin < HOTTEST_K;
}

/** `count` equally spaced times from 0 to `totalS`, both ends among them. */
export function timeGrid(totalS: number, count: number): Float64Array {
  const stepS = totalS / (count - 1);
  const times = new Float64Array(count);
  for (let index = 0; index < count; index++) times[index] = index * stepS;
  times[count - 1] = totalS;
  return times;
}
