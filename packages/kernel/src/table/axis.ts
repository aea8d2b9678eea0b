import { kernelError } from "../errors.ts";
import {
  add,
  divide,
  floor,
  greater,
  less,
  lessOrEqual,
  max,
  min,
  multiply,
  or,
  select,
  subtract,
} from "../expression/build.ts";
import { type Expression, node } from "../expression/expression.ts";
import { constant, type Operand } from "../expression/leaves.ts";
import { operations } from "../expression/operations.ts";
import { type TableValues, tableValues } from "../expression/table-values.ts";

/** Points at equal distances: `count` of them from the first to the last, both included. */
export interface UniformAxis {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** Where the points of a table lie: at equal distances, or as they are listed, strictly rising. At least two, finite. */
export type Axis = UniformAxis | ArrayLike<number>;

/** What a coordinate beyond an end counts as: that end, nothing (the table gives 0), or itself (the end's piece goes on). */
export type Outside = "clamp" | "zero" | "extend";

/** An axis that was checked. */
export interface CheckedAxis {
  readonly points: Float64Array;
  readonly isUniform: boolean;
}

/** The place of a coordinate on an axis. */
export interface AxisPlace {
  /** Number of the piece between two points, a whole number from 0 to the number of pieces less one. */
  readonly piece: Expression;
  /** How far into the piece, from 0 to 1 within the axis. */
  readonly fraction: Expression;
  /** Condition that the coordinate lies beyond an end. */
  readonly isOutside: Expression;
}

/** Throws `KERN-034` unless the axis has two points or more, finite and strictly rising. */
export function checkedAxis(axis: Axis, name: string): CheckedAxis {
  const isUniform = "from" in axis;
  const points = isUniform ? pointsOf(axis) : Float64Array.from(axis);
  if (points.length < 2 || !Number.isInteger(points.length))
    throw kernelError("KERN-034", `${name} has ${points.length} points`, "Give at least two points.");
  const bad = points.findIndex(
    (point, index) => !Number.isFinite(point) || (index > 0 && !(point > (points[index - 1] as number))),
  );
  if (bad >= 0)
    throw kernelError(
      "KERN-034",
      `${name} does not rise at its point ${bad + 1}, ${points[bad]}`,
      "Give finite points in rising order, each once.",
      { point: bad },
    );
  return { points, isUniform };
}

function pointsOf({ from, to, count }: UniformAxis): Float64Array {
  if (!Number.isInteger(count) || count < 2)
    throw kernelError(
      "KERN-034",
      `A uniform axis has a count of ${count}`,
      "Give a whole number of at least two points.",
    );
  return Float64Array.from({ length: count }, (_, k) =>
    k === count - 1 ? to : from + (k * (to - from)) / (count - 1),
  );
}

/**
 * Finds the piece of an axis in which a coordinate lies: by arithmetic on a uniform axis (7 nodes), by bisection without
 * branches on a listed one (4 nodes per step, ⌈log2 pieces⌉ steps). A NaN gives a NaN fraction.
 */
export function placeOn({ points, isUniform }: CheckedAxis, coordinate: Expression, outside: Outside): AxisPlace {
  const first = points[0] as number;
  const last = points.at(-1) as number;
  const isOutside = or(less(coordinate, first), greater(coordinate, last));
  const inside = outside === "extend" ? coordinate : min(max(coordinate, first), last);
  const pieces = points.length - 1;
  if (isUniform) {
    // rounding may put a point into the piece before it, at a fraction of almost 1: the value is the same
    const steps = multiply(subtract(inside, first), pieces / (last - first));
    const piece = min(max(floor(steps), 0), pieces - 1);
    return { piece, fraction: subtract(steps, piece), isOutside };
  }
  const piece = bisection(points, inside);
  const start = pick(tableValues(points.subarray(0, pieces)), piece);
  const widths = Float64Array.from({ length: pieces }, (_, k) => (points[k + 1] as number) - (points[k] as number));
  return { piece, fraction: divide(subtract(inside, start), pick(tableValues(widths), piece)), isOutside };
}

/** The last piece whose start is not above the coordinate; the first for what lies below. */
function bisection(points: Float64Array, coordinate: Expression): Expression {
  const pieces = points.length - 1;
  const starts = tableValues(points.subarray(0, pieces));
  let piece: Expression = constant(0);
  for (let step = 2 ** Math.ceil(Math.log2(pieces)) / 2; step >= 1; step /= 2) {
    // beyond the table the last start is read: a step too far is cut back at the end
    const next = add(piece, step);
    piece = select(lessOrEqual(pick(starts, next), coordinate), next, piece);
  }
  return min(piece, pieces - 1);
}

/** The number of a table at a whole index. */
export function pick(values: TableValues, index: Operand): Expression {
  return node(operations.tableValue, [typeof index === "number" ? constant(index) : index], values);
}
