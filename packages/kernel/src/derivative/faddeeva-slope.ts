import {
  absSquared,
  add,
  and,
  complex,
  divide,
  greater,
  greaterOrEqual,
  imaginary,
  multiply,
  or,
  real,
  select,
  subtract,
} from "../expression/build.ts";
import { type Expression, node } from "../expression/expression.ts";
import { constant } from "../expression/leaves.ts";
import { operations } from "../expression/operations.ts";
import { lowerComplex } from "../pass/lower-complex.ts";

/** From this |z|² on, w′ is taken from the series: −2 z w + 2i/√π loses |z|² units there. */
const SERIES_FROM = 144;
/** Terms of the series: the last is below 1e-15 of the first at |z| = 12. */
const SERIES_TERMS = 11;
/** With x² − y² above it, e^(−z²) is nothing beside 1 / z². */
const NEGLIGIBLE_EXPONENT = 45;

/**
 * Real and imaginary part of w′(z) = −2 z w(z) + 2i/√π; far from 0 (and from where e^(−z²) matters) of the series
 * −i/√π Σ (2k + 1)!! / 2^k z^(−2k − 2), which does not cancel.
 */
export function faddeevaSlope(x: Expression, y: Expression): { readonly re: Expression; readonly im: Expression } {
  const [u, v] = [node(operations.faddeevaReal, [x, y]), node(operations.faddeevaImaginary, [x, y])];
  const direct = {
    re: multiply(2, subtract(multiply(y, v), multiply(x, u))),
    im: subtract(2 / Math.sqrt(Math.PI), multiply(2, add(multiply(x, v), multiply(y, u)))),
  };
  const series = seriesParts(x, y);
  const isUpper = greaterOrEqual(y, 0);
  const isFlat = greater(multiply(subtract(x, y), add(x, y)), NEGLIGIBLE_EXPONENT);
  const isFar = and(greater(add(absSquared(x), absSquared(y)), SERIES_FROM), or(isUpper, isFlat));
  return { re: select(isFar, series.re, direct.re), im: select(isFar, series.im, direct.im) };
}

function seriesParts(x: Expression, y: Expression): { readonly re: Expression; readonly im: Expression } {
  const inverse = divide(1, complex(x, y));
  const square = multiply(inverse, inverse);
  // (2k + 1)!! / 2^k is the product of (k + ½) up to k, doubled at k = 1: 1, 3/2, 15/4, …
  let sum: Expression = constant(1);
  for (let k = SERIES_TERMS; k >= 1; k--) sum = add(1, multiply(multiply(k + 0.5, square), sum));
  const slope = multiply(complex(0, -1 / Math.sqrt(Math.PI)), multiply(square, sum));
  const [re, im] = lowerComplex([real(slope), imaginary(slope)]) as readonly [Expression, Expression];
  return { re, im };
}
