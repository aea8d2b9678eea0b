import { numericsError } from "../errors.ts";
import { ByteBuffer } from "./byte-buffer.ts";
import {
  type LaneOp,
  laneOpcodes,
  type MemoryLaneOp,
  type MemoryOp,
  memoryLaneOpcodes,
  memoryOpcodes,
  type PlainOp,
  plainOpcodes,
} from "./opcodes.ts";
import { type Signature, type ValueType, valueTypeByte } from "./value-type.ts";

/** Index of a parameter or local of one function. */
export type Local = number;

/** A function that can be called: its place in the module's function index space. */
export interface FunctionReference {
  readonly index: number;
  readonly signature: Signature;
}

/** Target of a branch: the end of a `block` or `if`, the start of a `loop`. Valid inside that construct only. */
export interface Label {
  readonly depth: number;
}

/**
 * Body of one function, written instruction by instruction into one flat buffer.
 *
 * Methods append an instruction and return the builder. The stack is not checked here: the host validates a module
 * when it compiles it. Parameters are locals 0 … n − 1. Encoding costs about 20 ns per instruction.
 */
export class FunctionBuilder implements FunctionReference {
  readonly index: number;
  readonly signature: Signature;
  private readonly body = new ByteBuffer();
  private readonly locals: ValueType[] = [];
  private readonly idle: Partial<Record<ValueType, Local[]>> = {};
  private depth = 0;

  constructor(index: number, signature: Signature) {
    this.index = index;
    this.signature = signature;
  }

  /** Number of bytes of instructions so far: engines compile large bodies slowly and cap them (V8: 7.6 MB). */
  get byteLength(): number {
    return this.body.length;
  }

  /** A new local, zero at entry, or one of that type given back with `release` (which keeps its old value). */
  local(type: ValueType): Local {
    const reused = this.idle[type]?.pop();
    if (reused !== undefined) return reused;
    return (this.signature.params?.length ?? 0) + this.locals.push(type) - 1;
  }

  /** Gives locals back for reuse, so that long straight-line code does not need thousands of them. */
  release(...locals: readonly Local[]): this {
    const parameterCount = this.signature.params?.length ?? 0;
    for (const local of locals) {
      const type = this.locals[local - parameterCount];
      if (type === undefined)
        throw misuse(`Local ${local} is not a declared local of this function`, "Release what `local` returned.");
      const pool = this.idle[type] ?? [];
      this.idle[type] = pool;
      if (pool.includes(local)) throw misuse(`Local ${local} was released twice`, "Release a local once.");
      pool.push(local);
    }
    return this;
  }

  get(local: Local): this {
    return this.indexed(0x20, local);
  }

  set(local: Local): this {
    return this.indexed(0x21, local);
  }

  tee(local: Local): this {
    return this.indexed(0x22, local);
  }

  /** One or more instructions without immediates, in order. */
  op(...names: readonly PlainOp[]): this {
    for (const name of names) this.opcode(plainOpcodes[name] ?? unknown(name));
    return this;
  }

  /** Pushes a constant in [-2^31, 2^32). */
  i32(value: number): this {
    if (!Number.isInteger(value) || value < -(2 ** 31) || value >= 2 ** 32)
      throw misuse(`${value} is not a 32-bit integer`, "Give an integer in [-2^31, 2^32).");
    this.body.byte(0x41);
    this.body.s32(value);
    return this;
  }

  /** Pushes a constant in [-2^63, 2^64). */
  i64(value: bigint): this {
    if (value < -(2n ** 63n) || value >= 2n ** 64n)
      throw misuse(`${value} is not a 64-bit integer`, "Give an integer in [-2^63, 2^64).");
    this.body.byte(0x42);
    this.body.s64(value);
    return this;
  }

  f32(value: number): this {
    this.body.byte(0x43);
    this.body.f32(value);
    return this;
  }

  f64(value: number): this {
    this.body.byte(0x44);
    this.body.f64(value);
    return this;
  }

  /** Pushes a vector of two doubles; one number fills both lanes. */
  f64x2(low: number, high: number = low): this {
    this.opcode(0xfd0c);
    this.body.f64(low);
    this.body.f64(high);
    return this;
  }

