import { addPairs, rounded, twoProduct, twoSquare } from "../program/double-double.ts";
import {
  abs,
  add,
  bitsOf,
  both,
  div,
  either,
  equal,
  floor,
  less,
  lessOrEqual,
  mul,
  neg,
  powerOfTwo,
  type Real,
  select,
  shiftRight,
  sqrt,
  sub,
  toReal,
} from "../program/expression.ts";
import { polynomial } from "../program/polynomial.ts";
import { elementary } from "../program/program.ts";
import { CUBE_ROOT_SEED_POLYNOMIAL } from "../tables/coefficients.ts";
import { nearestInteger } from "./integers.ts";
import { isOrdinaryPositive, makeOrdinary } from "./log.ts";

/** Cube root of an ordinary positive number: a polynomial, one step of Halley, one of Newton with an exact residual. */
function positiveCubeRoot(size: Real): Real {
  const binaryExponent = sub(toReal(shiftRight(bitsOf(size), 52)), 1023);
  const third = floor(mul(add(binaryExponent, 0.5), 1 / 3));
  const m = mul(size, powerOfTwo(nearestInteger(mul(third, -3)).bits));
  const seed = polynomial(m, CUBE_ROOT_SEED_POLYNOMIAL);
  const seedCube = mul(mul(seed, seed), seed);
  const t = mul(seed, div(add(seedCube, mul(2, m)), add(mul(2, seedCube), m)));
  const square = twoSquare(t);
  const cube = twoProduct(square.high, t);
  const residual = sub(sub(sub(m, cube.high), cube.low), mul(square.low, t));
  return mul(add(t, div(residual, mul(3, square.high))), powerOfTwo(nearestInteger(third).bits));
}

/** Cube root. */
export const cbrt = elementary(
  "cbrt",
  ["x"],
  ["cbrt"],
  (...args) => {
    const [x] = args as [Real];
    const root = positiveCubeRoot(abs(x));
    return { guard: isOrdinaryPositive(abs(x)), results: [select(less(x, 0), neg(root), root)] };
  },
  (...args) => {
    const [x] = args as [Real];
    const size = abs(x);
    const { value, shift } = makeOrdinary(size);
    const factor = select(less(shift, 0), 2 ** -18, select(less(0, shift), 2 ** 18, 1));
    const root = mul(positiveCubeRoot(value), factor);
    return [select(both(less(0, size), less(size, Infinity)), select(less(x, 0), neg(root), root), x)];
  },
);

/** sqrt(a² + b²) with exact squares, for a >= b >= 0 that do not overflow. */
function pythagoras(a: Real, b: Real): Real {
  const sum = addPairs(twoSquare(a), twoSquare(b));
  const root = sqrt(sum.high);
  const back = twoSquare(root);
  const residual = add(sub(sub(sum.high, back.high), back.low), sum.low);
  return rounded({ high: root, low: div(residual, mul(2, root)) });
}

/** sqrt(x² + y²) without undue overflow or underflow; infinite if either is, even when the other is NaN. */
export const hypot = elementary(
  "hypot",
  ["x", "y"],
  ["hypot"],
  (...args) => {
    const [x, y] = args as [Real, Real];
    const isSwapped = less(abs(x), abs(y));
    const a = select(isSwapped, abs(y), abs(x));
    const b = select(isSwapped, abs(x), abs(y));
    return { guard: both(less(2 ** -400, a), less(a, 2 ** 500)), results: [pythagoras(a, b)] };
  },
  (...args) => {
    const [x, y] = args as [Real, Real];
    const isSwapped = less(abs(x), abs(y));
    const a = select(isSwapped, abs(y), abs(x));
    const b = select(isSwapped, abs(x), abs(y));
    const isSmall = lessOrEqual(a, 2 ** -400);
    const factor = select(isSmall, 2 ** 700, 2 ** -600);
    const inverse = select(isSmall, 2 ** -700, 2 ** 600);
    const finite = mul(pythagoras(mul(a, factor), mul(b, factor)), inverse);
    const isInfinite = either(equal(abs(x), Infinity), equal(abs(y), Infinity));
    return [select(isInfinite, Infinity, select(both(equal(a, 0), equal(b, 0)), 0, finite))];
  },
);
