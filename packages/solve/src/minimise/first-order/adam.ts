/**
 * Adam: steps by moving averages of slopes and their squares; for noisy slopes, as of likelihoods of random subsets.
 *
 * Source: D. P. Kingma, J. Ba, arXiv:1412.6980, algorithm 1.
 */
import { pow } from "@simloom/numerics";
import { solveError } from "../../errors.ts";
import type { MethodState, Minimiser } from "../frame/method.ts";
import { valueSettled } from "../frame/stop.ts";

/** Settings of Adam. */
export interface AdamOptions {
  /** Length of a step, in inner coordinates. Default 0.001. */
  readonly rate?: number;
  /** Memory of slopes, from 0 below 1. Default 0.9. */
  readonly momentum?: number;
  /** Memory of squared slopes. Default 0.999. */
  readonly squareMemory?: number;
  /** Added to the root of squares. Default 1e-8. */
  readonly floor?: number;
}

interface AdamState extends MethodState {
  gradient: Float64Array;
  mean: Float64Array;
  square: Float64Array;
  count: number;
}

/** Adam as a value. Throws `SOLV-062`. */
export function adam(options: AdamOptions = {}): Minimiser {
  const { rate = 0.001, momentum = 0.9, squareMemory = 0.999, floor = 1e-8 } = options;
  if (!(rate > 0 && momentum >= 0 && momentum < 1 && squareMemory >= 0 && squareMemory < 1 && floor > 0))
    throw solveError("SOLV-062", "A setting of Adam is outside its range", "Give a rate above 0, memories below 1.", {
      rate,
      momentum,
      squareMemory,
      floor,
    });
  const method: Minimiser<AdamState> = {
    name: "adam",
    bounds: "transformed",
    stop: valueSettled({ relative: 1e-8, absolute: 1e-12, patience: 20 }),
    start(problem) {
      const gradient = new Float64Array(problem.count);
      const value = problem.gradient(problem.start, gradient);
      const zeros = () => new Float64Array(problem.count);
      return { x: Float64Array.from(problem.start), value, gradient, mean: zeros(), square: zeros(), count: 0 };
    },
    step(problem, state) {
      state.count++;
      const meanBias = 1 - pow(momentum, state.count);
      const squareBias = 1 - pow(squareMemory, state.count);
      let extent = 0;
      for (let i = 0; i < problem.count; i++) {
        const slope = state.gradient[i] as number;
        const mean = momentum * (state.mean[i] as number) + (1 - momentum) * slope;
        const square = squareMemory * (state.square[i] as number) + (1 - squareMemory) * slope * slope;
        state.mean[i] = mean;
        state.square[i] = square;
        const step = (rate * (mean / meanBias)) / (Math.sqrt(square / squareBias) + floor);
        state.x[i] = (state.x[i] as number) - step;
        extent = Math.max(extent, Math.abs(step));
      }
      state.extent = extent;
      state.value = problem.gradient(state.x, state.gradient);
      if (!Number.isFinite(state.value))
        state.end = {
          converged: false,
          reason: "not finite",
          message: "a step led to where the objective is not finite",
          remedy: "Lower the rate, or set bounds.",
        };
    },
  };
  return method;
}
