/**
 * One step of gas, expansion, vents and pressure.
 *
 * The legacy model as it is, with its faults: carbon dioxide that a vent let out is made again up to the target of the conversion,
 * air never leaves, gas in the foam has its volume at 1 atm, and the head space never falls below its smallest part.
 */
import { exp, pow } from "@simloom/numerics";
import { COLDEST_K, GAS_CONSTANT, STANDARD_PRESSURE_PA } from "./constants.ts";
import { headspaceM3, type Preparation } from "./preparation.ts";

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

/** Gas in the cavity and what follows from it; changed in place by every step. */
export interface GasState {
  co2Mol: number;
  liquidPentaneMol: number;
  gasPentaneMol: number;
  airPa: number;
  co2Pa: number;
  pentanePa: number;
  totalPa: number;
  ventEfficiency: number;
  densityKgPerM3: number;
  /** Volume of liquid and gas, were the cavity not there. */
  foamM3: number;
}

/** Volume of a mole of gas in the foam per kelvin. */
export const MOLAR_M3_PER_K = GAS_CONSTANT / STANDARD_PRESSURE_PA;

/** What steps of one shot share. */
export interface GasConstants {
  readonly shot: Preparation;
  readonly gas: GasInputs;
  readonly closure: number;
  readonly perClosure: number;
  readonly perCavityM3: number;
  readonly openConductance: number;
  readonly leastHeadM3: number;
}

/** The liquid at ambient pressure, vents open. */
export function gasStart(shot: Preparation): GasState {
  const { airMol, cavityM3, liquidM3 } = shot;
  const headM3 = headspaceM3(cavityM3, Math.min(liquidM3, cavityM3), shot.minHeadspaceRatio);
  const airPa = (airMol * GAS_CONSTANT * Math.max(shot.coreK, COLDEST_K)) / Math.max(headM3, 1e-9);
  return {
    co2Mol: 0,
    liquidPentaneMol: shot.pentaneMol,
    gasPentaneMol: 0,
    airPa,
    co2Pa: 0,
    pentanePa: 0,
    totalPa: airPa,
    ventEfficiency: 1,
    densityKgPerM3: shot.massKg / liquidM3,
    foamM3: liquidM3,
  };
}

/** What steps of a shot share. */
export function gasConstants(shot: Preparation, gas: GasInputs): GasConstants {
  const closure = Math.max(gas.closureConversion, 1e-3);
  return {
    shot,
    gas,
    closure,
    perClosure: 1 / closure,
    perCavityM3: 1 / shot.cavityM3,
    openConductance: gas.ventCount * gas.ventConductanceM3PerSPa,
    leastHeadM3: Math.max(shot.minHeadspaceRatio * shot.cavityM3, 1e-6),
  };
}

/** Advances the gas by a step, to a point of that conversion and core temperature. */
export function advanceGas(
  state: GasState,
  { shot, gas, closure, perClosure, perCavityM3, openConductance, leastHeadM3 }: GasConstants,
  alpha: number,
  temperatureK: number,
  stepS: number,
): void {
  const { cavityM3, liquidM3, co2Mol } = shot;
  const target = co2Mol * (alpha >= 1 ? 1 : pow(alpha, 1.1)) * shot.gasReleaseRatio;
  let carbonDioxide = state.co2Mol + Math.max(0, Math.min(co2Mol, target) - state.co2Mol);
  let pentane = state.gasPentaneMol;
  if (temperatureK > gas.evaporationOnsetK) {
    const cooling = exp(-gas.evaporationSlopePerK * (temperatureK - gas.evaporationOnsetK));
    const liquid = state.liquidPentaneMol;
    const evaporated = Math.min(liquid, gas.evaporationRatePerS * (1 - cooling) * liquid * stepS);
    state.liquidPentaneMol = liquid - evaporated;
    pentane += evaporated;
  }
  const molarM3 = MOLAR_M3_PER_K * temperatureK;
  const foamGas = carbonDioxide + pentane;
  const foamM3 = liquidM3 + foamGas * molarM3;
  const headM3 = Math.max(cavityM3 - foamM3, leastHeadM3);
  const open = alpha >= closure ? 0 : openRatio(gas, alpha * perClosure, foamM3 * perCavityM3);
  const efficiency = Math.min(Math.max(open, gas.minVentEfficiency), 1);
  const perMolPa = (GAS_CONSTANT * Math.max(temperatureK, COLDEST_K)) / headM3;
  const airPa = shot.airMol * perMolPa;
  const closedPa = airPa + foamGas * perMolPa;
  const flowM3 = openConductance * efficiency * Math.max(closedPa - shot.ambientPa, 0) * stepS;
  if (flowM3 > 0 && foamGas > 1e-9) {
    const gasJ = Math.max(GAS_CONSTANT * temperatureK, 1e-9) * foamGas;
    const kept = 1 - Math.min((flowM3 * closedPa) / gasJ, 1);
    carbonDioxide *= kept;
    pentane *= kept;
  }
  const settledM3 = liquidM3 + (carbonDioxide + pentane) * molarM3;
  state.co2Mol = carbonDioxide;
  state.gasPentaneMol = pentane;
  state.airPa = airPa;
  state.co2Pa = carbonDioxide * perMolPa;
  state.pentanePa = pentane * perMolPa;
  state.totalPa = airPa + state.co2Pa + state.pentanePa;
  state.ventEfficiency = efficiency;
  state.densityKgPerM3 = shot.massKg / Math.max(Math.min(settledM3, cavityM3), 1e-9);
  state.foamM3 = settledM3;
}

/** How far a vent is open on the way to its closure; foam that overfills the cavity hinders it. */
function openRatio({ clogExponent, ventReliefScale }: GasInputs, closing: number, fillRatio: number): number {
  const overfill = Math.max(0, Math.min(fillRatio, 1.5) - 1);
  return Math.max(0, 1 - pow(closing, clogExponent)) * (1 / (1 + overfill * ventReliefScale));
}
