import { fastTwoSum, multiplyPairs, type Pair, rounded, twoSquare, twoSum } from "../program/double-double.ts";
import {
  abs,
  add,
  bitsOf,
  equal,
  type Integer,
  integerAdd,
  integerSub,
  less,
  load,
  mul,
  neg,
  powerOfTwo,
  type Real,
  select,
  shiftLeft,
  shiftRight,
  sub,
} from "../program/expression.ts";
import { polynomial } from "../program/polynomial.ts";
import { elementary } from "../program/program.ts";
import { ERF_POLYNOMIAL } from "../tables/coefficients.ts";
import { expPair, reduceByLn2, scaleWide } from "./exponential-core.ts";

const COEFFICIENT_COUNT = 10;

/** exp(a²) erfc(a) for 1/2 <= a < 32: a polynomial of the distance to the centre of one of 48 cells, eight per octave. */
function scaledComplement(a: Real): Pair {
  const cell = integerSub(shiftRight(bitsOf(a), 49), 1022n << 3n);
  const row = shiftLeft(cell, 4);
  const entry = (i: number): Real => load("ERFCX_ROWS", integerAdd(row, BigInt(i)));
  const distance = sub(a, entry(0));
  const series = polynomial(
    distance,
    Array.from({ length: COEFFICIENT_COUNT }, (_, i) => entry(3 + i)),
  );
  return fastTwoSum(entry(1), add(entry(2), mul(distance, series)));
}

/** erfc(a) · 2^−exponent as a pair, for 1/2 <= a < 32. */
function complement(a: Real): { readonly value: Pair; readonly exponent: Integer } {
  const square = twoSquare(a);
  const r = reduceByLn2(neg(square.high), neg(square.low));
  const { high, low } = expPair(r);
  return { value: multiplyPairs(fastTwoSum(high, low), scaledComplement(a)), exponent: r.exponent };
}

/** |x| within [1/2, limit], also for NaN. */
function inside(size: Real, limit: number): Real {
  return select(less(0.5, size), select(less(size, limit), size, limit), 0.5);
}

function smallTail(x: Real): Real {
  return mul(x, polynomial(mul(x, x), ERF_POLYNOMIAL));
}

function scaledPair({ high, low }: Pair, exponent: Integer): Pair {
  const power = powerOfTwo(exponent);
  return { high: mul(high, power), low: mul(low, power) };
}

/** Error function: an odd polynomial below 1/2, 1 − erfc above; 1 beyond 6. */
export const erf = elementary("erf", ["x"], ["erf"], (...args) => {
  const [x] = args as [Real];
  const size = abs(x);
  const { value, exponent } = complement(inside(size, 6));
  const { high, low } = scaledPair(value, exponent);
  const rest = fastTwoSum(1, neg(high));
  const large = add(rest.high, sub(rest.low, low));
  const signed = select(less(x, 0), neg(large), large);
  return { results: [select(less(size, 0.5), add(x, smallTail(x)), select(equal(x, x), signed, x))] };
});

/** Complementary error function: exp(−x²) with an exact square, times a table-driven exp(x²) erfc(x). */
export const erfc = elementary(
  "erfc",
  ["x"],
  ["erfc"],
  (...args) => {
    const [x] = args as [Real];
    const size = abs(x);
    const head = fastTwoSum(1, neg(x));
    const small = add(head.high, sub(head.low, smallTail(x)));
    const { value, exponent } = complement(inside(size, 26));
    const right = scaledPair(value, exponent);
    const left = twoSum(2, neg(right.high));
    const large = select(less(x, 0), add(left.high, sub(left.low, right.low)), rounded(right));
    return { guard: less(size, 26), results: [select(less(size, 0.5), small, large)] };
  },
  (...args) => {
    const [x] = args as [Real];
    const { value, exponent } = complement(inside(abs(x), 28));
    const right = select(equal(x, x), scaleWide(rounded(value), exponent), x);
    return [select(less(x, 0), 2, right)];
  },
);
