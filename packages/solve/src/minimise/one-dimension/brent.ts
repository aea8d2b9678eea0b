/**
 * Brent's method for one parameter between two bounds: parabolas, and golden sections where they do not help.
 *
 * Source: R. P. Brent, Algorithms for Minimization without Derivatives (1973), chapter 5.
 */
import { solveError } from "../../errors.ts";
import type { MethodState, Minimiser } from "../frame/method.ts";

interface BrentState extends MethodState {
  low: number;
  high: number;
  /** Second and third best points, with values. */
  w: number;
  wValue: number;
  v: number;
  vValue: number;
  /** The last two moves. */
  move: number;
  earlierMove: number;
}

const GOLDEN = (3 - Math.sqrt(5)) / 2;

/**
 * Brent's method as a value, for one free parameter with two finite bounds (else its start throws `SOLV-064`). `tolerance` is
 * relative; below √2^-52, the default, values do not tell points apart.
 */
export function brent({ tolerance = 1.4901161193847656e-8 }: { readonly tolerance?: number } = {}): Minimiser {
  if (!(tolerance > 0))
    throw solveError("SOLV-062", `Brent's method cannot work with the tolerance ${tolerance}`, "Give one above 0.");
  const method: Minimiser<BrentState> = {
    name: "brent",
    bounds: "native",
    stop: { name: "interval", check: () => undefined },
    start(problem) {
      const [low, high] = [problem.lower[0] as number, problem.upper[0] as number];
      if (problem.count !== 1 || !Number.isFinite(high - low))
        throw solveError(
          "SOLV-064",
          `Brent's method needs one free parameter with two bounds, and there are ${problem.count}, from ${low} to ${high}`,
          "Fix the others and set bounds, or take another method.",
        );
      const given = problem.start[0] as number;
      const x = given > low && given < high ? given : low + GOLDEN * (high - low);
      const value = problem.value(Float64Array.of(x));
      return {
        ...{ x: Float64Array.of(x), value, low, high, w: x, wValue: value, v: x, vValue: value },
        ...{ move: 0, earlierMove: 0, extent: high - low },
      };
    },
    step(problem, state) {
      const x = state.x[0] as number;
      const middle = (state.low + state.high) / 2;
      const reach = tolerance * Math.abs(x) + 1e-10 * tolerance;
      if (Math.abs(x - middle) <= 2 * reach - (state.high - state.low) / 2) {
        state.end = {
          converged: true,
          reason: "interval",
          message: `the minimum lies within ${reach.toExponential(1)}`,
        };
        return;
      }
      const next = proposal(state, x, middle, reach);
      const u = Math.abs(next) >= reach ? x + next : x + (next > 0 ? reach : -reach);
      const value = problem.value(Float64Array.of(u));
      narrow(state, x, u, value);
      state.extent = state.high - state.low;
    },
  };
  return method;
}

/** The next move: that of the parabola through the three best points, if it is fit. */
function proposal(state: BrentState, x: number, middle: number, reach: number): number {
  if (Math.abs(state.earlierMove) > reach) {
    const r = (x - state.w) * (state.value - state.vValue);
    const q = (x - state.v) * (state.value - state.wValue);
    const numerator = (x - state.v) * q - (x - state.w) * r;
    const denominator = 2 * (q - r);
    const parabola = denominator === 0 ? Number.NaN : -numerator / denominator;
    const last = state.earlierMove;
    state.earlierMove = state.move;
    const u = x + parabola;
    if (Math.abs(parabola) < Math.abs(last / 2) && u > state.low && u < state.high) {
      state.move = u - state.low < 2 * reach || state.high - u < 2 * reach ? (middle >= x ? reach : -reach) : parabola;
      return state.move;
    }
  }
  state.earlierMove = (x < middle ? state.high : state.low) - x;
  state.move = GOLDEN * state.earlierMove;
  return state.move;
}

function narrow(state: BrentState, x: number, u: number, value: number): void {
  if (value <= state.value) {
    if (u < x) state.high = x;
    else state.low = x;
    Object.assign(state, { v: state.w, vValue: state.wValue, w: x, wValue: state.value, x: Float64Array.of(u), value });
    return;
  }
  if (u < x) state.low = u;
  else state.high = u;
  if (value <= state.wValue || state.w === x)
    Object.assign(state, { v: state.w, vValue: state.wValue, w: u, wValue: value });
  else if (value <= state.vValue || state.v === x || state.v === state.w) Object.assign(state, { v: u, vValue: value });
}
