import type { FunctionBuilder, Local } from "../wasm/function-builder.ts";
import type { ModuleBuilder } from "../wasm/module-builder.ts";
import { butterfly, type Radix } from "./butterfly.ts";
import { type ComplexLocal, complexEmitter, type Lanes } from "./lanes.ts";

/** Where element (row, column) of a pass lies: strides in bytes; columns of one block are `columnBytes` apart. */
export interface Layout {
  readonly rowBytes: number;
  readonly columnBytes: number;
  /** Distance of the first columns of two neighbouring blocks. */
  readonly blockBytes: number;
}

/** One pass over the data: transforms of `rows` points, one per column, a block of columns at a time in scratch. */
export interface PassShape {
  readonly lanes: Lanes;
  /** Length of each transform, the product of `stages`. */
  readonly rows: number;
  readonly stages: readonly Radix[];
  readonly columns: number;
  /** Columns of a block: a multiple of the lane count, a divisor of `columns`. */
  readonly blockColumns: number;
  readonly source: Layout;
  readonly target: Layout;
  /** Multiply result (row k, column j) by a factor streamed from memory: the twiddles between two passes. */
  readonly hasFactors: boolean;
  /** Multiply the result by a real number passed to the function. */
  readonly hasScale: boolean;
  /** Multiply the result by complex numbers that lie like the target in two more planes. */
  readonly hasTransfer: boolean;
}

/**
 * Writes the function of a pass: (source re, source im, target re, target im, scratch, stage twiddles, row offsets,
 * factors, block count, transfer re, transfer im, scale). Addresses of planes are those of the first block.
 *
 * Each block of columns goes through all stages inside `scratch` (`scratchBytes`), which stays in the first-level
 * cache; source and target may be the same. Stages are decimation in frequency, so results come out with their digits
 * reversed and the last stage writes each to its row. Scratch and factors hold a row as real parts, then imaginary parts.
 */
