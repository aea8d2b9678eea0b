/**
 * Intervals from the profile of an objective: they see what is not parabolic, bounds, and other minima.
 *
 * Source: F. James, M. Roos, Comput. Phys. Commun. 10 (1975) 343–367, section 5 (MINOS); here on exact profiles.
 */
import type { ParameterSet } from "@simloom/kernel";
import { solveError } from "../errors.ts";
import type { MinimiseOptions, Minimum } from "../minimise/frame/minimise.ts";
import type { Objective } from "../minimise/frame/objective.ts";
import { covarianceOf } from "./covariance-of.ts";
import { crossing } from "./crossing.ts";
import { type Profile, profileOf } from "./fixed-parameters.ts";

/** How profiles are taken. */
export interface ProfileOptions
  extends Pick<MinimiseOptions, "method" | "stop" | "seed" | "errorLevel" | "iterationLimit"> {
  /** Standard deviations that the interval stands for. Default 1. */
  readonly sigmas?: number;
}

/** One end of an interval. */
export interface IntervalEnd {
  readonly value: number;
  /** Distance from the minimum, with its sign. */
  readonly error: number;
  /** `crossed` is right; `bound`: the objective does not rise enough before the bound; else no end was found. */
  readonly outcome: "crossed" | "bound" | "lower minimum" | "not found";
}

/** The interval of one parameter. */
export interface ProfileInterval {
  readonly name: string;
  readonly minimum: number;
  readonly low: IntervalEnd;
  readonly high: IntervalEnd;
  /** Profiles whose minimisation did not converge. */
  readonly failures: number;
}

/**
 * Asymmetric errors: where the least value over all other parameters is `sigmas`² error levels above the minimum. Takes some 3
 * to 6 minimisations per end. Throws `SOLV-070` for a name that is not free, `SOLV-062` for sigmas that are not above 0.
 */
export function profileInterval(
  objective: Objective,
  set: ParameterSet,
  minimum: Minimum,
  name: string,
  options: ProfileOptions = {},
): ProfileInterval {
  const { sigmas = 1, errorLevel = 0.5, ...rest } = options;
  if (!(sigmas > 0))
    throw solveError("SOLV-062", `An interval of ${sigmas} standard deviations is none`, "Give more than 0.");
  const profile = profileOf(objective, set, [name], { ...rest, errorLevel });
  const place = set.freeNames.indexOf(name);
  const covariance = minimum.covariance ?? covarianceOf(objective, set, minimum, errorLevel);
  const n = minimum.x.length;
  const centre = minimum.x[place] as number;
  const error = guessOf(covariance.standardErrors[place] as number, centre);
  const spec = set.free[place];
  const end = (side: 1 | -1): IntervalEnd => {
    const bound = spec === undefined ? Number.POSITIVE_INFINITY : side > 0 ? spec.bounds[1] : spec.bounds[0];
    const limit = spec?.isPeriodic === true ? (spec.bounds[1] - spec.bounds[0]) / 2 : side * (bound - centre);
    if (limit <= 0) return { value: centre, error: 0, outcome: "bound" };
    let [nearest, nearestDistance] = [minimum.x, 0];
    const found = crossing(
      (distance) => {
        const from = predicted(minimum.x, nearest, nearestDistance, distance, side, covariance.matrix, place, n);
        const point = profile.at([centre + side * distance], clampedTo(set, from));
        [nearest, nearestDistance] = [point.x, distance];
        return point.value - minimum.value;
      },
      sigmas * sigmas * errorLevel,
      sigmas * error,
      limit,
    );
    return { value: centre + side * found.distance, error: side * found.distance, outcome: found.outcome };
  };
  const low = end(-1);
  const high = end(1);
  return { name, minimum: centre, low, high, failures: profile.failures };
}

/** The least value over all other parameters at each of some values of one. */
export interface ProfileScan {
  readonly name: string;
  readonly values: Float64Array;
  /** Rise above the minimum. */
  readonly rises: Float64Array;
  /** All free parameters at each point. */
  readonly points: readonly Float64Array[];
  readonly converged: readonly boolean[];
}

/** Profiles a parameter at given values, each from the nearest point that is done. Throws `SOLV-070`, `KERN-044`. */
export function profileScan(
  objective: Objective,
  set: ParameterSet,
  minimum: Minimum,
  name: string,
  values: ArrayLike<number>,
  options: ProfileOptions = {},
): ProfileScan {
  const { errorLevel = 0.5, sigmas: _, ...rest } = options;
  const profile: Profile = profileOf(objective, set, [name], { ...rest, errorLevel });
  const centre = minimum.x[set.freeNames.indexOf(name)] as number;
  const order = [...Array.from(values).keys()].sort(
    (a, b) => Math.abs((values[a] as number) - centre) - Math.abs((values[b] as number) - centre) || a - b,
  );
  const points: Float64Array[] = [];
  const rises = new Float64Array(values.length);
  const converged: boolean[] = [];
  const nearest = { below: minimum.x, above: minimum.x };
  for (const k of order) {
    const value = values[k] as number;
    const side = value < centre ? "below" : "above";
    const point = profile.at([value], nearest[side]);
    nearest[side] = point.x;
    points[k] = point.x;
    rises[k] = point.value - minimum.value;
    converged[k] = point.converged;
  }
  return { name, values: Float64Array.from(values), rises, points, converged };
}

/** An error to begin with: what is known, or a tenth of the parameter. */
export function guessOf(error: number, centre: number): number {
  return error > 0 && Number.isFinite(error) ? error : 0.1 * Math.max(Math.abs(centre), 1e-3);
}

/** Where the others will be: on the line of regression, or in proportion to the last point. */
function predicted(
  best: Float64Array,
  nearest: Float64Array,
  nearestDistance: number,
  distance: number,
  side: number,
  matrix: Float64Array,
  place: number,
  n: number,
): Float64Array {
  const variance = matrix[place * n + place] as number;
  return best.map((value, i) => {
    if (nearestDistance > 0) return value + (((nearest[i] as number) - value) * distance) / nearestDistance;
    const slope = (matrix[i * n + place] as number) / variance;
    return value + (Number.isFinite(slope) ? side * distance * slope : 0);
  });
}

/** Moves values into the bounds. */
export function clampedTo(set: ParameterSet, x: Float64Array): Float64Array {
  return x.map((value, i) => {
    const spec = set.free[i];
    return spec === undefined || spec.isPeriodic ? value : Math.min(Math.max(value, spec.bounds[0]), spec.bounds[1]);
  });
}
