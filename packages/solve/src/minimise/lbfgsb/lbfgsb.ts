/**
 * L-BFGS-B: quasi-Newton with limited memory and bounds. For smooth objectives with gradients, up to thousands of parameters.
 *
 * Source: R. H. Byrd, P. Lu, J. Nocedal, C. Zhu, SIAM J. Sci. Comput. 16 (1995) 1190–1208, with the projection of J. L. Morales,
 * J. Nocedal, ACM Trans. Math. Softw. 38 (2011) 7, and a strong Wolfe search.
 */
import { solveError } from "../../errors.ts";
import type { InnerProblem, MethodState, Minimiser } from "../frame/method.ts";
import { anyOf, edmBelow, gradientBelow } from "../frame/stop.ts";
import { searchAlong } from "../line-search/search-along.ts";
import { standstill } from "../line-search/standstill.ts";
import type { Trial } from "../line-search/strong-wolfe.ts";
import { boundedDirection } from "./bounded-direction.ts";
import { compactMatrix, descentDirection, dot, type Memory, remember } from "./compact.ts";

/** Settings of L-BFGS-B. */
export interface LbfgsbOptions {
  /** Pairs of steps and slopes that are kept, from 1. Default 10. */
  readonly memoryLength?: number;
}

interface LbfgsbState extends MethodState {
  gradient: Float64Array;
  memory: Memory;
  /** Step to the minimum of the model at `x`. */
  direction: Float64Array;
  /** Iterations since the memory was emptied. */
  learned: number;
}

/** L-BFGS-B as a value. Cost of an iteration beside the objective: about 4 m² n operations. Throws `SOLV-062`. */
export function lbfgsb({ memoryLength = 10 }: LbfgsbOptions = {}): Minimiser {
  if (!(Number.isInteger(memoryLength) && memoryLength >= 1))
    throw solveError("SOLV-062", `L-BFGS-B cannot keep ${memoryLength} pairs`, "Give a whole number from 1.", {
      memoryLength,
    });
  const method: Minimiser<LbfgsbState> = {
    name: "lbfgsb",
    bounds: "native",
    stop: anyOf(gradientBelow(0), edmBelow()),
    start(problem) {
      const x = Float64Array.from(problem.start);
      const gradient = new Float64Array(problem.count);
      const value = problem.gradient(x, gradient);
      const state: LbfgsbState = {
        x,
        value,
        gradient,
        memory: { steps: [], changes: [] },
        direction: new Float64Array(problem.count),
        learned: 0,
        edm: Number.POSITIVE_INFINITY,
      };
      plan(problem, state);
      return state;
    },
    step(problem, state) {
      let found = search(problem, state);
      if (found === undefined && problem.refine()) {
        state.value = problem.gradient(state.x, state.gradient);
        plan(problem, state);
        found = search(problem, state);
      }
      if (found === undefined) {
        if (state.memory.steps.length > 0) {
          state.memory = { steps: [], changes: [] };
          state.learned = 0;
          const before = state.edm;
          plan(problem, state);
          // the estimate of the model that failed is all there is; a fresh one knows nothing
          state.edm = before ?? Number.POSITIVE_INFINITY;
          const again = search(problem, state);
          if (again !== undefined) return accept(problem, state, again, memoryLength);
          state.edm = before ?? Number.POSITIVE_INFINITY;
        }
        state.end = standstill(problem, state);
        return;
      }
      accept(problem, state, found, memoryLength);
    },
    refresh: plan,
  };
  return method;
}

function accept(problem: InnerProblem, state: LbfgsbState, found: Trial, memoryLength: number): void {
  const step = found.x.map((entry, i) => entry - (state.x[i] as number));
  const change = found.gradient.map((entry, i) => entry - (state.gradient[i] as number));
  remember(state.memory, step, change, memoryLength);
  state.x = found.x;
  state.value = found.value;
  state.gradient = found.gradient;
  state.extent = Math.sqrt(dot(step, step));
  state.learned++;
  plan(problem, state);
}

/** Sets the next direction, and what the model expects of it. */
function plan({ lower, upper, count }: InnerProblem, state: LbfgsbState): void {
  const isBounded = lower.some(Number.isFinite) || upper.some(Number.isFinite);
  let matrix = isBounded ? compactMatrix(state.memory) : undefined;
  if (isBounded && matrix === undefined) {
    state.memory = { steps: [], changes: [] };
    state.learned = 0;
    matrix = compactMatrix(state.memory);
  }
  state.direction =
    matrix === undefined
      ? descentDirection(state.memory, state.gradient)
      : boundedDirection(matrix, { x: state.x, gradient: state.gradient, lower, upper });
  const expected = -dot(state.gradient, state.direction) / 2;
  // a model of fewer directions than there are (and fewer than a few) says little about the distance
  state.edm = state.learned >= Math.min(count, 3) && expected >= 0 ? expected : Number.POSITIVE_INFINITY;
}

function search(problem: InnerProblem, state: LbfgsbState): Trial | undefined {
  const { direction } = state;
  const length = Math.sqrt(dot(direction, direction));
  return searchAlong(problem, state, direction, state.memory.steps.length === 0 ? Math.min(1, 1 / length) : 1);
}
