/**
 * Nelder–Mead: a simplex that walks downhill, without slopes; for a few parameters. Coefficients fit the number of
 * parameters, and a simplex that has collapsed without being at a minimum is set up afresh.
 *
 * Sources: J. A. Nelder, R. Mead, Comput. J. 7 (1965) 308; F. Gao, L. Han, Comput. Optim. Appl. 51 (2012) 259–277, for
 * coefficients that fit the dimension.
 */
import { solveError } from "../../errors.ts";
import type { InnerProblem, MethodState, Minimiser } from "../frame/method.ts";

/** Settings of Nelder–Mead. */
export interface NelderMeadOptions {
  /** Edge of the first simplex relative to each coordinate. Default 0.05. */
  readonly relativeStep?: number;
  /** Edge for coordinates that are 0. Default 0.00025. */
  readonly zeroStep?: number;
  /** Whether coefficients fit the number of parameters. Default true. */
  readonly adaptive?: boolean;
  /** Ends a simplex whose vertices are this close, relatively, and whose values differ by less than that of |f|. Default 1e-9. */
  readonly tolerance?: number;
  /** Fresh simplices at the point found, while they still find something better. Default 3. */
  readonly restarts?: number;
}

interface Vertex {
  x: Float64Array;
  value: number;
}

interface NelderMeadState extends MethodState {
  /** Best first. */
  vertices: Vertex[];
  restarts: number;
  /** Value at the last restart. */
  base: number;
}

/** Nelder–Mead as a value. Throws `SOLV-062`. */
export function nelderMead(options: NelderMeadOptions = {}): Minimiser {
  const { relativeStep = 0.05, zeroStep = 0.00025, adaptive = true, tolerance = 1e-9, restarts = 3 } = options;
  if (!(relativeStep > 0 && zeroStep > 0 && tolerance > 0 && restarts >= 0))
    throw solveError(
      "SOLV-062",
      "A setting of Nelder–Mead is outside its range",
      "Give steps and a tolerance above 0.",
      {
        relativeStep,
        zeroStep,
        tolerance,
        restarts,
      },
    );
  const simplexAt = (problem: InnerProblem, x: Float64Array, value: number, sign: number): Vertex[] => {
    const points = [...x.keys()].map((i) =>
      x.map((entry, k) => (k === i ? entry + sign * (entry === 0 ? zeroStep : relativeStep * entry) : entry)),
    );
    const values = new Float64Array(points.length);
    problem.values(points, values);
    return sorted([{ x, value }, ...points.map((point, i) => ({ x: point, value: values[i] as number }))]);
  };
  const method: Minimiser<NelderMeadState> = {
    name: "nelder-mead",
    bounds: "transformed",
    stop: { name: "simplex", check: () => undefined },
    start(problem) {
      const x = Float64Array.from(problem.start);
      const vertices = simplexAt(problem, x, problem.value(x), 1);
      return { ...bestOf(vertices), vertices, restarts: 0, base: Number.POSITIVE_INFINITY };
    },
    step(problem, state) {
      move(problem, state, adaptive ? problem.count : 2);
      Object.assign(state, bestOf(state.vertices));
      const worst = state.vertices.at(-1) as Vertex;
      const spread = worst.value - state.value;
      if ((state.extent as number) > tolerance || spread > tolerance * Math.abs(state.value) + tolerance * tolerance)
        return;
      if (state.restarts >= restarts || !(state.value < state.base - tolerance * Math.abs(state.value))) {
        state.end = {
          converged: true,
          reason: "simplex",
          message: `the simplex extends over ${(state.extent as number).toExponential(1)}`,
        };
        return;
      }
      state.base = state.value;
      state.restarts++;
      state.vertices = simplexAt(problem, state.x, state.value, state.restarts % 2 === 0 ? 1 : -1);
      Object.assign(state, bestOf(state.vertices));
    },
  };
  return method;
}

function move(problem: InnerProblem, state: NelderMeadState, dimension: number): void {
  const n = problem.count;
  const d = Math.max(dimension, 2);
  const [expansion, contraction, shrinkage] = [1 + 2 / d, 0.75 - 1 / (2 * d), 1 - 1 / d];
  const { vertices } = state;
  const [best, worst, second] = [vertices[0] as Vertex, vertices[n] as Vertex, vertices[Math.max(n - 1, 0)] as Vertex];
  const centre = worst.x.map((_, i) => vertices.slice(0, n).reduce((sum, { x }) => sum + (x[i] as number), 0) / n);
  const at = (factor: number): Vertex => {
    const x = centre.map((entry, i) => entry + factor * ((worst.x[i] as number) - entry));
    return { x, value: problem.value(x) };
  };
  const replace = (vertex: Vertex) => {
    state.vertices = sorted([...vertices.slice(0, n), vertex]);
  };
  const reflected = at(-1);
  if (reflected.value < best.value) {
    const expanded = at(-expansion);
    return replace(expanded.value < reflected.value ? expanded : reflected);
  }
  if (reflected.value < second.value) return replace(reflected);
  const isOutside = reflected.value < worst.value;
  const contracted = at(isOutside ? -contraction : contraction);
  if (isOutside ? contracted.value <= reflected.value : contracted.value < worst.value) return replace(contracted);
  const points = vertices
    .slice(1)
    .map(({ x }) => x.map((entry, i) => (best.x[i] as number) + shrinkage * (entry - (best.x[i] as number))));
  const values = new Float64Array(points.length);
  problem.values(points, values);
  state.vertices = sorted([best, ...points.map((x, i) => ({ x, value: values[i] as number }))]);
}

/** Stable: of equal values the older vertex stays in front. */
function sorted(vertices: Vertex[]): Vertex[] {
  return vertices.sort((a, b) => (a.value < b.value ? -1 : a.value > b.value ? 1 : 0));
}

function bestOf(vertices: readonly Vertex[]): { x: Float64Array; value: number; extent: number } {
  const best = vertices[0] as Vertex;
  let extent = 0;
  for (const { x } of vertices)
    x.forEach((entry, i) => {
      const centre = best.x[i] as number;
      extent = Math.max(extent, Math.abs(entry - centre) / Math.max(1, Math.abs(centre)));
    });
  return { x: best.x, value: best.value, extent };
}
