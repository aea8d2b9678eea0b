import { freeBounds, freeScales, type ParameterSet } from "@simloom/kernel";
import { randomStream } from "@simloom/numerics";
import { type Coordinate, innerCoordinate, periodic, scaled } from "./coordinates.ts";
import type { InnerProblem, Minimiser } from "./method.ts";
import type { CountedObjective } from "./objective.ts";

/** An inner problem, and the way out of it. */
export interface MappedProblem extends InnerProblem {
  outer(u: Float64Array, x?: Float64Array): Float64Array;
  /** ∂outer/∂inner of each coordinate. */
  slopes(u: Float64Array, target: Float64Array): void;
}

/** The problem in the coordinates that a method works in. */
export function innerProblem(
  objective: CountedObjective,
  set: ParameterSet,
  start: Float64Array,
  bounds: Minimiser["bounds"],
  seed: number | bigint | string,
  errorLevel: number,
): MappedProblem {
  const count = start.length;
  const scales = freeScales(set);
  const { lower: lows, upper: highs } = freeBounds(set);
  const coordinates = set.free.map(({ isPeriodic }, index): Coordinate => {
    const [scale, low, high] = [scales[index] as number, lows[index] as number, highs[index] as number];
    if (isPeriodic) return periodic(scale, low, high);
    if (bounds === "native") return scaled(scale, low, high);
    return innerCoordinate(scale, low, high);
  });
  const bound = (values: Float64Array, none: number): Float64Array =>
    values.map((value, index) =>
      bounds === "native" && set.free[index]?.isPeriodic === false ? value / (scales[index] as number) : none,
    );
  const x = new Float64Array(count);
  const outer = (u: Float64Array, target = x): Float64Array => {
    for (let i = 0; i < count; i++) target[i] = (coordinates[i] as Coordinate).outer(u[i] as number);
    return target;
  };
  const squares = objective.leastSquares;
  const constraints = objective.constraints;
  const slopesOutside = new Float64Array(count);
  return {
    count,
    start: start.map((value, index) => (coordinates[index] as Coordinate).inner(value)),
    lower: bound(lows, Number.NEGATIVE_INFINITY),
    upper: bound(highs, Number.POSITIVE_INFINITY),
    errorLevel,
    isOpen: (index, direction) =>
      set.free[index]?.isPeriodic === false && !Number.isFinite((direction < 0 ? lows : highs)[index]),
    outer,
    slopes(u, target) {
      for (let i = 0; i < count; i++) target[i] = (coordinates[i] as Coordinate).slope(u[i] as number);
    },
    value: (u) => objective.value(outer(u)),
    gradient(u, slopes) {
      const value = objective.gradient(outer(u), slopes);
      for (let i = 0; i < count; i++)
        slopes[i] = (slopes[i] as number) * (coordinates[i] as Coordinate).slope(u[i] as number);
      return value;
    },
    get isCoarse() {
      return objective.isCoarse;
    },
    refine() {
      const wasCoarse = objective.isCoarse;
      objective.isFine = true;
      return wasCoarse;
    },
    hessian(u, curvatures) {
      objective.hessian(outer(u), curvatures);
      const slope = Float64Array.from(u, (value, i) => (coordinates[i] as Coordinate).slope(value));
      for (let i = 0; i < count; i++)
        for (let j = 0; j < count; j++)
          curvatures[i * count + j] =
            (curvatures[i * count + j] as number) * (slope[i] as number) * (slope[j] as number);
      const bends = Float64Array.from(u, (value, i) => (coordinates[i] as Coordinate).curvature(value));
      if (bends.every((bend) => bend === 0)) return;
      objective.gradient(outer(u), slopesOutside);
      for (let i = 0; i < count; i++)
        curvatures[i * count + i] =
          (curvatures[i * count + i] as number) + (slopesOutside[i] as number) * (bends[i] as number);
    },
    ...(squares === undefined
      ? {}
      : {
          leastSquares: {
            count: squares.count,
            residuals: (u: Float64Array, target: Float64Array) => squares.residuals(outer(u), target),
            jacobian: (u: Float64Array, target: Float64Array, columns: readonly Float64Array[]) => {
              squares.jacobian(outer(u), target, columns);
              columns.forEach((column, i) => {
                const slope = (coordinates[i] as Coordinate).slope(u[i] as number);
                if (slope !== 1) for (let k = 0; k < column.length; k++) column[k] = (column[k] as number) * slope;
              });
            },
          },
        }),
    ...(constraints === undefined
      ? {}
      : {
          constraints: {
            count: constraints.count,
            equalities: constraints.equalities,
            values: (u: Float64Array, target: Float64Array) => constraints.values(outer(u), target),
            jacobian: (u: Float64Array, target: Float64Array, rows: readonly Float64Array[]) => {
              constraints.jacobian(outer(u), target, rows);
              for (const row of rows)
                for (let i = 0; i < count; i++)
                  row[i] = (row[i] as number) * (coordinates[i] as Coordinate).slope(u[i] as number);
            },
          },
        }),
    values: (points, values) =>
      objective.values(
        points.map((u) => outer(u, new Float64Array(count))),
        values,
      ),
    sample(stream) {
      const inner = (value: number, i: number) => (coordinates[i] as Coordinate).inner(value);
      return start.map((value, i) => {
        const [low, high] = [lows[i] as number, highs[i] as number];
        const drawn = Number.isFinite(high - low)
          ? stream.uniform(low, high)
          : value + Math.max(Math.abs(value), scales[i] as number) * stream.normal();
        return inner(Math.min(Math.max(drawn, low), high), i);
      });
    },
    stream: (name, position) => randomStream({ seed, name: ["minimise", name] }).skip(position),
  };
}
