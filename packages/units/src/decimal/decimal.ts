/**
 * Powers of ten and common logarithms with the same bits on every platform.
 *
 * `Math.log10` and `**` may differ in the last bit between engines, and decibels end up in cache keys. Both functions here
 * work in double-double arithmetic (T. J. Dekker, Numer. Math. 18 (1971) 224-242) with an error near 1e-29 before the one
 * rounding at the end, so results that are exact decimals (`10^-3`, `log10 1000`) come out exact. Cost: about 2.5 µs, so convert outside of hot loops.
 */

/** An unevaluated sum of two float64 of which the second is at most half a unit in the last place of the first. */
type DoubleDouble = readonly [high: number, low: number];

// Each constant is the nearest float64 and the nearest float64 to what is left over.
const LN_10: DoubleDouble = [Math.LN10, -2.1707562233822494e-16];
const LN_2: DoubleDouble = [Math.LN2, 2.3190468138462996e-17];
const LOG2_10 = 3.321928094887362;

const EXACT_POWERS: readonly number[] = [
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
  1e21, 1e22,
];

const reciprocals: DoubleDouble[] = [];

/** 2, 4, 16, … by squaring, with 2^512 twice to reach from the smallest subnormal to the largest number. */
const POWERS_OF_TWO: readonly (readonly [steps: number, factor: number])[] = powersOfTwo();

/** `10^exponent`, rounded once; 0 below the smallest and Infinity above the largest float64; NaN stays NaN. */
export function powerOfTen(exponent: number): number {
  if (Number.isNaN(exponent)) return Number.NaN;
  if (exponent > 308.3) return Number.POSITIVE_INFINITY;
  if (exponent < -323.7) return 0;
  if (Number.isInteger(exponent)) {
    const exact = EXACT_POWERS[Math.abs(exponent)];
    if (exact !== undefined) return exponent < 0 ? 1 / exact : exact;
  }
  const doublings = Math.round(exponent * LOG2_10);
  // r = exponent ln 10 - doublings ln 2, then exp(r) = exp(r / 512)^512; the powers of two are exact.
  const reduced = add(multiply(LN_10, [exponent, 0]), multiply(LN_2, [-doublings, 0]));
  const small: DoubleDouble = [reduced[0] / 512, reduced[1] / 512];
  // expm1 by its series: |r / 512| <= 7e-4, so the term of order 9 is below 1e-33.
  let series: DoubleDouble = [0, 0];
  for (let order = 9; order >= 1; order--) series = multiply(multiply(small, reciprocal(order)), add([1, 0], series));
  // (1 + s)^2 - 1 = 2 s + s^2 keeps the small part accurate.
  for (let squaring = 0; squaring < 9; squaring++)
    series = add([2 * series[0], 2 * series[1]], multiply(series, series));
  const mantissa = add([1, 0], series);
  return scaleByPowerOfTwo(mantissa[0] + mantissa[1], doublings);
}

/** `log10(value)`, rounded once; -Infinity at 0, NaN below. */
export function commonLogarithm(value: number): number {
  if (Number.isNaN(value) || value < 0) return Number.NaN;
  if (value === 0) return Number.NEGATIVE_INFINITY;
  if (value === Number.POSITIVE_INFINITY) return value;
  let mantissa = value;
  let halvings = 0;
  for (const [steps, factor] of POWERS_OF_TWO.toReversed()) {
    if (mantissa >= factor) {
      mantissa /= factor;
      halvings += steps;
    } else if (mantissa * factor < 2) {
      mantissa *= factor;
      halvings -= steps;
    }
  }
  if (mantissa > Math.SQRT2) {
    mantissa /= 2;
    halvings++;
  }
  // ln m = 2 atanh((m - 1) / (m + 1)); the argument is at most 0.172, so 24 terms leave less than 1e-36.
  const argument = quotient([mantissa - 1, 0], add([mantissa, 0], [1, 0]));
  const square = multiply(argument, argument);
  let series: DoubleDouble = [0, 0];
  for (let order = 47; order >= 1; order -= 2) series = add(reciprocal(order), multiply(square, series));
  const half = multiply(argument, series);
  const logarithm = quotient(add(multiply(LN_2, [halvings, 0]), [2 * half[0], 2 * half[1]]), LN_10);
  return logarithm[0] + logarithm[1];
}

function powersOfTwo(): [number, number][] {
  const powers: [number, number][] = [];
  let factor = 2;
  for (let steps = 1; steps <= 512; steps *= 2) {
    powers.push([steps, factor]);
    factor *= factor;
  }
  return [...powers, ...powers.slice(-1)];
}

/** Small factors first: only the last product can leave the normal range, so a tiny result is rounded once. */
function scaleByPowerOfTwo(value: number, exponent: number): number {
  let scaled = value;
  let left = Math.abs(exponent);
  const factors: number[] = [];
  for (const [steps, factor] of POWERS_OF_TWO.toReversed()) {
    if (left < steps) continue;
    factors.unshift(factor);
    left -= steps;
  }
  for (const factor of factors) scaled = exponent < 0 ? scaled / factor : scaled * factor;
  return scaled;
}

function add([a, aLow]: DoubleDouble, [b, bLow]: DoubleDouble): DoubleDouble {
  const sum = a + b;
  const shift = sum - a;
  const error = a - (sum - shift) + (b - shift);
  const lowSum = aLow + bLow;
  const lowShift = lowSum - aLow;
  const lowError = aLow - (lowSum - lowShift) + (bLow - lowShift);
  const [high, low] = quickSum(sum, error + lowSum);
  return quickSum(high, low + lowError);
}

function multiply([a, aLow]: DoubleDouble, [b, bLow]: DoubleDouble): DoubleDouble {
  const product = a * b;
  return quickSum(product, productError(a, b, product) + (a * bLow + aLow * b));
}

/** 1 / order, remembered. */
function reciprocal(order: number): DoubleDouble {
  const known = reciprocals[order];
  if (known !== undefined) return known;
  const made = quotient([1, 0], [order, 0]);
  reciprocals[order] = made;
  return made;
}

function quotient(dividend: DoubleDouble, divisor: DoubleDouble): DoubleDouble {
  const first = dividend[0] / divisor[0];
  const rest = add(dividend, multiply(divisor, [-first, 0]));
  const second = rest[0] / divisor[0];
  const finalRest = add(rest, multiply(divisor, [-second, 0]));
  return add(quickSum(first, second), [finalRest[0] / divisor[0], 0]);
}

function quickSum(a: number, b: number): DoubleDouble {
  const sum = a + b;
  return [sum, b - (sum - a)];
}

/** The rounding error of a product, exactly, by splitting both factors into halves of 26 bits. */
function productError(a: number, b: number, product: number): number {
  const aScaled = 134217729 * a;
  const aHigh = aScaled - (aScaled - a);
  const aLow = a - aHigh;
  const bScaled = 134217729 * b;
  const bHigh = bScaled - (bScaled - b);
  const bLow = b - bHigh;
  return aHigh * bHigh - product + aHigh * bLow + aLow * bHigh + aLow * bLow;
}
