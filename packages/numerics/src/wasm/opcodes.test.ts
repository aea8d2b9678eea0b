import { describe, expect, it } from "vitest";
import { compileWasm, instantiateWasm } from "./host.ts";
import { ModuleBuilder } from "./module-builder.ts";
import { laneOpcodes, memoryLaneOpcodes, memoryOpcodes, type PlainOp, plainOpcodes } from "./opcodes.ts";

/**
 * Every instruction is run through the host and compared with a plain TypeScript meaning of its name. Operands come
 * from memory and the result goes to memory, so that 64-bit integers, NaN bits and vectors are seen exactly.
 */
type Scalar = "i32" | "i64" | "f32" | "f64";
type Shape = "i32x4" | "i64x2" | "f32x4" | "f64x2";
type Lane = number | bigint;
type Meaning = (...operands: Lane[]) => Lane;

const laneBytes: Record<Scalar, number> = { i32: 4, i64: 8, f32: 4, f64: 8 };

function readLane(view: DataView, type: Scalar, at: number): Lane {
  if (type === "i32") return view.getInt32(at, true);
  if (type === "i64") return view.getBigInt64(at, true);
  return type === "f32" ? view.getFloat32(at, true) : view.getFloat64(at, true);
}

function writeLane(view: DataView, type: Scalar, at: number, value: Lane): void {
  if (type === "i32") view.setInt32(at, Number(BigInt.asIntN(32, BigInt(value))), true);
  else if (type === "i64") view.setBigInt64(at, BigInt.asIntN(64, BigInt(value)), true);
  else if (type === "f32") view.setFloat32(at, Number(value), true);
  else view.setFloat64(at, Number(value), true);
}

const n = (value: Lane) => Number(value);
const truth = (claim: boolean) => (claim ? 1 : 0);

function roundToEven(value: number): number {
  const floor = Math.floor(value);
  const above = value - floor;
  const rounded = above < 0.5 || (above === 0.5 && floor % 2 === 0) ? floor : floor + 1;
  return rounded === 0 && (value < 0 || Object.is(value, -0)) ? -0 : rounded;
}

const comparisons: Record<string, (a: Lane, b: Lane) => boolean> = {
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
  lt: (a, b) => a < b,
  gt: (a, b) => a > b,
  le: (a, b) => a <= b,
  ge: (a, b) => a >= b,
};

function integerMeanings(bits: 32 | 64): Record<string, Meaning> {
  const signed = (value: Lane) => BigInt.asIntN(bits, BigInt(value));
  const unsigned = (value: Lane) => BigInt.asUintN(bits, BigInt(value));
  const text = (value: Lane) => unsigned(value).toString(2).padStart(bits, "0");
  const amount = (value: Lane) => unsigned(value) % BigInt(bits);
  const table: Record<string, Meaning> = {
    eqz: (a) => truth(signed(a) === 0n),
    clz: (a) => (text(a).indexOf("1") === -1 ? bits : text(a).indexOf("1")),
    ctz: (a) => (text(a).lastIndexOf("1") === -1 ? bits : bits - 1 - text(a).lastIndexOf("1")),
    popcnt: (a) => text(a).replaceAll("0", "").length,
    add: (a, b) => signed(a) + signed(b as Lane),
    sub: (a, b) => signed(a) - signed(b as Lane),
    mul: (a, b) => signed(a) * signed(b as Lane),
    div_s: (a, b) => signed(a) / signed(b as Lane),
    div_u: (a, b) => unsigned(a) / unsigned(b as Lane),
    rem_s: (a, b) => signed(a) % signed(b as Lane),
    rem_u: (a, b) => unsigned(a) % unsigned(b as Lane),
    and: (a, b) => signed(a) & signed(b as Lane),
    or: (a, b) => signed(a) | signed(b as Lane),
    xor: (a, b) => signed(a) ^ signed(b as Lane),
    shl: (a, b) => signed(a) << amount(b as Lane),
    shr_s: (a, b) => signed(a) >> amount(b as Lane),
    shr_u: (a, b) => unsigned(a) >> amount(b as Lane),
    rotl: (a, b) => (unsigned(a) << amount(b as Lane)) | (unsigned(a) >> (BigInt(bits) - amount(b as Lane))),
    rotr: (a, b) => (unsigned(a) >> amount(b as Lane)) | (unsigned(a) << (BigInt(bits) - amount(b as Lane))),
    abs: (a) => (signed(a) < 0n ? -signed(a) : signed(a)),
    neg: (a) => -signed(a),
    min_s: (a, b) => (signed(a) < signed(b as Lane) ? a : (b as Lane)),
    max_s: (a, b) => (signed(a) > signed(b as Lane) ? a : (b as Lane)),
    min_u: (a, b) => (unsigned(a) < unsigned(b as Lane) ? a : (b as Lane)),
    max_u: (a, b) => (unsigned(a) > unsigned(b as Lane) ? a : (b as Lane)),
    extend8_s: (a) => BigInt.asIntN(8, BigInt(a)),
    extend16_s: (a) => BigInt.asIntN(16, BigInt(a)),
    extend32_s: (a) => BigInt.asIntN(32, BigInt(a)),
  };
  for (const [name, holds] of Object.entries(comparisons)) {
    table[name] = table[`${name}_s`] = (a, b) => truth(holds(signed(a), signed(b as Lane)));
    table[`${name}_u`] = (a, b) => truth(holds(unsigned(a), unsigned(b as Lane)));
  }
  return table;
}

