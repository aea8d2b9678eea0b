import { CONSTANT_TABLES, type FftArena } from "../fft/arena.ts";
import { type FftPrecision, type Lanes, lanesOf } from "../fft/lanes.ts";
import type { FunctionBuilder, Local } from "../wasm/function-builder.ts";
import { compileWasm, instantiateWasm, type WasmModule } from "../wasm/host.ts";
import { ModuleBuilder } from "../wasm/module-builder.ts";
import { constantPool } from "./constant-pool.ts";
import { writeSineCosine } from "./rotation.ts";

/**
 * Point by point operations on planes in an arena, by address. `bytes` is the length of a plane, a multiple of 64; what
 * lies between the last number and that length takes part and should be zero.
 */
export interface PointwiseKernels {
  /** x ← x · t · scale. */
  multiply(xRe: number, xIm: number, tRe: number, tIm: number, bytes: number, scale: number): void;
  /** x ← x · factor. */
  scale(xRe: number, xIm: number, bytes: number, factor: number): void;
  /** x ← x exp(i c |x|²). */
  rotate1(xRe: number, xIm: number, bytes: number, c: number): void;
  /** x, y ← (x, y) exp(i c (|x|² + |y|²)). */
  rotate2(xRe: number, xIm: number, yRe: number, yIm: number, bytes: number, c: number): void;
  /** Σ |x|² in float64: blocks of 1024 numbers in a fixed tree, block sums compensated. */
  energy(xRe: number, xIm: number, bytes: number): number;
  /** max |x|². */
  peak1(xRe: number, xIm: number, bytes: number): number;
  /** max |x|² + |y|². */
  peak2(xRe: number, xIm: number, yRe: number, yIm: number, bytes: number): number;
}

/** A compiled module and the table of constants that its rotations load. */
interface CompiledKernels {
  readonly module: WasmModule;
  readonly constants: readonly number[];
}

const modules = new Map<string, CompiledKernels>();
const instances = new WeakMap<FftArena, Map<FftPrecision, PointwiseKernels>>();

/** The kernels of a precision on the memory of an arena; made once per arena. */
export function pointwiseKernels(arena: FftArena, precision: FftPrecision): PointwiseKernels {
  const made = instances.get(arena) ?? new Map<FftPrecision, PointwiseKernels>();
  instances.set(arena, made);
  const known = made.get(precision);
  if (known !== undefined) return known;
  const key = `${precision} ${arena.shared} ${arena.maximumPages}`;
  const { module, constants } = modules.get(key) ?? compile(arena, lanesOf(precision, true));
  modules.set(key, { module, constants });
  arena.reals(precision, CONSTANT_TABLES[precision], constants.length).set(constants);
  const kernels = instantiateWasm<PointwiseKernels>(module, { arena: { memory: arena.memory } });
  made.set(precision, kernels);
  return kernels;
}

function compile(arena: FftArena, lanes: Lanes): CompiledKernels {
  const module = new ModuleBuilder();
  const constants: number[] = [];
  module.importMemory("arena", "memory", { initialPages: 1, maximumPages: arena.maximumPages, shared: arena.shared });
  writeMultiply(module, lanes);
  writeScale(module, lanes);
  writeRotation(module, lanes, 1, constants);
  writeRotation(module, lanes, 2, constants);
  writeEnergy(module, lanes);
  writePeak(module, lanes, 1);
  writePeak(module, lanes, 2);
  return { module: compileWasm(module.encode()), constants };
}

type Element = "f64" | "f32";
const elementOf = (lanes: Lanes): Element => (lanes.precision === "float64" ? "f64" : "f32");
const splatOf = (lanes: Lanes) => (lanes.precision === "float64" ? ("f64x2.splat" as const) : ("f32x4.splat" as const));

/** A function of `planeCount` planes, their length and a number that it gets in all lanes. */
function overPlanes(
  module: ModuleBuilder,
  name: string,
  lanes: Lanes,
  planeCount: number,
  offsets: readonly number[],
  body: (f: FunctionBuilder, planes: readonly Local[], offset: number, factor: Local) => void,
  bytesPerTurn = 16 * offsets.length,
): void {
  const f = module.function(
    { params: [...Array.from({ length: planeCount + 1 }, () => "i32" as const), elementOf(lanes)] },
    name,
  );
  const planes = Array.from({ length: planeCount }, (_, plane) => plane);
  const bytes = planeCount;
  const factor = f.local("v128");
  f.get(bytes + 1)
    .op(splatOf(lanes))
    .set(factor);
  loopOverPlanes(f, planes, bytes, bytesPerTurn, () => {
    for (const offset of offsets) body(f, planes, offset, factor);
  });
}

