import {
  type ElementaryFunctions,
  type ElementaryName,
  elementaryProgram,
  type FunctionBuilder,
  type FunctionReference,
  type Local,
  type MemoryLimits,
  ModuleBuilder,
  TableSegment,
  writeElementary,
  writeVectorBody,
} from "@simloom/numerics";
import { variesByElement } from "../expression/dependence.ts";
import type { Expression } from "../expression/expression.ts";
import { type MachineOperationName, operations } from "../expression/operations.ts";
import type { TableValues } from "../expression/table-values.ts";
import { sumCount } from "../program/kernel.ts";
import { inputIndex, type Program, type ProgramOutput } from "../program/program.ts";
import { writeDrive } from "./drive.ts";
import { vectorInstructions } from "./instructions.ts";
import { type InputLayout, type Layout, layoutOf, type Scratch, scratchOf } from "./layout.ts";
import { LoadOrder } from "./load-order.ts";

const TRUE_BITS = -1n;
/** Functions stand in line up to this length of the body and are called beyond it: engines compile long bodies slowly. */
const INLINE_LIMIT_BYTES = 1 << 16;

/** A module and what its user must know of its memory, which it imports as `host.memory`. */
export interface EncodedProgram {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly layout: Layout;
  readonly inputs: InputLayout;
  readonly scratch: Scratch;
  /** First byte that the module does not use by itself: a multiple of 64. */
  readonly firstFreeByte: number;
}

/** What a module exports; addresses in bytes, of scratch memory a multiple of 64. */
export interface ModuleExports {
  /**
   * Computes what is the same for all elements from parameters and time. Once per call and scratch. What a call is told (the
   * bytes from the base to the tables) stands `shift` bytes behind its place in the layout.
   */
  hoist(scratch: number, shift: number): void;
  /** Computes elements from the inputs at `input`, with outputs from the byte `output` of their columns on. */
  chunk(scratch: number, input: number, output: number, elements: number): void;
  /** Ends a block of a sum: writes a pair per sum to `partials`. */
  endBlock(scratch: number, partials: number): void;
  /** Computes whole blocks of what the header describes. */
  blocks(scratch: number, first: number, end: number, shift: number): void;
}

/**
 * Encodes a program. Everything is two lanes wide; what does not vary is computed by `hoist` and kept in memory, because
 * more of it than the processor has registers would be moved to the stack and back. What stands before `base` in its memory is
 * not touched.
 */
export function encodeProgram(program: Program, inputs: InputLayout, memory: MemoryLimits, base = 0): EncodedProgram {
  const layout = layoutOf(program, base);
  const scratch = scratchOf(sumCount(program), program.hoisted.length);
  const module = new ModuleBuilder();
  module.importMemory("host", "memory", memory);
  const segment = new TableSegment(layout.tables);
  const functions = elementaryCode(module, segment, [...program.hoisted, ...program.perElement]);
  const shared = { segment, program, layout, inputs, scratch, functions };
  writeHoist({ ...shared, f: module.function({ params: ["i32", "i32"] }, "hoist"), locals: new Map() });
  const steps = writeSteps(module, shared);
  writeDrive(module, { program, layout, inputs, scratch, steps });
  module.data(layout.tables, segment.bytes());
  return { bytes: module.encode(), layout, inputs, scratch, firstFreeByte: (segment.end + 63) & ~63 };
}

interface Shared {
  readonly segment: TableSegment;
  readonly program: Program;
  readonly layout: Layout;
  readonly inputs: InputLayout;
  readonly scratch: Scratch;
  readonly functions: ReadonlyMap<string, ElementaryFunctions>;
}

/** What a node is written with. */
export interface NodeWriter {
  readonly f: FunctionBuilder;
  readonly segment: TableSegment;
  readonly functions: ReadonlyMap<string, ElementaryFunctions>;
}

interface Writer extends Shared, NodeWriter {
  readonly locals: Map<Expression, Local>;
}

/** The elementary functions that nodes call, by name, and their tables. */
export function elementaryCode(
  module: ModuleBuilder,
  segment: TableSegment,
  nodes: readonly Expression[],
): ReadonlyMap<string, ElementaryFunctions> {
  const functions = new Map<string, ElementaryFunctions>();
  for (const { operation } of nodes) {
    const { elementary } = operation;
    if (elementary === undefined || functions.has(elementary)) continue;
    functions.set(elementary, writeElementary(module, elementaryProgram(elementary as ElementaryName), segment));
  }
  return functions;
}

