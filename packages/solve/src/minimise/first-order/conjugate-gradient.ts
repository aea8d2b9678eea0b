/**
 * Nonlinear conjugate gradients: for smooth objectives with so many parameters that memory counts.
 *
 * Sources: E. Polak, G. Ribière (1969), with restarts where β is negative; W. W. Hager, H. Zhang, SIAM J. Optim. 16 (2005)
 * 170–192, eqs. 1.3 and 1.5; R. Fletcher, C. M. Reeves, Comput. J. 7 (1964) 149; M. R. Hestenes, E. Stiefel (1952); Y. H. Dai,
 * Y. Yuan, SIAM J. Optim. 10 (1999) 177.
 */
import type { MethodState, Minimiser } from "../frame/method.ts";
import { anyOf, gradientBelow, valueSettled } from "../frame/stop.ts";
import { dot } from "../lbfgsb/compact.ts";
import { searchAlong } from "../line-search/search-along.ts";
import { standstill } from "../line-search/standstill.ts";

/** How much of the last direction is kept. */
export type ConjugateFormula = "hager-zhang" | "polak-ribiere" | "hestenes-stiefel" | "fletcher-reeves" | "dai-yuan";

interface ConjugateState extends MethodState {
  gradient: Float64Array;
  direction: Float64Array;
  /** Step of the last search. */
  lastStep: number;
  lastSlope: number;
}

/** Conjugate gradients as a value; `formula` is `hager-zhang` by default. */
export function conjugateGradient({
  formula = "hager-zhang",
}: {
  readonly formula?: ConjugateFormula;
} = {}): Minimiser {
  const method: Minimiser<ConjugateState> = {
    name: `conjugate-gradient ${formula}`,
    bounds: "transformed",
    stop: anyOf(gradientBelow(1e-8), valueSettled({ relative: 1e-14, absolute: 1e-16, patience: 8 })),
    start(problem) {
      const gradient = new Float64Array(problem.count);
      const value = problem.gradient(problem.start, gradient);
      const direction = gradient.map((slope) => -slope);
      return { x: Float64Array.from(problem.start), value, gradient, direction, lastStep: 0, lastSlope: 0 };
    },
    step(problem, state) {
      const slope = dot(state.gradient, state.direction);
      const length = Math.sqrt(dot(state.direction, state.direction));
      const first =
        state.lastStep > 0
          ? Math.min((state.lastStep * state.lastSlope) / slope, 10 * state.lastStep)
          : Math.min(1, 1 / length);
      const found = searchAlong(problem, state, state.direction, first, 0.1);
      if (found === undefined) {
        const isFresh = state.lastStep === 0;
        const norm = dot(state.gradient, state.gradient);
        if (isFresh)
          state.end = standstill(problem, { value: state.value, edm: norm < 1e-10 ? norm : Number.POSITIVE_INFINITY });
        state.direction = state.gradient.map((entry) => -entry);
        state.lastStep = 0;
        return;
      }
      const beta = betaOf(formula, state.gradient, found.gradient, state.direction);
      state.extent = found.step * length;
      Object.assign(state, {
        lastStep: found.step,
        lastSlope: slope,
        x: found.x,
        value: found.value,
        gradient: found.gradient,
      });
      const direction = state.direction.map((entry, i) => beta * entry - (found.gradient[i] as number));
      state.direction = dot(direction, found.gradient) < 0 ? direction : found.gradient.map((entry) => -entry);
    },
  };
  return method;
}

function betaOf(formula: ConjugateFormula, before: Float64Array, after: Float64Array, direction: Float64Array): number {
  const change = after.map((entry, i) => entry - (before[i] as number));
  const along = dot(direction, change);
  switch (formula) {
    case "fletcher-reeves":
      return dot(after, after) / dot(before, before);
    case "polak-ribiere":
      return Math.max(0, dot(after, change) / dot(before, before));
    case "hestenes-stiefel":
      return Math.max(0, dot(after, change) / along);
    case "dai-yuan":
      return dot(after, after) / along;
    case "hager-zhang": {
      const beta = (dot(change, after) - (2 * dot(change, change) * dot(direction, after)) / along) / along;
      const norms = Math.sqrt(dot(direction, direction));
      return Math.max(beta, -1 / (norms * Math.min(0.01, Math.sqrt(dot(before, before)))));
    }
    default:
      return formula satisfies never;
  }
}
