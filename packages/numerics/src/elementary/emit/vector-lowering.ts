import type { PlainOp } from "../../wasm/opcodes.ts";
import type { Step } from "../program/program.ts";
import type { LineWriter, Lowering } from "./line-writer.ts";

/** Steps that are one instruction after their arguments. */
const PLAIN: Readonly<Record<string, readonly PlainOp[]>> = {
  add: ["f64x2.add"],
  sub: ["f64x2.sub"],
  mul: ["f64x2.mul"],
  div: ["f64x2.div"],
  sqrt: ["f64x2.sqrt"],
  neg: ["f64x2.neg"],
  abs: ["f64x2.abs"],
  floor: ["f64x2.floor"],
  less: ["f64x2.lt"],
  lessOrEqual: ["f64x2.le"],
  equal: ["f64x2.eq"],
  and: ["v128.and"],
  or: ["v128.or"],
  not: ["v128.not"],
  bits: [],
  integerAdd: ["i64x2.add"],
  integerSub: ["i64x2.sub"],
  integerAnd: ["v128.and"],
};

/** 1.5 · 2^52 and its bits: an integer added to the bits is added to the number. */
const ROUNDER = 6755399441055744;
const ROUNDER_BITS = 0x4338000000000000n;

/** Two float64 at a time: everything is v128, conditions are masks of 64 ones or zeros. */
export const vectorLowering: Lowering = {
  typeOf: () => "v128",
  write(writer, step) {
    const { f } = writer;
    const { op, args, value, integer } = step;
    const plain = PLAIN[op];
    if (plain !== undefined) {
      for (const arg of args) writer.push(arg);
      f.op(...plain);
      return;
    }
    switch (op) {
      case "constant":
        pushConstant(writer, value as number);
        return;
      case "integer":
        pushInteger(writer, integer as bigint);
        return;
      case "select":
        writer.push(args[1]);
        writer.push(args[2]);
        writer.push(args[0]);
        f.op("v128.bitselect");
        return;
      case "isOdd":
        writeIsOdd(writer, args[0]);
        return;
      case "load":
        writeLoad(writer, step);
        return;
    }
    writer.push(args[0]);
    if (op === "shiftLeft" || op === "shiftRight") {
      f.i32(value as number).op(op === "shiftLeft" ? "i64x2.shl" : "i64x2.shr_s");
    } else if (op === "toReal") {
      pushInteger(writer, ROUNDER_BITS);
      f.op("i64x2.add");
      pushConstant(writer, ROUNDER);
      f.op("f64x2.sub");
    } else if (op === "powerOfTwo") {
      pushInteger(writer, 1023n);
      f.op("i64x2.add").i32(52).op("i64x2.shl");
    }
  },
};

function pushConstant({ f, segment }: LineWriter, value: number): void {
  f.i32(0).memory("v128.load64_splat", segment.constantAddress(value));
}

function pushInteger({ f, segment }: LineWriter, value: bigint): void {
  f.i32(0).memory("v128.load64_splat", segment.integerAddress(value));
}

/** Tests the bit where it stands instead of shifting it down: vectors have no fast arithmetic shift by 64 bits. */
function writeIsOdd(writer: LineWriter, place: number | undefined): void {
  let bit = 1n;
  let source = place;
  if (writer.step(place).op === "shiftRight") {
    const shift = writer.pass(place);
    bit = 1n << BigInt(shift.value as number);
    source = shift.args[0];
  }
  writer.push(source);
  pushInteger(writer, bit);
  writer.f.op("v128.and");
  pushInteger(writer, bit);
  writer.f.op("i64x2.eq");
}

/** Loads each lane from its own address. */
function writeLoad(writer: LineWriter, { args, table }: Step): void {
  const { f, segment } = writer;
  const address = segment.tableAddress(table as string);
  const index = f.local("v128");
  writer.push(args[0]);
  f.i32(3).op("i64x2.shl").tee(index);
  f.lane("i32x4.extract_lane", 0).memory("v128.load64_zero", address);
  const low = f.local("v128");
  f.set(low).get(index).lane("i32x4.extract_lane", 2).get(low).memoryLane("v128.load64_lane", 1, address);
  f.release(index, low);
}