export function writePass(module: ModuleBuilder, name: string, shape: PassShape): void {
  const { lanes, stages, rows, blockColumns } = shape;
  const element = elementType(lanes);
  const f = module.function({ params: [...Array.from({ length: 11 }, () => "i32" as const), element] }, name);
  const [sourceRe, sourceIm, targetRe, targetIm, scratch, twiddles, rowOffsets, factors, blockCount] = [
    0, 1, 2, 3, 4, 5, 6, 7, 8,
  ] as const;
  const [transferRe, transferIm, scaleElement] = [9, 10, 11] as const;
  const c = complexEmitter(f, lanes);
  const scale = f.local(lanes.type);
  if (shape.hasScale) {
    f.get(scaleElement);
    if (lanes.type === "v128") f.op(lanes.precision === "float64" ? "f64x2.splat" : "f32x4.splat");
    f.set(scale);
  }
  if (shape.hasTransfer) {
    // From here on the transfer planes are distances from the target planes.
    f.get(transferRe).get(targetRe).op("i32.sub").set(transferRe);
    f.get(transferIm).get(targetIm).op("i32.sub").set(transferIm);
  }
  const planeBytes = blockColumns * lanes.elementBytes;
  const scratchRow = 2 * planeBytes;
  const stepBytes = lanes.count * lanes.elementBytes;
  const [block, outer, inner, twiddle, from, from2, to, to2, end] = Array.from({ length: 9 }, () => f.local("i32")) as [
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
  ];
  const isGather = shape.source.columnBytes !== lanes.elementBytes;

  const loadSource = (q: number, rowStep: number): ComplexLocal => {
    const value = c.local();
    for (const [pointer, local] of [
      [from, value.re],
      [from2, value.im],
    ] as const) {
      const offset = q * rowStep * shape.source.rowBytes;
      if (!isGather || lanes.count === 1) f.get(pointer).memory(lanes.load, offset, lanes.elementBytes);
      else gather(f, lanes, pointer, offset, shape.source.columnBytes);
      f.set(local);
    }
    return value;
  };
  const loadScratch = (q: number, rowStep: number): ComplexLocal => {
    const value = c.local();
    const offset = q * rowStep * scratchRow;
    f.get(from).memory(lanes.load, offset, lanes.elementBytes).set(value.re);
    f.get(from)
      .memory(lanes.load, offset + planeBytes, lanes.elementBytes)
      .set(value.im);
    return value;
  };
  // Loaded before the loop over the columns of a block, for which they are the same.
  const loadStageTwiddles = (radix: Radix): ComplexLocal[] =>
    Array.from({ length: radix - 1 }, (_, place) => {
      const factor = c.local();
      f.get(twiddle)
        .memory(lanes.loadSplat, 2 * place * lanes.elementBytes)
        .set(factor.re);
      f.get(twiddle)
        .memory(lanes.loadSplat, (2 * place + 1) * lanes.elementBytes)
        .set(factor.im);
      return factor;
    });
  const timesFactor = (value: ComplexLocal, k: number, radix: number): ComplexLocal => {
    if (!shape.hasFactors) return value;
    const factor = c.local();
    f.get(factors)
      .memory(lanes.load, k * 2 * stepBytes, lanes.elementBytes)
      .set(factor.re);
    f.get(factors)
      .memory(lanes.load, (k * 2 + 1) * stepBytes, lanes.elementBytes)
      .set(factor.im);
    const product = c.mul(value, factor);
    c.release(factor, value);
    if (k === radix - 1)
      f.get(factors)
        .i32(radix * 2 * stepBytes)
        .op("i32.add")
        .set(factors);
    return product;
  };
  const timesTransfer = (value: ComplexLocal, row: number): ComplexLocal => {
    if (!shape.hasTransfer) return value;
    const factor = c.local();
    const offset = row * shape.target.rowBytes;
    f.get(to).get(transferRe).op("i32.add").memory(lanes.load, offset, lanes.elementBytes).set(factor.re);
    f.get(to2).get(transferIm).op("i32.add").memory(lanes.load, offset, lanes.elementBytes).set(factor.im);
    const product = c.mul(value, factor);
    c.release(factor, value);
    return product;
  };
  const storeTarget = (value: ComplexLocal, row: number): void => {
    const offset = row * shape.target.rowBytes;
    for (const [pointer, local] of [
      [to, value.re],
      [to2, value.im],
    ] as const) {
      f.get(pointer).get(local);
      if (shape.hasScale) f.get(scale).op(lanes.mul);
      f.memory(lanes.store, offset, lanes.elementBytes);
    }
  };
  const storeScratch = (pointer: Local, value: ComplexLocal, row: number): void => {
    f.get(pointer)
      .get(value.re)
      .memory(lanes.store, row * scratchRow, lanes.elementBytes);
    f.get(pointer)
      .get(value.im)
      .memory(lanes.store, row * scratchRow + planeBytes, lanes.elementBytes);
  };
  const advance = (bytes: number, ...pointers: readonly Local[]): void => {
    for (const pointer of new Set(pointers)) f.get(pointer).i32(bytes).op("i32.add").set(pointer);
  };

  f.i32(0).set(block);
  f.countUp(block, blockCount, 1, () => {
    f.get(twiddles).set(twiddle);
    let length = rows;
    stages.forEach((radix, index) => {
      const isFirst = index === 0;
      const isLast = index === stages.length - 1;
      const quarter = length / radix;
      const groups = rows / length;
      const sourceStep = isGather ? lanes.count * shape.source.columnBytes : stepBytes;

      const body = (stageTwiddles: readonly ComplexLocal[]) => {
        const x = Array.from({ length: radix }, (_, q) => (isFirst ? loadSource(q, quarter) : loadScratch(q, quarter)));
        const y = butterfly(c, x);
        c.release(...x);
        y.forEach((value, k) => {
          if (isLast) {
            const result = timesTransfer(timesFactor(value, k, radix), (k * rows) / radix);
            storeTarget(result, (k * rows) / radix);
            c.release(result);
          } else {
            const factor = stageTwiddles[k - 1];
            const result = factor === undefined ? value : c.mul(value, factor);
            if (result !== value) c.release(value);
            storeScratch(isFirst ? to : from, result, k * quarter);
            c.release(result);
          }
        });
      };
      const overColumns = () => {
        const stageTwiddles = isLast ? [] : loadStageTwiddles(radix);
        if (blockColumns === lanes.count) {
          body(stageTwiddles);
          c.release(...stageTwiddles);
          return;
        }
        f.get(from)
          .i32((isFirst ? sourceStep : stepBytes) * (blockColumns / lanes.count))
          .op("i32.add")
          .set(end);
        f.loop((again) => {
          body(stageTwiddles);
          if (isFirst) advance(sourceStep, from, from2);
          else advance(stepBytes, from);
          if (isLast) advance(stepBytes, to, to2);
          else if (isFirst) advance(stepBytes, to);
          f.get(from).get(end).op("i32.lt_u").brIf(again);
        });
        c.release(...stageTwiddles);
      };

      if (isFirst) {
        f.get(sourceRe).set(from).get(sourceIm).set(from2);
      } else f.get(scratch).set(from);
      if (isFirst && !isLast) f.get(scratch).set(to);
      // group g starts at row g·length; inside it position p runs to quarter
      const columnSpan = blockColumns / lanes.count;
      const rewoundSource = shape.source.rowBytes - (columnSpan > 1 ? columnSpan * sourceStep : 0);
      const rewoundScratch = scratchRow - (columnSpan > 1 ? columnSpan * stepBytes : 0);
      if (isLast) {
        f.i32(0).set(outer);
        f.countUp(
          outer,
          () => f.i32(groups),
          1,
          () => {
            for (const [pointer, base] of [
              [to, targetRe],
              [to2, targetIm],
            ] as const) {
              f.get(base);
              f.get(rowOffsets)
                .get(outer)
                .i32(2)
                .op("i32.shl", "i32.add")
                .memory("i32.load")
                .op("i32.add")
                .set(pointer);
            }
            overColumns();
            if (isFirst) return;
            advance(rewoundScratch + (radix - 1) * scratchRow, from);
          },
        );
      } else {
        const positions = () => {
          f.i32(0).set(inner);
          f.countUp(
            inner,
            () => f.i32(quarter),
            1,
            () => {
              overColumns();
              if (isFirst) advance(rewoundSource, from, from2);
              else advance(rewoundScratch, from);
              if (isFirst) advance(rewoundScratch, to);
              advance((radix - 1) * 2 * lanes.elementBytes, twiddle);
            },
          );
        };
        if (groups === 1) positions();
        else {
          f.i32(0).set(outer);
          f.countUp(
            outer,
            () => f.i32(groups),
            1,
            () => {
              positions();
              advance((radix - 1) * quarter * scratchRow, from);
              advance(-(radix - 1) * quarter * 2 * lanes.elementBytes, twiddle);
            },
          );
          advance((radix - 1) * quarter * 2 * lanes.elementBytes, twiddle);
        }
      }
      length = quarter;
    });
    advance(shape.source.blockBytes, sourceRe, sourceIm);
    advance(shape.target.blockBytes, targetRe, targetIm);
  });
}

/** Loads one element per lane from places `strideBytes` apart. */
function gather(f: FunctionBuilder, lanes: Lanes, pointer: Local, offset: number, strideBytes: number): void {
  if (lanes.precision === "float64") {
    f.get(pointer)
      .get(pointer)
      .memory("v128.load64_zero", offset)
      .memoryLane("v128.load64_lane", 1, offset + strideBytes);
    return;
  }
  for (let lane = 3; lane >= 1; lane--) f.get(pointer);
  f.get(pointer).memory("v128.load32_zero", offset);
  for (let lane = 1; lane <= 3; lane++) f.memoryLane("v128.load32_lane", lane, offset + lane * strideBytes);
}

function elementType(lanes: Lanes): "f64" | "f32" {
  return lanes.precision === "float64" ? "f64" : "f32";
}
