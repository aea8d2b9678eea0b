/** Bins over a quantity: half-open intervals between ascending edges. */
import { columnsError } from "../errors.ts";

/** What belongs to a bin. */
export interface BinOptions {
  /** `left` (default): every bin is [low, high). `both`: the last bin includes its upper edge. */
  readonly closed?: "left" | "both";
}

/** `count` bins of one width: edges `low + i (high - low) / count`, the last one exactly `high`. @throws ColumnsError COLS-011. */
export function uniformEdges(count: number, low: number, high: number): Float64Array {
  if (!Number.isInteger(count) || count < 1 || !(high - low > 0 && high - low < Number.POSITIVE_INFINITY)) {
    throw columnsError(
      "COLS-011",
      `There are no ${count} bins from ${low} to ${high}`,
      "Give a whole count of 1 or more and finite limits, the lower one first.",
      { count, low, high },
    );
  }
  const width = (high - low) / count;
  return Float64Array.from({ length: count + 1 }, (_, index) => (index === count ? high : low + index * width));
}

/**
 * The rows of each bin, ascending. NaN, infinities and values outside all bins belong to none.
 *
 * @throws ColumnsError COLS-011 unless there are two edges or more, finite and ascending. Cost: a binary search per value.
 */
export function binRows(
  values: ArrayLike<number>,
  edges: ArrayLike<number>,
  { closed = "left" }: BinOptions = {},
): readonly Uint32Array[] {
  requireEdges(edges);
  const binOf = new Int32Array(values.length);
  const counts = new Uint32Array(edges.length - 1);
  for (let row = 0; row < values.length; row++) {
    const bin = findBin(values[row] as number, edges, closed);
    binOf[row] = bin;
    if (bin >= 0) counts[bin] = (counts[bin] as number) + 1;
  }
  const rows = Array.from(counts, (count) => new Uint32Array(count));
  counts.fill(0);
  for (let row = 0; row < values.length; row++) {
    const bin = binOf[row] as number;
    if (bin < 0) continue;
    const filled = counts[bin] as number;
    (rows[bin] as Uint32Array)[filled] = row;
    counts[bin] = filled + 1;
  }
  return rows;
}

/** The last edge that is not above the value, by bisection; -1 outside. */
function findBin(value: number, edges: ArrayLike<number>, closed: "left" | "both"): number {
  const last = edges.length - 1;
  if (!(value >= (edges[0] as number) && value <= (edges[last] as number))) return -1;
  if (value === edges[last]) return closed === "both" ? last - 1 : -1;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (value >= (edges[middle] as number)) low = middle;
    else high = middle;
  }
  return low;
}

function requireEdges(edges: ArrayLike<number>): void {
  for (let index = 0; index < edges.length; index++) {
    const edge = edges[index] as number;
    if (Number.isFinite(edge) && (index === 0 || edge > (edges[index - 1] as number))) continue;
    throw columnsError(
      "COLS-011",
      `Edge ${index} is ${edge}${index === 0 ? "" : ` after ${edges[index - 1]}`}`,
      "Give finite edges, each above the one before.",
      { index, edge },
    );
  }
  if (edges.length < 2) {
    throw columnsError("COLS-011", `${edges.length} edges make no bin`, "Give two or more.", { edges: edges.length });
  }
}