/** `hoist(scratch, shift)`: each hoisted node, stored in both lanes. */
function writeHoist(writer: Writer): void {
  const { f, program, scratch } = writer;
  const usesLeft = countUses(program.hoisted, []);
  program.hoisted.forEach((node, index) => {
    const result =
      node.operation.source === undefined
        ? writeNode(writer, node, (arg) => f.get(writer.locals.get(arg) as Local), false)
        : loadedInput(writer, node);
    writer.locals.set(node, result);
    f.get(0)
      .get(result)
      .memory("v128.store", scratch.hoisted + 16 * index);
    for (const arg of node.args) releaseUse(writer, usesLeft, arg);
    if ((usesLeft.get(node) ?? 0) === 0) f.release(result);
  });
}

/**
 * `steps(scratch, input, output, count, slot)`: `count` times two elements (at least one), the first of them in the lanes
 * at byte `slot` of a row.
 */
function writeSteps(module: ModuleBuilder, shared: Shared): FunctionReference {
  const f = module.function({ params: ["i32", "i32", "i32", "i32", "i32"] });
  const [scratchLocal, input, output, count, slot] = [0, 1, 2, 3, 4];
  const { program, layout, inputs, scratch, segment } = shared;
  const writer: Writer = { ...shared, f, locals: new Map() };
  const lanes = f.local("i32");
  const outputsOf = outputsByNode(program);
  const hoistedPlace = new Map(program.hoisted.map((node, index) => [node, scratch.hoisted + 16 * index]));
  const usesLeft = countUses(program.perElement, program.outputs);
  const push = (node: Expression) => {
    const place = hoistedPlace.get(node);
    if (place !== undefined) f.get(scratchLocal).memory("v128.load", place);
    else if (node.operation.source !== undefined) pushInput(writer, node, input);
    else f.get(writer.locals.get(node) as Local);
  };
  const order = new LoadOrder((pushValue) => {
    f.get(scratchLocal);
    pushValue();
    f.memory("v128.store", scratch.unread);
  });
  const pushOutputAddress = (index: number) =>
    f
      .i32(0)
      .memory("i32.load", layout.outputs + 4 * index)
      .get(output)
      .op("i32.add");
  const writeOutputs = (node: Expression) => {
    for (const { index, isSum } of outputsOf.get(node) ?? []) {
      if (isSum) {
        const place = scratch.row + 64 * index;
        f.get(lanes).get(lanes).memory("v128.load", place);
        push(node);
        f.op("f64x2.add").memory("v128.store", place);
      } else {
        const value = f.local("v128");
        pushOutputAddress(index);
        push(node);
        f.tee(value);
        // NaN comes out as the canonical one
        f.i32(0).memory("v128.load64_splat", segment.constantAddress(NaN));
        f.get(value).get(value).op("f64x2.eq", "v128.bitselect").memory("v128.store");
        f.release(value);
      }
      order.stored(node);
      releaseUse(writer, usesLeft, node);
    }
  };
  f.loop((start) => {
    f.get(scratchLocal).get(slot).op("i32.add").set(lanes);
    for (const node of new Set(program.outputs.map(({ value }) => value)))
      if (!variesByElement(node)) writeOutputs(node);
    for (const node of program.perElement) {
      if (node.operation.source === undefined) {
        writer.locals.set(node, writeNode(writer, node, push, true));
        order.computed(
          node,
          node.args.filter((arg) => hoistedPlace.has(arg) || arg.operation.source !== undefined).length,
          push,
        );
        for (const arg of node.args) releaseUse(writer, usesLeft, arg);
      }
      writeOutputs(node);
    }
    f.get(input).i32(inputs.stepBytes).op("i32.add").set(input);
    f.get(output).i32(16).op("i32.add").set(output);
    f.get(slot).i32(16).op("i32.add").i32(63).op("i32.and").set(slot);
    f.get(count).i32(1).op("i32.sub").tee(count).brIf(start);
  });
  return f;
}

/** Which outputs a node is, numbered among the sums or among the others. */
function outputsByNode({
  outputs,
}: Program): ReadonlyMap<Expression, readonly { readonly index: number; readonly isSum: boolean }[]> {
  const found = new Map<Expression, { readonly index: number; readonly isSum: boolean }[]>();
  const next = { none: 0, sum: 0 };
  for (const { value, reduction } of outputs) {
    const list = found.get(value) ?? [];
    list.push({ index: next[reduction]++, isSum: reduction === "sum" });
    found.set(value, list);
  }
  return found;
}

function countUses(nodes: readonly Expression[], outputs: readonly ProgramOutput[]): Map<Expression, number> {
  const uses = new Map<Expression, number>();
  const count = (node: Expression) => uses.set(node, (uses.get(node) ?? 0) + 1);
  for (const { args } of nodes) for (const arg of args) count(arg);
  for (const { value } of outputs) count(value);
  return uses;
}

