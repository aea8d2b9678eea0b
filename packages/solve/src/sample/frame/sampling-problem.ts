import { freeBounds, freeScales, type ParameterSet } from "@simloom/kernel";
import { log, type RandomStream, randomStream } from "@simloom/numerics";
import { solveError } from "../../errors.ts";
import { type Coordinate, periodic } from "../../minimise/frame/coordinates.ts";
import type { LogDensity } from "./density.ts";
import type { Sampler, SamplingProblem } from "./sampler.ts";
import { unboundedCoordinate } from "./unbounded-coordinate.ts";
import { Uniforms } from "./uniforms.ts";

/** How often a density was asked. */
export interface DensityCounts {
  value: number;
  gradient: number;
}

/** A density in the coordinates of a sampler, and the ways between these and the parameters' own. */
export interface MappedDensity {
  readonly problem: SamplingProblem;
  /** Parameters at a place, in their bounds and periods; valid until the next call. */
  outer(u: Float64Array): Float64Array;
  inner(x: Float64Array): Float64Array;
}

/** The density that a sampler sees: counted, never NaN, 0 out of bounds, with Jacobian where coordinates are transformed. */
export function samplingProblem(
  density: LogDensity,
  set: ParameterSet,
  bounds: Sampler["bounds"],
  seed: number | bigint | string,
  counts: DensityCounts,
): MappedDensity {
  const random = randomSources(seed);
  return needsCoordinates(set, bounds)
    ? transformed(density, set, counts, random)
    : limited(density, set, counts, random);
}

type RandomSources = Pick<SamplingProblem, "stream" | "uniforms">;

// what is not a number, and an infinite density, are no places to be
const finite = (value: number) => (Number.isFinite(value) ? value : Number.NEGATIVE_INFINITY);

function needsCoordinates(set: ParameterSet, bounds: Sampler["bounds"]): boolean {
  const { lower, upper } = freeBounds(set);
  const scales = freeScales(set);
  return (
    bounds === "transformed" &&
    set.free.some((_, i) => scales[i] !== 1 || Number.isFinite(lower[i]) || Number.isFinite(upper[i]))
  );
}

/** The parameters themselves: a point out of bounds cannot be, and costs no evaluation. */
function limited(density: LogDensity, set: ParameterSet, counts: DensityCounts, random: RandomSources): MappedDensity {
  const { lower, upper } = freeBounds(set);
  const bounded = set.free.flatMap(({ isPeriodic }, i) =>
    !isPeriodic && (Number.isFinite(lower[i]) || Number.isFinite(upper[i])) ? [i] : [],
  );
  const turning = set.free.flatMap(({ isPeriodic }, i) =>
    isPeriodic ? [{ i, coordinate: periodic(1, lower[i] as number, upper[i] as number) }] : [],
  );
  const isInside = (x: Float64Array): boolean => {
    for (const i of bounded)
      if (!((x[i] as number) >= (lower[i] as number) && (x[i] as number) <= (upper[i] as number))) return false;
    return true;
  };
  const value = (x: Float64Array): number => {
    if (!isInside(x)) return Number.NEGATIVE_INFINITY;
    counts.value++;
    return finite(density.value(x));
  };
  const inside: Float64Array[] = [];
  const places: number[] = [];
  let found = new Float64Array(0);
  const problem: SamplingProblem = {
    count: set.free.length,
    value,
    values(points, target) {
      if (density.values === undefined) {
        for (let k = 0; k < points.length; k++) target[k] = value(points[k] as Float64Array);
        return;
      }
      if (bounded.length === 0) {
        counts.value += points.length;
        density.values(points, target);
        for (let k = 0; k < points.length; k++) target[k] = finite(target[k] as number);
        return;
      }
      inside.length = 0;
      places.length = 0;
      for (let k = 0; k < points.length; k++) {
        if (!isInside(points[k] as Float64Array)) continue;
        inside.push(points[k] as Float64Array);
        places.push(k);
      }
      target.fill(Number.NEGATIVE_INFINITY, 0, points.length);
      counts.value += inside.length;
      if (inside.length === 0) return;
      if (found.length !== inside.length) found = new Float64Array(inside.length);
      density.values(inside, found);
      for (let k = 0; k < places.length; k++) target[places[k] as number] = finite(found[k] as number);
    },
    gradient(x, slopes) {
      if (density.gradient === undefined) throw withoutSlopes();
      counts.gradient++;
      const result = density.gradient(x, slopes);
      for (let i = 0; i < slopes.length; i++) if (!Number.isFinite(slopes[i])) return Number.NEGATIVE_INFINITY;
      return finite(result);
    },
    periods:
      turning.length === 0
        ? undefined
        : Float64Array.from(set.free, ({ isPeriodic }, i) =>
            isPeriodic ? (upper[i] as number) - (lower[i] as number) : 0,
          ),
    wrap(x) {
      for (const { i, coordinate } of turning) x[i] = coordinate.outer(x[i] as number);
    },
    ...random,
  };
  return { problem, outer: (x) => x, inner: (x) => x };
}

