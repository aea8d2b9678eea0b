import type { ParameterSet } from "@simloom/kernel";
import { cos, sin } from "@simloom/numerics";
import { solveError } from "../errors.ts";
import type { Minimum } from "../minimise/frame/minimise.ts";
import type { Objective } from "../minimise/frame/objective.ts";
import { covarianceOf } from "./covariance-of.ts";
import { crossing } from "./crossing.ts";
import { profileOf } from "./fixed-parameters.ts";
import { clampedTo, guessOf, type IntervalEnd, type ProfileOptions } from "./profile.ts";

/** A closed line around the minimum in the plane of two parameters. */
export interface Contour {
  readonly names: readonly [string, string];
  readonly points: readonly { readonly x: number; readonly y: number; readonly outcome: IntervalEnd["outcome"] }[];
  readonly failures: number;
}

/**
 * The line on which the least value over all other parameters is `sigmas`² error levels above the minimum: its shadow on each
 * axis is the interval of that parameter. For a region of joint coverage p give sigmas = √(−2 ln(1 − p)), 1.515 for 68.27 %.
 * About 4 minimisations per point (default 24 points). Star-shaped regions only. Throws as `profileInterval`.
 */
export function contour(
  objective: Objective,
  set: ParameterSet,
  minimum: Minimum,
  names: readonly [string, string],
  options: ProfileOptions & { readonly points?: number } = {},
): Contour {
  const { sigmas = 1, errorLevel = 0.5, points: count = 24, ...rest } = options;
  if (!(sigmas > 0 && Number.isInteger(count) && count >= 3))
    throw solveError("SOLV-062", `A contour of ${sigmas} sigmas cannot have ${count} points`, "Give 3 points or more.");
  if (names[0] === names[1])
    throw solveError("SOLV-062", `A contour of ${names[0]} and itself is no plane`, "Name two parameters.", { names });
  const profile = profileOf(objective, set, names, { ...rest, errorLevel });
  const [a, b] = [set.freeNames.indexOf(names[0]), set.freeNames.indexOf(names[1])];
  const { matrix } = minimum.covariance ?? covarianceOf(objective, set, minimum, errorLevel);
  const n = minimum.x.length;
  const [centreA, centreB] = [minimum.x[a] as number, minimum.x[b] as number];
  const varianceA = usable(matrix[a * n + a] as number, centreA);
  const varianceB = usable(matrix[b * n + b] as number, centreB);
  const shared = Number.isFinite(matrix[a * n + b]) ? (matrix[a * n + b] as number) : 0;
  // rows of the Cholesky factor: equal angles in the plane where the parabola is round
  const first = Math.sqrt(varianceA);
  const lean = shared / first;
  const second = Math.sqrt(Math.max(varianceB - lean * lean, 1e-12 * varianceB));
  const points = Array.from({ length: count }, (_, k) => {
    const angle = (2 * Math.PI * k) / count;
    const [u, v] = [cos(angle), sin(angle)];
    const [stepA, stepB] = [first * u, lean * u + second * v];
    const limit = Math.min(room(set, a, centreA, stepA), room(set, b, centreB, stepB));
    let [nearest, nearestDistance] = [minimum.x, 0];
    const found = crossing(
      (distance) => {
        const start = minimum.x.map((value, i) =>
          nearestDistance === 0 ? value : value + (((nearest[i] as number) - value) * distance) / nearestDistance,
        );
        const point = profile.at([centreA + distance * stepA, centreB + distance * stepB], clampedTo(set, start));
        [nearest, nearestDistance] = [point.x, distance];
        return point.value - minimum.value;
      },
      sigmas * sigmas * errorLevel,
      sigmas,
      limit,
    );
    return { x: centreA + found.distance * stepA, y: centreB + found.distance * stepB, outcome: found.outcome };
  });
  return { names, points, failures: profile.failures };
}

/** A variance to begin with: where second derivatives give none, from the size of the parameter. */
function usable(variance: number, centre: number): number {
  return variance > 0 && Number.isFinite(variance) ? variance : guessOf(Number.NaN, centre) ** 2;
}

/** How far along a step a parameter stays in its bounds. */
function room(set: ParameterSet, place: number, centre: number, step: number): number {
  const spec = set.free[place];
  if (spec === undefined || spec.isPeriodic || step === 0) return Number.POSITIVE_INFINITY;
  return ((step > 0 ? spec.bounds[1] : spec.bounds[0]) - centre) / step;
}