const floatMeanings: Record<string, Meaning> = {
  abs: (a) => Math.abs(n(a)),
  neg: (a) => -n(a),
  ceil: (a) => Math.ceil(n(a)),
  floor: (a) => Math.floor(n(a)),
  trunc: (a) => Math.trunc(n(a)),
  nearest: (a) => roundToEven(n(a)),
  sqrt: (a) => Math.sqrt(n(a)),
  add: (a, b) => n(a) + n(b as Lane),
  sub: (a, b) => n(a) - n(b as Lane),
  mul: (a, b) => n(a) * n(b as Lane),
  div: (a, b) => n(a) / n(b as Lane),
  min: (a, b) => Math.min(n(a), n(b as Lane)),
  max: (a, b) => Math.max(n(a), n(b as Lane)),
  // biome-ignore-start lint/complexity/useMathMinMax: the ternary is the definition; it differs for NaN and signed zero
  pmin: (a, b) => (n(b as Lane) < n(a) ? n(b as Lane) : n(a)),
  pmax: (a, b) => (n(a) < n(b as Lane) ? n(b as Lane) : n(a)),
  // biome-ignore-end lint/complexity/useMathMinMax: end of the two definitions
  copysign: (a, b) => (n(b as Lane) < 0 || Object.is(b, -0) ? -Math.abs(n(a)) : Math.abs(n(a))),
  ...Object.fromEntries(
    Object.entries(comparisons).map(([name, holds]): [string, Meaning] => [name, (a, b) => truth(holds(a, b as Lane))]),
  ),
};

const meanings: Record<Scalar, Record<string, Meaning>> = {
  i32: integerMeanings(32),
  i64: integerMeanings(64),
  f32: floatMeanings,
  f64: floatMeanings,
};

const samples: Record<Scalar, readonly Lane[]> = {
  i32: [1, -1, 5, -7, 2 ** 31 - 1, -(2 ** 31) + 1, 123456789, 33],
  i64: [1n, -1n, 5n, -7n, 2n ** 63n - 1n, -(2n ** 63n) + 1n, 1234567890123456789n, 65n],
  f32: [1, -0, 0.5, -2.5, 3.5, 1e10, -1.5, Number.NaN, Number.POSITIVE_INFINITY],
  f64: [1, -0, 0.5, -2.5, 3.5, 1e10, -1.5, Number.NaN, Number.POSITIVE_INFINITY],
};

