import { exp as expOf } from "@simloom/numerics";
import {
  abs,
  add,
  and,
  cos,
  divide,
  exp,
  floor,
  greater,
  greaterOrEqual,
  less,
  lessOrEqual,
  max,
  min,
  multiply,
  negate,
  select,
  sign,
  sin,
  subtract,
} from "../expression/build.ts";
import type { Expression } from "../expression/expression.ts";

/** Nodes of the quadrature on the positive axis; 12 reach 1e-15. */
const NODES = 12;
const STEP = Math.sqrt(Math.PI / NODES);
/** Poles above this line are not between the axis and the contour of the error bound: they need no correction. */
const CONTOUR = Math.PI / STEP;
/** Beyond it e^(−x²) is zero. */
const GAUSSIAN_END = 28;
/** Beyond it w is i / (√π z) to the last bit, and squares of squares may overflow. */
const FAR = 2 ** 100;

interface RealParts {
  readonly re: Expression;
  readonly im: Expression;
}

/**
 * Real and imaginary part of the Faddeeva function w(x + i y) = e^(−z²) erfc(−i z), without branches.
 *
 * In the first quadrant the integral (i / π) ∫ e^(−t²) / (z − t) dt by a rule of equal steps, plus the contribution of the pole
 * t = z where it lies near the axis; the nodes are k h or (k + ½) h, whichever stays farther from the pole. Elsewhere by
 * w(−z*) = w(z)* and w(z) = 2 e^(−z²) − w(−z). About 290 nodes for both parts. Relative error of w below 2e-14 and of each
 * part of the same size in the upper half plane (zeros of the parts apart); in the lower one it overflows where e^(−z²) does.
 * Source: M. Al Azah, S. N. Chandler-Wilde, SIAM J. Numer. Anal. 59 (2021) 2346–2367.
 */
export function faddeevaParts(x: Expression, y: Expression): RealParts {
  const [ax, ay] = [abs(x), abs(y)];
  const gaussian = gaussianOf(ax, ay);
  const isBelow = less(y, 0);
  const first = firstQuadrant(ax, ay, gaussian);
  const re = subtract(multiply(2, gaussian.re), first.re);
  const im = add(multiply(2, gaussian.im), first.im);
  return { re: select(isBelow, re, first.re), im: multiply(sign(x), select(isBelow, im, first.im)) };
}

/** w of a point of the first quadrant. */
function firstQuadrant(x: Expression, y: Expression, gaussian: RealParts): RealParts {
  const steps = multiply(x, 1 / STEP);
  const fraction = subtract(steps, floor(steps));
  const isOnGrid = and(less(y, x), and(greaterOrEqual(fraction, 0.25), lessOrEqual(fraction, 0.75)));
  const sums = quadrature(x, y, isOnGrid);
  const pole = poleTerm(fraction, y, isOnGrid, gaussian);
  const isNear = and(less(y, CONTOUR), less(x, GAUSSIAN_END));
  const weight = (2 * STEP) / Math.PI;
  const near: RealParts = {
    re: add(multiply(multiply(weight, y), sums.re), select(isNear, pole.re, 0)),
    im: add(multiply(multiply(weight, x), sums.im), select(isNear, pole.im, 0)),
  };
  const size = max(x, y);
  const [scaledX, scaledY] = [divide(x, size), divide(y, size)];
  const length = add(multiply(scaledX, scaledX), multiply(scaledY, scaledY));
  const height = divide(1 / Math.sqrt(Math.PI), multiply(length, size));
  const isFar = greater(size, FAR);
  return {
    re: select(isFar, multiply(scaledY, height), near.re),
    im: select(isFar, multiply(scaledX, height), near.im),
  };
}

/**
 * Σ e^(−t²) i z / (z² − t²), its real part divided by y and its imaginary part by x: with q = |z² − t²|² they are
 * Σ e^(−t²) (|z|² ± t²) / q.
 */
