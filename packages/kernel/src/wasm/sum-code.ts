import type { FunctionBuilder, FunctionReference, ModuleBuilder } from "@simloom/numerics";
import { SUM_LANES } from "../program/element-sum.ts";
import type { Scratch } from "./layout.ts";

const LANE_BYTES = 8 * SUM_LANES;

/** Writes `endRow(scratch)`: adds the row's lane sums to the pairs and clears them, as `element-sum.ts` says. */
export function writeEndRow(module: ModuleBuilder, { row, sum, lost }: Scratch, sums: number): FunctionReference {
  const f = module.function({ params: ["i32"] });
  const [at, end] = [0, f.local("i32")];
  const [before, term, after, step] = [f.local("v128"), f.local("v128"), f.local("v128"), f.local("v128")];
  f.get(at)
    .i32(LANE_BYTES * sums)
    .op("i32.add")
    .set(end);
  f.countUp(at, end, 16, () => {
    f.get(at).memory("v128.load", sum).set(before);
    f.get(at).memory("v128.load", row).set(term);
    f.get(before).get(term).op("f64x2.add").set(after);
    f.get(after).get(before).op("f64x2.sub").set(step);
    f.get(at).get(at).memory("v128.load", lost);
    f.get(before).get(after).get(step).op("f64x2.sub", "f64x2.sub");
    f.get(term).get(step).op("f64x2.sub", "f64x2.add", "f64x2.add").memory("v128.store", lost);
    f.get(at).get(after).memory("v128.store", sum);
    f.get(at).f64x2(0).memory("v128.store", row);
  });
  return f;
}

/** Writes `endBlock(scratch, partials)`: joins the lanes of each sum to a pair and clears them. */
export function writeEndBlock(
  module: ModuleBuilder,
  { sum, lost }: Scratch,
  sums: number,
  exportName: string,
): FunctionReference {
  const f = module.function({ params: ["i32", "i32"] }, exportName);
  const [at, partials, end] = [0, 1, f.local("i32")];
  const [high, low, term, after, step] = Array.from({ length: 5 }, () => f.local("f64")) as [
    number,
    number,
    number,
    number,
    number,
  ];
  f.get(at)
    .i32(LANE_BYTES * sums)
    .op("i32.add")
    .set(end);
  f.countUp(at, end, LANE_BYTES, () => {
    f.get(at).memory("f64.load", sum).set(high);
    f.get(at).memory("f64.load", lost).set(low);
    for (let place = 8; place < LANE_BYTES; place += 8) {
      f.get(at)
        .memory("f64.load", sum + place)
        .set(term);
      f.get(high).get(term).op("f64.add").set(after);
      f.get(after).get(high).op("f64.sub").set(step);
      f.get(low)
        .get(at)
        .memory("f64.load", lost + place)
        .op("f64.add");
      f.get(high).get(after).get(step).op("f64.sub", "f64.sub");
      f.get(term).get(step).op("f64.sub", "f64.add", "f64.add").set(low);
      f.get(after).set(high);
    }
    f.get(partials).get(high).memory("f64.store");
    f.get(partials).get(low).memory("f64.store", 8);
    f.get(partials).i32(16).op("i32.add").set(partials);
    for (let place = 0; place < LANE_BYTES; place += 16) {
      f.get(at)
        .f64x2(0)
        .memory("v128.store", sum + place);
      f.get(at)
        .f64x2(0)
        .memory("v128.store", lost + place);
    }
  });
  return f;
}

/** Writes code that sets the row's upper lane, at the byte `slot` + 8 of each sum, to what it is in the copy. */
export function writeRestoreLane(
  f: FunctionBuilder,
  { row, copy }: Scratch,
  sums: number,
  scratch: number,
  slot: number,
): void {
  const [at, end] = [f.local("i32"), f.local("i32")];
  f.get(scratch).get(slot).op("i32.add").tee(at);
  f.i32(LANE_BYTES * sums)
    .op("i32.add")
    .set(end);
  f.countUp(at, end, LANE_BYTES, () => {
    f.get(at)
      .get(at)
      .memory("f64.load", copy + 8)
      .memory("f64.store", row + 8);
  });
  f.release(at, end);
}