function loopOverPlanes(
  f: FunctionBuilder,
  planes: readonly Local[],
  bytes: Local,
  bytesPerTurn: number,
  body: () => void,
): void {
  const end = f.local("i32");
  f.get(planes[0] as Local)
    .get(bytes)
    .op("i32.add")
    .set(end);
  f.loop((again) => {
    body();
    for (const plane of planes) f.get(plane).i32(bytesPerTurn).op("i32.add").set(plane);
    f.get(planes[0] as Local)
      .get(end)
      .op("i32.lt_u")
      .brIf(again);
  });
  f.release(end);
}

function loadAll(f: FunctionBuilder, planes: readonly Local[], offset: number): Local[] {
  return planes.map((plane) => {
    const value = f.local("v128");
    f.get(plane).memory("v128.load", offset).set(value);
    return value;
  });
}

/** Leaves Σ (re² + im²) of pairs of vectors on the stack, pairs first. */
function pushPower(f: FunctionBuilder, lanes: Lanes, values: readonly Local[]): void {
  for (let i = 0; i < values.length; i += 2) {
    const [re, im] = [values[i] as Local, values[i + 1] as Local];
    f.get(re).get(re).op(lanes.mul).get(im).get(im).op(lanes.mul, lanes.add);
    if (i > 0) f.op(lanes.add);
  }
}

function writeMultiply(module: ModuleBuilder, lanes: Lanes): void {
  overPlanes(module, "multiply", lanes, 4, [0, 16], (f, planes, offset, scale) => {
    const [re, im, tRe, tIm] = loadAll(f, planes, offset) as [Local, Local, Local, Local];
    const [xRe, xIm] = planes as [Local, Local];
    f.get(xRe).get(re).get(tRe).op(lanes.mul).get(im).get(tIm).op(lanes.mul, lanes.sub);
    f.get(scale).op(lanes.mul).memory("v128.store", offset);
    f.get(xIm).get(re).get(tIm).op(lanes.mul).get(im).get(tRe).op(lanes.mul, lanes.add);
    f.get(scale).op(lanes.mul).memory("v128.store", offset);
    f.release(re, im, tRe, tIm);
  });
}

function writeScale(module: ModuleBuilder, lanes: Lanes): void {
  overPlanes(module, "scale", lanes, 2, [0, 16, 32, 48], (f, planes, offset, factor) => {
    for (const plane of planes)
      f.get(plane).get(plane).memory("v128.load", offset).get(factor).op(lanes.mul).memory("v128.store", offset);
  });
}

/** Vectors that a rotation handles at once, to fill the time that one polynomial waits for its own results. */
const ROTATED_VECTORS = 2;

function writeRotation(module: ModuleBuilder, lanes: Lanes, fieldCount: 1 | 2, constants: number[]): void {
  const pool = constantPool(lanes, CONSTANT_TABLES[lanes.precision], constants);
  const offsets = Array.from({ length: ROTATED_VECTORS }, (_, vector) => 16 * vector);
  const vectors = (f: FunctionBuilder) => offsets.map(() => f.local("v128"));
  overPlanes(
    module,
    `rotate${fieldCount}`,
    lanes,
    2 * fieldCount,
    [0],
    (f, planes, _, factor) => {
      const [phases, sines, cosines] = [vectors(f), vectors(f), vectors(f)];
      const values = offsets.map((offset, vector) => {
        const loaded = loadAll(f, planes, offset);
        f.get(factor);
        pushPower(f, lanes, loaded);
        f.op(lanes.mul).set(phases[vector] as Local);
        return loaded;
      });
      writeSineCosine(f, lanes, pool, phases, sines, cosines);
      values.forEach((loaded, vector) => {
        const [sine, cosine] = [sines[vector] as Local, cosines[vector] as Local];
        const offset = offsets[vector] as number;
        for (let i = 0; i < loaded.length; i += 2) {
          const [re, im] = [loaded[i] as Local, loaded[i + 1] as Local];
          f.get(planes[i] as Local)
            .get(re)
            .get(cosine)
            .op(lanes.mul)
            .get(im)
            .get(sine)
            .op(lanes.mul, lanes.sub);
          f.memory("v128.store", offset);
          f.get(planes[i + 1] as Local)
            .get(re)
            .get(sine)
            .op(lanes.mul)
            .get(im)
            .get(cosine)
            .op(lanes.mul, lanes.add);
          f.memory("v128.store", offset);
        }
        f.release(...loaded);
      });
      f.release(...phases, ...sines, ...cosines);
    },
    16 * ROTATED_VECTORS,
  );
}

