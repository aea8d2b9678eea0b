/**
 * The back end `manual`: explicit Euler with one step per point. The conversion goes first, with the temperature of the point
 * before; its backward difference heats the core; both temperatures are then advanced with the old ones in every exchange.
 */
import { exp, pow } from "@simloom/numerics";
import { COLDEST_K, GAS_CONSTANT } from "./constants.ts";
import { saturationClock } from "./kinetics.ts";
import type { Preparation } from "./preparation.ts";
import { type ThermalInputs, type Trajectory, timeGrid } from "./thermal.ts";

/** Integrates a shot at `count` points. Cost: about 60 ns per point, twice that before the foam has cured. */
export function integrateManual(shot: Preparation, thermal: ThermalInputs, totalS: number, count: number): Trajectory {
  const timeS = timeGrid(totalS, count);
  const conversion = new Float64Array(count);
  const core = new Float64Array(count);
  const mold = new Float64Array(count);
  const clock = new Float64Array(count);
  const { exponent, ambientK } = shot;
  const activationK = -(thermal.activationEnergyJPerMol / GAS_CONSTANT);
  const perReferenceK = 1 / Math.max(thermal.referenceK, 1e-6);
  const rateModifier = 0.4 + 0.6 * shot.mixingFactor;
  const timeConstantS = Math.max(shot.timeConstantS, 1e-3);
  const heatJ = thermal.reactionHeatJPerKg * shot.massKg;
  const toMoldWPerK = thermal.coreToMoldWPerM2K * thermal.surfaceM2;
  const toAmbientWPerK = thermal.moldToAmbientWPerM2K * thermal.surfaceM2;
  const coreJPerK = Math.max(shot.massKg * thermal.foamHeatJPerKgK, 1e-6);
  const moldJPerK = Math.max(thermal.moldKg * thermal.moldHeatJPerKgK, 1e-6);
  const curedClock = saturationClock(exponent);
  let phi = 0;
  let alpha = 0;
  let coreK = shot.coreK;
  let moldK = shot.moldK;
  core[0] = coreK;
  mold[0] = moldK;
  for (let i = 1; i < count; i++) {
    const stepS = (timeS[i] as number) - (timeS[i - 1] as number);
    const factor = exp(activationK * (1 / Math.max(coreK, COLDEST_K) - perReferenceK)) * rateModifier;
    phi = Math.max(phi + (stepS * factor) / timeConstantS, 0);
    const next = phi < curedClock ? 1 - exp(-pow(phi, exponent)) : 1;
    const rate = Math.max(0, (next - alpha) / Math.max(stepS, 1e-9));
    alpha = next;
    const toMoldW = toMoldWPerK * (coreK - moldK);
    const toAmbientW = toAmbientWPerK * (moldK - ambientK);
    coreK += (stepS * (heatJ * rate - toMoldW)) / coreJPerK;
    moldK += (stepS * (toMoldW - toAmbientW)) / moldJPerK;
    clock[i] = phi;
    conversion[i] = alpha;
    core[i] = coreK;
    mold[i] = moldK;
  }
  return { timeS, conversion, coreK: core, moldK: mold, clock };
}
