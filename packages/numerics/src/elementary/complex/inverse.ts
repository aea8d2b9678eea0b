/**
 * Inverse trigonometric and hyperbolic functions of complex numbers, with principal values; at the cuts the sign of a zero
 * part decides. Conventions as in `exponential.ts`.
 *
 * Source of arcsine and arccosine: T. E. Hull, T. F. Fairgrieve, P. T. P. Tang, ACM Trans. Math. Softw. 23 (1997) 299–335.
 */
import { acos } from "../generated/acos.ts";
import { asin } from "../generated/asin.ts";
import { atan } from "../generated/atan.ts";
import { atan2 } from "../generated/atan2.ts";
import { hypot } from "../generated/hypot.ts";
import { log } from "../generated/log.ts";
import { log1p } from "../generated/log1p.ts";
import { put, timesMinusI, withSignOf } from "./sign.ts";

const LN2 = log(2);
const EPSILON = 2 ** -53;
/** Squares of numbers between these neither overflow nor lose digits. */
const SAFE_LOW = 2 ** -509;
const SAFE_HIGH = 2 ** 508;

/** Border between the arcsine of b and the arctangent, and between the logarithm of 1 + small and the plain one. */
const B_CROSSOVER = 0.6417;
const A_CROSSOVER = 1.5;

/** Angle asin, its complement acos, and the shared other part, for x, y >= 0. */
interface FirstQuadrant {
  asin: number;
  acos: number;
  height: number;
}

const quadrant: FirstQuadrant = { asin: 0, acos: 0, height: 0 };

function setQuadrant(asinPart: number, acosPart: number, height: number): void {
  quadrant.asin = asinPart;
  quadrant.acos = acosPart;
  quadrant.height = height;
}

function solveFirstQuadrant(x: number, y: number): void {
  const isSafe = x < SAFE_HIGH && y > SAFE_LOW && y < SAFE_HIGH;
  if (isSafe) solveOrdinary(x, y);
  else solveExtreme(x, y);
}

function solveOrdinary(x: number, y: number): void {
  const above = x + 1;
  const below = x - 1;
  const r = hypot(above, y);
  const s = hypot(below, y);
  const a = 0.5 * (r + s);
  const b = x / a;
  const ySquare = y * y;
  let asinPart: number;
  let acosPart: number;
  if (b <= B_CROSSOVER) {
    asinPart = asin(b);
    acosPart = acos(b);
  } else {
    const sum = a + x;
    const leg =
      x <= 1
        ? Math.sqrt(0.5 * sum * (ySquare / (r + above) + (s - below)))
        : y * Math.sqrt(0.5 * (sum / (r + above) + sum / (s + below)));
    asinPart = atan(x / leg);
    acosPart = atan(leg / x);
  }
  let height: number;
  if (a <= A_CROSSOVER) {
    const excess = 0.5 * (ySquare / (r + above) + (x < 1 ? ySquare / (s - below) : s + below));
    height = log1p(excess + Math.sqrt(excess * (a + 1)));
  } else {
    height = log(a + Math.sqrt(a * a - 1));
  }
  setQuadrant(asinPart, acosPart, height);
}

function solveExtreme(x: number, y: number): void {
  if (y <= EPSILON * Math.abs(x - 1)) {
    if (x < 1) {
      setQuadrant(asin(x), acos(x), y / Math.sqrt((1 + x) * (1 - x)));
      return;
    }
    const root = Math.sqrt(x + 1) * Math.sqrt(x - 1);
    const height = x < SAFE_HIGH ? log1p(x - 1 + root) : LN2 + log(x);
    setQuadrant(Math.PI / 2, y === 0 ? 0 : x < SAFE_HIGH ? y / root : y / x, height);
    return;
  }
  if (y <= SAFE_LOW) {
    const root = Math.sqrt(y);
    setQuadrant(Math.PI / 2 - root, root, root);
    return;
  }
  if (EPSILON * y - 1 >= x) {
    setQuadrant(x / y, Math.PI / 2, LN2 + log(y));
    return;
  }
  const ratio = x / y;
  setQuadrant(atan(ratio), atan(y / x), LN2 + log(y) + 0.5 * log1p(ratio * ratio));
}