const comparisonNames = new Set(Object.keys(meanings.i32).filter((name) => /^(eqz?|ne|lt|gt|le|ge)(_|$)/.test(name)));
const unaryNames = new Set(["eqz", "clz", "ctz", "popcnt", "abs", "neg", "ceil", "floor", "trunc", "nearest", "sqrt"]);
const isUnary = (name: string) => unaryNames.has(name) || name.startsWith("extend");

/** Loads `types` from 16-byte slots at 0, 16, …, applies the instructions, stores the result at 256. */
function runner(
  types: readonly (Scalar | "v128")[],
  result: Scalar | "v128",
  write: (f: ReturnType<ModuleBuilder["function"]>) => void,
) {
  const module = new ModuleBuilder();
  module.memory({ initialPages: 1 }, "memory");
  const f = module.function({}, "run");
  f.i32(256);
  types.forEach((type, slot) => {
    f.i32(16 * slot).memory(`${type}.load`);
  });
  write(f);
  f.memory(`${result}.store`);
  const { memory, run } = instantiateWasm<{ memory: { buffer: ArrayBuffer }; run(): void }>(
    compileWasm(module.encode()),
  );
  return { view: new DataView(memory.buffer), run };
}

const scalarNames = Object.keys(plainOpcodes).filter((name) => /^[if]\d\d\./.test(name)) as PlainOp[];
const vectorNames = Object.keys(plainOpcodes).filter((name) => !/^[if]\d\d\./.test(name)) as PlainOp[];
const tried = new Set<string>();

/** Conversions: `[name, operand type, result type, operand, result]`. */
const conversions: readonly [PlainOp, Scalar, Scalar, Lane, Lane][] = [
  ["i32.wrap_i64", "i64", "i32", 2n ** 40n + 7n, 7],
  ["i32.trunc_f32_s", "f32", "i32", -3.75, -3],
  ["i32.trunc_f32_u", "f32", "i32", 3e9, -1294967296],
  ["i32.trunc_f64_s", "f64", "i32", -3.75, -3],
  ["i32.trunc_f64_u", "f64", "i32", 3e9, -1294967296],
  ["i64.extend_i32_s", "i32", "i64", -5, -5n],
  ["i64.extend_i32_u", "i32", "i64", -5, 2n ** 32n - 5n],
  ["i64.trunc_f32_s", "f32", "i64", -3.75, -3n],
  ["i64.trunc_f32_u", "f32", "i64", 2 ** 63, -(2n ** 63n)],
  ["i64.trunc_f64_s", "f64", "i64", -3.75, -3n],
  ["i64.trunc_f64_u", "f64", "i64", 2 ** 63, -(2n ** 63n)],
  ["f32.convert_i32_s", "i32", "f32", -5, -5],
  ["f32.convert_i32_u", "i32", "f32", -1, 2 ** 32],
  ["f32.convert_i64_s", "i64", "f32", -5n, -5],
  ["f32.convert_i64_u", "i64", "f32", -1n, 2 ** 64],
  ["f32.demote_f64", "f64", "f32", 0.1, Math.fround(0.1)],
  ["f64.convert_i32_s", "i32", "f64", -5, -5],
  ["f64.convert_i32_u", "i32", "f64", -5, 2 ** 32 - 5],
  ["f64.convert_i64_s", "i64", "f64", -5n, -5],
  ["f64.convert_i64_u", "i64", "f64", -1n, 2 ** 64],
  ["f64.promote_f32", "f32", "f64", Math.fround(0.1), Math.fround(0.1)],
  ["i32.reinterpret_f32", "f32", "i32", 1, 0x3f800000],
  ["i64.reinterpret_f64", "f64", "i64", 1, 0x3ff0000000000000n],
  ["f32.reinterpret_i32", "i32", "f32", 0x3f800000, 1],
  ["f64.reinterpret_i64", "i64", "f64", 0x3ff0000000000000n, 1],
  ["i32.trunc_sat_f32_s", "f32", "i32", 1e30, 2 ** 31 - 1],
  ["i32.trunc_sat_f32_u", "f32", "i32", 1e30, -1],
  ["i32.trunc_sat_f64_s", "f64", "i32", -1e30, -(2 ** 31)],
  ["i32.trunc_sat_f64_u", "f64", "i32", -1e30, 0],
  ["i64.trunc_sat_f32_s", "f32", "i64", 1e30, 2n ** 63n - 1n],
  ["i64.trunc_sat_f32_u", "f32", "i64", 1e30, -1n],
  ["i64.trunc_sat_f64_s", "f64", "i64", -1e30, -(2n ** 63n)],
  ["i64.trunc_sat_f64_u", "f64", "i64", -1e30, 0n],
];

