import type { FunctionBuilder, Local } from "../wasm/function-builder.ts";
import type { MemoryOp, PlainOp } from "../wasm/opcodes.ts";

/** Number format of a transform. */
export type FftPrecision = "float64" | "float32";

/** How many transforms a kernel computes side by side: the lanes of one register. */
export interface Lanes {
  readonly precision: FftPrecision;
  readonly count: 1 | 2 | 4;
  readonly elementBytes: 4 | 8;
  readonly type: "f64" | "f32" | "v128";
  readonly add: PlainOp;
  readonly sub: PlainOp;
  readonly mul: PlainOp;
  readonly neg: PlainOp;
  readonly load: MemoryOp;
  readonly store: MemoryOp;
  /** Loads one element into all lanes. */
  readonly loadSplat: MemoryOp;
  constant(f: FunctionBuilder, value: number): void;
}

const float64: Lanes = {
  precision: "float64",
  count: 1,
  elementBytes: 8,
  type: "f64",
  add: "f64.add",
  sub: "f64.sub",
  mul: "f64.mul",
  neg: "f64.neg",
  load: "f64.load",
  store: "f64.store",
  loadSplat: "f64.load",
  constant: (f, value) => f.f64(value),
};

const float32: Lanes = {
  precision: "float32",
  count: 1,
  elementBytes: 4,
  type: "f32",
  add: "f32.add",
  sub: "f32.sub",
  mul: "f32.mul",
  neg: "f32.neg",
  load: "f32.load",
  store: "f32.store",
  loadSplat: "f32.load",
  constant: (f, value) => f.f32(value),
};

const float64x2: Lanes = {
  precision: "float64",
  count: 2,
  elementBytes: 8,
  type: "v128",
  add: "f64x2.add",
  sub: "f64x2.sub",
  mul: "f64x2.mul",
  neg: "f64x2.neg",
  load: "v128.load",
  store: "v128.store",
  loadSplat: "v128.load64_splat",
  constant: (f, value) => f.f64x2(value),
};

const float32x4: Lanes = {
  precision: "float32",
  count: 4,
  elementBytes: 4,
  type: "v128",
  add: "f32x4.add",
  sub: "f32x4.sub",
  mul: "f32x4.mul",
  neg: "f32x4.neg",
  load: "v128.load",
  store: "v128.store",
  loadSplat: "v128.load32_splat",
  constant: (f, value) => f.f32x4(value),
};

/** The lanes of a precision: full registers, or one number at a time for lengths that do not fill them. */
export function lanesOf(precision: FftPrecision, vectorised: boolean): Lanes {
  if (precision === "float64") return vectorised ? float64x2 : float64;
  return vectorised ? float32x4 : float32;
}

/** A complex number per lane, in two locals. */
export interface ComplexLocal {
  readonly re: Local;
  readonly im: Local;
}

/** Complex arithmetic on locals, written to a function. Every result is a new local. */
export interface ComplexEmitter {
  readonly lanes: Lanes;
  add(a: ComplexLocal, b: ComplexLocal): ComplexLocal;
  sub(a: ComplexLocal, b: ComplexLocal): ComplexLocal;
  /** a + i b and a − i b. */
  addTimesI(a: ComplexLocal, b: ComplexLocal): ComplexLocal;
  subTimesI(a: ComplexLocal, b: ComplexLocal): ComplexLocal;
  /** a times a real constant. */
  scale(a: ComplexLocal, factor: number): ComplexLocal;
  /** a times a complex constant; ±1, ±i and the diagonals take fewer operations. */
  rotate(a: ComplexLocal, re: number, im: number): ComplexLocal;
  /** a times b. */
  mul(a: ComplexLocal, b: ComplexLocal): ComplexLocal;
  release(...values: readonly ComplexLocal[]): void;
  local(): ComplexLocal;
}

export function complexEmitter(f: FunctionBuilder, lanes: Lanes): ComplexEmitter {
  const { type } = lanes;
  const binary = (op: PlainOp, a: Local, b: Local): Local => {
    const result = f.local(type);
    f.get(a).get(b).op(op).set(result);
    return result;
  };
  const scaled = (a: Local, factor: number): Local => {
    const result = f.local(type);
    f.get(a);
    lanes.constant(f, factor);
    f.op(lanes.mul).set(result);
    return result;
  };
  const emitter: ComplexEmitter = {
    lanes,
    add: (a, b) => ({ re: binary(lanes.add, a.re, b.re), im: binary(lanes.add, a.im, b.im) }),
    sub: (a, b) => ({ re: binary(lanes.sub, a.re, b.re), im: binary(lanes.sub, a.im, b.im) }),
    addTimesI: (a, b) => ({ re: binary(lanes.sub, a.re, b.im), im: binary(lanes.add, a.im, b.re) }),
    subTimesI: (a, b) => ({ re: binary(lanes.add, a.re, b.im), im: binary(lanes.sub, a.im, b.re) }),
    scale: (a, factor) => ({ re: scaled(a.re, factor), im: scaled(a.im, factor) }),
    rotate(a, re, im) {
      if (im === 0 && re === 1) return a;
      if (im === 0) return emitter.scale(a, re);
      if (re === 0 && im === -1) {
        const turned = { re: f.local(type), im: f.local(type) };
        f.get(a.im).set(turned.re).get(a.re).op(lanes.neg).set(turned.im);
        return turned;
      }
      if (Math.abs(re) === Math.abs(im)) {
        // a·s(±1 ± i): two additions and two multiplications
        const plus = binary(lanes.add, a.re, a.im);
        const minus = binary(lanes.sub, a.re, a.im);
        const isSame = Math.sign(re) === Math.sign(im);
        const result = isSame
          ? { re: scaled(minus, re), im: scaled(plus, re) }
          : { re: scaled(plus, re), im: scaled(minus, im) };
        f.release(plus, minus);
        return result;
      }
      const result = { re: f.local(type), im: f.local(type) };
      f.get(a.re);
      lanes.constant(f, re);
      f.op(lanes.mul).get(a.im);
      lanes.constant(f, im);
      f.op(lanes.mul, lanes.sub).set(result.re);
      f.get(a.re);
      lanes.constant(f, im);
      f.op(lanes.mul).get(a.im);
      lanes.constant(f, re);
      f.op(lanes.mul, lanes.add).set(result.im);
      return result;
    },
    mul(a, b) {
      const result = { re: f.local(type), im: f.local(type) };
      f.get(a.re).get(b.re).op(lanes.mul).get(a.im).get(b.im).op(lanes.mul, lanes.sub).set(result.re);
      f.get(a.re).get(b.im).op(lanes.mul).get(a.im).get(b.re).op(lanes.mul, lanes.add).set(result.im);
      return result;
    },
    release: (...values) => {
      for (const { re, im } of values) f.release(re, im);
    },
    local: () => ({ re: f.local(type), im: f.local(type) }),
  };
  return emitter;
}
