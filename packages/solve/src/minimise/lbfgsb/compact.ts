/**
 * Limited-memory BFGS matrices: B = θ I − W M Wᵀ with W = [Y θS], and products with H = B⁻¹.
 *
 * Source: R. H. Byrd, J. Nocedal, R. B. Schnabel, Math. Program. 63 (1994) 129–156, eqs. 3.5 and theorem 2.2.
 */
import { factorDense, solveDense } from "../../linear/dense-lu.ts";

/** The last steps and changes of slope, oldest first. */
export interface Memory {
  steps: Float64Array[];
  changes: Float64Array[];
}

/** Takes a pair up unless it has no positive curvature; forgets the oldest beyond `length`. */
export function remember(memory: Memory, step: Float64Array, change: Float64Array, length: number): void {
  const curvature = dot(step, change);
  if (!(curvature > Number.EPSILON * dot(change, change) * 1e-2 && curvature > 0)) return;
  memory.steps.push(step);
  memory.changes.push(change);
  if (memory.steps.length > length) {
    memory.steps.shift();
    memory.changes.shift();
  }
}

/** −H g by two loops. */
export function descentDirection({ steps, changes }: Memory, gradient: Float64Array): Float64Array {
  const q = gradient.map((slope) => -slope);
  const weights = new Float64Array(steps.length);
  for (let k = steps.length - 1; k >= 0; k--) {
    const [s, y] = [steps[k] as Float64Array, changes[k] as Float64Array];
    const weight = dot(s, q) / dot(s, y);
    weights[k] = weight;
    addScaled(q, -weight, y);
  }
  const theta = scaleOf({ steps, changes });
  for (let i = 0; i < q.length; i++) q[i] = (q[i] as number) / theta;
  for (let k = 0; k < steps.length; k++) {
    const [s, y] = [steps[k] as Float64Array, changes[k] as Float64Array];
    addScaled(q, (weights[k] as number) - dot(y, q) / dot(s, y), s);
  }
  return q;
}

/** θ: curvature along the last step; 1 without memory. */
export function scaleOf({ steps, changes }: Memory): number {
  const [s, y] = [steps.at(-1), changes.at(-1)];
  return s === undefined || y === undefined ? 1 : dot(y, y) / dot(s, y);
}

/** B in compact form. */
export interface CompactMatrix {
  readonly theta: number;
  /** Columns of W. */
  readonly columns: readonly Float64Array[];
  /** M v. */
  middle(v: Float64Array): Float64Array;
}

/** The compact form; undefined where the middle matrix is singular. */
export function compactMatrix(memory: Memory): CompactMatrix | undefined {
  const { steps, changes } = memory;
  const [theta, k] = [scaleOf(memory), steps.length];
  const size = 2 * k;
  const inverse = new Float64Array(size * size);
  for (let row = 0; row < k; row++)
    for (let column = 0; column < k; column++) {
      const [s, y] = [steps[row] as Float64Array, changes[column] as Float64Array];
      const product = dot(s, y);
      if (row === column) inverse[row * size + row] = -product;
      if (row > column) {
        inverse[(k + row) * size + column] = product;
        inverse[column * size + k + row] = product;
      }
      inverse[(k + row) * size + k + column] = theta * dot(s, steps[column] as Float64Array);
    }
  const pivots = new Int32Array(size);
  if (factorDense(inverse, size, pivots) >= 0) return undefined;
  return {
    theta,
    columns: [...changes, ...steps.map((s) => s.map((entry) => theta * entry))],
    middle(v) {
      const result = Float64Array.from(v);
      solveDense(inverse, size, pivots, result, 0);
      return result;
    },
  };
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

export function addScaled(target: Float64Array, factor: number, vector: Float64Array): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] as number) + factor * (vector[i] as number);
}
