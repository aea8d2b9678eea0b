/** Figures of many shots of the back end `manual` at once: their steps run inside WebAssembly, two shots to a register. */
import { compileMarch, hasWasmSimd, type March, type MarchResult } from "@simloom/kernel";
import { cureConstants, cureStart, heatShare } from "../legacy/cure.ts";
import { gasConstants, gasStart } from "../legacy/gas-step.ts";
import { type Preparation, prepare } from "../legacy/preparation.ts";
import { isPossible, timeGrid } from "../legacy/thermal.ts";
import { hardnessShore } from "../quality/hardness.ts";
import { between, bracketAt, isDemoldable, windowOf } from "../quality/window.ts";
import { figuresAtEnd, type ShotFigures } from "./figures-only.ts";
import type { ShotSettings } from "./settings.ts";
import {
  NEVER,
  SHOT_STATES,
  type ShotState,
  type StepConstants,
  shotStepProgram,
  stateColumns,
  stepColumns,
} from "./step-program.ts";

let march: March | undefined;

/** Whether this host can march shots; where it cannot, they are computed one by one. */
export function canMarch(): boolean {
  return hasWasmSimd();
}

/**
 * Figures of shots that share a grid, bit for bit those of `shotFigures`; undefined for those whose temperatures run away. Cost: some
 * 50 µs per shot of 1,201 points on one core, and 10 kB of memory.
 */
export function marchFigures(shots: readonly ShotSettings[]): readonly (ShotFigures | undefined)[] {
  const [first] = shots;
  if (first === undefined) return [];
  march ??= compileMarch(shotStepProgram());
  const timeS = timeGrid(first.grid.totalS, first.grid.count);
  const steps = timeS.length - 1;
  const stepsS = Float64Array.from(
    { length: steps },
    (_, step) => (timeS[step + 1] as number) - (timeS[step] as number),
  );
  const starts = shots.map(startOf);
  const result = march.run({
    count: shots.length,
    steps,
    parameters: [stepsS, timeS.subarray(1), stepsS.map(heatShare)],
    columns: stepColumns(starts.map(({ constants }) => constants)),
    states: stateColumns(starts.map(({ state }) => state)),
  });
  return starts.map((start, shot) => endOf(shots[shot] as ShotSettings, start, timeS, result, shot));
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
      ...cure,
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
  { preparation, hardnessShore: first }: ShotStart,
  timeS: Float64Array,
  result: MarchResult,
  shot: number,
): ShotFigures | undefined {
  const at = (name: keyof ShotState) => result.state(SHOT_STATES.indexOf(name), shot);
  if (at("isPossible") !== 1) return undefined;
  const firstS = at("firstS");
  const ventClosureS = at("ventClosureS");
  const window = firstS === NEVER ? undefined : windowOf(firstS, at("lastS"));
  const { low, high, share } = bracketAt(timeS, window?.optS ?? settings.grid.totalS);
  const shoreAt = (point: number) => (point === 0 ? first : result.traced(0, point - 1, shot));
  return figuresAtEnd(settings, {
    preparation,
    window,
    demoldShore: between(shoreAt(low), shoreAt(high), share),
    densityKgPerM3: at("densityKgPerM3"),
    hottestK: at("hottestK"),
    hottestTimeS: at("hottestTimeS"),
    peakPa: at("peakPa"),
    peakTimeS: at("peakTimeS"),
    ventClosureS: ventClosureS === NEVER ? null : ventClosureS,
  });
}
