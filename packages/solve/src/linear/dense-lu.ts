/**
 * Dense LU factorisation with partial pivoting, in place and without allocation: matrices by rows in a Float64Array.
 * About 2 n³/3 operations; vectors stand at an offset of a larger array.
 */

/**
 * Factorises the n × n matrix `a` in place and writes the row exchanges to `pivots`. Returns −1, or the number of the
 * column without a pivot where the matrix is singular (or not finite).
 */
export function factorDense(a: Float64Array, n: number, pivots: Int32Array): number {
  for (let k = 0; k < n; k++) {
    let best = k;
    let bestSize = Math.abs(a[k * n + k] as number);
    for (let i = k + 1; i < n; i++) {
      const size = Math.abs(a[i * n + k] as number);
      if (size > bestSize) {
        best = i;
        bestSize = size;
      }
    }
    if (!(bestSize > 0 && bestSize < Number.POSITIVE_INFINITY)) return k;
    pivots[k] = best;
    if (best !== k)
      for (let j = 0; j < n; j++) {
        const held = a[k * n + j] as number;
        a[k * n + j] = a[best * n + j] as number;
        a[best * n + j] = held;
      }
    const inverse = 1 / (a[k * n + k] as number);
    for (let i = k + 1; i < n; i++) {
      const l = (a[i * n + k] as number) * inverse;
      a[i * n + k] = l;
      if (l !== 0)
        for (let j = k + 1; j < n; j++) a[i * n + j] = (a[i * n + j] as number) - l * (a[k * n + j] as number);
    }
  }
  return -1;
}

/** Solves with a factorised matrix, in place on the n numbers from `offset` on. */
export function solveDense(a: Float64Array, n: number, pivots: Int32Array, b: Float64Array, offset: number): void {
  for (let k = 0; k < n; k++) {
    const p = pivots[k] as number;
    if (p === k) continue;
    const held = b[offset + k] as number;
    b[offset + k] = b[offset + p] as number;
    b[offset + p] = held;
  }
  for (let i = 1; i < n; i++) {
    let sum = b[offset + i] as number;
    for (let j = 0; j < i; j++) sum -= (a[i * n + j] as number) * (b[offset + j] as number);
    b[offset + i] = sum;
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = b[offset + i] as number;
    for (let j = i + 1; j < n; j++) sum -= (a[i * n + j] as number) * (b[offset + j] as number);
    b[offset + i] = sum / (a[i * n + i] as number);
  }
}

/** The same for a complex matrix in two arrays. */
export function factorDenseComplex(re: Float64Array, im: Float64Array, n: number, pivots: Int32Array): number {
  for (let k = 0; k < n; k++) {
    let best = k;
    let bestSize = -1;
    for (let i = k; i < n; i++) {
      const size = Math.abs(re[i * n + k] as number) + Math.abs(im[i * n + k] as number);
      if (size > bestSize) {
        best = i;
        bestSize = size;
      }
    }
    if (!(bestSize > 0 && bestSize < Number.POSITIVE_INFINITY)) return k;
    pivots[k] = best;
    if (best !== k)
      for (let j = 0; j < n; j++) {
        const heldRe = re[k * n + j] as number;
        const heldIm = im[k * n + j] as number;
        re[k * n + j] = re[best * n + j] as number;
        im[k * n + j] = im[best * n + j] as number;
        re[best * n + j] = heldRe;
        im[best * n + j] = heldIm;
      }
    const pr = re[k * n + k] as number;
    const pi = im[k * n + k] as number;
    const size = pr * pr + pi * pi;
    for (let i = k + 1; i < n; i++) {
      const ar = re[i * n + k] as number;
      const ai = im[i * n + k] as number;
      const lr = (ar * pr + ai * pi) / size;
      const li = (ai * pr - ar * pi) / size;
      re[i * n + k] = lr;
      im[i * n + k] = li;
      if (lr === 0 && li === 0) continue;
      for (let j = k + 1; j < n; j++) {
        const ur = re[k * n + j] as number;
        const ui = im[k * n + j] as number;
        re[i * n + j] = (re[i * n + j] as number) - (lr * ur - li * ui);
        im[i * n + j] = (im[i * n + j] as number) - (lr * ui + li * ur);
      }
    }
  }
  return -1;
}

/** Solves with a factorised complex matrix, in place on the real and imaginary parts from their offsets on. */
export function solveDenseComplex(
  re: Float64Array,
  im: Float64Array,
  n: number,
  pivots: Int32Array,
  b: Float64Array,
  reOffset: number,
  imOffset: number,
): void {
  for (let k = 0; k < n; k++) {
    const p = pivots[k] as number;
    if (p === k) continue;
    const heldRe = b[reOffset + k] as number;
    const heldIm = b[imOffset + k] as number;
    b[reOffset + k] = b[reOffset + p] as number;
    b[imOffset + k] = b[imOffset + p] as number;
    b[reOffset + p] = heldRe;
    b[imOffset + p] = heldIm;
  }
  for (let i = 0; i < n; i++) {
    let sr = b[reOffset + i] as number;
    let si = b[imOffset + i] as number;
    for (let j = 0; j < i; j++) {
      const lr = re[i * n + j] as number;
      const li = im[i * n + j] as number;
      const xr = b[reOffset + j] as number;
      const xi = b[imOffset + j] as number;
      sr -= lr * xr - li * xi;
      si -= lr * xi + li * xr;
    }
    b[reOffset + i] = sr;
    b[imOffset + i] = si;
  }
  for (let i = n - 1; i >= 0; i--) {
    let sr = b[reOffset + i] as number;
    let si = b[imOffset + i] as number;
    for (let j = i + 1; j < n; j++) {
      const ur = re[i * n + j] as number;
      const ui = im[i * n + j] as number;
      const xr = b[reOffset + j] as number;
      const xi = b[imOffset + j] as number;
      sr -= ur * xr - ui * xi;
      si -= ur * xi + ui * xr;
    }
    const pr = re[i * n + i] as number;
    const pi = im[i * n + i] as number;
    const size = pr * pr + pi * pi;
    b[reOffset + i] = (sr * pr + si * pi) / size;
    b[imOffset + i] = (si * pr - sr * pi) / size;
  }
}
