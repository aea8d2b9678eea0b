/**
 * Damped linear least squares by Householder reflections: min |A v + b|² + Σ (d_i v_i)², without forming AᵀA.
 *
 * Source: G. H. Golub, C. F. Van Loan, Matrix Computations, 4th ed., algorithms 5.2.1 and 5.3.2.
 */

/** A factorised problem, for several right-hand sides. */
export interface DampedLeastSquares {
  /** v for a right-hand side b, which is left as it is; undefined where columns depend on each other. */
  solve(b: Float64Array): Float64Array | undefined;
  /** (AᵀA + D²)⁻¹ by rows; undefined as above. */
  normalInverse(): Float64Array | undefined;
}

/** Factorises columns of m numbers with n dampings (0 for none). About 2 (m + n) n² operations. */
export function dampedLeastSquares(columns: readonly Float64Array[], dampings: Float64Array): DampedLeastSquares {
  const n = columns.length;
  const m = columns[0]?.length ?? 0;
  const rows = m + n;
  const q = columns.map((column, j) => {
    const extended = new Float64Array(rows);
    extended.set(column);
    extended[m + j] = dampings[j] as number;
    return extended;
  });
  const diagonal = new Float64Array(n);
  const betas = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const column = q[k] as Float64Array;
    let square = 0;
    for (let i = k; i < rows; i++) square += (column[i] as number) * (column[i] as number);
    const norm = Math.sqrt(square);
    const head = column[k] as number;
    const alpha = head > 0 ? -norm : norm;
    diagonal[k] = alpha;
    if (norm === 0) continue;
    column[k] = head - alpha;
    betas[k] = 1 / (norm * (norm + Math.abs(head)));
    for (let j = k + 1; j < n; j++) reflect(column, betas[k] as number, q[j] as Float64Array, k);
  }
  const greatest = diagonal.reduce((size, entry) => Math.max(size, Math.abs(entry)), 0);
  const isSingular = !diagonal.every((entry) => Math.abs(entry) > greatest * 1e-300 && Number.isFinite(entry));
  const back = (target: Float64Array): Float64Array => {
    for (let i = n - 1; i >= 0; i--) {
      let sum = target[i] as number;
      for (let j = i + 1; j < n; j++) sum -= ((q[j] as Float64Array)[i] as number) * (target[j] as number);
      target[i] = sum / (diagonal[i] as number);
    }
    return target;
  };
  return {
    solve(b) {
      if (isSingular) return undefined;
      const work = new Float64Array(rows);
      for (let i = 0; i < m; i++) work[i] = -(b[i] as number);
      for (let k = 0; k < n; k++) reflect(q[k] as Float64Array, betas[k] as number, work, k);
      return back(work.slice(0, n));
    },
    normalInverse() {
      if (isSingular) return undefined;
      const inverseColumns = Array.from({ length: n }, (_, j) => {
        const unit = new Float64Array(n);
        unit[j] = 1;
        return back(unit);
      });
      return Float64Array.from({ length: n * n }, (_, at) => {
        const [i, j] = [Math.floor(at / n), at % n];
        let sum = 0;
        for (const column of inverseColumns) sum += (column[i] as number) * (column[j] as number);
        return sum;
      });
    },
  };
}

function reflect(v: Float64Array, beta: number, target: Float64Array, from: number): void {
  let sum = 0;
  for (let i = from; i < v.length; i++) sum += (v[i] as number) * (target[i] as number);
  const factor = beta * sum;
  for (let i = from; i < v.length; i++) target[i] = (target[i] as number) - factor * (v[i] as number);
}
