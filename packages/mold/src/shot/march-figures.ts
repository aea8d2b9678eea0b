/** Figures of many shots of the back end `manual` at once: their steps run inside WebAssembly, two shots to a register. */
import { hasWasmSimd } from "@simloom/kernel";
import { cureConstants, cureStart } from "../legacy/cure.ts";
import { gasConstants, gasStart } from "../legacy/gas-step.ts";
import { type Preparation, prepare } from "../legacy/preparation.ts";
import { isPossible } from "../legacy/thermal.ts";
import { hardnessShore } from "../quality/hardness.ts";
import { isDemoldable, windowOf } from "../quality/window.ts";
import { figuresAtEnd, type ShotFigures } from "./figures-only.ts";
import type { MarchInput, MarchOutput } from "./march-shots.ts";
import type { ShotSettings } from "./settings.ts";
import { NEVER, SHOT_STATES, type ShotState, type StepConstants, stateColumns, stepColumns } from "./step-program.ts";

/** Whether this host can march shots; where it cannot, they are computed one by one. */
export function canMarch(): boolean {
  return hasWasmSimd();
}

/** Shots of one grid that are about to march, and how their figures come of what they end with. */
export interface MarchingShots {
  readonly input: MarchInput;
  /** Bit for bit the figures of `shotFigures`; undefined for shots whose temperatures ran away. */
  figures(output: MarchOutput): readonly (ShotFigures | undefined)[];
}

/** Prepares shots that share a grid, at least one. Cost, marching included: 60 µs per shot of 1,201 points on one core, and 10 kB. */
export function marchingShots(shots: readonly ShotSettings[]): MarchingShots {
  const starts = shots.map(startOf);
  return {
    input: {
      totalS: shots[0]?.grid.totalS ?? 0,
      count: shots[0]?.grid.count ?? 1,
      columns: stepColumns(starts.map(({ constants }) => constants)),
      states: stateColumns(starts.map(({ state }) => state)),
      firstShore: Float64Array.from(starts, ({ hardnessShore: first }) => first),
    },
    figures: (output) =>
      starts.map(({ preparation }, shot) => endOf(shots[shot] as ShotSettings, preparation, output, shot)),
  };
}

interface ShotStart {
  readonly preparation: Preparation;
  readonly constants: StepConstants;
  readonly state: ShotState;
  readonly hardnessShore: number;
}

/** A shot at its first point. */
function startOf({ shot, thermal, gas: vents, hardness, limits }: ShotSettings): ShotStart {
  const preparation = prepare(shot);
  const cure = cureStart(preparation);
  const gas = gasStart(preparation);
  const shore = hardnessShore(hardness, cure.conversion, gas.densityKgPerM3);
  const isOut = isDemoldable(limits, cure.conversion, cure.coreK, gas.densityKgPerM3, shore);
  return {
    preparation,
    constants: {
      cure: cureConstants(preparation, thermal, false),
      gas: gasConstants(preparation, vents),
      hardness,
      limits,
    },
    hardnessShore: shore,
    state: {
      clock: cure.clock,
      conversion: cure.conversion,
      coreK: cure.coreK,
      moldK: cure.moldK,
      co2Mol: gas.co2Mol,
      liquidPentaneMol: gas.liquidPentaneMol,
      gasPentaneMol: gas.gasPentaneMol,
      densityKgPerM3: gas.densityKgPerM3,
      peakPa: gas.totalPa,
      peakTimeS: 0,
      hottestK: cure.coreK,
      hottestTimeS: 0,
      ventClosureS: NEVER,
      firstS: isOut ? 0 : NEVER,
      lastS: isOut ? 0 : NEVER,
      isPossible: isPossible(cure.coreK) && isPossible(cure.moldK) ? 1 : 0,
    },
  };
}

function endOf(
  settings: ShotSettings,
  preparation: Preparation,
  { states, demoldShore }: MarchOutput,
  shot: number,
): ShotFigures | undefined {
  const at = (name: keyof ShotState) => states[SHOT_STATES.indexOf(name)]?.[shot] as number;
  if (at("isPossible") !== 1) return undefined;
  const firstS = at("firstS");
  const ventClosureS = at("ventClosureS");
  return figuresAtEnd(settings, {
    preparation,
    window: firstS === NEVER ? undefined : windowOf(firstS, at("lastS")),
    demoldShore: demoldShore[shot] as number,
    densityKgPerM3: at("densityKgPerM3"),
    hottestK: at("hottestK"),
    hottestTimeS: at("hottestTimeS"),
    peakPa: at("peakPa"),
    peakTimeS: at("peakTimeS"),
    ventClosureS: ventClosureS === NEVER ? null : ventClosureS,
  });
}