  /** Pushes a vector of four floats; one number fills all lanes. */
  f32x4(a: number, b: number = a, c: number = a, d: number = a): this {
    this.opcode(0xfd0c);
    for (const lane of [a, b, c, d]) this.body.f32(lane);
    return this;
  }

  /** Pushes a vector of two 64-bit integers, taken modulo 2^64; one number fills both lanes. */
  i64x2(low: bigint, high: bigint = low): this {
    return this.v128(new Uint8Array(new BigUint64Array([low, high].map((lane) => BigInt.asUintN(64, lane))).buffer));
  }

  /** Pushes a vector of four 32-bit integers, taken modulo 2^32; one number fills all lanes. */
  i32x4(a: number, b: number = a, c: number = a, d: number = a): this {
    return this.v128(new Uint8Array(new Int32Array([a, b, c, d]).buffer));
  }

  /** Pushes a vector given as sixteen bytes, lowest first. */
  v128(bytes: ArrayLike<number>): this {
    if (bytes.length !== 16) throw misuse(`A vector constant has 16 bytes, not ${bytes.length}`, "Give sixteen bytes.");
    this.opcode(0xfd0c);
    this.body.append(bytes);
    return this;
  }

  /** A load or store at (address on the stack) + `offset` bytes; `align` is in bytes, a promise up to the natural one. */
  memory(name: MemoryOp, offset = 0, align?: number): this {
    const [code, naturalLog2] = memoryOpcodes[name] ?? unknown(name);
    this.opcode(code);
    return this.memoryArgument(offset, naturalLog2, align);
  }

  /** A load or store of one lane of a vector. */
  memoryLane(name: MemoryLaneOp, lane: number, offset = 0, align?: number): this {
    const [code, naturalLog2, laneCount] = memoryLaneOpcodes[name] ?? unknown(name);
    this.opcode(code);
    this.memoryArgument(offset, naturalLog2, align);
    this.body.byte(checkedLane(lane, laneCount));
    return this;
  }

  /** Extracts or replaces a lane. */
  lane(name: LaneOp, lane: number): this {
    const [code, laneCount] = laneOpcodes[name] ?? unknown(name);
    this.opcode(code);
    this.body.byte(checkedLane(lane, laneCount));
    return this;
  }

  /** Picks sixteen bytes of the two vectors on the stack: 0–15 from the first, 16–31 from the second. */
  shuffle8(bytes: readonly number[]): this {
    if (bytes.length !== 16) throw misuse(`A byte shuffle has 16 lanes, not ${bytes.length}`, "Give sixteen lanes.");
    this.opcode(0xfd0d);
    for (const byte of bytes) this.body.byte(checkedLane(byte, 32));
    return this;
  }

  /** Picks four 32-bit lanes of two vectors: 0–3 from the first, 4–7 from the second. */
  shuffle32(...lanes: readonly [number, number, number, number]): this {
    return this.shuffle8(lanes.flatMap((lane) => consecutive(4 * checkedLane(lane, 8), 4)));
  }

  /** Picks two 64-bit lanes of two vectors: 0–1 from the first, 2–3 from the second. */
  shuffle64(...lanes: readonly [number, number]): this {
    return this.shuffle8(lanes.flatMap((lane) => consecutive(8 * checkedLane(lane, 4), 8)));
  }

  /** Instructions that a branch to the label leaves. `result` is the type of the value left on the stack, if any. */
  block(body: (end: Label) => void, result?: ValueType): this {
    return this.construct(0x02, body, result);
  }

  /** Instructions that a branch to the label starts again. Without a branch the loop ends. */
  loop(body: (start: Label) => void, result?: ValueType): this {
    return this.construct(0x03, body, result);
  }

  /** Takes a condition from the stack and runs one of two bodies. */
  if(then: (end: Label) => void, otherwise?: (end: Label) => void, result?: ValueType): this {
    return this.construct(
      0x04,
      (end) => {
        then(end);
        if (otherwise === undefined) return;
        this.body.byte(0x05);
        otherwise(end);
      },
      result,
    );
  }

  /** Branches to a label that encloses this place. */
  br(label: Label): this {
    return this.indexed(0x0c, this.distance(label));
  }

