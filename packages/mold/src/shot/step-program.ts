/**
 * One step of a whole shot as expressions: cure and heat, gas and vents, and what its figures need to know of every point. The
 * operations and their order are those of `advanceCure` and `advanceGas`, so that bits are, too: what is changed there is changed here.
 */
import {
  add,
  and,
  column,
  divide,
  type Expression,
  equal,
  exp,
  greater,
  greaterOrEqual,
  kernelProgram,
  less,
  lessOrEqual,
  multiply,
  negate,
  type Operand,
  type Program,
  parameter,
  pow,
  select,
  state,
  subtract,
} from "@simloom/kernel";
import { CLOSED_VENT_EFFICIENCY, COLDEST_K, GAS_CONSTANT, HOTTEST_K, ICE_POINT_K } from "../legacy/constants.ts";
import type { CureConstants } from "../legacy/cure.ts";
import { type GasConstants, MOLAR_M3_PER_K } from "../legacy/gas-step.ts";
import type { HardnessInputs } from "../quality/hardness.ts";
import type { DemoldLimits } from "../quality/window.ts";

/** What steps of one shot share. */
export interface StepConstants {
  readonly cure: CureConstants;
  readonly gas: GasConstants;
  readonly hardness: HardnessInputs;
  readonly limits: DemoldLimits;
}

/** Numbers of a shot that its steps read, by name. */
const CONSTANTS = {
  activationK: ({ cure }) => cure.activationK,
  perReferenceK: ({ cure }) => cure.perReferenceK,
  clockPerS: ({ cure }) => cure.clockPerS,
  exponent: ({ cure }) => cure.exponent,
  curedClock: ({ cure }) => cure.curedClock,
  heatJ: ({ cure }) => cure.heatJ,
  toMoldWPerK: ({ cure }) => cure.toMoldWPerK,
  toAmbientWPerK: ({ cure }) => cure.toAmbientWPerK,
  coreKPerJ: ({ cure }) => cure.coreKPerJ,
  moldKPerJ: ({ cure }) => cure.moldKPerJ,
  ambientK: ({ cure }) => cure.ambientK,
  allCo2Mol: ({ gas }) => gas.shot.co2Mol,
  gasReleaseRatio: ({ gas }) => gas.shot.gasReleaseRatio,
  liquidM3: ({ gas }) => gas.shot.liquidM3,
  cavityM3: ({ gas }) => gas.shot.cavityM3,
  airMol: ({ gas }) => gas.shot.airMol,
  ambientPa: ({ gas }) => gas.shot.ambientPa,
  massKg: ({ gas }) => gas.shot.massKg,
  leastHeadM3: ({ gas }) => gas.leastHeadM3,
  openConductance: ({ gas }) => gas.openConductance,
  closure: ({ gas }) => gas.closure,
  perClosure: ({ gas }) => gas.perClosure,
  perCavityM3: ({ gas }) => gas.perCavityM3,
  evaporationOnsetK: ({ gas }) => gas.gas.evaporationOnsetK,
  evaporationSlopePerK: ({ gas }) => gas.gas.evaporationSlopePerK,
  evaporationRatePerS: ({ gas }) => gas.gas.evaporationRatePerS,
  clogExponent: ({ gas }) => gas.gas.clogExponent,
  minVentEfficiency: ({ gas }) => gas.gas.minVentEfficiency,
  ventReliefScale: ({ gas }) => gas.gas.ventReliefScale,
  baseShore: ({ hardness }) => hardness.baseShore,
  conversionGainShore: ({ hardness }) => hardness.conversionGainShore,
  densityGainShore: ({ hardness }) => hardness.densityGainShore,
  referenceKgPerM3: ({ hardness }) => Math.max(hardness.referenceKgPerM3, 1),
  minConversion: ({ limits }) => limits.minConversion,
  minDensityKgPerM3: ({ limits }) => limits.minDensityKgPerM3,
  maxDensityKgPerM3: ({ limits }) => limits.maxDensityKgPerM3,
  maxCoreC: ({ limits }) => limits.maxCoreC,
  minHardnessShore: ({ limits }) => limits.minHardnessShore,
} as const satisfies Readonly<Record<string, (constants: StepConstants) => number>>;