/** Coordinates without bounds; those of periodic parameters run on and on. */
function transformed(
  density: LogDensity,
  set: ParameterSet,
  counts: DensityCounts,
  random: RandomSources,
): MappedDensity {
  const { lower, upper } = freeBounds(set);
  const scales = freeScales(set);
  const n = set.free.length;
  const coordinates = set.free.map(({ isPeriodic }, i): Coordinate => {
    const [scale, low, high] = [scales[i] as number, lower[i] as number, upper[i] as number];
    return isPeriodic ? periodic(scale, low, high) : unboundedCoordinate(scale, low, high);
  });
  const scratch = new Float64Array(n);
  const outer = (u: Float64Array): Float64Array => {
    for (let i = 0; i < n; i++) scratch[i] = (coordinates[i] as Coordinate).outer(u[i] as number);
    return scratch;
  };
  const value = (u: Float64Array): number => {
    counts.value++;
    let stretch = 0;
    for (let i = 0; i < n; i++) stretch += log(Math.abs((coordinates[i] as Coordinate).slope(u[i] as number)));
    return finite(density.value(outer(u)) + stretch);
  };
  const problem: SamplingProblem = {
    count: n,
    value,
    values(points, target) {
      for (let k = 0; k < points.length; k++) target[k] = value(points[k] as Float64Array);
    },
    gradient(u, slopes) {
      if (density.gradient === undefined) throw withoutSlopes();
      counts.gradient++;
      let result = density.gradient(outer(u), slopes);
      for (let i = 0; i < n; i++) {
        const coordinate = coordinates[i] as Coordinate;
        const slope = coordinate.slope(u[i] as number);
        result += log(Math.abs(slope));
        slopes[i] = (slopes[i] as number) * slope + coordinate.curvature(u[i] as number) / slope;
        if (!Number.isFinite(slopes[i])) result = Number.NEGATIVE_INFINITY;
      }
      return finite(result);
    },
    periods: undefined,
    wrap() {},
    ...random,
  };
  return { problem, outer, inner: (x) => x.map((each, i) => (coordinates[i] as Coordinate).inner(each)) };
}

/** Streams that are kept from step to step: making one costs more than a step of a small ensemble. */
function randomSources(seed: number | bigint | string): RandomSources {
  const streams = new Map<string, RandomStream>();
  const blocks = new Map<string, Uniforms>();
  const fresh = (name: string, position: number) => randomStream({ seed, name: ["sample", name] }).skip(position);
  return {
    stream(name, position) {
      const known = streams.get(name);
      if (known?.position === position) return known;
      const stream = fresh(name, position);
      streams.set(name, stream);
      return stream;
    },
    uniforms(name, position) {
      const known = blocks.get(name);
      if (known?.position === position) return known;
      const uniforms = new Uniforms(fresh(name, position));
      blocks.set(name, uniforms);
      return uniforms;
    },
  };
}

function withoutSlopes(): Error {
  return solveError("SOLV-064", "The sampler follows slopes, and the density has none", "Give the density a gradient.");
}
