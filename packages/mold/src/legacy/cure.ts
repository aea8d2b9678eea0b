/**
 * One step of cure and heat by explicit Euler. The conversion goes first, with the temperature of the point before; its backward
 * difference heats the core; both temperatures are then advanced with the old ones in every exchange.
 */
import { exp, pow } from "@simloom/numerics";
import { COLDEST_K, GAS_CONSTANT } from "./constants.ts";
import { saturationClock } from "./kinetics.ts";
import type { Preparation } from "./preparation.ts";
import type { ThermalInputs } from "./thermal.ts";

/** Where a shot stands; changed in place by every step. */
export interface CureState {
  clock: number;
  conversion: number;
  coreK: number;
  moldK: number;
}

/** What steps of one shot share. */
export interface CureConstants {
  readonly activationK: number;
  readonly perReferenceK: number;
  /** Rate of the clock at the reference temperature. */
  readonly clockPerS: number;
  readonly exponent: number;
  readonly curedClock: number;
  /** Whether the clock goes on when the foam has cured; the conversion does not change any more. */
  readonly keepsClock: boolean;
  readonly heatJ: number;
  readonly toMoldWPerK: number;
  readonly toAmbientWPerK: number;
  readonly coreKPerJ: number;
  readonly moldKPerJ: number;
  readonly ambientK: number;
}

/** The state at the start. */
export function cureStart({ coreK, moldK }: Preparation): CureState {
  return { clock: 0, conversion: 0, coreK, moldK };
}

/** What steps of a shot share. */
export function cureConstants(shot: Preparation, thermal: ThermalInputs, keepsClock: boolean): CureConstants {
  return {
    activationK: thermal.activationEnergyJPerMol / GAS_CONSTANT,
    perReferenceK: 1 / Math.max(thermal.referenceK, 1e-6),
    clockPerS: (0.4 + 0.6 * shot.mixingFactor) / Math.max(shot.timeConstantS, 1e-3),
    exponent: shot.exponent,
    curedClock: saturationClock(shot.exponent),
    keepsClock,
    heatJ: thermal.reactionHeatJPerKg * shot.massKg,
    toMoldWPerK: thermal.coreToMoldWPerM2K * thermal.surfaceM2,
    toAmbientWPerK: thermal.moldToAmbientWPerM2K * thermal.surfaceM2,
    coreKPerJ: 1 / Math.max(shot.massKg * thermal.foamHeatJPerKgK, 1e-6),
    moldKPerJ: 1 / Math.max(thermal.moldKg * thermal.moldHeatJPerKgK, 1e-6),
    ambientK: shot.ambientK,
  };
}

/** Part of the heat of a step that comes: all, but for steps below 1 ns, whose rate of conversion is that of 1 ns. */
export function heatShare(stepS: number): number {
  return stepS < 1e-9 ? stepS * 1e9 : 1;
}

/** Advances a shot by one step. */
export function advanceCure(state: CureState, shot: CureConstants, stepS: number): void {
  const { coreK, moldK, conversion } = state;
  let heatJ = 0;
  if (conversion < 1 || shot.keepsClock) {
    const factor = exp(-shot.activationK * (1 / Math.max(coreK, COLDEST_K) - shot.perReferenceK));
    const clock = Math.max(state.clock + stepS * (factor * shot.clockPerS), 0);
    const next = clock < shot.curedClock ? 1 - exp(-pow(clock, shot.exponent)) : 1;
    heatJ = shot.heatJ * Math.max(0, next - conversion) * heatShare(stepS);
    state.clock = clock;
    state.conversion = next;
  }
  const toMoldW = shot.toMoldWPerK * (coreK - moldK);
  const toAmbientW = shot.toAmbientWPerK * (moldK - shot.ambientK);
  state.coreK = coreK + (heatJ - stepS * toMoldW) * shot.coreKPerJ;
  state.moldK = moldK + stepS * (toMoldW - toAmbientW) * shot.moldKPerJ;
}
