/**
 * LU factorisation of band matrices with partial pivoting, in place. Entry (i, j) stands at
 * j · height + lower + upper + i − j with height = 2 lower + upper + 1: columns, with room for the fill of exchanges.
 * About 2 n · lower · (lower + upper) operations.
 */

/** Shape of a band matrix. */
export interface BandShape {
  readonly n: number;
  readonly lower: number;
  readonly upper: number;
}

/** Numbers that a band matrix needs. */
export function bandLength({ n, lower, upper }: BandShape): number {
  return n * (2 * lower + upper + 1);
}

/** Place of an entry within the band. */
export function bandPlace({ lower, upper }: BandShape, row: number, column: number): number {
  return column * (2 * lower + upper + 1) + lower + upper + row - column;
}

/** Every place within the band, column by column. */
export function* placesOfBand({
  n,
  lower,
  upper,
}: BandShape): Generator<{ readonly row: number; readonly column: number }> {
  for (let column = 0; column < n; column++)
    for (let row = Math.max(0, column - upper); row <= Math.min(n - 1, column + lower); row++) yield { row, column };
}

/** Factorises in place; −1, or the number of the column without a pivot. */
export function factorBand(a: Float64Array, { n, lower, upper }: BandShape, pivots: Int32Array): number {
  const height = 2 * lower + upper + 1;
  const diagonal = lower + upper;
  let lastColumn = 0;
  for (let j = 0; j < n; j++) {
    const below = Math.min(lower, n - 1 - j);
    const base = j * height + diagonal;
    let best = 0;
    let bestSize = Math.abs(a[base] as number);
    for (let i = 1; i <= below; i++) {
      const size = Math.abs(a[base + i] as number);
      if (size > bestSize) {
        best = i;
        bestSize = size;
      }
    }
    if (!(bestSize > 0 && bestSize < Number.POSITIVE_INFINITY)) return j;
    pivots[j] = best;
    lastColumn = Math.max(lastColumn, Math.min(j + upper + best, n - 1));
    if (best !== 0)
      for (let c = j; c <= lastColumn; c++) {
        const place = c * height + diagonal + j - c;
        const held = a[place] as number;
        a[place] = a[place + best] as number;
        a[place + best] = held;
      }
    const inverse = 1 / (a[base] as number);
    for (let i = 1; i <= below; i++) a[base + i] = (a[base + i] as number) * inverse;
    for (let c = j + 1; c <= lastColumn; c++) {
      const place = c * height + diagonal + j - c;
      const u = a[place] as number;
      if (u !== 0)
        for (let i = 1; i <= below; i++) a[place + i] = (a[place + i] as number) - u * (a[base + i] as number);
    }
  }
  return -1;
}

/** Solves with a factorised band matrix, in place on the n numbers from `offset` on. */
export function solveBand(
  a: Float64Array,
  { n, lower, upper }: BandShape,
  pivots: Int32Array,
  b: Float64Array,
  offset: number,
): void {
  const height = 2 * lower + upper + 1;
  const diagonal = lower + upper;
  for (let j = 0; j < n; j++) {
    const p = pivots[j] as number;
    const x = b[offset + j + p] as number;
    if (p !== 0) {
      b[offset + j + p] = b[offset + j] as number;
      b[offset + j] = x;
    }
    const below = Math.min(lower, n - 1 - j);
    const base = j * height + diagonal;
    for (let i = 1; i <= below; i++) b[offset + j + i] = (b[offset + j + i] as number) - (a[base + i] as number) * x;
  }
  for (let j = n - 1; j >= 0; j--) {
    const base = j * height + diagonal;
    const x = (b[offset + j] as number) / (a[base] as number);
    b[offset + j] = x;
    const above = Math.min(diagonal, j);
    for (let i = 1; i <= above; i++) b[offset + j - i] = (b[offset + j - i] as number) - (a[base - i] as number) * x;
  }
}

