/**
 * Eigenvalues and eigenvectors of a symmetric matrix by cyclic Jacobi rotations. Small eigenvalues of a scaled positive definite
 * matrix come out to high relative accuracy; about 30 n³ operations.
 *
 * Sources: G. H. Golub, C. F. Van Loan, Matrix Computations, 4th ed., section 8.5; J. Demmel, K. Veselić, SIAM J. Matrix
 * Anal. Appl. 13 (1992) 1204–1245, for the accuracy.
 */

const SWEEPS = 60;

/** Eigenvalues, in no order, and eigenvectors as columns of a matrix by rows. Reads the full matrix, changes nothing. */
export function symmetricEigen(
  matrix: Float64Array,
  n: number,
): { readonly values: Float64Array; readonly vectors: Float64Array } {
  const a = Float64Array.from(matrix);
  const vectors = new Float64Array(n * n);
  for (let i = 0; i < n; i++) vectors[i * n + i] = 1;
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let isDone = true;
    for (let p = 0; p < n - 1; p++)
      for (let q = p + 1; q < n; q++) {
        const off = a[p * n + q] as number;
        const size = Math.sqrt(Math.abs((a[p * n + p] as number) * (a[q * n + q] as number)));
        if (Math.abs(off) <= 1e-17 * size || off === 0) continue;
        isDone = false;
        rotate(a, vectors, n, p, q);
      }
    if (isDone) break;
  }
  return { values: Float64Array.from({ length: n }, (_, i) => a[i * n + i] as number), vectors };
}

/** Makes a[p, q] zero. */
function rotate(a: Float64Array, vectors: Float64Array, n: number, p: number, q: number): void {
  const off = a[p * n + q] as number;
  const tau = ((a[q * n + q] as number) - (a[p * n + p] as number)) / (2 * off);
  const t = tau >= 0 ? 1 / (tau + Math.sqrt(1 + tau * tau)) : -1 / (-tau + Math.sqrt(1 + tau * tau));
  const c = 1 / Math.sqrt(1 + t * t);
  const s = t * c;
  a[p * n + p] = (a[p * n + p] as number) - t * off;
  a[q * n + q] = (a[q * n + q] as number) + t * off;
  a[p * n + q] = 0;
  a[q * n + p] = 0;
  for (let k = 0; k < n; k++) {
    if (k !== p && k !== q) {
      const [kp, kq] = [a[k * n + p] as number, a[k * n + q] as number];
      const [np, nq] = [c * kp - s * kq, s * kp + c * kq];
      a[k * n + p] = np;
      a[p * n + k] = np;
      a[k * n + q] = nq;
      a[q * n + k] = nq;
    }
    const [vp, vq] = [vectors[k * n + p] as number, vectors[k * n + q] as number];
    vectors[k * n + p] = c * vp - s * vq;
    vectors[k * n + q] = s * vp + c * vq;
  }
}
