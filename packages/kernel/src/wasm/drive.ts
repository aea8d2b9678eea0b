import type { FunctionReference, Local, ModuleBuilder } from "@simloom/numerics";
import { SUM_BLOCK, SUM_ROW } from "../program/element-sum.ts";
import { sumCount } from "../program/kernel.ts";
import type { Program } from "../program/program.ts";
import type { InputLayout, Layout, Scratch } from "./layout.ts";
import { writeEndBlock, writeEndRow, writeRestoreLane } from "./sum-code.ts";

interface Parts {
  readonly program: Program;
  readonly layout: Layout;
  readonly inputs: InputLayout;
  readonly scratch: Scratch;
  readonly steps: FunctionReference;
}

/**
 * Writes what calls `steps`: `chunk`, `endBlock` and `blocks`. Calls are short, so that code which the engine has
 * compiled better in the meantime is taken up soon.
 */
export function writeDrive(module: ModuleBuilder, parts: Parts): void {
  const { program, layout, inputs, scratch } = parts;
  const sums = sumCount(program);
  const chunk = sums === 0 ? writePlainChunk(module, parts) : writeSumChunk(module, parts, sums);
  const endBlock = sums === 0 ? undefined : writeEndBlock(module, scratch, sums, "endBlock");
  const f = module.function({ params: ["i32", "i32", "i32", "i32"] }, "blocks");
  const [scratchLocal, block, end, shift] = [0, 1, 2, 3];
  const pushHeader = (index: number) => f.get(shift).memory("i32.load", layout.header + 4 * index);
  const [start, elements] = [f.local("i32"), f.local("i32")];
  f.countUp(block, end, 1, () => {
    f.get(block).i32(SUM_BLOCK).op("i32.mul").set(start);
    pushHeader(2).get(start).op("i32.sub").set(elements);
    f.i32(SUM_BLOCK).get(elements).get(elements).i32(SUM_BLOCK).op("i32.gt_s").select().set(elements);
    f.get(scratchLocal);
    pushHeader(0)
      .get(block)
      .i32((SUM_BLOCK / 2) * inputs.stepBytes)
      .op("i32.mul", "i32.add");
    f.get(start).i32(3).op("i32.shl").get(elements).call(chunk);
    if (endBlock === undefined) return;
    f.get(scratchLocal);
    pushHeader(1)
      .get(block)
      .i32(16 * sums)
      .op("i32.mul", "i32.add")
      .call(endBlock);
  });
}

/** Without sums an odd last element shares its step with whatever stands beside it: lanes do not mix. */
function writePlainChunk(module: ModuleBuilder, { steps }: Parts): FunctionReference {
  const f = module.function({ params: ["i32", "i32", "i32", "i32"] }, "chunk");
  f.get(0).get(1).get(2).get(3).i32(1).op("i32.add").i32(1).op("i32.shr_u").i32(0).call(steps);
  return f;
}

/** Rows, then what is left; of an odd last step only the lower lane is kept. */
function writeSumChunk(module: ModuleBuilder, { inputs, scratch, steps }: Parts, sums: number): FunctionReference {
  const endRow = writeEndRow(module, scratch, sums);
  const f = module.function({ params: ["i32", "i32", "i32", "i32"] }, "chunk");
  const [scratchLocal, input, output, elements] = [0, 1, 2, 3];
  const advance = (local: Local, push: () => void) => {
    f.get(local);
    push();
    f.op("i32.add").set(local);
  };
  f.block((rest) => {
    f.loop((again) => {
      f.get(elements).i32(SUM_ROW).op("i32.lt_s").brIf(rest);
      f.get(scratchLocal)
        .get(input)
        .get(output)
        .i32(SUM_ROW / 2)
        .i32(0)
        .call(steps);
      f.get(scratchLocal).call(endRow);
      advance(input, () => f.i32((SUM_ROW / 2) * inputs.stepBytes));
      advance(output, () => f.i32(8 * SUM_ROW));
      f.get(elements).i32(SUM_ROW).op("i32.sub").set(elements);
      f.br(again);
    });
  });
  const pairs = f.local("i32");
  f.get(elements).i32(1).op("i32.shr_u").tee(pairs);
  f.if(() => void f.get(scratchLocal).get(input).get(output).get(pairs).i32(0).call(steps));
  f.get(elements).i32(1).op("i32.and");
  f.if(() => {
    const slot = f.local("i32");
    f.get(pairs).i32(4).op("i32.shl").i32(63).op("i32.and").set(slot);
    f.get(scratchLocal)
      .i32(scratch.copy)
      .op("i32.add")
      .get(scratchLocal)
      .i32(64 * sums)
      .memoryCopy();
    f.get(scratchLocal);
    f.get(input).get(pairs).i32(inputs.stepBytes).op("i32.mul", "i32.add");
    f.get(output).get(pairs).i32(4).op("i32.shl", "i32.add");
    f.i32(1).get(slot).call(steps);
    writeRestoreLane(f, scratch, sums, scratchLocal, slot);
  });
  f.get(elements).if(() => void f.get(scratchLocal).call(endRow));
  return f;
}
