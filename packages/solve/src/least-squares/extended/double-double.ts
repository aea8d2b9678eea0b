/**
 * Numbers as unevaluated sums of two float64: some 31 digits. Arithmetic is right to a few units of 2^-104, functions to some
 * 2^-98, relative to their value; arguments and results must stay between 1e-250 and 1e250.
 *
 * Sources: T. J. Dekker, Numer. Math. 18 (1971) 224–242; Y. Hida, X. S. Li, D. H. Bailey, ARITH-15 (2001) 155–162, for division,
 * root and exponential.
 */
import { log as log64 } from "@simloom/numerics";

/** high + low, of which low is at most half a unit in the last place of high. */
export type DoubleDouble = readonly [high: number, low: number];

const LN_2: DoubleDouble = [Math.LN2, 2.3190468138462996e-17];
const ZERO: DoubleDouble = [0, 0];
const ONE: DoubleDouble = [1, 0];
const SPLITTER = 134217729;
/** Exponentials are of r / 2^9, squared nine times. */
const HALVINGS = 9;
/** |r| / 2^9 is at most 7e-4, whose tenth power over 10! is below 1e-37. */
const TERMS = 10;

/** a + b. */
export function addDouble(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const [s, e] = twoSum(a[0], b[0]);
  const [t, f] = twoSum(a[1], b[1]);
  const [u, g] = quickSum(s, e + t);
  return quickSum(u, g + f);
}

/** −a. */
export function negateDouble([high, low]: DoubleDouble): DoubleDouble {
  return [-high, -low];
}

/** a b. */
export function multiplyDouble(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const [p, e] = twoProduct(a[0], b[0]);
  return quickSum(p, e + (a[0] * b[1] + a[1] * b[0]));
}

/** a / b. */
export function divideDouble(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const first = a[0] / b[0];
  let rest = addDouble(a, negateDouble(multiplyDouble(b, [first, 0])));
  const second = rest[0] / b[0];
  rest = addDouble(rest, negateDouble(multiplyDouble(b, [second, 0])));
  return addDouble(quickSum(first, second), [rest[0] / b[0], 0]);
}

/** √a, NaN below 0. */
export function sqrtDouble(a: DoubleDouble): DoubleDouble {
  if (a[0] === 0) return ZERO;
  const root = Math.sqrt(a[0]);
  const rest = addDouble(a, negateDouble(multiplyDouble([root, 0], [root, 0])));
  return quickSum(root, rest[0] / (2 * root));
}

/** eᵃ. */
export function expDouble(a: DoubleDouble): DoubleDouble {
  const doublings = Math.round(a[0] / LN_2[0]);
  const reduced = addDouble(a, negateDouble(multiplyDouble(LN_2, [doublings, 0])));
  const small: DoubleDouble = [reduced[0] / 2 ** HALVINGS, reduced[1] / 2 ** HALVINGS];
  let series: DoubleDouble = ZERO;
  for (let order = TERMS; order >= 1; order--)
    series = divideDouble(multiplyDouble(small, addDouble(ONE, series)), [order, 0]);
  // (1 + s)² − 1 = 2 s + s² keeps the small part accurate
  for (let k = 0; k < HALVINGS; k++) series = addDouble([2 * series[0], 2 * series[1]], multiplyDouble(series, series));
  const [high, low] = addDouble(ONE, series);
  const scale = 2 ** doublings;
  return [high * scale, low * scale];
}

/** ln a: one step of Newton from that of the high part, which doubles its digits. */
export function logDouble(a: DoubleDouble): DoubleDouble {
  const start: DoubleDouble = [log64(a[0]), 0];
  const error = addDouble(multiplyDouble(a, expDouble(negateDouble(start))), [-1, 0]);
  return addDouble(start, error);
}

/** aᵇ of a positive a. */
export function powDouble(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  return expDouble(multiplyDouble(b, logDouble(a)));
}

/** A decimal number as text, such as `-1.5e-3`; undefined for what is none, or too large or small. */
export function doubleFromDecimal(text: string): DoubleDouble | undefined {
  const parts = /^\s*([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?\s*$/.exec(text);
  const digits = `${parts?.[2] ?? ""}${parts?.[3] ?? ""}`;
  const high = Number(text);
  if (parts === null || digits === "" || !(Math.abs(high) < 1e250) || (high !== 0 && Math.abs(high) < 1e-250))
    return undefined;
  const exponent = Number(parts[4] ?? 0) - (parts[3] ?? "").length;
  const sign = parts[1] === "-" ? -1n : 1n;
  const [top, bottom] =
    exponent >= 0 ? [BigInt(digits) * 10n ** BigInt(exponent), 1n] : [BigInt(digits), 10n ** BigInt(-exponent)];
  // what the float64 leaves over, in units of 2^-1100, of which float64 are whole multiples
  const unit = 1100n;
  const rest = ((sign * top) << unit) / bottom - wholeMultiple(high, unit);
  return [high, scaledDown(rest, unit)];
}

/** A float64 in units of 2^-unit. */
function wholeMultiple(value: number, unit: bigint): bigint {
  const bits = new BigUint64Array(Float64Array.of(value).buffer)[0] as bigint;
  const exponent = (bits >> 52n) & 2047n;
  const mantissa = (bits & ((1n << 52n) - 1n)) | (exponent === 0n ? 0n : 1n << 52n);
  const shift = (exponent === 0n ? 1n : exponent) - 1075n + unit;
  return (value < 0 ? -1n : 1n) * (mantissa << shift);
}

/** rest × 2^-unit as a float64: cut to 64 bits first, so that it is a float64 at all. */
function scaledDown(rest: bigint, unit: bigint): number {
  const size = rest < 0n ? -rest : rest;
  const excess = BigInt(Math.max(size.toString(2).length - 64, 0));
  const shift = Number(excess - unit);
  const halves = Math.trunc(shift / 2);
  return Number(rest >> excess) * 2 ** halves * 2 ** (shift - halves);
}

function twoSum(a: number, b: number): DoubleDouble {
  const sum = a + b;
  const step = sum - a;
  return [sum, a - (sum - step) + (b - step)];
}

function quickSum(a: number, b: number): DoubleDouble {
  const sum = a + b;
  return [sum, b - (sum - a)];
}

function twoProduct(a: number, b: number): DoubleDouble {
  const product = a * b;
  const [ah, al] = split(a);
  const [bh, bl] = split(b);
  return [product, ah * bh - product + ah * bl + al * bh + al * bl];
}

function split(a: number): DoubleDouble {
  const c = SPLITTER * a;
  const high = c - (c - a);
  return [high, a - high];
}