function quadrature(x: Expression, y: Expression, isOnGrid: Expression): RealParts {
  const [xx, yy] = [multiply(x, x), multiply(y, y)];
  const square = add(xx, yy);
  const difference = multiply(subtract(x, y), add(x, y));
  const crossed = multiply(4, multiply(xx, yy));
  let [re, im]: [Expression | undefined, Expression | undefined] = [undefined, undefined];
  for (let k = 0; k < NODES; k++) {
    const [onGrid, between] = [k * STEP, (k + 0.5) * STEP];
    const nodeSquared = select(isOnGrid, onGrid ** 2, between ** 2);
    // the node 0 is shared by both halves of the axis
    const height = select(isOnGrid, (k === 0 ? 0.5 : 1) * expOf(-(onGrid ** 2)), expOf(-(between ** 2)));
    const distance = subtract(difference, nodeSquared);
    const factor = divide(height, add(multiply(distance, distance), crossed));
    const termRe = multiply(factor, add(square, nodeSquared));
    const termIm = multiply(factor, subtract(square, nodeSquared));
    re = re === undefined ? termRe : add(re, termRe);
    im = im === undefined ? termIm : add(im, termIm);
  }
  return { re: re as Expression, im: im as Expression };
}

/** 2 e^(−z²) / (1 ∓ e^(−2π i z / h)), with − on the grid and + between its points; `fraction` is that of x / h. */
function poleTerm(fraction: Expression, y: Expression, isOnGrid: Expression, gaussian: RealParts): RealParts {
  const growth = exp(multiply(min(y, CONTOUR), (2 * Math.PI) / STEP));
  const angle = multiply(2 * Math.PI, fraction);
  const turn = (part: Expression) => multiply(growth, select(isOnGrid, negate(part), part));
  const [real, imaginary] = [add(1, turn(cos(angle))), turn(sin(angle))];
  const size = divide(2, add(multiply(real, real), multiply(imaginary, imaginary)));
  // gaussian is e^(−z*²), the conjugate of the one here
  return {
    re: multiply(size, add(multiply(gaussian.re, real), multiply(gaussian.im, imaginary))),
    im: multiply(size, subtract(multiply(gaussian.re, imaginary), multiply(gaussian.im, real))),
  };
}

/** e^(y² − x²) (cos 2xy + i sin 2xy), with exponent and angle in double length: their sizes multiply the rounding. */
function gaussianOf(x: Expression, y: Expression): RealParts {
  const [splitX, splitY] = [split(x), split(y)];
  const [xx, yy, xy] = [multiply(x, x), multiply(y, y), multiply(x, y)];
  const exponent = subtract(yy, xx);
  const back = subtract(exponent, yy);
  const lost = subtract(subtract(yy, subtract(exponent, back)), add(xx, back));
  const low = add(lost, subtract(productLow(splitY, splitY, yy), productLow(splitX, splitX, xx)));
  const angle = multiply(2, xy);
  const angleLow = multiply(2, productLow(splitX, splitY, xy));
  const isModerate = less(max(x, y), 2 ** 50);
  const growth = exp(exponent);
  // an infinite size times a sine of zero would be NaN
  const size = min(select(isModerate, add(growth, multiply(growth, low)), growth), Number.MAX_VALUE);
  const [c, s] = [cos(angle), sin(angle)];
  return {
    re: multiply(size, select(isModerate, subtract(c, multiply(angleLow, s)), c)),
    im: multiply(size, select(isModerate, add(s, multiply(angleLow, c)), s)),
  };
}

interface Split {
  readonly high: Expression;
  readonly low: Expression;
}

/** A number as two of 26 bits. Source: T. J. Dekker, Numer. Math. 18 (1971) 224–242. */
function split(a: Expression): Split {
  const scaled = multiply(2 ** 27 + 1, a);
  const high = subtract(scaled, subtract(scaled, a));
  return { high, low: subtract(a, high) };
}

/** What rounding took from the product of two split numbers. */
function productLow(a: Split, b: Split, product: Expression): Expression {
  const first = subtract(multiply(a.high, b.high), product);
  const mixed = add(multiply(a.high, b.low), multiply(a.low, b.high));
  return add(add(first, mixed), multiply(a.low, b.low));
}
