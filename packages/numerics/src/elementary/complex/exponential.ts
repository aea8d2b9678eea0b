/**
 * Exponential, sine, cosine, tangent and their hyperbolic forms of complex numbers.
 *
 * Each takes the real and the imaginary part and writes both parts of the result to `out[0]` and `out[1]`. Limits, signed
 * zeros included, are those of C99, annex G.6. Errors are stated per part, in units in its last place.
 */
import { cosh } from "../generated/cosh.ts";
import { exp } from "../generated/exp.ts";
import { sincos } from "../generated/sincos.ts";
import { sinh } from "../generated/sinh.ts";
import { tan } from "../generated/tan.ts";
import { put, timesMinusI, withSignOf } from "./sign.ts";

const angle = new Float64Array(2);

/** Beyond this e^x may overflow where its product with a sine does not. */
const LARGE = 709;
const EXP_LARGE = exp(LARGE);

/** factor · e^x for x > 709, by steps: the difference is exact. */
function scaledExp(x: number, factor: number): number {
  let product = factor;
  let rest = x;
  for (let step = 0; step < 3 && rest > LARGE; step++) {
    product *= EXP_LARGE;
    rest -= LARGE;
  }
  return product * exp(rest);
}

/** e^z. Errs by less than 2 units; e^z = e^re (cos im + i sin im). */
export function complexExp(re: number, im: number, out: Float64Array): void {
  if (im === 0) {
    put(out, exp(re), im);
    return;
  }
  if (!Number.isFinite(im)) {
    if (re === -Infinity) {
      put(out, 0, 0);
      return;
    }
    put(out, re === Infinity ? Infinity : NaN, NaN);
    return;
  }
  sincos(im, angle);
  const [sine, cosine] = angle as unknown as readonly [number, number];
  if (re > LARGE && re < Infinity) {
    put(out, scaledExp(re, cosine), scaledExp(re, sine));
    return;
  }
  const size = exp(re);
  put(out, size * cosine, size * sine);
}

/** sinh z. Errs by less than 2 units; sinh z = sinh re cos im + i cosh re sin im. */
export function complexSinh(re: number, im: number, out: Float64Array): void {
  if (im === 0) {
    put(out, sinh(re), im);
    return;
  }
  if (!Number.isFinite(im)) {
    put(out, re === 0 || Math.abs(re) === Infinity ? re : NaN, NaN);
    return;
  }
  sincos(im, angle);
  const [sine, cosine] = angle as unknown as readonly [number, number];
  const size = Math.abs(re);
  if (size > LARGE && size < Infinity) {
    put(out, withSignOf(1, re) * scaledExp(size, 0.5 * cosine), scaledExp(size, 0.5 * sine));
    return;
  }
  put(out, sinh(re) * cosine, cosh(re) * sine);
}

/** cosh z. Errs by less than 2 units; cosh z = cosh re cos im + i sinh re sin im. */
export function complexCosh(re: number, im: number, out: Float64Array): void {
  if (im === 0) {
    put(out, cosh(re), Number.isNaN(re) ? im : withSignOf(1, re) * im);
    return;
  }
  if (!Number.isFinite(im)) {
    if (re === 0) {
      put(out, NaN, 0);
      return;
    }
    put(out, Math.abs(re) === Infinity ? Infinity : NaN, NaN);
    return;
  }
  sincos(im, angle);
  const [sine, cosine] = angle as unknown as readonly [number, number];
  const size = Math.abs(re);
  if (size > LARGE && size < Infinity) {
    put(out, scaledExp(size, 0.5 * cosine), withSignOf(1, re) * scaledExp(size, 0.5 * sine));
    return;
  }
  put(out, cosh(re) * cosine, re === 0 ? withSignOf(0, re) * sine : sinh(re) * sine);
}

/**
 * tanh z. Errs by less than 6 units.
 *
 * Source: W. Kahan, Branch cuts for complex elementary functions, in: The State of the Art in Numerical Analysis (1987).
 */
export function complexTanh(re: number, im: number, out: Float64Array): void {
  if (Math.abs(re) > 22) {
    if (!Number.isFinite(im)) {
      const isLimit = Math.abs(re) === Infinity;
      put(out, isLimit ? withSignOf(1, re) : NaN, isLimit ? 0 : NaN);
      return;
    }
    sincos(im, angle);
    const [sine, cosine] = angle as unknown as readonly [number, number];
    const falling = exp(-Math.abs(re));
    put(out, withSignOf(1, re), 4 * sine * falling * (cosine * falling));
    return;
  }
  if (!Number.isFinite(im)) {
    put(out, re === 0 ? re : NaN, NaN);
    return;
  }
  if (im === 0 && Number.isNaN(re)) {
    put(out, re, im);
    return;
  }
  const t = tan(im);
  const beta = 1 + t * t;
  const s = sinh(re);
  const denominator = 1 + beta * s * s;
  put(out, (beta * Math.sqrt(1 + s * s) * s) / denominator, t / denominator);
}

/** sin z = −i sinh(i z). Errs by less than 2 units. */
export function complexSin(re: number, im: number, out: Float64Array): void {
  complexSinh(-im, re, out);
  timesMinusI(out);
}

/** cos z = cosh(i z). Errs by less than 2 units. */
export function complexCos(re: number, im: number, out: Float64Array): void {
  complexCosh(-im, re, out);
}

/** tan z = −i tanh(i z). Errs by less than 6 units. */
export function complexTan(re: number, im: number, out: Float64Array): void {
  complexTanh(-im, re, out);
  timesMinusI(out);
}
