import {
  type ElementaryFunctions,
  type ElementaryName,
  elementaryProgram,
  type FunctionBuilder,
  type Local,
  ModuleBuilder,
  TableSegment,
  writeElementary,
  writeVectorBody,
} from "@simloom/numerics";
import { variesByElement } from "../expression/dependence.ts";
import type { Expression } from "../expression/expression.ts";
import type { MachineOperationName } from "../expression/operations.ts";
import { inputIndex, type Program } from "../program/program.ts";
import { vectorInstructions } from "./instructions.ts";
import type { Layout } from "./layout.ts";

const PAGE_BYTES = 65536;
const TRUE_BITS = -1n;
/** Functions stand in line up to this length of the body and are called beyond it: engines compile long bodies slowly. */
const INLINE_LIMIT_BYTES = 1 << 18;

/**
 * Encodes a program as a module with a function `run(bytes)` and a memory: computes the elements in the first `bytes`
 * bytes (a positive multiple of 16) of each block. Everything is two lanes wide; nodes that do not vary stand before
 * the loop.
 */
export function encodeProgram(program: Program, layout: Layout): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder();
  const segment = new TableSegment(layout.tables);
  const nodes = [...program.hoisted, ...program.perElement];
  const functions = elementaryCode(module, segment, nodes);
  const f = module.function({ params: ["i32"] }, "run");
  const writer: Writer = { f, segment, program, layout, functions, offset: f.local("i32"), locals: new Map() };
  for (const node of program.hoisted) write(writer, node, false);
  f.countUp(writer.offset, 0, 16, () => writeLoop(writer));
  module.memory({ initialPages: Math.ceil(segment.end / PAGE_BYTES) }, "memory");
  module.data(layout.tables, segment.bytes());
  return module.encode();
}

interface Writer {
  readonly f: FunctionBuilder;
  readonly segment: TableSegment;
  readonly program: Program;
  readonly layout: Layout;
  readonly functions: ReadonlyMap<string, ElementaryFunctions>;
  /** Distance of the present two elements from the start of each block. */
  readonly offset: Local;
  readonly locals: Map<Expression, Local>;
}

function elementaryCode(
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

/** One turn: two elements of every output. Locals of nodes are given back after their last use. */
function writeLoop(writer: Writer): void {
  const { f, program, layout, locals, segment } = writer;
  const usesLeft = new Map<Expression, number>();
  const used = [...program.perElement.flatMap(({ args }) => args), ...program.outputs.map(({ value }) => value)];
  for (const node of used) usesLeft.set(node, (usesLeft.get(node) ?? 0) + 1);
  const isHoisted = new Set(program.hoisted);
  const release = (nodes: readonly Expression[]) => {
    for (const node of nodes) {
      const left = (usesLeft.get(node) ?? 0) - 1;
      usesLeft.set(node, left);
      if (left === 0 && !isHoisted.has(node)) f.release(locals.get(node) as Local);
    }
  };
  for (const node of program.perElement) {
    write(writer, node, true);
    release(node.args);
  }
  program.outputs.forEach(({ value }, index) => {
    const local = locals.get(value) as Local;
    f.get(writer.offset).get(local);
    // NaN comes out as the canonical one
    f.i32(0).memory("v128.load64_splat", segment.constantAddress(NaN));
    f.get(local).get(local).op("f64x2.eq", "v128.bitselect");
    f.memory("v128.store", layout.outputs[index]);
  });
}

function write(writer: Writer, node: Expression, isInLoop: boolean): void {
  const { f, segment, functions, locals } = writer;
  const { elementary } = node.operation;
  const args = node.args.map((arg) => locals.get(arg) as Local);
  const result = f.local("v128");
  locals.set(node, result);
  if (elementary === undefined) {
    if (args.length === 0) writeLeaf(writer, node);
    else vectorInstructions[node.operation.name as MachineOperationName](f, args);
    f.set(result);
    return;
  }
  const code = functions.get(elementary) as ElementaryFunctions;
  if (isInLoop && f.byteLength < INLINE_LIMIT_BYTES) {
    writeVectorBody(f, elementaryProgram(elementary as ElementaryName), segment, code.scalar, args, [result]);
  } else {
    for (const arg of args) f.get(arg);
    f.call(code.vector).set(result);
  }
}

/** Pushes a constant or an input. */
function writeLeaf({ f, segment, program, layout, offset }: Writer, node: Expression): void {
  const { source } = node.operation;
  if (source === undefined) {
    if (typeof node.payload === "boolean") f.i64x2(node.payload ? TRUE_BITS : 0n);
    else f.i32(0).memory("v128.load64_splat", segment.constantAddress(node.payload as number));
    return;
  }
  const index = inputIndex(program, node);
  const address = {
    parameter: layout.parameters + 8 * index,
    time: layout.time,
    column: layout.columns[index],
    state: layout.states[index],
  }[source];
  if (variesByElement(node)) f.get(offset).memory("v128.load", address);
  else f.i32(0).memory("v128.load64_splat", address);
}
