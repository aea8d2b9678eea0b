import type { FunctionBuilder, PlainOp } from "@simloom/numerics";
import type { MachineOperationName } from "../expression/operations.ts";

/** Writes an operation; each of `args` pushes an argument, once. */
type Write = (f: FunctionBuilder, args: readonly (() => void)[]) => void;

/** Arguments, then one instruction. */
const plain =
  (op: PlainOp): Write =>
  (f, args) => {
    for (const arg of args) arg();
    f.op(op);
  };

/** How each operation is written for two lanes. Conditions are masks of 64 ones or zeros per lane. */
export const vectorInstructions: Readonly<Record<MachineOperationName, Write>> = {
  add: plain("f64x2.add"),
  subtract: plain("f64x2.sub"),
  multiply: plain("f64x2.mul"),
  divide: plain("f64x2.div"),
  negate: plain("f64x2.neg"),
  abs: plain("f64x2.abs"),
  sqrt: plain("f64x2.sqrt"),
  floor: plain("f64x2.floor"),
  min: plain("f64x2.min"),
  max: plain("f64x2.max"),
  less: plain("f64x2.lt"),
  lessOrEqual: plain("f64x2.le"),
  equal: plain("f64x2.eq"),
  notEqual: plain("f64x2.ne"),
  and: plain("v128.and"),
  or: plain("v128.or"),
  not: plain("v128.not"),
  select: (f, [condition, a, b]) => {
    for (const push of [a, b, condition]) push?.();
    f.op("v128.bitselect");
  },
};
