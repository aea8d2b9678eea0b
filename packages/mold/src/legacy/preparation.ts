/** What a shot begins with: water, gas to come, volumes, temperatures and the reaction clock. Evaluated once per run. */
import {
  COLDEST_K,
  GAS_CONSTANT,
  ICE_POINT_K,
  PENTANE_KG_PER_MOL,
  PENTANE_TRACE_MOL,
  WATER_KG_PER_M3,
  WATER_KG_PER_MOL,
} from "./constants.ts";
import { calibrateClock, type ReactionTimes } from "./kinetics.ts";

/** What the preparation reads of system, process, mould and settings. */
export interface ShotInputs {
  readonly polyolKgPerM3: number;
  readonly isocyanateKgPerM3: number;
  readonly waterRatio: number;
  readonly pentaneRatio: number;
  readonly reactionTimes: ReactionTimes;
  readonly reactionOrder: number;
  readonly polyolKg: number;
  readonly isocyanateKg: number;
  readonly additivesKg: number;
  readonly polyolC: number;
  readonly isocyanateC: number;
  readonly moldC: number;
  readonly ambientC: number;
  readonly humidityRatio: number;
  readonly mixingRatio: number;
  readonly cavityM3: number;
  readonly surfaceM2: number;
  readonly humidityReferenceRatio: number;
  readonly surfaceMoistureKgPerM2: number;
  readonly waterRiskDeltaRatio: number;
  readonly ambientPa: number;
  readonly minHeadspaceRatio: number;
}

/** Where the water of a shot comes from. */
export interface WaterBalance {
  readonly fromPolyolKg: number;
  readonly fromHumidityKg: number;
  readonly effectiveKg: number;
  /** Per mass of polyol. */
  readonly effectiveRatio: number;
  /** 0 dry, 1 as much additional water as counts as full risk. */
  readonly riskScore: number;
}

/** The state of a shot before it begins. */
export interface Preparation {
  readonly water: WaterBalance;
  readonly mixingFactor: number;
  readonly gasReleaseRatio: number;
  readonly massKg: number;
  /** Carbon dioxide that all of the water would give. */
  readonly co2Mol: number;
  readonly pentaneMol: number;
  readonly liquidM3: number;
  readonly airMol: number;
  readonly cavityM3: number;
  readonly minHeadspaceRatio: number;
  readonly coreK: number;
  readonly moldK: number;
  readonly ambientK: number;
  readonly ambientPa: number;
  readonly timeConstantS: number;
  readonly exponent: number;
}

/** Prepares a shot. Components mix at equal heat capacities; additives count as polyol and bring no heat. */
export function prepare(shot: ShotInputs): Preparation {
  const water = waterBalance(shot);
  const mixingFactor = Math.min(Math.max(shot.mixingRatio, 0.1), 1);
  const polyolDensity = Math.max(shot.polyolKgPerM3, 1e-6);
  const liquidM3 =
    shot.polyolKg / polyolDensity +
    shot.isocyanateKg / Math.max(shot.isocyanateKgPerM3, 1e-6) +
    shot.additivesKg / polyolDensity +
    Math.max(water.fromHumidityKg, 0) / WATER_KG_PER_M3;
  const coreK =
    (shot.polyolKg * (shot.polyolC + ICE_POINT_K) + shot.isocyanateKg * (shot.isocyanateC + ICE_POINT_K)) /
    (shot.polyolKg + shot.isocyanateKg);
  const pentaneMol = Math.max(shot.polyolKg * shot.pentaneRatio, 0) / PENTANE_KG_PER_MOL;
  const headM3 = headspaceM3(shot.cavityM3, liquidM3, shot.minHeadspaceRatio);
  return {
    water,
    mixingFactor,
    gasReleaseRatio: 0.5 + 0.5 * mixingFactor,
    massKg: shot.polyolKg + shot.isocyanateKg + shot.additivesKg + water.fromHumidityKg,
    co2Mol: water.effectiveKg / WATER_KG_PER_MOL,
    pentaneMol: pentaneMol <= 0 ? PENTANE_TRACE_MOL : pentaneMol,
    liquidM3,
    airMol: (shot.ambientPa * headM3) / (GAS_CONSTANT * Math.max(coreK, COLDEST_K)),
    cavityM3: shot.cavityM3,
    minHeadspaceRatio: shot.minHeadspaceRatio,
    coreK,
    moldK: shot.moldC + ICE_POINT_K,
    ambientK: shot.ambientC + ICE_POINT_K,
    ambientPa: shot.ambientPa,
    ...calibrateClock(shot.reactionTimes, shot.reactionOrder),
  };
}

/** Volume above the foam in m³: what is left of the cavity, but never less than its smallest part. */
export function headspaceM3(cavityM3: number, foamM3: number, minHeadspaceRatio: number): number {
  return Math.max(cavityM3 - foamM3, Math.max(minHeadspaceRatio * cavityM3, 1e-6));
}

/** Water of the polyol, and what humid air leaves on the mould above the reference humidity. */
function waterBalance(shot: ShotInputs): WaterBalance {
  const fromPolyolKg = shot.polyolKg * shot.waterRatio;
  const humidity = Math.min(Math.max(shot.humidityRatio, 0), 1);
  const excess = (humidity - shot.humidityReferenceRatio) / Math.max(1e-6, 1 - shot.humidityReferenceRatio);
  const fromHumidityKg =
    humidity <= shot.humidityReferenceRatio
      ? 0
      : shot.surfaceMoistureKgPerM2 * shot.surfaceM2 * Math.min(Math.max(excess, 0), 1);
  const effectiveKg = Math.max(fromPolyolKg + fromHumidityKg, 0);
  const perPolyol = Math.max(shot.polyolKg, 1e-9);
  const effectiveRatio = effectiveKg / perPolyol;
  const more = Math.max(0, effectiveRatio - fromPolyolKg / perPolyol);
  const riskScore = Math.min(Math.max(more / Math.max(shot.waterRiskDeltaRatio, 1e-9), 0), 1);
  return { fromPolyolKg, fromHumidityKg, effectiveKg, effectiveRatio, riskScore };
}