/** Where a shot stands, and what was seen on the way. Times that did not come are {@link NEVER}. */
export const SHOT_STATES = [
  "clock",
  "conversion",
  "coreK",
  "moldK",
  "co2Mol",
  "liquidPentaneMol",
  "gasPentaneMol",
  "densityKgPerM3",
  "peakPa",
  "peakTimeS",
  "hottestK",
  "hottestTimeS",
  "ventClosureS",
  "firstS",
  "lastS",
  /** 1 as long as temperatures are possible. */
  "isPossible",
] as const;

/** In place of a time that did not come. */
export const NEVER = -1;

export type ShotState = Readonly<Record<(typeof SHOT_STATES)[number], number>>;

/** The columns of the program for shots, in its order. */
export function stepColumns(shots: readonly StepConstants[]): readonly Float64Array[] {
  return Object.values(CONSTANTS).map((numberOf) => Float64Array.from(shots, numberOf));
}

/** The states of the program for shots, in its order. */
export function stateColumns(shots: readonly ShotState[]): readonly Float64Array[] {
  return SHOT_STATES.map((name) => Float64Array.from(shots, (shot) => shot[name]));
}

/** The step as a program: parameters are its length and the time at its end in s, and the share of the heat that comes; the hardness is traced. */
export function shotStepProgram(): Program {
  return kernelProgram(step(), {
    parameters: ["stepS", "nowS", "heatShare"],
    columns: Object.keys(CONSTANTS),
    states: SHOT_STATES,
  });
}

/** A number, or `floor` where it is below: one instruction, unlike `max`, which has NaN to look for. */
function atLeast(value: Operand, floor: Operand): Expression {
  return select(less(value, floor), floor, value);
}

function atMost(value: Operand, ceiling: Operand): Expression {
  return select(less(ceiling, value), ceiling, value);
}

type Names<K extends string> = Readonly<Record<K, Expression>>;

