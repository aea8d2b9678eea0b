import { bandPlace } from "../../linear/band-lu.ts";
import { type Region, SLOT } from "../code/workspace.ts";
import type { OdeProblem, OdeSystem } from "../problem/problem.ts";
import type { OdeProgram } from "./program.ts";

/** What generated text asks of a right-hand side that is a function. Arguments are places in the workspace. */
export interface DifferenceHost {
  rightHandSide(state: number, target: number): void;
  jacobian(state: number): void;
  timeDerivative(state: number, target: number): void;
}

/** √ of the unit roundoff, the step of one-sided differences relative to the component. */
const DIFFERENCE = 1.4901161193847656e-8;

/**
 * Calls the user's functions; where no Jacobian is given, one-sided differences, for a band matrix as many at once as do
 * not overlap. Source: A. Curtis, M. Powell, J. Reid, IMA J. Appl. Math. 13 (1974) 117.
 */
export function differenceHost(
  problem: OdeProblem,
  system: OdeSystem & { readonly kind: "function" },
  w: Float64Array,
  { matrix, regions }: OdeProgram,
  watch: (state: Float64Array, derivative: Float64Array, time: number) => void,
): DifferenceHost {
  const n = problem.stateNames.length;
  const views = new Map<number, Float64Array>();
  const view = (offset: number): Float64Array => {
    const known = views.get(offset);
    if (known !== undefined) return known;
    const made = w.subarray(offset, offset + n);
    views.set(offset, made);
    return made;
  };
  const parameters = w.subarray(regions.parameters.offset, regions.parameters.offset + regions.parameters.length);
  const base = new Float64Array(n);
  const moved = new Float64Array(n);
  const increments = new Float64Array(n);
  const state2 = new Float64Array(n);
  const call = (time: number, state: Float64Array, target: Float64Array) => {
    w[SLOT.evaluations] = (w[SLOT.evaluations] as number) + 1;
    system.rightHandSide(time, state, parameters, target);
    watch(state, target, time);
  };

  const differences = (time: number, state: Float64Array, slopes: Float64Array) => {
    const band = matrix?.shape.kind === "band" ? matrix.shape.band : undefined;
    const stride = band === undefined ? n : Math.min(n, band.lower + band.upper + 1);
    const absolute = view(regions.absolute.offset);
    call(time, state, base);
    for (let group = 0; group < stride; group++) {
      state2.set(state);
      for (let column = group; column < n; column += stride) {
        const value = state[column] as number;
        const size = Math.max(Math.abs(value), (absolute[column] as number) / (w[SLOT.relativeTolerance] as number));
        state2[column] = value + DIFFERENCE * size;
        increments[column] = (state2[column] as number) - value;
      }
      call(time, state2, moved);
      for (let column = group; column < n; column += stride) {
        const from = band === undefined ? 0 : Math.max(0, column - band.upper);
        const to = band === undefined ? n - 1 : Math.min(n - 1, column + band.lower);
        for (let row = from; row <= to; row++) {
          const place = band === undefined ? row * n + column : bandPlace(band, row, column);
          slopes[place] = ((moved[row] as number) - (base[row] as number)) / (increments[column] as number);
        }
      }
    }
  };

  const slopes = matrix === undefined ? undefined : slopesOf(w, matrix.jacobian);
  return {
    rightHandSide(state, target) {
      system.rightHandSide(w[SLOT.stageTime] as number, view(state), parameters, view(target));
    },
    jacobian(state) {
      if (slopes === undefined) return;
      const time = w[SLOT.stageTime] as number;
      if (system.jacobian === undefined) differences(time, view(state), slopes);
      else if (matrix?.shape.kind === "band") fillBand(system.jacobian, time, view(state), slopes);
      else system.jacobian(time, view(state), parameters, slopes);
    },
    timeDerivative(state, target) {
      const time = w[SLOT.stageTime] as number;
      const size = Math.max(DIFFERENCE * Math.abs(w[SLOT.step] as number), 2 ** -48 * Math.abs(time));
      // Into the step, and a difference of times that is exact.
      const step = time + size * (w[SLOT.direction] as number) - time;
      call(time, view(state), base);
      call(time + step, view(state), moved);
      for (let i = 0; i < n; i++) w[target + i] = ((moved[i] as number) - (base[i] as number)) / step;
    },
  };

  function fillBand(
    jacobian: NonNullable<typeof system.jacobian>,
    time: number,
    state: Float64Array,
    into: Float64Array,
  ): void {
    const full = new Float64Array(n * n);
    jacobian(time, state, parameters, full);
    const band = matrix?.shape.kind === "band" ? matrix.shape.band : undefined;
    if (band === undefined) return;
    for (let row = 0; row < n; row++)
      for (let column = Math.max(0, row - band.lower); column <= Math.min(n - 1, row + band.upper); column++)
        into[bandPlace(band, row, column)] = full[row * n + column] as number;
  }
}

function slopesOf(w: Float64Array, { offset, length }: Region): Float64Array {
  return w.subarray(offset, offset + length);
}
