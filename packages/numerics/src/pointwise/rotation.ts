import { COS_POLYNOMIAL, SIN_POLYNOMIAL } from "../elementary/tables/coefficients.ts";
import type { Lanes } from "../fft/lanes.ts";
import type { FunctionBuilder, Local } from "../wasm/function-builder.ts";
import type { ConstantPool } from "./constant-pool.ts";

/** Largest phase for which no range reduction is needed; a little below π/4. */
const NEAR_LIMIT = 0.785;
/** 1.5 · 2^52: adding it rounds to an integer, whose low bits then stand in the mantissa. */
const ROUNDER = 6755399441055744;
/** π/2 in parts of 33 bits and a rest. Source: W. J. Cody, W. Waite, Software Manual for the Elementary Functions. */
const HALF_PI = [1.5707963267341256, 6.077100506303966e-11, 2.0222662487111665e-21, 8.4784276603689e-32] as const;

/** Polynomials in single precision on [−π/4, π/4], relative error 1e-8. Source: S. L. Moshier, Cephes, sinf and cosf. */
const SIN_POLYNOMIAL_32 = [-1.6666654611e-1, 8.3321608736e-3, -1.9515295891e-4];
const COS_POLYNOMIAL_32 = [4.166664568298827e-2, -1.388731625493765e-3, 2.443315711809948e-5];
const ROUNDER_32 = 12582912;
/** π/2 in three parts of 8, 11 and 24 bits: products with integers below 2^13 are exact for the first two. */
const HALF_PI_32 = [1.5703125, 4.837512969970703e-4, 7.54978995489188e-8] as const;

/**
 * Writes sine and cosine of a vector of phases.
 *
 * In double precision the results have the bits of the elementary `sincos` for |φ| ≤ 2^20. Phases below π/4 in all lanes
 * take a short way that leaves out what is zero there. In single precision the error is below 1e-7 for |φ| ≤ 2^12.
 */
export function writeSineCosine(
  f: FunctionBuilder,
  lanes: Lanes,
  pool: ConstantPool,
  phases: readonly Local[],
  sines: readonly Local[],
  cosines: readonly Local[],
): void {
  const isDouble = lanes.precision === "float64";
  const each = (write: typeof writeNear) =>
    phases.forEach((phase, i) => {
      write(f, lanes, pool, phase, sines[i] as Local, cosines[i] as Local);
    });
  phases.forEach((phase, i) => {
    f.get(phase).op(isDouble ? "f64x2.abs" : "f32x4.abs");
    pool.push(f, NEAR_LIMIT);
    f.op(isDouble ? "f64x2.le" : "f32x4.le");
    if (i > 0) f.op("v128.and");
  });
  f.op(isDouble ? "i64x2.all_true" : "i32x4.all_true").if(
    () => each(isDouble ? writeNear : writeNear32),
    () => each(isDouble ? writeFar : writeFar32),
  );
}

function horner(f: FunctionBuilder, lanes: Lanes, pool: ConstantPool, x: Local, coefficients: readonly number[]): void {
  const last = coefficients.length - 1;
  pool.push(f, coefficients[last] as number);
  for (let i = last - 1; i >= 0; i--) {
    f.get(x).op(lanes.mul);
    pool.push(f, coefficients[i] as number);
    f.op(lanes.add);
  }
}

function writeNear(f: FunctionBuilder, lanes: Lanes, pool: ConstantPool, x: Local, sine: Local, cosine: Local): void {
  const [square, half, head] = [f.local("v128"), f.local("v128"), f.local("v128")];
  f.get(x).get(x).op(lanes.mul).tee(square);
  pool.push(f, 0.5);
  f.op(lanes.mul).set(half);
  pool.push(f, 1);
  f.get(half).op(lanes.sub).set(head);
  // cos = head + (((1 − head) − half) + square² · C(square))
  f.get(head);
  pool.push(f, 1);
  f.get(head).op(lanes.sub).get(half).op(lanes.sub);
  f.get(square).get(square).op(lanes.mul);
  horner(f, lanes, pool, square, COS_POLYNOMIAL);
  f.op(lanes.mul, lanes.add, lanes.add).set(cosine);
  // sin = x + (x · square) · S(square)
  f.get(x).get(x).get(square).op(lanes.mul);
  horner(f, lanes, pool, square, SIN_POLYNOMIAL);
  f.op(lanes.mul, lanes.add).set(sine);
  f.release(square, half, head);
}