/** The same for a complex matrix in two arrays. */
export function factorBandComplex(
  re: Float64Array,
  im: Float64Array,
  { n, lower, upper }: BandShape,
  pivots: Int32Array,
): number {
  const height = 2 * lower + upper + 1;
  const diagonal = lower + upper;
  let lastColumn = 0;
  for (let j = 0; j < n; j++) {
    const below = Math.min(lower, n - 1 - j);
    const base = j * height + diagonal;
    let best = 0;
    let bestSize = -1;
    for (let i = 0; i <= below; i++) {
      const size = Math.abs(re[base + i] as number) + Math.abs(im[base + i] as number);
      if (size > bestSize) {
        best = i;
        bestSize = size;
      }
    }
    if (!(bestSize > 0 && bestSize < Number.POSITIVE_INFINITY)) return j;
    pivots[j] = best;
    lastColumn = Math.max(lastColumn, Math.min(j + upper + best, n - 1));
    if (best !== 0)
      for (let c = j; c <= lastColumn; c++) {
        const place = c * height + diagonal + j - c;
        const heldRe = re[place] as number;
        const heldIm = im[place] as number;
        re[place] = re[place + best] as number;
        im[place] = im[place + best] as number;
        re[place + best] = heldRe;
        im[place + best] = heldIm;
      }
    const pr = re[base] as number;
    const pi = im[base] as number;
    const size = pr * pr + pi * pi;
    for (let i = 1; i <= below; i++) {
      const ar = re[base + i] as number;
      const ai = im[base + i] as number;
      re[base + i] = (ar * pr + ai * pi) / size;
      im[base + i] = (ai * pr - ar * pi) / size;
    }
    for (let c = j + 1; c <= lastColumn; c++) {
      const place = c * height + diagonal + j - c;
      const ur = re[place] as number;
      const ui = im[place] as number;
      if (ur === 0 && ui === 0) continue;
      for (let i = 1; i <= below; i++) {
        const lr = re[base + i] as number;
        const li = im[base + i] as number;
        re[place + i] = (re[place + i] as number) - (ur * lr - ui * li);
        im[place + i] = (im[place + i] as number) - (ur * li + ui * lr);
      }
    }
  }
  return -1;
}

/** Solves with a factorised complex band matrix, in place. */
export function solveBandComplex(
  re: Float64Array,
  im: Float64Array,
  { n, lower, upper }: BandShape,
  pivots: Int32Array,
  b: Float64Array,
  reOffset: number,
  imOffset: number,
): void {
  const height = 2 * lower + upper + 1;
  const diagonal = lower + upper;
  for (let j = 0; j < n; j++) {
    const p = pivots[j] as number;
    const xr = b[reOffset + j + p] as number;
    const xi = b[imOffset + j + p] as number;
    if (p !== 0) {
      b[reOffset + j + p] = b[reOffset + j] as number;
      b[imOffset + j + p] = b[imOffset + j] as number;
      b[reOffset + j] = xr;
      b[imOffset + j] = xi;
    }
    const below = Math.min(lower, n - 1 - j);
    const base = j * height + diagonal;
    for (let i = 1; i <= below; i++) {
      const lr = re[base + i] as number;
      const li = im[base + i] as number;
      b[reOffset + j + i] = (b[reOffset + j + i] as number) - (lr * xr - li * xi);
      b[imOffset + j + i] = (b[imOffset + j + i] as number) - (lr * xi + li * xr);
    }
  }
  for (let j = n - 1; j >= 0; j--) {
    const base = j * height + diagonal;
    const pr = re[base] as number;
    const pi = im[base] as number;
    const size = pr * pr + pi * pi;
    const sr = b[reOffset + j] as number;
    const si = b[imOffset + j] as number;
    const xr = (sr * pr + si * pi) / size;
    const xi = (si * pr - sr * pi) / size;
    b[reOffset + j] = xr;
    b[imOffset + j] = xi;
    const above = Math.min(diagonal, j);
    for (let i = 1; i <= above; i++) {
      const ur = re[base - i] as number;
      const ui = im[base - i] as number;
      b[reOffset + j - i] = (b[reOffset + j - i] as number) - (ur * xr - ui * xi);
      b[imOffset + j - i] = (b[imOffset + j - i] as number) - (ur * xi + ui * xr);
    }
  }
}
