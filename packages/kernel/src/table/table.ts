import { kernelError } from "../errors.ts";
import { add, complex, equal, min, multiply, or, select, subtract } from "../expression/build.ts";
import type { Expression } from "../expression/expression.ts";
import { expressionOf, type Operand } from "../expression/leaves.ts";
import { tableValues } from "../expression/table-values.ts";
import { type Axis, type CheckedAxis, checkedAxis, type Outside, pick, placeOn } from "./axis.ts";
import { cubicPieces, monotoneSlopes, splineSlopes } from "./spline.ts";

/** What a table is made of. */
export interface LookUpTableOptions {
  /** One per coordinate. With `step` their points are the edges of bins: one value fewer than points. */
  readonly axes: readonly Axis[];
  /**
   * Values at the points (or in the bins), the last axis running fastest. Numbers are copied now and later changes do not
   * count; equal tables are one node. A list that holds expressions (parameters of a fit) may be used with `step` and
   * `linear`; it is picked from by comparisons, one per value and corner.
   */
  readonly values: ArrayLike<number> | readonly Operand[];
  /** Imaginary parts, for a table of complex numbers. */
  readonly imaginary?: ArrayLike<number>;
  /**
   * `step`: the value of the bin, which owns its lower edge (and the last one its upper edge too). `linear`: between two
   * points, four, or 2^n. `cubic`: the spline with continuous second derivative and not-a-knot ends, which meets cubics
   * exactly. `monotone`: cubic pieces that never overshoot the values. The last two have one axis. Default `linear`.
   */
  readonly interpolation?: "step" | "linear" | "cubic" | "monotone";
  /** Beyond the ends of an axis: the value at the end, zero, or the outermost piece carried on. Default `clamp`. */
  readonly outside?: Outside;
}

/** A table as a function of its coordinates, real expressions or numbers. */
export type LookUpTable = (...coordinates: readonly Operand[]) => Expression;

/**
 * A look-up table as a function that makes nodes. The derivative by a coordinate is that of the piece in which it lies: for
 * `cubic` it is continuous, beyond a clamped end it is 0, for `step` it is 0 everywhere. A NaN coordinate gives NaN.
 *
 * Nodes per use on a uniform axis: linear 14, cubic 18; on a listed one of seven points 23 and 27, 4 more each time the points
 * double; bilinear about 35. Throws
 * `KERN-034` for axes, values or coordinates that do not fit.
 */
export function lookUpTable(options: LookUpTableOptions): LookUpTable {
  const { interpolation = "linear", outside = "clamp", imaginary } = options;
  const axes = options.axes.map((axis, index) => checkedAxis(axis, `Axis ${index + 1} of the table`));
  const sizes = axes.map(({ points }) => (interpolation === "step" ? points.length - 1 : points.length));
  if (axes.length === 0) throw misfit("A table has no axis", "Give one axis per coordinate.");
  checkCount(options.values.length, sizes, "values");
  const isCubic = interpolation === "cubic" || interpolation === "monotone";
  if (isCubic && axes.length > 1)
    throw misfit(`A table of ${axes.length} axes cannot be ${interpolation}`, "Take linear, or one axis.");
  const read = (values: ArrayLike<number> | readonly Operand[]) =>
    isCubic
      ? cubicReader(axes[0] as CheckedAxis, numbersOf(values), interpolation)
      : interpolation === "step"
        ? stepReader(sizes, values)
        : linearReader(sizes, values);
  const readReal = read(options.values);
  if (imaginary !== undefined) checkCount(imaginary.length, sizes, "imaginary parts");
  const readImaginary = imaginary === undefined ? undefined : read(imaginary);
  return (...coordinates) => {
    if (coordinates.length !== axes.length)
      throw misfit(
        `A table of ${axes.length} ${axes.length === 1 ? "axis" : "axes"} is given ${coordinates.length} coordinates`,
        "Give one coordinate per axis.",
      );
    const places = axes.map((axis, index) => placeOn(axis, expressionOf(coordinates[index] as Operand), outside));
    const isOutside = places.map((place) => place.isOutside).reduce(or);
    const within = (value: Expression) => (outside === "zero" ? select(isOutside, 0, value) : value);
    const re = within(readReal(places));
    return readImaginary === undefined ? re : complex(re, within(readImaginary(places)));
  };
}

interface Place {
  readonly piece: Expression;
  readonly fraction: Expression;
}
type Reader = (places: readonly Place[]) => Expression;
type Values = ArrayLike<number> | readonly Operand[];

/** The value of a cell; NaN coordinates come through by way of the fractions. */
function stepReader(sizes: readonly number[], values: Values): Reader {
  const at = cellReader(sizes, values);
  return (places) =>
    places.reduce(
      (value, { fraction }) => select(equal(fraction, fraction), value, fraction),
      at(places.map(({ piece }) => piece)),
    );
}

function linearReader(sizes: readonly number[], values: Values): Reader {
  const at = cellReader(sizes, values);
  return (places) => {
    const between = (axis: number, indices: readonly Expression[]): Expression => {
      const place = places[axis];
      if (place === undefined) return at(indices);
      const low = between(axis + 1, [...indices, place.piece]);
      const high = between(axis + 1, [...indices, add(place.piece, 1)]);
      return add(low, multiply(place.fraction, subtract(high, low)));
    };
    return between(0, []);
  };
}

function cubicReader(axis: CheckedAxis, values: Float64Array, interpolation: "cubic" | "monotone" | string): Reader {
  const slopes = (interpolation === "cubic" ? splineSlopes : monotoneSlopes)(axis.points, values);
  const pieces = cubicPieces(axis.points, values, slopes).map(tableValues);
  return ([place]) => {
    const { piece, fraction } = place as Place;
    const [constantPart, ...higher] = pieces.map((coefficients) => pick(coefficients, piece)) as [
      Expression,
      ...Expression[],
    ];
    const slope = higher.reduceRight((sum, coefficient) => add(coefficient, multiply(fraction, sum)));
    return add(constantPart, multiply(fraction, slope));
  };
}

/** Reads one entry by its index on each axis. */
function cellReader(sizes: readonly number[], values: Values): (indices: readonly Expression[]) => Expression {
  const flatIndex = (indices: readonly Expression[]) =>
    indices.reduce((flat, index, axis) => add(multiply(flat, sizes[axis] as number), index));
  const entries = Array.from(values as ArrayLike<Operand>);
  if (entries.every((entry) => typeof entry === "number")) {
    const table = tableValues(entries);
    return (indices) => pick(table, flatIndex(indices));
  }
  const last = entries.length - 1;
  return (indices) => {
    const index = min(flatIndex(indices), last);
    return entries
      .slice(0, last)
      .reduceRight<Expression>(
        (rest, entry, place) => select(equal(index, place), entry, rest),
        expressionOf(entries[last] as Operand),
      );
  };
}

function numbersOf(values: Values): Float64Array {
  const entries = Array.from(values as ArrayLike<Operand>);
  if (entries.every((entry) => typeof entry === "number")) return Float64Array.from(entries);
  throw misfit("A cubic table holds an expression", "Give numbers, or take linear.");
}

function checkCount(count: number, sizes: readonly number[], what: string): void {
  const expected = sizes.reduce((product, size) => product * size, 1);
  if (count === expected) return;
  throw misfit(
    `A table of ${sizes.join(" × ")} is given ${count} ${what}`,
    `Give ${expected}, the last axis running fastest.`,
  );
}

function misfit(message: string, remedy: string): Error {
  return kernelError("KERN-034", message, remedy);
}