function writePeak(module: ModuleBuilder, lanes: Lanes, fieldCount: 1 | 2): void {
  const isDouble = lanes.precision === "float64";
  const planeCount = 2 * fieldCount;
  const f = module.function(
    { params: Array.from({ length: planeCount + 1 }, () => "i32" as const), results: [elementOf(lanes)] },
    `peak${fieldCount}`,
  );
  const planes = Array.from({ length: planeCount }, (_, plane) => plane);
  const best = Array.from({ length: 4 }, () => f.local("v128"));
  const larger = isDouble ? "f64x2.pmax" : "f32x4.pmax";
  loopOverPlanes(f, planes, planeCount, 64, () => {
    best.forEach((running, vector) => {
      const values = loadAll(f, planes, 16 * vector);
      f.get(running);
      pushPower(f, lanes, values);
      f.op(larger).set(running);
      f.release(...values);
    });
  });
  const [a, b, c, d] = best as [Local, Local, Local, Local];
  f.get(a).get(b).op(larger).get(c).get(d).op(larger, larger).set(a);
  for (let lane = 0; lane < lanes.count; lane++) {
    f.get(a).lane(isDouble ? "f64x2.extract_lane" : "f32x4.extract_lane", lane);
    if (lane > 0) f.op(isDouble ? "f64.max" : "f32.max");
  }
}

/** Numbers of a block whose plain sum is one term of the compensated sum. */
const BLOCK_LENGTH = 1024;

function writeEnergy(module: ModuleBuilder, lanes: Lanes): void {
  const f = module.function({ params: ["i32", "i32", "i32"], results: ["f64"] }, "energy");
  const [re, im, bytes] = [0, 1, 2];
  const [end, blockEnd] = [f.local("i32"), f.local("i32")];
  const sums = [f.local("v128"), f.local("v128"), f.local("v128"), f.local("v128")] as const;
  const [total, correction, term, sum, shadow] = [
    f.local("f64"),
    f.local("f64"),
    f.local("f64"),
    f.local("f64"),
    f.local("f64"),
  ];
  f.get(re).get(bytes).op("i32.add").set(end);
  f.loop((nextBlock) => {
    for (const partial of sums) f.f64x2(0).set(partial);
    f.get(re)
      .i32(BLOCK_LENGTH * lanes.elementBytes)
      .op("i32.add")
      .tee(blockEnd)
      .get(end);
    f.get(blockEnd).get(end).op("i32.lt_u").select().set(blockEnd);
    f.loop((again) => {
      sums.forEach((partial, step) => {
        f.get(partial);
        pushWideSquares(f, lanes, re, 16 * step);
        pushWideSquares(f, lanes, im, 16 * step);
        f.op("f64x2.add", "f64x2.add").set(partial);
      });
      for (const plane of [re, im]) f.get(plane).i32(64).op("i32.add").set(plane);
      f.get(re).get(blockEnd).op("i32.lt_u").brIf(again);
    });
    f.get(sums[0]).get(sums[1]).op("f64x2.add").get(sums[2]).get(sums[3]).op("f64x2.add", "f64x2.add").set(sums[0]);
    f.get(sums[0]).lane("f64x2.extract_lane", 0).get(sums[0]).lane("f64x2.extract_lane", 1).op("f64.add").set(term);
    // total + term with its exact error. Source: D. E. Knuth, TAOCP 2, 4.2.2, theorem B.
    f.get(total).get(term).op("f64.add").tee(sum).get(total).op("f64.sub").set(shadow);
    f.get(total).get(sum).get(shadow).op("f64.sub", "f64.sub").get(term).get(shadow).op("f64.sub", "f64.add");
    f.get(correction).op("f64.add").set(correction);
    f.get(sum).set(total);
    f.get(re).get(end).op("i32.lt_u").brIf(nextBlock);
  });
  f.get(total).get(correction).op("f64.add");
}

/** Leaves squares of 16 bytes of numbers on the stack as two doubles; four floats add up in pairs (0, 2) and (1, 3). */
function pushWideSquares(f: FunctionBuilder, lanes: Lanes, plane: Local, offset: number): void {
  const value = f.local("v128");
  if (lanes.precision === "float64") {
    f.get(plane).memory("v128.load", offset).tee(value).get(value).op("f64x2.mul");
  } else {
    const raw = f.local("v128");
    f.get(plane).memory("v128.load", offset).set(raw);
    f.get(raw).op("f64x2.promote_low_f32x4").tee(value).get(value).op("f64x2.mul");
    f.get(raw).get(raw).shuffle32(2, 3, 2, 3).op("f64x2.promote_low_f32x4").tee(value).get(value).op("f64x2.mul");
    f.op("f64x2.add");
    f.release(raw);
  }
  f.release(value);
}
