import type { PlainOp } from "../../wasm/opcodes.ts";
import type { Lowering } from "./line-writer.ts";

/** Steps that are one instruction after their arguments. */
const PLAIN: Readonly<Record<string, readonly PlainOp[]>> = {
  add: ["f64.add"],
  sub: ["f64.sub"],
  mul: ["f64.mul"],
  div: ["f64.div"],
  sqrt: ["f64.sqrt"],
  neg: ["f64.neg"],
  abs: ["f64.abs"],
  floor: ["f64.floor"],
  less: ["f64.lt"],
  lessOrEqual: ["f64.le"],
  equal: ["f64.eq"],
  and: ["i32.and"],
  or: ["i32.or"],
  not: ["i32.eqz"],
  bits: ["i64.reinterpret_f64"],
  toReal: ["i32.wrap_i64", "f64.convert_i32_s"],
  integerAdd: ["i64.add"],
  integerSub: ["i64.sub"],
  integerAnd: ["i64.and"],
};

/** One float64 at a time: reals are f64, integers i64, conditions i32. */
export const scalarLowering: Lowering = {
  typeOf: (kind) => (kind === "real" ? "f64" : kind === "integer" ? "i64" : "i32"),
  write(writer, { op, args, value, integer, table }) {
    const { f } = writer;
    const plain = PLAIN[op];
    if (plain !== undefined) {
      for (const arg of args) writer.push(arg);
      f.op(...plain);
      return;
    }
    if (op === "constant") {
      f.f64(value as number);
      return;
    }
    if (op === "integer") {
      f.i64(integer as bigint);
      return;
    }
    if (op === "select") {
      writer.push(args[1]);
      writer.push(args[2]);
      writer.push(args[0]);
      f.select();
      return;
    }
    writer.push(args[0]);
    if (op === "shiftLeft" || op === "shiftRight") {
      f.i64(BigInt(value as number)).op(op === "shiftLeft" ? "i64.shl" : "i64.shr_s");
    } else if (op === "isOdd") f.op("i32.wrap_i64").i32(1).op("i32.and");
    else if (op === "powerOfTwo") f.i64(1023n).op("i64.add").i64(52n).op("i64.shl", "f64.reinterpret_i64");
    else if (op === "load") {
      f.op("i32.wrap_i64")
        .i32(3)
        .op("i32.shl")
        .memory("f64.load", writer.segment.tableAddress(table as string));
    }
  },
};