function writeFar(f: FunctionBuilder, lanes: Lanes, pool: ConstantPool, x: Local, sine: Local, cosine: Local): void {
  const v = () => f.local("v128");
  const [quadrant, turns, a0, b1, a1, b2, a2, s1, s2, error, y, rest] = [
    v(),
    v(),
    v(),
    v(),
    v(),
    v(),
    v(),
    v(),
    v(),
    v(),
    v(),
    v(),
  ];
  const [square, half, head, cosY, sinY, odd] = [v(), v(), v(), v(), v(), v()];
  const part = (i: 0 | 1 | 2 | 3) => {
    f.get(turns);
    pool.push(f, HALF_PI[i]);
    f.op(lanes.mul);
  };
  f.get(x);
  pool.push(f, 0.6366197723675814);
  f.op(lanes.mul);
  pool.push(f, ROUNDER);
  f.op(lanes.add).tee(quadrant);
  pool.push(f, ROUNDER);
  f.op(lanes.sub).set(turns);
  // x − turns · π/2 as a sum y + rest, part by part with the exact error of each subtraction
  f.get(x);
  part(0);
  f.op(lanes.sub).set(a0);
  part(1);
  f.op(lanes.neg).set(b1);
  f.get(a0).get(b1).op(lanes.add).set(a1);
  part(2);
  f.op(lanes.neg).set(b2);
  f.get(a1).get(b2).op(lanes.add).set(a2);
  f.get(a1).get(a0).op(lanes.sub).set(s1);
  f.get(a2).get(a1).op(lanes.sub).set(s2);
  f.get(a0).get(a1).get(s1).op(lanes.sub, lanes.sub).get(b1).get(s1).op(lanes.sub, lanes.add);
  f.get(a1).get(a2).get(s2).op(lanes.sub, lanes.sub).get(b2).get(s2).op(lanes.sub, lanes.add);
  f.op(lanes.add);
  part(3);
  f.op(lanes.sub).set(error);
  f.get(a2).get(error).op(lanes.add).set(y);
  f.get(error).get(y).get(a2).op(lanes.sub, lanes.sub).set(rest);
  f.get(y).get(y).op(lanes.mul).tee(square);
  pool.push(f, 0.5);
  f.op(lanes.mul).set(half);
  pool.push(f, 1);
  f.get(half).op(lanes.sub).set(head);
  f.get(head);
  pool.push(f, 1);
  f.get(head).op(lanes.sub).get(half).op(lanes.sub);
  f.get(square).get(square).op(lanes.mul);
  horner(f, lanes, pool, square, COS_POLYNOMIAL);
  f.op(lanes.mul).get(y).get(rest).op(lanes.mul, lanes.sub, lanes.add, lanes.add).set(cosY);
  f.get(y).get(y).get(square).op(lanes.mul);
  horner(f, lanes, pool, square, SIN_POLYNOMIAL);
  f.op(lanes.mul).get(rest).get(half).get(rest).op(lanes.mul, lanes.sub, lanes.add, lanes.add).set(sinY);
  // quadrant: odd ones swap, the second bit (of quadrant, of quadrant + 1) negates
  f.get(quadrant).i64x2(1n).op("v128.and").i64x2(1n).op("i64x2.eq").set(odd);
  const negateBySecondBit = () =>
    f
      .i32(62)
      .op("i64x2.shl")
      .i64x2(1n << 63n)
      .op("v128.and", "v128.xor");
  f.get(cosY).get(sinY).get(odd).op("v128.bitselect").get(quadrant);
  negateBySecondBit().set(sine);
  f.get(sinY).get(cosY).get(odd).op("v128.bitselect").get(quadrant).i64x2(1n).op("i64x2.add");
  negateBySecondBit().set(cosine);
  // sin x = x for tiny x, where the quadrant is 0
  f.get(x).get(sine).get(x).op("f64x2.abs");
  pool.push(f, 2 ** -27);
  f.op("f64x2.lt", "v128.bitselect").set(sine);
  f.release(quadrant, turns, a0, b1, a1, b2, a2, s1, s2, error, y, rest, square, half, head, cosY, sinY, odd);
}

function writeNear32(f: FunctionBuilder, lanes: Lanes, pool: ConstantPool, x: Local, sine: Local, cosine: Local): void {
  const [square] = [f.local("v128")];
  f.get(x).get(x).op(lanes.mul).set(square);
  // cos = 1 + (square² · C(square) − square/2)
  pool.push(f, 1);
  f.get(square).get(square).op(lanes.mul);
  horner(f, lanes, pool, square, COS_POLYNOMIAL_32);
  f.op(lanes.mul).get(square);
  pool.push(f, 0.5);
  f.op(lanes.mul, lanes.sub, lanes.add).set(cosine);
  f.get(x).get(x).get(square).op(lanes.mul);
  horner(f, lanes, pool, square, SIN_POLYNOMIAL_32);
  f.op(lanes.mul, lanes.add).set(sine);
  f.release(square);
}

function writeFar32(f: FunctionBuilder, lanes: Lanes, pool: ConstantPool, x: Local, sine: Local, cosine: Local): void {
  const v = () => f.local("v128");
  const [quadrant, turns, y, odd, sinY, cosY] = [v(), v(), v(), v(), v(), v()];
  f.get(x);
  pool.push(f, 2 / Math.PI);
  f.op(lanes.mul);
  pool.push(f, ROUNDER_32);
  f.op(lanes.add).tee(quadrant);
  pool.push(f, ROUNDER_32);
  f.op(lanes.sub).set(turns);
  f.get(x);
  for (const part of HALF_PI_32) {
    f.get(turns);
    pool.push(f, part);
    f.op(lanes.mul, lanes.sub);
  }
  f.set(y);
  writeNear32(f, lanes, pool, y, sinY, cosY);
  f.get(quadrant).i32x4(1).op("v128.and").i32x4(1).op("i32x4.eq").set(odd);
  const negateBySecondBit = () =>
    f
      .i32(30)
      .op("i32x4.shl")
      .i32x4(1 << 31)
      .op("v128.and", "v128.xor");
  f.get(cosY).get(sinY).get(odd).op("v128.bitselect").get(quadrant);
  negateBySecondBit().set(sine);
  f.get(sinY).get(cosY).get(odd).op("v128.bitselect").get(quadrant).i32x4(1).op("i32x4.add");
  negateBySecondBit().set(cosine);
  f.release(quadrant, turns, y, odd, sinY, cosY);
}
