import type { Radix } from "./butterfly.ts";
import { type FftPrecision, type Lanes, lanesOf } from "./lanes.ts";

/** How a transform of `length` points is cut up. */
export type Decomposition =
  /** One pass: a single transform, one number at a time. */
  | { readonly kind: "single"; readonly length: number; readonly lanes: Lanes; readonly stages: readonly Radix[] }
  /** Two passes over a matrix of `rows` × `columns`: transforms of columns, then of rows. */
  | {
      readonly kind: "matrix";
      readonly length: number;
      readonly lanes: Lanes;
      readonly rows: number;
      readonly columns: number;
      readonly rowStages: readonly Radix[];
      readonly columnStages: readonly Radix[];
    };

/** Shortest length worth two passes. */
const SHORTEST_MATRIX = 16;

/** The cut for a length whose prime factors are 2, 3 and 5, or `undefined` for other lengths. */
export function decompose(length: number, precision: FftPrecision): Decomposition | undefined {
  const whole = stagesOf(length);
  if (whole === undefined) return undefined;
  const width = lanesOf(precision, true).count;
  const vectorised = length % (width * width) === 0 && length >= SHORTEST_MATRIX;
  const lanes = lanesOf(precision, vectorised);
  const rows = length >= SHORTEST_MATRIX ? squarestDivisor(length, vectorised ? width : 1) : 1;
  if (rows === 1 || rows === length) return { kind: "single", length, lanes: lanesOf(precision, false), stages: whole };
  const columns = length / rows;
  return {
    kind: "matrix",
    length,
    lanes,
    rows,
    columns,
    rowStages: stagesOf(rows) ?? [],
    columnStages: stagesOf(columns) ?? [],
  };
}

/** The divisor d nearest to √n such that `width` divides both d and n/d. */
function squarestDivisor(length: number, width: number): number {
  for (let divisor = Math.floor(Math.sqrt(length)); divisor > 1; divisor--)
    if (length % divisor === 0 && divisor % width === 0 && (length / divisor) % width === 0) return divisor;
  return 1;
}

/** Radices whose product is the length, or `undefined` if another prime divides it. */
export function stagesOf(length: number): readonly Radix[] | undefined {
  const stages: Radix[] = [];
  let rest = length;
  for (const radix of [5, 3] as const) for (; rest % radix === 0; rest /= radix) stages.push(radix);
  const twos = Math.log2(rest);
  if (!Number.isInteger(twos)) return undefined;
  return [...stages, ...powerOfTwoStages(twos)];
}

/**
 * Fours, and one eight before the last stage when the exponent is odd. Measured: larger radices keep more values alive
 * than the 16 registers of a WebAssembly engine hold, and a last stage of 4 writes whole cache lines.
 */
function powerOfTwoStages(exponent: number): Radix[] {
  if (exponent === 0) return [];
  if (exponent === 1) return [2];
  const fours = Array.from({ length: exponent >> 1 }, () => 4 as const);
  if (exponent % 2 === 0) return fours;
  if (exponent === 3) return [8];
  return [...fours.slice(0, -2), 8, 4];
}