function step(): Readonly<Record<(typeof SHOT_STATES)[number] | "hardnessShore", Operand>> {
  const names = <K extends string>(all: readonly K[], leaf: (name: K) => Expression) =>
    Object.fromEntries(all.map((name) => [name, leaf(name)])) as Names<K>;
  const c = names(Object.keys(CONSTANTS) as (keyof typeof CONSTANTS)[], (name) => column(name));
  const s = names(SHOT_STATES, (name) => state(name));
  const stepS = parameter("stepS");
  const nowS = parameter("nowS");
  const share = parameter("heatShare");

  const isCuring = less(s.conversion, 1);
  const perK = subtract(divide(1, atLeast(s.coreK, COLDEST_K)), c.perReferenceK);
  const factor = exp(multiply(negate(c.activationK), perK));
  const nextClock = atLeast(add(s.clock, multiply(stepS, multiply(factor, c.clockPerS))), 0);
  const nextConversion = select(less(nextClock, c.curedClock), subtract(1, exp(negate(pow(nextClock, c.exponent)))), 1);
  const gained = atLeast(subtract(nextConversion, s.conversion), 0);
  const heatJ = select(isCuring, multiply(multiply(c.heatJ, gained), share), 0);
  const clock = select(isCuring, nextClock, s.clock);
  const conversion = select(isCuring, nextConversion, s.conversion);
  const toMoldW = multiply(c.toMoldWPerK, subtract(s.coreK, s.moldK));
  const toAmbientW = multiply(c.toAmbientWPerK, subtract(s.moldK, c.ambientK));
  const coreK = add(s.coreK, multiply(subtract(heatJ, multiply(stepS, toMoldW)), c.coreKPerJ));
  const moldK = add(s.moldK, multiply(multiply(stepS, subtract(toMoldW, toAmbientW)), c.moldKPerJ));

  const released = select(greaterOrEqual(conversion, 1), 1, pow(conversion, 1.1));
  const target = multiply(multiply(c.allCo2Mol, released), c.gasReleaseRatio);
  const madeMol = add(s.co2Mol, atLeast(subtract(atMost(target, c.allCo2Mol), s.co2Mol), 0));
  const isWarm = greater(coreK, c.evaporationOnsetK);
  const cooling = exp(multiply(negate(c.evaporationSlopePerK), subtract(coreK, c.evaporationOnsetK)));
  const evaporated = atMost(
    multiply(multiply(multiply(c.evaporationRatePerS, subtract(1, cooling)), s.liquidPentaneMol), stepS),
    s.liquidPentaneMol,
  );
  const liquidPentaneMol = select(isWarm, subtract(s.liquidPentaneMol, evaporated), s.liquidPentaneMol);
  const pentaneMol = select(isWarm, add(s.gasPentaneMol, evaporated), s.gasPentaneMol);

  const molarM3 = multiply(MOLAR_M3_PER_K, coreK);
  const foamGasMol = add(madeMol, pentaneMol);
  const foamM3 = add(c.liquidM3, multiply(foamGasMol, molarM3));
  const headM3 = atLeast(subtract(c.cavityM3, foamM3), c.leastHeadM3);
  const overfill = atLeast(subtract(atMost(multiply(foamM3, c.perCavityM3), 1.5), 1), 0);
  const open = select(
    greaterOrEqual(conversion, c.closure),
    0,
    multiply(
      atLeast(subtract(1, pow(multiply(conversion, c.perClosure), c.clogExponent)), 0),
      divide(1, add(1, multiply(overfill, c.ventReliefScale))),
    ),
  );
  const ventEfficiency = atMost(atLeast(open, c.minVentEfficiency), 1);
  const perMolPa = divide(multiply(GAS_CONSTANT, atLeast(coreK, COLDEST_K)), headM3);
  const airPa = multiply(c.airMol, perMolPa);
  const closedPa = add(airPa, multiply(foamGasMol, perMolPa));
  const excessPa = atLeast(subtract(closedPa, c.ambientPa), 0);
  const flowM3 = multiply(multiply(multiply(c.openConductance, ventEfficiency), excessPa), stepS);
  const isVenting = and(greater(flowM3, 0), greater(foamGasMol, 1e-9));
  const gasJ = multiply(atLeast(multiply(GAS_CONSTANT, coreK), 1e-9), foamGasMol);
  const kept = subtract(1, atMost(divide(multiply(flowM3, closedPa), gasJ), 1));
  const co2Mol = select(isVenting, multiply(madeMol, kept), madeMol);
  const gasPentaneMol = select(isVenting, multiply(pentaneMol, kept), pentaneMol);
  const settledM3 = add(c.liquidM3, multiply(add(co2Mol, gasPentaneMol), molarM3));
  const totalPa = add(add(airPa, multiply(co2Mol, perMolPa)), multiply(gasPentaneMol, perMolPa));
  const densityKgPerM3 = divide(c.massKg, atLeast(atMost(settledM3, c.cavityM3), 1e-9));

  const hardnessShore = add(
    add(c.baseShore, multiply(c.conversionGainShore, conversion)),
    multiply(divide(c.densityGainShore, c.referenceKgPerM3), atLeast(subtract(densityKgPerM3, c.referenceKgPerM3), 0)),
  );
  const isDemoldable = [
    greaterOrEqual(conversion, c.minConversion),
    greaterOrEqual(densityKgPerM3, c.minDensityKgPerM3),
    lessOrEqual(densityKgPerM3, c.maxDensityKgPerM3),
    lessOrEqual(subtract(coreK, ICE_POINT_K), c.maxCoreC),
    greaterOrEqual(hardnessShore, c.minHardnessShore),
  ].reduce(and);
  const isPeak = greater(totalPa, s.peakPa);
  const isHottest = greater(coreK, s.hottestK);
  const isMissing = (time: Expression) => equal(time, NEVER);
  const isPossible = (kelvin: Expression) => and(greater(kelvin, 0), less(kelvin, HOTTEST_K));
  return {
    clock,
    conversion,
    coreK,
    moldK,
    co2Mol,
    liquidPentaneMol,
    gasPentaneMol,
    densityKgPerM3,
    peakPa: select(isPeak, totalPa, s.peakPa),
    peakTimeS: select(isPeak, nowS, s.peakTimeS),
    hottestK: select(isHottest, coreK, s.hottestK),
    hottestTimeS: select(isHottest, nowS, s.hottestTimeS),
    ventClosureS: select(
      and(isMissing(s.ventClosureS), lessOrEqual(ventEfficiency, CLOSED_VENT_EFFICIENCY)),
      nowS,
      s.ventClosureS,
    ),
    firstS: select(and(isMissing(s.firstS), isDemoldable), nowS, s.firstS),
    lastS: select(isDemoldable, nowS, s.lastS),
    isPossible: select(and(isPossible(coreK), isPossible(moldK)), s.isPossible, 0),
    hardnessShore,
  };
}