describe("scalar instructions", () => {
  it.each(conversions)("%s converts", (name, from, to, operand, expected) => {
    tried.add(name);
    const { view, run } = runner([from], to, (f) => f.op(name));
    writeLane(view, from, 0, operand);
    run();
    expect(readLane(view, to, 256)).toBe(expected);
  });

  const converting = new Set<string>(conversions.map(([name]) => name));
  it.each(scalarNames.filter((name) => !converting.has(name)))("%s computes what its name says", (name) => {
    tried.add(name);
    const [type, operation] = name.split(".") as [Scalar, string];
    const meaning = meanings[type][operation];
    if (meaning === undefined) throw new Error(`no meaning for ${name}`);
    const result = comparisonNames.has(operation) ? "i32" : type;
    const unary = isUnary(operation);
    const { view, run } = runner(unary ? [type] : [type, type], result, (f) => f.op(name));
    const expected = new DataView(new ArrayBuffer(8));
    for (const a of samples[type])
      for (const b of unary ? [a] : samples[type]) {
        writeLane(view, type, 0, a);
        if (!unary) writeLane(view, type, 16, b);
        run();
        writeLane(expected, result, 0, meaning(a, b));
        expect(readLane(view, result, 256), `${name} ${a} ${b}`).toBe(readLane(expected, result, 0));
      }
  });
});

/** The meaning of vector instructions that are not lane by lane: operands and result as 64-bit integers. */
const bits = (...lanes: number[]) => new BigInt64Array(new Int32Array(lanes).buffer);
const doubles = (...lanes: number[]) => new BigInt64Array(new Float64Array(lanes).buffer);
const floats = (...lanes: number[]) => new BigInt64Array(new Float32Array(lanes).buffer);
const longs = (...lanes: bigint[]) => BigInt64Array.from(lanes);
const bytes = (...lanes: number[]) => new BigInt64Array(new Uint8Array(lanes).buffer);
const ramp = Array.from({ length: 16 }, (_, i) => i);
const x = bits(1, -2, 3, -4);
const y = bits(5, 6, -7, 8);

