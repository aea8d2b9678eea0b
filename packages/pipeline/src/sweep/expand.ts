import { latinHypercube, randomStream, sobolSequence } from "@simloom/numerics/random";
import { PipelineError } from "../errors.ts";
import type { Value } from "../value/value.ts";
import { type Axes, type Axis, values } from "./axes.ts";

/** How axes are combined. */
export interface Design {
  /**
   * `grid`: every combination, the last path varies fastest. `zip`: first with first, second with second. `random`,
   * `latinHypercube`, `sobol`: `count` points; lists are drawn from by index, intervals by position. Default `grid`.
   */
  readonly mode?: "grid" | "zip" | "random" | "latinHypercube" | "sobol";
  /** Points of the drawn designs. */
  readonly count?: number;
  /** Seed of the drawn designs. Default 0. */
  readonly seed?: number;
}

/** One point of a sweep: a value by path. */
export type Point = Readonly<Record<string, Value>>;

const MAX_POINTS = 1_000_000;

/** All points of a sweep, in a fixed order. Errors: PIPE-051 for empty, unequal or endless axes. */
export function expandAxes(axes: Axes, design: Design = {}): readonly Point[] {
  const paths = Object.keys(axes);
  const listed = paths.map((path) => asAxis(path, axes[path] as Axis | readonly Value[]));
  if (paths.length === 0) return [{}];
  const mode = design.mode ?? "grid";
  switch (mode) {
    case "grid":
      return grid(paths, listsOf(paths, listed));
    case "zip":
      return zip(paths, listsOf(paths, listed));
    case "random":
    case "latinHypercube":
    case "sobol":
      return drawn(paths, listed, mode, design);
    default:
      return mode satisfies never;
  }
}

function asAxis(path: string, axis: Axis | readonly Value[]): Axis {
  const made = isList(axis) ? values(axis) : axis;
  if (made.kind === "list" && made.values.length === 0)
    throw wrong(`the axis ${path} has no values`, "Give at least one.", path);
  return made;
}

function isList(axis: Axis | readonly Value[]): axis is readonly Value[] {
  return Array.isArray(axis);
}

function listsOf(paths: readonly string[], axes: readonly Axis[]): readonly (readonly Value[])[] {
  return axes.map((axis, index) => {
    if (axis.kind === "list") return axis.values;
    throw wrong(
      `the axis ${paths[index]} is an interval, which has no list of points`,
      "Say how many: range() with a count (start:stop:count), or a drawn design (random, Latin hypercube, Sobol).",
      paths[index],
    );
  });
}

function grid(paths: readonly string[], lists: readonly (readonly Value[])[]): readonly Point[] {
  const total = lists.reduce((product, list) => product * list.length, 1);
  if (total > MAX_POINTS)
    throw wrong(`the grid has ${total} points`, `Sweep at most ${MAX_POINTS}, or draw from it with sobol and a count.`);
  return Array.from({ length: total }, (_, index) => {
    const point: Record<string, Value> = {};
    let rest = index;
    for (let axis = paths.length - 1; axis >= 0; axis--) {
      const list = lists[axis] as readonly Value[];
      point[paths[axis] as string] = list[rest % list.length] as Value;
      rest = Math.floor(rest / list.length);
    }
    return inOrder(paths, point);
  });
}

function zip(paths: readonly string[], lists: readonly (readonly Value[])[]): readonly Point[] {
  const count = lists[0]?.length ?? 0;
  const odd = lists.findIndex((list) => list.length !== count);
  if (odd >= 0) {
    throw wrong(
      `zipped axes differ in length: ${paths[0]} has ${count} values, ${paths[odd]} has ${lists[odd]?.length}`,
      "Give every zipped axis the same number of values.",
      paths[odd],
    );
  }
  return Array.from({ length: count }, (_, index) => {
    const point: Record<string, Value> = {};
    paths.forEach((path, axis) => {
      point[path] = (lists[axis] as readonly Value[])[index] as Value;
    });
    return point;
  });
}

function drawn(
  paths: readonly string[],
  axes: readonly Axis[],
  mode: "random" | "latinHypercube" | "sobol",
  { count, seed = 0 }: Design,
): readonly Point[] {
  if (count === undefined || !Number.isInteger(count) || count < 1 || count > MAX_POINTS) {
    throw wrong(`a ${mode} design needs a count, not ${count}`, `Say how many points to draw, 1 to ${MAX_POINTS}.`);
  }
  const cube = unitPoints(mode, count, axes.length, seed);
  return Array.from({ length: count }, (_, index) => {
    const point: Record<string, Value> = {};
    paths.forEach((path, axis) => {
      point[path] = place(axes[axis] as Axis, cube[index * axes.length + axis] as number);
    });
    return point;
  });
}

/** Points in the unit cube, row after row. */
function unitPoints(
  mode: "random" | "latinHypercube" | "sobol",
  count: number,
  dimensions: number,
  seed: number,
): Float64Array {
  const stream = randomStream(`sweep/${seed}/${mode}`);
  if (mode === "latinHypercube") return latinHypercube(stream, count, dimensions);
  if (mode === "sobol") return sobolSequence(count, dimensions, stream);
  const cube = new Float64Array(count * dimensions);
  stream.fillUniform(cube);
  return cube;
}

function place(axis: Axis, fraction: number): Value {
  if (axis.kind === "list") return axis.values[Math.floor(fraction * axis.values.length)] as Value;
  const { start, stop, scale } = axis;
  return scale === "log" ? start * (stop / start) ** fraction : start + (stop - start) * fraction;
}

function inOrder(paths: readonly string[], point: Readonly<Record<string, Value>>): Point {
  return Object.fromEntries(paths.map((path) => [path, point[path] as Value]));
}

function wrong(message: string, remedy: string, path?: string): PipelineError {
  return new PipelineError({ code: "PIPE-051", message, remedy, ...(path === undefined ? {} : { path }) });
}
