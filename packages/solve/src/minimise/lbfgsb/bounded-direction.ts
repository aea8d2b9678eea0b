/**
 * Direction of a bounded quasi-Newton step: from the generalised Cauchy point (first minimum of the model along the
 * projected gradient) to the minimum of the model over what is free there.
 *
 * Sources: R. H. Byrd, P. Lu, J. Nocedal, C. Zhu, SIAM J. Sci. Comput. 16 (1995) 1190–1208, algorithm CP and section 5.1;
 * J. L. Morales, J. Nocedal, ACM Trans. Math. Softw. 38 (2011) 7, for the projection of the result.
 */
import { factorDense, solveDense } from "../../linear/dense-lu.ts";
import { type CompactMatrix, dot } from "./compact.ts";

/** A box and a point in it, with the slopes there. */
export interface BoxPoint {
  readonly x: Float64Array;
  readonly gradient: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** A step that keeps to the bounds in full length. */
export function boundedDirection(matrix: CompactMatrix, place: BoxPoint): Float64Array {
  const { x, gradient, lower, upper } = place;
  const { point, along } = cauchyPoint(matrix, place);
  const free = [...x.keys()].filter(
    (i) => (point[i] as number) > (lower[i] as number) && (point[i] as number) < (upper[i] as number),
  );
  if (free.length === 0) return point.map((entry, i) => entry - (x[i] as number));
  const move = subspaceMove(matrix, place, point, along, free);
  const projected = Float64Array.from(point);
  for (const [k, i] of free.entries())
    projected[i] = Math.min(
      Math.max((point[i] as number) + (move[k] as number), lower[i] as number),
      upper[i] as number,
    );
  const direction = projected.map((entry, i) => entry - (x[i] as number));
  if (dot(direction, gradient) < 0) return direction;
  let part = 1;
  for (const [k, i] of free.entries()) {
    const [from, step] = [point[i] as number, move[k] as number];
    if (step > 0) part = Math.min(part, ((upper[i] as number) - from) / step);
    if (step < 0) part = Math.min(part, ((lower[i] as number) - from) / step);
  }
  for (const [k, i] of free.entries())
    direction[i] = (point[i] as number) + part * (move[k] as number) - (x[i] as number);
  return direction;
}

/** The generalised Cauchy point, and Wᵀ (point − x). */
function cauchyPoint(
  { theta, columns, middle }: CompactMatrix,
  { x, gradient, lower, upper }: BoxPoint,
): { readonly point: Float64Array; readonly along: Float64Array } {
  const n = x.length;
  const point = Float64Array.from(x);
  const direction = new Float64Array(n);
  const breaks = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const slope = gradient[i] as number;
    const bound = slope < 0 ? (upper[i] as number) : (lower[i] as number);
    breaks[i] = slope === 0 ? Number.POSITIVE_INFINITY : ((x[i] as number) - bound) / slope;
    direction[i] = (breaks[i] as number) > 0 ? -slope : 0;
  }
  const order = [...breaks.keys()].filter((i) => (breaks[i] as number) > 0);
  order.sort((a, b) => (breaks[a] as number) - (breaks[b] as number) || a - b);
  const p = Float64Array.from(columns, (column) => dot(column, direction));
  const along = new Float64Array(columns.length);
  const row = new Float64Array(columns.length);
  let slope = -dot(direction, direction);
  let curvature = -theta * slope - dot(p, middle(p));
  const leastCurvature = Number.EPSILON * curvature;
  let best = slope === 0 ? 0 : -slope / curvature;
  let passed = 0;
  for (const i of order) {
    const next = breaks[i] as number;
    if (!(best >= next - passed) || next === Number.POSITIVE_INFINITY) break;
    const stretch = next - passed;
    const d = direction[i] as number;
    point[i] = d > 0 ? (upper[i] as number) : (lower[i] as number);
    const z = (point[i] as number) - (x[i] as number);
    columns.forEach((column, k) => {
      row[k] = column[i] as number;
      along[k] = (along[k] as number) + stretch * (p[k] as number);
    });
    const middleRow = middle(row);
    slope += stretch * curvature + d * d - theta * d * z + d * dot(middleRow, along);
    curvature += -theta * d * d + 2 * d * dot(middleRow, p) - d * d * dot(middleRow, row);
    curvature = Math.max(curvature, leastCurvature);
    for (let k = 0; k < p.length; k++) p[k] = (p[k] as number) - d * (row[k] as number);
    direction[i] = 0;
    best = -slope / curvature;
    passed = next;
  }
  best = Math.max(best, 0);
  if (!Number.isFinite(best)) best = 0;
  for (let k = 0; k < p.length; k++) along[k] = (along[k] as number) + best * (p[k] as number);
  for (let i = 0; i < n; i++)
    if (direction[i] !== 0) {
      const moved = (x[i] as number) + (passed + best) * (direction[i] as number);
      point[i] = Math.min(Math.max(moved, lower[i] as number), upper[i] as number);
    }
  return { point, along };
}

/** Minimum of the model over the free coordinates, from the Cauchy point, by the direct primal method. */
function subspaceMove(
  { theta, columns, middle }: CompactMatrix,
  { x, gradient }: BoxPoint,
  point: Float64Array,
  along: Float64Array,
  free: readonly number[],
): Float64Array {
  const size = columns.length;
  const middleAlong = middle(along);
  const residual = Float64Array.from(free, (i) => {
    let sum = (gradient[i] as number) + theta * ((point[i] as number) - (x[i] as number));
    for (let k = 0; k < size; k++) sum -= ((columns[k] as Float64Array)[i] as number) * (middleAlong[k] as number);
    return sum;
  });
  const move = residual.map((entry) => -entry / theta);
  if (size === 0) return move;
  const parts = columns.map((column) => Float64Array.from(free, (i) => column[i] as number));
  const v = middle(Float64Array.from(parts, (part) => dot(part, residual)));
  const system = new Float64Array(size * size);
  for (let column = 0; column < size; column++) {
    const products = Float64Array.from(parts, (part) => dot(part, parts[column] as Float64Array) / theta);
    const image = middle(products);
    for (let r = 0; r < size; r++) system[r * size + column] = (r === column ? 1 : 0) - (image[r] as number);
  }
  const pivots = new Int32Array(size);
  if (factorDense(system, size, pivots) >= 0) return move;
  solveDense(system, size, pivots, v, 0);
  for (let k = 0; k < move.length; k++) {
    let sum = 0;
    for (let c = 0; c < size; c++) sum += ((parts[c] as Float64Array)[k] as number) * (v[c] as number);
    move[k] = (move[k] as number) - sum / (theta * theta);
  }
  return move;
}
