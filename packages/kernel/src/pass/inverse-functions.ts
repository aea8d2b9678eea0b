/**
 * Inverse trigonometric and hyperbolic functions of a complex number, with principal values; on the cuts the sign of a zero
 * part decides, as in C99. Square roots of 1 − z and 1 + z are joined so that only terms of one sign are added.
 * Source: W. Kahan, Branch cuts for complex elementary functions, in The State of the Art in Numerical Analysis, 1987.
 */
import { abs, add, asinh, atan, atan2, divide, log1p, multiply, sign, subtract } from "../expression/build.ts";
import type { Expression } from "../expression/expression.ts";
import { constant } from "../expression/leaves.ts";
import { sqrtParts } from "./complex-functions.ts";
import { addParts, filled, negateParts, type Parts, subtractParts } from "./complex-parts.ts";

const ONE: Parts = { re: constant(1), im: undefined };

interface Roots {
  readonly re: Expression;
  readonly im: Expression;
}

/** √z with both parts present. */
function root(z: Parts): Roots {
  const { re, im } = sqrtParts(z);
  return { re: filled(re), im: filled(im) };
}

/** atan2(x, Re(√(1 − z) √(1 + z))) + i asinh(Im(√(1 − z)* √(1 + z))); cuts along the reals beyond ±1. */
export function asinParts(z: Parts): Parts {
  if (z.re === undefined) return { re: undefined, im: asinh(filled(z.im)) };
  const [below, above] = [root(subtractParts(ONE, z)), root(addParts(ONE, z))];
  return {
    re: atan2(z.re, subtract(multiply(below.re, above.re), multiply(below.im, above.im))),
    im: asinh(subtract(multiply(below.re, above.im), multiply(below.im, above.re))),
  };
}

/** 2 atan2(Re √(1 − z), Re √(1 + z)) + i asinh(Im(√(1 + z)* √(1 − z))); cuts along the reals beyond ±1. */
export function acosParts(z: Parts): Parts {
  const [below, above] = [root(subtractParts(ONE, z)), root(addParts(ONE, z))];
  return {
    re: multiply(2, atan2(below.re, above.re)),
    im: asinh(subtract(multiply(above.re, below.im), multiply(above.im, below.re))),
  };
}

/** −i atanh(i z); cuts along the imaginary axis beyond ±i. */
export function atanParts(z: Parts): Parts {
  if (z.im === undefined) return { re: atan(filled(z.re)), im: undefined };
  return turnedBack(atanhParts(turned(z)));
}

/** −i asin(i z); cuts along the imaginary axis beyond ±i. */
export function asinhParts(z: Parts): Parts {
  if (z.re === undefined && z.im === undefined) return z;
  return turnedBack(asinParts(turned(z)));
}

/** asinh(Re(√(z − 1)* √(z + 1))) + 2 i atan2(Im √(z − 1), Re √(z + 1)); cut along the reals below 1. */
export function acoshParts(z: Parts): Parts {
  const [below, above] = [root(subtractParts(z, ONE)), root(addParts(z, ONE))];
  return {
    re: asinh(add(multiply(below.re, above.re), multiply(below.im, above.im))),
    im: multiply(2, atan2(below.im, above.re)),
  };
}

/**
 * ±¼ log1p(4 |x| / ((1 − |x|)² + y²)) + ½ i atan2(2 y, (1 − x)(1 + x) − y²) with the sign of x; cuts along the reals beyond
 * ±1. |z| below 1e150; infinite within 1e-154 of ±1.
 */
export function atanhParts({ re, im }: Parts): Parts {
  if (re === undefined) return { re: undefined, im: atan(filled(im)) };
  const [x, y] = [re, filled(im)];
  const size = abs(x);
  const below = subtract(1, size);
  const ySquared = multiply(y, y);
  const height = log1p(divide(multiply(4, size), add(multiply(below, below), ySquared)));
  return {
    re: multiply(sign(x), multiply(0.25, height)),
    im: multiply(0.5, atan2(multiply(2, y), subtract(multiply(below, add(1, size)), ySquared))),
  };
}

/** i z = −y + i x. */
function turned({ re, im }: Parts): Parts {
  return { re: negateParts({ re: im, im: undefined }).re, im: re };
}

/** −i z = y − i x. */
function turnedBack({ re, im }: Parts): Parts {
  return { re: im, im: negateParts({ re, im: undefined }).re };
}