const whole: readonly [PlainOp, readonly BigInt64Array[], BigInt64Array | number][] = [
  ["v128.not", [x], bits(~1, 1, ~3, 3)],
  ["v128.and", [x, y], bits(1 & 5, -2 & 6, 3 & -7, -4 & 8)],
  ["v128.andnot", [x, y], bits(1 & ~5, -2 & ~6, 3 & ~-7, -4 & ~8)],
  ["v128.or", [x, y], bits(1 | 5, -2 | 6, 3 | -7, -4 | 8)],
  ["v128.xor", [x, y], bits(1 ^ 5, -2 ^ 6, 3 ^ -7, -4 ^ 8)],
  ["v128.bitselect", [x, y, bits(-1, 0, 0xff, -1)], bits(1, 6, 3 | (-7 & ~0xff), -4)],
  ["v128.any_true", [bits(0, 0, 4, 0)], 1],
  ["i32x4.all_true", [bits(1, 0, 4, 1)], 0],
  ["i64x2.all_true", [bits(1, 0, 4, 1)], 1],
  ["i32x4.bitmask", [x], 0b1010],
  ["i64x2.bitmask", [longs(-1n, 1n)], 0b01],
  [
    "i8x16.swizzle",
    [bytes(...ramp.map((i) => 10 * i)), bytes(...ramp.map((i) => 15 - i))],
    bytes(...ramp.map((i) => 150 - 10 * i)),
  ],
  ["f32x4.demote_f64x2_zero", [doubles(0.1, -2)], floats(0.1, -2, 0, 0)],
  ["f64x2.promote_low_f32x4", [floats(0.5, -2, 3, 4)], doubles(0.5, -2)],
  ["i64x2.extend_low_i32x4_s", [x], longs(1n, -2n)],
  ["i64x2.extend_high_i32x4_s", [x], longs(3n, -4n)],
  ["i64x2.extend_low_i32x4_u", [x], longs(1n, 2n ** 32n - 2n)],
  ["i64x2.extend_high_i32x4_u", [x], longs(3n, 2n ** 32n - 4n)],
  ["i64x2.extmul_low_i32x4_s", [x, y], longs(5n, -12n)],
  ["i64x2.extmul_high_i32x4_s", [x, y], longs(-21n, -32n)],
  ["i64x2.extmul_low_i32x4_u", [x, y], longs(5n, (2n ** 32n - 2n) * 6n)],
  ["i64x2.extmul_high_i32x4_u", [x, y], longs(3n * (2n ** 32n - 7n), (2n ** 32n - 4n) * 8n)],
  ["i32x4.trunc_sat_f32x4_s", [floats(1.9, -1.9, 1e30, Number.NaN)], bits(1, -1, 2 ** 31 - 1, 0)],
  ["i32x4.trunc_sat_f32x4_u", [floats(1.9, -1.9, 1e30, Number.NaN)], bits(1, 0, -1, 0)],
  ["f32x4.convert_i32x4_s", [x], floats(1, -2, 3, -4)],
  ["f32x4.convert_i32x4_u", [x], floats(1, 2 ** 32 - 2, 3, 2 ** 32 - 4)],
  ["i32x4.trunc_sat_f64x2_s_zero", [doubles(-1.9, 1e30)], bits(-1, 2 ** 31 - 1, 0, 0)],
  ["i32x4.trunc_sat_f64x2_u_zero", [doubles(-1.9, 1e30)], bits(0, -1, 0, 0)],
  ["f64x2.convert_low_i32x4_s", [x], doubles(1, -2)],
  ["f64x2.convert_low_i32x4_u", [x], doubles(1, 2 ** 32 - 2)],
];

