/** |size| with the sign of another number, the sign of zero included. */
export function withSignOf(size: number, sign: number): number {
  return sign < 0 || Object.is(sign, -0) ? -Math.abs(size) : Math.abs(size);
}

/** Writes a complex number; complex functions give their result this way, so that loops need not allocate. */
export function put(out: Float64Array, re: number, im: number): void {
  out[0] = re;
  out[1] = im;
}

/** Multiplies what was written by −i. */
export function timesMinusI(out: Float64Array): void {
  put(out, out[1] as number, -(out[0] as number));
}