  /** Branches if the condition on the stack is not zero. */
  brIf(label: Label): this {
    return this.indexed(0x0d, this.distance(label));
  }

  /**
   * Runs `body` for `counter` from its present value in steps of `step` while it is below `limit` (both signed 32-bit),
   * at least once: the test stands at the end, which saves a branch per turn.
   */
  countUp(counter: Local, limit: Local | (() => void), step: number, body: () => void): this {
    return this.loop((start) => {
      body();
      this.get(counter).i32(step).op("i32.add").tee(counter);
      if (typeof limit === "number") this.get(limit);
      else limit();
      this.op("i32.lt_s").brIf(start);
    });
  }

  call(target: FunctionReference): this {
    return this.indexed(0x10, target.index);
  }

  return(): this {
    return this.single(0x0f);
  }

  drop(): this {
    return this.single(0x1a);
  }

  /** Takes two values and a condition: leaves the first if the condition is not zero, else the second. */
  select(): this {
    return this.single(0x1b);
  }

  unreachable(): this {
    return this.single(0x00);
  }

  /** Takes destination, source and byte count. */
  memoryCopy(): this {
    this.body.append([0xfc, 10, 0, 0]);
    return this;
  }

  /** Takes destination, byte value and byte count. */
  memoryFill(): this {
    this.body.append([0xfc, 11, 0]);
    return this;
  }

  /** Appends the function to a code section: local declarations, instructions, end. */
  writeTo(section: ByteBuffer): void {
    const content = new ByteBuffer(this.body.length + 64);
    const runs: { type: ValueType; count: number }[] = [];
    for (const type of this.locals) {
      const last = runs.at(-1);
      if (last?.type === type) last.count++;
      else runs.push({ type, count: 1 });
    }
    content.u32(runs.length);
    for (const { type, count } of runs) {
      content.u32(count);
      content.byte(valueTypeByte[type]);
    }
    content.append(this.body.bytes);
    content.byte(0x0b);
    section.sized(content);
  }

  private construct(code: number, body: (label: Label) => void, result: ValueType | undefined): this {
    this.body.byte(code);
    this.body.byte(result === undefined ? 0x40 : valueTypeByte[result]);
    this.depth++;
    body({ depth: this.depth });
    this.depth--;
    this.body.byte(0x0b);
    return this;
  }

  private distance(label: Label): number {
    if (label.depth > this.depth)
      throw misuse("A branch leaves for a block that has ended", "Branch to an enclosing label only.");
    return this.depth - label.depth;
  }

  private memoryArgument(offset: number, naturalLog2: number, align: number | undefined): this {
    const alignLog2 = align === undefined ? naturalLog2 : Math.log2(align);
    if (!Number.isInteger(alignLog2) || alignLog2 < 0 || alignLog2 > naturalLog2)
      throw misuse(
        `Alignment ${align} is not a power of two up to ${2 ** naturalLog2}`,
        "Give the alignment in bytes.",
      );
    if (!Number.isInteger(offset) || offset < 0 || offset >= 2 ** 32)
      throw misuse(`Offset ${offset} is not in [0, 2^32)`, "Add a negative offset to the address instead.");
    this.body.u32(alignLog2);
    this.body.u32(offset);
    return this;
  }

  private indexed(code: number, index: number): this {
    this.body.byte(code);
    this.body.u32(index);
    return this;
  }

  private single(code: number): this {
    this.body.byte(code);
    return this;
  }

  private opcode(code: number): void {
    if (code >= 256) this.body.byte(code >> 8);
    if (code >= 256) this.body.u32(code & 255);
    else this.body.byte(code);
  }
}

function checkedLane(lane: number, laneCount: number): number {
  if (Number.isInteger(lane) && lane >= 0 && lane < laneCount) return lane;
  throw misuse(`Lane ${lane} is not one of 0 to ${laneCount - 1}`, "Count lanes from zero, lowest first.");
}

function consecutive(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, step) => first + step);
}

function unknown(name: string): never {
  throw misuse(`There is no instruction ${name} here`, "Take a name of the text format that the opcode table lists.");
}

function misuse(message: string, remedy: string): Error {
  return numericsError("NUMR-001", message, remedy);
}
