/** Shots of one grid through all their steps, as arrays of numbers alone: what can be given to another thread. */
import { compileMarch, type March } from "@simloom/kernel";
import { heatShare } from "../legacy/cure.ts";
import { timeGrid } from "../legacy/thermal.ts";
import { between, bracketAt, windowOf } from "../quality/window.ts";
import { NEVER, SHOT_STATES, shotStepProgram } from "./step-program.ts";

/** Shots at their first point: columns and states of the step program, and the hardness. */
export interface MarchInput {
  readonly totalS: number;
  readonly count: number;
  readonly columns: readonly Float64Array[];
  readonly states: readonly Float64Array[];
  readonly firstShore: Float64Array;
}

/** Shots at their last point: the states, and the hardness at the time that is advised, or at the end. */
export interface MarchOutput {
  readonly states: readonly Float64Array[];
  readonly demoldShore: Float64Array;
}

let march: March | undefined;

/** Marches shots. Needs WebAssembly with SIMD. */
export function marchShots({ totalS, count, columns, states, firstShore }: MarchInput): MarchOutput {
  march ??= compileMarch(shotStepProgram());
  const timeS = timeGrid(totalS, count);
  const stepsS = new Float64Array(count - 1);
  for (let step = 0; step < stepsS.length; step++) stepsS[step] = (timeS[step + 1] as number) - (timeS[step] as number);
  const shots = firstShore.length;
  const result = march.run({
    count: shots,
    steps: stepsS.length,
    parameters: [stepsS, timeS.subarray(1), stepsS.map(heatShare)],
    columns,
    states,
  });
  const last = SHOT_STATES.map((_, index) => {
    const values = new Float64Array(shots);
    for (let shot = 0; shot < shots; shot++) values[shot] = result.state(index, shot);
    return values;
  });
  const [firstS, lastS] = (["firstS", "lastS"] as const).map((name) => last[SHOT_STATES.indexOf(name)]);
  const demoldShore = firstShore.map((first, shot) => {
    const from = firstS?.[shot] as number;
    const atS = from === NEVER ? totalS : windowOf(from, lastS?.[shot] as number).optS;
    const { low, high, share } = bracketAt(timeS, atS);
    const shoreAt = (point: number) => (point === 0 ? first : result.traced(0, point - 1, shot));
    return between(shoreAt(low), shoreAt(high), share);
  });
  return { states: last, demoldShore };
}