/** Gives the local of a node back after its last use. */
function releaseUse({ f, locals }: Writer, usesLeft: Map<Expression, number>, node: Expression): void {
  const left = (usesLeft.get(node) ?? 0) - 1;
  usesLeft.set(node, left);
  const local = locals.get(node);
  if (left === 0 && local !== undefined) f.release(local);
}

/** Pushes the numbers at two indices: saturating conversion sends NaN and what is below to 0. */
function pushPicked({ f, segment }: NodeWriter, { payload }: Expression, pushIndex: () => void): void {
  const { key, values } = payload as TableValues;
  const address = segment.numbersAddress(`table ${key}`, values);
  const places = f.local("v128");
  pushIndex();
  f.op("i32x4.trunc_sat_f64x2_u_zero")
    .i32x4(values.length - 1)
    .op("i32x4.min_u");
  f.i32(3).op("i32x4.shl").tee(places).lane("i32x4.extract_lane", 1);
  f.get(places).lane("i32x4.extract_lane", 0).memory("v128.load64_zero", address);
  f.memoryLane("v128.load64_lane", 1, address);
  f.release(places);
}

/** Pushes a `select` that takes the smaller or the larger of the two numbers that its condition compares; false for any other node. */
function pushChosen({ f }: NodeWriter, { operation, args }: Expression, push: (node: Expression) => void): boolean {
  const [condition, first, second] = args;
  if (operation !== operations.select || condition?.operation !== operations.less) return false;
  const [a, b] = condition.args as readonly [Expression, Expression];
  if (first === b && second === a) {
    push(a);
    push(b);
    f.op("f64x2.pmax");
  } else if (first === a && second === b) {
    push(b);
    push(a);
    f.op("f64x2.pmin");
  } else return false;
  return true;
}

/** Computes a node, constants among them but no input, into a new local. */
export function writeNode(
  writer: NodeWriter,
  node: Expression,
  push: (node: Expression) => void,
  isInline: boolean,
): Local {
  const { f, segment, functions } = writer;
  const { elementary } = node.operation;
  const result = f.local("v128");
  if (elementary === undefined) {
    if (node.args.length === 0) pushConstant(writer, node);
    else if (node.operation.isGather === true) pushPicked(writer, node, () => push(node.args[0] as Expression));
    else if (pushChosen(writer, node, push)) {
      // the smaller or larger of two in one instruction
    } else
      vectorInstructions[node.operation.name as MachineOperationName](
        f,
        node.args.map((arg) => () => push(arg)),
      );
    f.set(result);
    return result;
  }
  const code = functions.get(elementary) as ElementaryFunctions;
  if (!isInline || f.byteLength > INLINE_LIMIT_BYTES) {
    for (const arg of node.args) push(arg);
    f.call(code.vector).set(result);
    return result;
  }
  const args = node.args.map((arg) => {
    const local = f.local("v128");
    push(arg);
    f.set(local);
    return local;
  });
  writeVectorBody(f, elementaryProgram(elementary as ElementaryName), segment, code.scalar, args, [result]);
  f.release(...args);
  return result;
}

/** The local of `hoist` that says where parameters stand. */
const HOIST_SHIFT = 1;

/** A parameter or the time in a new local of `hoist`. */
function loadedInput({ f, program, layout }: Writer, node: Expression): Local {
  const result = f.local("v128");
  const address = node.operation.source === "time" ? layout.time : layout.parameters + 8 * inputIndex(program, node);
  f.get(HOIST_SHIFT).memory("v128.load64_splat", address).set(result);
  return result;
}

/** Pushes a constant in both lanes. */
export function pushConstant({ f, segment }: Pick<NodeWriter, "f" | "segment">, { payload }: Expression): void {
  if (typeof payload === "boolean") f.i64x2(payload ? TRUE_BITS : 0n);
  else f.i32(0).memory("v128.load64_splat", segment.constantAddress(payload as number));
}

/** Pushes two elements of a column or state: read anew at each use, which costs no more than a move from the stack. */
function pushInput({ f, program, inputs }: Writer, node: Expression, pointer: Local): void {
  const first = node.operation.source === "state" ? program.columns.length : 0;
  const place = inputs.inputs[first + inputIndex(program, node)];
  if (place === undefined) return;
  if (place.format === "float64") f.get(pointer).memory("v128.load", place.offset, 8);
  else f.get(pointer).memory("v128.load64_zero", place.offset, 4).op("f64x2.promote_low_f32x4");
}