describe("vector instructions", () => {
  it.each(whole)("%s computes what its name says", (name, operands, expected) => {
    tried.add(name);
    const { view, run } = runner(
      operands.map(() => "v128" as const),
      typeof expected === "number" ? "i32" : "v128",
      (f) => f.op(name),
    );
    operands.forEach((operand, slot) => {
      new BigInt64Array(view.buffer, 16 * slot, 2).set(operand);
    });
    run();
    if (typeof expected === "number") expect(view.getInt32(256, true)).toBe(expected);
    else expect(new BigInt64Array(view.buffer, 256, 2)).toEqual(expected);
  });

  const wholeNames = new Set<string>(whole.map(([name]) => name));
  it.each(vectorNames.filter((name) => name.endsWith(".splat")))("%s fills all lanes", (name) => {
    tried.add(name);
    const narrow = name === "i8x16.splat" || name === "i16x8.splat";
    const type = narrow ? "i32" : (name.slice(0, 3) as Scalar);
    const width = name === "i8x16.splat" ? 1 : narrow ? 2 : laneBytes[type];
    const { view, run } = runner([type], "v128", (f) => f.op(name));
    writeLane(view, type, 0, type === "i64" ? 77n : 77);
    run();
    for (let at = 0; at < 16; at++) expect(view.getUint8(256 + at)).toBe(view.getUint8(at % width));
  });

  const laneWise = vectorNames.filter((name) => !wholeNames.has(name) && !name.endsWith(".splat"));
  it.each(laneWise)("%s computes lane by lane", (name) => {
    tried.add(name);
    const [shape, operation] = name.split(".") as [Shape, string];
    const type = shape.slice(0, 3) as Scalar;
    const meaning = meanings[type][operation];
    if (meaning === undefined) throw new Error(`no meaning for ${name}`);
    const isShift = operation.startsWith("sh");
    const isComparison = comparisonNames.has(operation);
    const maskType: Scalar = laneBytes[type] === 4 ? "i32" : "i64";
    const unary = isUnary(operation);
    const { view, run } = runner(unary ? ["v128"] : ["v128", isShift ? "i32" : "v128"], "v128", (f) => f.op(name));
    const width = laneBytes[type];
    const expected = new DataView(new ArrayBuffer(16));
    samples[type].forEach((_, shift) => {
      const at = (lane: number, stride: number) =>
        samples[type][(lane * stride + shift) % samples[type].length] as Lane;
      for (let lane = 0; lane < 16 / width; lane++) {
        writeLane(view, type, lane * width, at(lane, 1));
        if (!unary && !isShift) writeLane(view, type, 16 + lane * width, at(lane, 3));
      }
      if (isShift) writeLane(view, "i32", 16, 3 + shift);
      for (let lane = 0; lane < 16 / width; lane++) {
        const value = meaning(at(lane, 1), isShift ? 3 + shift : at(lane, 3));
        if (isComparison) writeLane(expected, maskType, lane * width, value === 1 ? -1 : 0);
        else writeLane(expected, type, lane * width, value);
      }
      run();
      const result = isComparison ? maskType : type;
      for (let lane = 0; lane < 16 / width; lane++)
        expect(readLane(view, result, 256 + lane * width)).toBe(readLane(expected, result, lane * width));
    });
  });

  it.each(Object.entries(laneOpcodes))("%s reaches its own lane only", (name, [, laneCount]) => {
    const type = name.slice(0, 3) as Scalar;
    const width = laneBytes[type];
    const isExtract = name.includes("extract");
    for (let lane = 0; lane < laneCount; lane++) {
      const { view, run } = runner(isExtract ? ["v128"] : ["v128", type], isExtract ? type : "v128", (f) =>
        f.lane(name as keyof typeof laneOpcodes, lane),
      );
      for (let i = 0; i < laneCount; i++) writeLane(view, type, i * width, type === "i64" ? BigInt(i + 1) : i + 1);
      writeLane(view, type, 16, type === "i64" ? 99n : 99);
      run();
      if (isExtract) expect(Number(readLane(view, type, 256))).toBe(lane + 1);
      else
        for (let i = 0; i < laneCount; i++)
          expect(Number(readLane(view, type, 256 + i * width))).toBe(i === lane ? 99 : i + 1);
    }
  });

  it("shuffles pick lanes of both operands", () => {
    const cases: [(f: ReturnType<ModuleBuilder["function"]>) => unknown, BigInt64Array][] = [
      [(f) => f.shuffle32(7, 0, 5, 2), bits(8, 1, 6, 3)],
      [(f) => f.shuffle64(3, 0), bits(-7, 8, 1, -2)],
      [(f) => f.shuffle8([...ramp.slice(8), ...ramp.slice(0, 8)]), bits(3, -4, 1, -2)],
    ];
    for (const [write, expected] of cases) {
      const { view, run } = runner(["v128", "v128"], "v128", write);
      new BigInt64Array(view.buffer, 0, 2).set(x);
      new BigInt64Array(view.buffer, 16, 2).set(y);
      run();
      expect(new BigInt64Array(view.buffer, 256, 2)).toEqual(expected);
    }
  });

  it("constants arrive lane by lane", () => {
    const cases: [(f: ReturnType<ModuleBuilder["function"]>) => unknown, BigInt64Array][] = [
      [(f) => f.f64x2(0.1, -2), doubles(0.1, -2)],
      [(f) => f.f64x2(3), doubles(3, 3)],
      [(f) => f.f32x4(1, 2, 3, 4), floats(1, 2, 3, 4)],
      [(f) => f.i32x4(1, -2, 3, -4), x],
      [(f) => f.i64x2(-1n, 2n ** 63n), longs(-1n, -(2n ** 63n))],
    ];
    for (const [write, expected] of cases) {
      const { view, run } = runner([], "v128", write);
      run();
      expect(new BigInt64Array(view.buffer, 256, 2)).toEqual(expected);
    }
  });
});

