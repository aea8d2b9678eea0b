/** Logarithm, square root and power of complex numbers, with principal values. Conventions as in `exponential.ts`. */
import { atan2 } from "../generated/atan2.ts";
import { hypot } from "../generated/hypot.ts";
import { log } from "../generated/log.ts";
import { log1p } from "../generated/log1p.ts";
import { pow } from "../generated/pow.ts";
import { complexExp } from "./exponential.ts";
import { put, withSignOf } from "./sign.ts";

const LN2 = log(2);

/** High and low part of a², by Dekker's splitting; |a| below 2^500. */
function squareLow(a: number, square: number): number {
  const scaled = 134217729 * a;
  const high = scaled - (scaled - a);
  const low = a - high;
  return high * high - square + 2 * high * low + low * low;
}

/** a² + b² − 1, without cancellation, for numbers of moderate size. */
function squaredLengthLessOne(a: number, b: number): number {
  const squareA = a * a;
  const squareB = b * b;
  const first = squareA - 1;
  const sum = first + squareB;
  const low = sumLow(squareA, -1, first) + sumLow(first, squareB, sum);
  return sum + (low + squareLow(a, squareA) + squareLow(b, squareB));
}

/** What rounding took from a + b. */
function sumLow(a: number, b: number, sum: number): number {
  const back = sum - a;
  return a - (sum - back) + (b - back);
}

/** log |z|. */
function logLength(re: number, im: number): number {
  const a = Math.max(Math.abs(re), Math.abs(im));
  const b = Math.min(Math.abs(re), Math.abs(im));
  if (a > 2 ** 1021 && a < Infinity) return log(hypot(a / 4, b / 4)) + 2 * LN2;
  if (a < 2 ** -960 && a > 0) return log(hypot(a * 2 ** 100, b * 2 ** 100)) - 100 * LN2;
  if (a > 0.5 && a < 2) return 0.5 * log1p(squaredLengthLessOne(a, b));
  return log(hypot(re, im));
}

/**
 * log z = log |z| + i arg z, with arg z in [−π, π]; the cut runs along the negative reals, where the sign of a zero
 * imaginary part decides. Errs by less than 2 units, except that near |z| = 1 the real part may err by 2^-105.
 */
export function complexLog(re: number, im: number, out: Float64Array): void {
  put(out, logLength(re, im), atan2(im, re));
}

/** Square root with non-negative real part; the cut runs along the negative reals. Errs by less than 2.5 units. */
export function complexSqrt(re: number, im: number, out: Float64Array): void {
  if (Math.abs(im) === Infinity) {
    put(out, Infinity, im);
    return;
  }
  if (re === Infinity) {
    put(out, re, Number.isNaN(im) ? im : withSignOf(0, im));
    return;
  }
  if (re === -Infinity) {
    put(out, Number.isNaN(im) ? im : 0, withSignOf(Infinity, im));
    return;
  }
  if (Number.isNaN(re) || Number.isNaN(im)) {
    put(out, NaN, NaN);
    return;
  }
  if (im === 0) {
    const root = Math.sqrt(Math.abs(re));
    put(out, re < 0 ? 0 : root, re < 0 ? withSignOf(root, im) : im);
    return;
  }
  const size = Math.max(Math.abs(re), Math.abs(im));
  // powers of four, whose roots are powers of two
  const scale = size > 2 ** 1000 ? 2 ** -60 : size < 2 ** -900 ? 2 ** 160 : 1;
  const x = Math.abs(re) * scale;
  const y = Math.abs(im) * scale;
  const larger = Math.sqrt(0.5 * x + 0.5 * hypot(x, y));
  const smaller = y / (2 * larger);
  const unscale = scale === 1 ? 1 : scale < 1 ? 2 ** 30 : 2 ** -80;
  if (re >= 0) put(out, larger * unscale, withSignOf(smaller * unscale, im));
  else put(out, smaller * unscale, withSignOf(larger * unscale, im));
}

/**
 * Principal power z^w = exp(w log z); real arguments with a real result take the real `pow`. z^0 is 1; 0^w is 0 for
 * Re w > 0 and NaN otherwise. The relative error is about (3 + 2 |w log z|) 2^-53.
 */
export function complexPow(re: number, im: number, powerRe: number, powerIm: number, out: Float64Array): void {
  if (powerRe === 0 && powerIm === 0) {
    put(out, 1, 0);
    return;
  }
  if (im === 0 && powerIm === 0 && (re >= 0 || Number.isInteger(powerRe))) {
    put(out, pow(re, powerRe), 0);
    return;
  }
  if (re === 0 && im === 0) {
    const limit = powerRe > 0 ? 0 : NaN;
    put(out, limit, limit);
    return;
  }
  const logRe = logLength(re, im);
  const logIm = atan2(im, re);
  complexExp(powerRe * logRe - powerIm * logIm, powerRe * logIm + powerIm * logRe, out);
}
