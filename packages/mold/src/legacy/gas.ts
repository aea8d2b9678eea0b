/**
 * Gas, expansion, vents and pressure on the points of a trajectory, for every back end.
 *
 * The legacy model as it is, with its faults: carbon dioxide that a vent let out is made again up to the target of the conversion,
 * air never leaves, gas in the foam has its volume at 1 atm, and the head space never falls below its smallest part.
 */
import { exp, pow } from "@simloom/numerics";
import { CLOSED_VENT_EFFICIENCY, COLDEST_K, GAS_CONSTANT, STANDARD_PRESSURE_PA } from "./constants.ts";
import { headspaceM3, type Preparation } from "./preparation.ts";
import type { Trajectory } from "./thermal.ts";

/** Vents and evaporation. */
export interface GasInputs {
  readonly ventCount: number;
  readonly ventConductanceM3PerSPa: number;
  readonly closureConversion: number;
  readonly clogExponent: number;
  readonly minVentEfficiency: number;
  readonly ventReliefScale: number;
  readonly evaporationRatePerS: number;
  readonly evaporationOnsetK: number;
  readonly evaporationSlopePerK: number;
}

/** Profiles of gas and foam, as long as the trajectory, and what was lost and gained on the way. */
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

/** Computes the profiles. The first point is the liquid at ambient pressure. Cost: about 60 ns per point. */
export function gasProfiles(shot: Preparation, gas: GasInputs, trajectory: Trajectory): GasProfiles {
  const { timeS, conversion, coreK } = trajectory;
  const count = timeS.length;
  const density = new Float64Array(count);
  const fill = new Float64Array(count);
  const co2 = new Float64Array(count);
  const air = new Float64Array(count);
  const co2Partial = new Float64Array(count);
  const pentanePartial = new Float64Array(count);
  const total = new Float64Array(count);
  const vent = new Float64Array(count);
  const { cavityM3, liquidM3, massKg, airMol, co2Mol, gasReleaseRatio, minHeadspaceRatio, ambientPa } = shot;
  const { evaporationRatePerS, evaporationOnsetK, evaporationSlopePerK, ventReliefScale, clogExponent } = gas;
  const closure = Math.max(gas.closureConversion, 1e-3);
  const openConductance = gas.ventCount * gas.ventConductanceM3PerSPa;
  const minEfficiency = gas.minVentEfficiency;
  const leastHeadM3 = Math.max(minHeadspaceRatio * cavityM3, 1e-6);
  let carbonDioxide = 0;
  let liquidPentane = shot.pentaneMol;
  let gasPentane = 0;
  const startHeadM3 = headspaceM3(cavityM3, Math.min(liquidM3, cavityM3), minHeadspaceRatio);
  const startPa = (airMol * GAS_CONSTANT * Math.max(shot.coreK, COLDEST_K)) / Math.max(startHeadM3, 1e-9);
  density[0] = massKg / liquidM3;
  fill[0] = Math.min(Math.max(liquidM3 / cavityM3, 0), 1.5);
  air[0] = startPa;
  total[0] = startPa;
  vent[0] = 1;
  let peakPa = startPa;
  let peakTimeS = 0;
  let ventClosureS: number | null = null;
  for (let i = 1; i < count; i++) {
    const alpha = conversion[i] as number;
    const temperatureK = coreK[i] as number;
    const stepS = (timeS[i] as number) - (timeS[i - 1] as number);
    const released = co2Mol * (alpha >= 1 ? 1 : pow(alpha, 1.1)) * gasReleaseRatio;
    carbonDioxide += Math.max(0, Math.min(co2Mol, released) - carbonDioxide);
    if (temperatureK > evaporationOnsetK) {
      const rate = evaporationRatePerS * (1 - exp(-evaporationSlopePerK * (temperatureK - evaporationOnsetK)));
      const evaporated = Math.min(liquidPentane, rate * liquidPentane * stepS);
      liquidPentane -= evaporated;
      gasPentane += evaporated;
    }
    const thermalJPerMol = GAS_CONSTANT * temperatureK;
    const foamM3 = liquidM3 + ((carbonDioxide + gasPentane) * thermalJPerMol) / STANDARD_PRESSURE_PA;
    const fillRatio = Math.min(Math.max(foamM3 / cavityM3, 0), 1.5);
    const headM3 = Math.max(Math.max(cavityM3 - Math.min(foamM3, cavityM3), leastHeadM3), 1e-9);
    const open =
      alpha >= closure
        ? 0
        : Math.max(0, 1 - pow(alpha / closure, clogExponent)) *
          (1 / (1 + Math.max(0, fillRatio - 1) * ventReliefScale));
    const efficiency = Math.min(Math.max(Math.max(minEfficiency, open), minEfficiency), 1);
    const perMolPa = GAS_CONSTANT * Math.max(temperatureK, COLDEST_K);
    const airPa = (airMol * perMolPa) / headM3;
    let co2Pa = (carbonDioxide * perMolPa) / headM3;
    let pentanePa = (gasPentane * perMolPa) / headM3;
    let totalPa = airPa + co2Pa + pentanePa;
    const flowM3PerS = openConductance * efficiency * Math.max(totalPa - ambientPa, 0);
    const foamGas = carbonDioxide + gasPentane;
    if (flowM3PerS > 0 && foamGas > 1e-9) {
      const removed = Math.min((flowM3PerS * stepS * totalPa) / Math.max(thermalJPerMol, 1e-9), foamGas);
      const co2Removed = removed * (carbonDioxide / foamGas);
      const pentaneRemoved = removed * (gasPentane / foamGas);
      carbonDioxide = Math.max(carbonDioxide - co2Removed, 0);
      gasPentane = Math.max(gasPentane - pentaneRemoved, 0);
      co2Pa = (carbonDioxide * perMolPa) / headM3;
      pentanePa = (gasPentane * perMolPa) / headM3;
      totalPa = airPa + co2Pa + pentanePa;
    }
    const settledM3 = liquidM3 + ((carbonDioxide + gasPentane) * thermalJPerMol) / STANDARD_PRESSURE_PA;
    density[i] = massKg / Math.max(Math.min(settledM3, cavityM3), 1e-9);
    fill[i] = Math.min(Math.max(settledM3 / cavityM3, 0), 1.5);
    co2[i] = carbonDioxide;
    air[i] = airPa;
    co2Partial[i] = co2Pa;
    pentanePartial[i] = pentanePa;
    total[i] = totalPa;
    vent[i] = efficiency;
    if (ventClosureS === null && efficiency <= CLOSED_VENT_EFFICIENCY) ventClosureS = timeS[i] as number;
    if (totalPa > peakPa) {
      peakPa = totalPa;
      peakTimeS = timeS[i] as number;
    }
  }
  return {
    densityKgPerM3: density,
    fillRatio: fill,
    co2Mol: co2,
    airPa: air,
    co2Pa: co2Partial,
    pentanePa: pentanePartial,
    totalPa: total,
    ventEfficiency: vent,
    peakPa,
    peakTimeS,
    ventClosureS,
  };
}