describe("loads and stores", () => {
  it.each(Object.keys(memoryOpcodes) as (keyof typeof memoryOpcodes)[])("%s moves its own width", (name) => {
    const [type, operation] = name.split(".") as [Scalar | "v128", string];
    const width = Number(/\d+/.exec(operation)?.[0] ?? (type === "v128" ? 128 : Number(type.slice(1)))) / 8;
    const source = Uint8Array.from(ramp, (i) => 0xf1 + ((i * 37) % 15));
    const isStore = operation.startsWith("store");
    const { view, run } = isStore
      ? runner([], "i32", (f) => f.i32(384).i32(0).memory(`${type}.load`).memory(name, 3, 1).i32(0))
      : runner([], type, (f) => f.i32(0).memory(name, 3, 1));
    new Uint8Array(view.buffer).set(source, isStore ? 0 : 3);
    run();
    const seen = [...new Uint8Array(view.buffer, isStore ? 387 : 256, 16)];
    const first = [...source.slice(0, width)];
    const zeros = (count: number) => Array.from({ length: count }, () => 0);
    const negative = Array.from({ length: 16 }, () => 255);
    if (isStore || operation === "load")
      expect(seen).toEqual([
        ...source.slice(0, type === "v128" ? 16 : width),
        ...zeros(16 - (type === "v128" ? 16 : width)),
      ]);
    else if (operation.endsWith("splat")) expect(seen).toEqual(ramp.map((i) => first[i % width]));
    else if (operation.endsWith("zero")) expect(seen).toEqual([...first, ...zeros(16 - width)]);
    else if (operation.startsWith("load32x2")) {
      const fill = operation.endsWith("_s") ? negative.slice(0, 4) : zeros(4);
      expect(seen).toEqual([...source.slice(0, 4), ...fill, ...source.slice(4, 8), ...fill]);
    } else {
      const size = laneBytes[type as Scalar];
      const fill = operation.endsWith("_s") ? negative : zeros(16);
      expect(seen.slice(0, size)).toEqual([...first, ...fill.slice(0, size - width)]);
    }
  });

  it.each(Object.entries(memoryLaneOpcodes))("%s moves one lane", (name, [, , laneCount]) => {
    const op = name as keyof typeof memoryLaneOpcodes;
    const width = 16 / laneCount;
    for (let lane = 0; lane < laneCount; lane++) {
      const isStore = name.includes("store");
      const { view, run } = isStore
        ? runner([], "i32", (f) => f.i32(384).i32(0).memory("v128.load").memoryLane(op, lane, 2, 1).i32(0))
        : runner([], "v128", (f) => f.i32(16).i32(0).memory("v128.load").memoryLane(op, lane, 2, 1));
      const memory = new Uint8Array(view.buffer);
      memory.set(
        ramp.map((i) => i + 1),
        0,
      );
      memory.set(
        ramp.map((i) => i + 101),
        18,
      );
      run();
      if (isStore)
        expect([...memory.slice(386, 386 + 16)]).toEqual(ramp.map((i) => (i < width ? lane * width + i + 1 : 0)));
      else
        expect([...memory.slice(256, 272)]).toEqual(
          ramp.map((i) => (Math.floor(i / width) === lane ? (i % width) + 101 : i + 1)),
        );
    }
  });
});

it("no instruction of the table was left untried", () => {
  expect(Object.keys(plainOpcodes).filter((name) => !tried.has(name))).toEqual([]);
});
