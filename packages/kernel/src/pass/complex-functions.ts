/**
 * Functions of a complex number x + i y in real arithmetic. An absent part is exactly zero. Where parts are infinite the
 * results are what the formulas give, not the limits of C99, annex G.
 */
import {
  abs,
  add,
  atan2,
  cos,
  cosh,
  divide,
  equal,
  exp,
  greater,
  greaterOrEqual,
  hypot,
  less,
  log,
  multiply,
  negate,
  or,
  select,
  sign,
  sin,
  sinh,
  sqrt,
  tan,
  tanh,
} from "../expression/build.ts";
import type { Expression } from "../expression/expression.ts";
import { filled, multiplyParts, negateParts, type Parts } from "./complex-parts.ts";

/** e^x (cos y + i sin y). */
export function expParts({ re, im }: Parts): Parts {
  if (im === undefined) return { re: exp(filled(re)), im: undefined };
  if (re === undefined) return { re: cos(im), im: sin(im) };
  const size = exp(re);
  return { re: multiply(size, cos(im)), im: multiply(size, sin(im)) };
}

/** log |z| + i arg z; the cut runs along the negative reals, where the sign of a zero imaginary part decides. */
export function logParts(z: Parts): Parts {
  return { re: log(absParts(z)), im: argumentOfParts(z) };
}

/** |z|. */
export function absParts({ re, im }: Parts): Expression {
  if (im === undefined) return abs(filled(re));
  return re === undefined ? abs(im) : hypot(re, im);
}

/** arg z in [−π, π]. */
export function argumentOfParts({ re, im }: Parts): Expression {
  return atan2(filled(im), filled(re));
}

/**
 * Principal square root, without cancellation: with t = √((|x| + |z|) / 2), the root is t + i y / 2t on the right and
 * |y| / 2t ± i t on the left, with the sign of y, that of a zero included.
 */
export function sqrtParts(z: Parts): Parts {
  const x = filled(z.re);
  const y = filled(z.im);
  const larger = sqrt(add(multiply(0.5, abs(x)), multiply(0.5, absParts(z))));
  const smaller = select(equal(larger, 0), y, divide(y, multiply(2, larger)));
  const isRight = greaterOrEqual(x, 0);
  const isBelow = or(less(y, 0), less(divide(1, y), 0));
  return {
    re: select(isRight, larger, abs(smaller)),
    im: select(isRight, smaller, select(isBelow, negate(larger), larger)),
  };
}

/** sin x cosh y + i cos x sinh y. */
export function sinParts(z: Parts): Parts {
  return turnedBack(sinhParts(turned(z)));
}

/** cos x cosh y − i sin x sinh y. */
export function cosParts(z: Parts): Parts {
  return coshParts(turned(z));
}

/** tan z = −i tanh i z. */
export function tanParts(z: Parts): Parts {
  return turnedBack(tanhParts(turned(z)));
}

/** sinh x cos y + i cosh x sin y. */
export function sinhParts({ re, im }: Parts): Parts {
  if (im === undefined) return { re: sinh(filled(re)), im: undefined };
  if (re === undefined) return { re: undefined, im: sin(im) };
  return { re: multiply(sinh(re), cos(im)), im: multiply(cosh(re), sin(im)) };
}

/** cosh x cos y + i sinh x sin y. */
export function coshParts({ re, im }: Parts): Parts {
  if (im === undefined) return { re: cosh(filled(re)), im: undefined };
  if (re === undefined) return { re: cos(im), im: undefined };
  return { re: multiply(cosh(re), cos(im)), im: multiply(sinh(re), sin(im)) };
}

/** Beyond this |x|, tanh x is ±1 to the last bit, and 1 + sinh² x is still far from overflow. */
const SATURATED = 22;

/**
 * With t = tan y and s = sinh x: (s √(1 + s²) (1 + t²) + i t) / (1 + (1 + t²) s²); for large |x| the limit
 * ±1 + 4 i sin y cos y e^(−2|x|).
 * Source: W. Kahan, Branch cuts for complex elementary functions, in The State of the Art in Numerical Analysis, 1987.
 */
export function tanhParts({ re: x, im: y }: Parts): Parts {
  if (y === undefined) return { re: tanh(filled(x)), im: undefined };
  if (x === undefined) return { re: undefined, im: tan(y) };
  const t = tan(y);
  const widened = add(1, multiply(t, t));
  const s = sinh(x);
  const size = add(1, multiply(widened, multiply(s, s)));
  const isSaturated = greater(abs(x), SATURATED);
  const tail = multiply(multiply(multiply(4, sin(y)), cos(y)), exp(multiply(-2, abs(x))));
  const core = multiply(widened, multiply(s, sqrt(add(1, multiply(s, s)))));
  return {
    re: select(isSaturated, sign(x), divide(core, size)),
    im: select(isSaturated, tail, divide(t, size)),
  };
}

/** e^(w log z); 0^w is 0 for Re w > 0. */
export function powParts(z: Parts, w: Parts): Parts {
  return expParts(multiplyParts(w, logParts(z)));
}

/** i z = −y + i x. */
function turned({ re, im }: Parts): Parts {
  return { re: negateParts({ re: im, im: undefined }).re, im: re };
}

/** −i z = y − i x. */
function turnedBack({ re, im }: Parts): Parts {
  return { re: im, im: negateParts({ re, im: undefined }).re };
}
