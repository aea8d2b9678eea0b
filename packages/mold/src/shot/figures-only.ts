/** Key figures of a shot without its profiles: what optimisers and ensembles ask for, thousands of times. */
import { CLOSED_VENT_EFFICIENCY, ICE_POINT_K } from "../legacy/constants.ts";
import { advanceCure, cureConstants, cureStart } from "../legacy/cure.ts";
import { advanceGas, gasConstants, gasStart } from "../legacy/gas-step.ts";
import { type Preparation, prepare } from "../legacy/preparation.ts";
import { isPossible } from "../legacy/thermal.ts";
import { type Assessment, assess } from "../quality/assess.ts";
import { dayHardnessShore, hardnessShore } from "../quality/hardness.ts";
import type { PartResult } from "../quality/part.ts";
import { type DemoldWindow, isDemoldable, valueAt, windowOf } from "../quality/window.ts";
import { computeShot } from "./compute.ts";
import type { Integrate } from "./integrate.ts";
import type { ShotSettings } from "./settings.ts";

/** Figures of a shot: those of its part, and of the pressure. */
export interface ShotFigures extends Omit<PartResult, "hardnessShore"> {
  readonly preparation: Preparation;
  readonly peakPa: number;
  readonly peakTimeS: number;
  readonly ventClosureS: number | null;
}

/** Memory that shots share; grows to the largest number of points. */
export interface FiguresScratch {
  timeS: Float64Array;
  hardnessShore: Float64Array;
}

/** Scratch memory for {@link shotFigures}. */
export function figuresScratch(): FiguresScratch {
  return { timeS: new Float64Array(0), hardnessShore: new Float64Array(0) };
}

/**
 * The figures of a shot, bit for bit those of `computeShot`. With the back end `manual` no profile is kept, which halves the
 * time: about 0.1 ms for 1,201 points. Errors: those of `computeShot`.
 */
export function shotFigures(settings: ShotSettings, scratch: FiguresScratch = figuresScratch()): ShotFigures {
  return settings.solver.backend === "manual" ? manualFigures(settings, scratch) : figuresOf(settings);
}

/** The figures of a shot whose profiles are computed, by that back end. Errors: those of `computeShot`. */
export function figuresOf(settings: ShotSettings, integrate?: Integrate): ShotFigures {
  const { preparation, gas, part } = computeShot(settings, integrate);
  const { hardnessShore: _, ...figures } = part;
  const { peakPa, peakTimeS, ventClosureS } = gas;
  return { ...figures, preparation, peakPa, peakTimeS, ventClosureS };
}

function manualFigures(settings: ShotSettings, scratch: FiguresScratch): ShotFigures {
  const { thermal, grid, hardness, limits } = settings;
  const { totalS, count } = grid;
  if (scratch.timeS.length < count) {
    scratch.timeS = new Float64Array(count);
    scratch.hardnessShore = new Float64Array(count);
  }
  const timeS = scratch.timeS.subarray(0, count);
  const hard = scratch.hardnessShore.subarray(0, count);
  const stepS = totalS / (count - 1);
  const preparation = prepare(settings.shot);
  const cure = cureStart(preparation);
  const cureShared = cureConstants(preparation, thermal, false);
  const gas = gasStart(preparation);
  const gasShared = gasConstants(preparation, settings.gas);
  let peakPa = gas.totalPa;
  let peakTimeS = 0;
  let ventClosureS: number | null = null;
  let hottestK = cure.coreK;
  let hottestTimeS = 0;
  let firstS = Number.NaN;
  let lastS = Number.NaN;
  let before = 0;
  for (let i = 0; i < count; i++) {
    const now = i === count - 1 ? totalS : i * stepS;
    if (i > 0) {
      advanceCure(cure, cureShared, now - before);
      advanceGas(gas, gasShared, cure.conversion, cure.coreK, now - before);
    }
    // a shot whose temperatures ran away is refused with the words of the profile
    if (!isPossible(cure.coreK) || !isPossible(cure.moldK)) return figuresOf(settings);
    before = now;
    const shore = hardnessShore(hardness, cure.conversion, gas.densityKgPerM3);
    timeS[i] = now;
    hard[i] = shore;
    if (gas.totalPa > peakPa) {
      peakPa = gas.totalPa;
      peakTimeS = now;
    }
    if (cure.coreK > hottestK) {
      hottestK = cure.coreK;
      hottestTimeS = now;
    }
    if (ventClosureS === null && gas.ventEfficiency <= CLOSED_VENT_EFFICIENCY) ventClosureS = now;
    if (!isDemoldable(limits, cure.conversion, cure.coreK, gas.densityKgPerM3, shore)) continue;
    if (Number.isNaN(firstS)) firstS = now;
    lastS = now;
  }
  const window = Number.isNaN(firstS) ? undefined : windowOf(firstS, lastS);
  return figuresAtEnd(settings, {
    preparation,
    window,
    demoldShore: valueAt(timeS, hard, window?.optS ?? totalS),
    densityKgPerM3: gas.densityKgPerM3,
    hottestK,
    hottestTimeS,
    peakPa,
    peakTimeS,
    ventClosureS,
  });
}

/** What is known of a shot when its last point is done. */
export interface ShotEnd {
  readonly preparation: Preparation;
  readonly window: DemoldWindow | undefined;
  readonly demoldShore: number;
  readonly densityKgPerM3: number;
  readonly hottestK: number;
  readonly hottestTimeS: number;
  readonly peakPa: number;
  readonly peakTimeS: number;
  readonly ventClosureS: number | null;
}

/** The figures that follow from the end of a shot. */
export function figuresAtEnd(
  { hardness, limits }: Pick<ShotSettings, "hardness" | "limits">,
  { hottestK, ...end }: ShotEnd,
): ShotFigures {
  const dayShore = dayHardnessShore(hardness, end.densityKgPerM3);
  const assessment: Assessment = assess(
    {
      hasWindow: end.window !== undefined,
      demoldShore: end.demoldShore,
      dayShore,
      peakPa: end.peakPa,
      waterRisk: end.preparation.water.riskScore,
      mixingFactor: end.preparation.mixingFactor,
      ventClosureS: end.ventClosureS,
    },
    limits,
  );
  return { ...assessment, ...end, dayShore, hottestC: hottestK - ICE_POINT_K };
}