/** Whether a part is infinite or NaN; then writes (angle, height) of C99's limits for acos. */
function acosAtLimits(re: number, im: number, out: Float64Array): boolean {
  if (Number.isFinite(re) && Number.isFinite(im)) return false;
  const height = -withSignOf(Infinity, im);
  if (Math.abs(im) === Infinity) {
    if (re === -Infinity) put(out, 3 * (Math.PI / 4), height);
    else put(out, re === Infinity ? Math.PI / 4 : Number.isNaN(re) ? NaN : Math.PI / 2, height);
  } else if (Math.abs(re) === Infinity) {
    if (Number.isNaN(im)) put(out, NaN, Infinity);
    else put(out, re > 0 ? 0 : Math.PI, height);
  } else put(out, re === 0 ? Math.PI / 2 : NaN, NaN);
  return true;
}

/** Arccosine, real part in [0, π]. Errs by less than 4 units. */
export function complexAcos(re: number, im: number, out: Float64Array): void {
  if (acosAtLimits(re, im, out)) return;
  solveFirstQuadrant(Math.abs(re), Math.abs(im));
  const angle = re < 0 ? Math.PI - quadrant.acos : quadrant.acos;
  put(out, angle, -withSignOf(quadrant.height, im));
}

/** Arcsine, real part in [−π/2, π/2]. Errs by less than 4 units. */
export function complexAsin(re: number, im: number, out: Float64Array): void {
  if (!Number.isFinite(re) || !Number.isFinite(im)) {
    complexAsinhAtLimits(-im, re, out);
    timesMinusI(out);
    return;
  }
  solveFirstQuadrant(Math.abs(re), Math.abs(im));
  put(out, withSignOf(quadrant.asin, re), withSignOf(quadrant.height, im));
}

function complexAsinhAtLimits(re: number, im: number, out: Float64Array): void {
  if (Math.abs(re) === Infinity) {
    if (Number.isNaN(im)) {
      put(out, re, NaN);
      return;
    }
    put(out, re, withSignOf(Math.abs(im) === Infinity ? Math.PI / 4 : 0, im));
    return;
  }
  if (Math.abs(im) === Infinity) {
    put(out, withSignOf(Infinity, re), Number.isNaN(re) ? NaN : withSignOf(Math.PI / 2, im));
    return;
  }
  put(out, NaN, im === 0 ? im : NaN);
}

/** Inverse hyperbolic sine, −i asin(i z). Errs by less than 4 units. */
export function complexAsinh(re: number, im: number, out: Float64Array): void {
  complexAsin(-im, re, out);
  timesMinusI(out);
}

/** Inverse hyperbolic cosine with non-negative real part: ±i acos z. Errs by less than 4 units. */
export function complexAcosh(re: number, im: number, out: Float64Array): void {
  complexAcos(re, im, out);
  put(out, Math.abs(out[1] as number), withSignOf(out[0] as number, im));
}

/** Inverse hyperbolic tangent. Errs by less than 4 units, save for the imaginary part near the unit circle. */
export function complexAtanh(re: number, im: number, out: Float64Array): void {
  const x = Math.abs(re);
  const y = Math.abs(im);
  if (Number.isNaN(x) || Number.isNaN(y)) {
    if (x === Infinity) {
      put(out, withSignOf(0, re), NaN);
      return;
    }
    if (y === Infinity) {
      put(out, withSignOf(0, re), withSignOf(Math.PI / 2, im));
      return;
    }
    put(out, x === 0 ? re : NaN, NaN);
    return;
  }
  if (x > 2 ** 400 || y > 2 ** 400) {
    // Re 1/z, scaled so that no square overflows
    const size = Math.max(x, y);
    const real = size === Infinity ? 0 : x / size / (size * ((x / size) * (x / size) + (y / size) * (y / size)));
    put(out, withSignOf(real, re), withSignOf(Math.PI / 2, im));
    return;
  }
  const below = 1 - x;
  if (below === 0 && y < 2 ** -500) {
    // at the pole: y² underflows
    put(out, withSignOf(y === 0 ? Infinity : 0.5 * (LN2 - log(y)), re), y === 0 ? im : withSignOf(Math.PI / 4, im));
    return;
  }
  const real = 0.25 * log1p((4 * x) / (below * below + y * y));
  put(out, withSignOf(real, re), withSignOf(0.5 * atan2(2 * y, below * (1 + x) - y * y), im));
}

/** Arctangent, −i atanh(i z). Errs as `complexAtanh`. */
export function complexAtan(re: number, im: number, out: Float64Array): void {
  complexAtanh(-im, re, out);
  timesMinusI(out);
}
