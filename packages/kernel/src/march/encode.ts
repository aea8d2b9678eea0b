import {
  type FunctionBuilder,
  type Local,
  type MemoryLimits,
  ModuleBuilder,
  TableSegment,
} from "@simloom/numerics";
import { dependsOn } from "../expression/dependence.ts";
import type { Expression } from "../expression/expression.ts";
import { operations } from "../expression/operations.ts";
import { inputIndex, type Program } from "../program/program.ts";
import { elementaryCode, type NodeWriter, pushConstant, writeNode } from "../wasm/encode.ts";
import { type Region, regionsOf } from "./regions.ts";

/** A module that marches, and what its user must know of its memory, which it imports as `host.memory`. */
export interface EncodedMarch {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** First byte that the module does not use by itself: a multiple of 64. */
  readonly firstFreeByte: number;
  /** Bytes that the values of a pair of elements need: a multiple of 64. */
  readonly scratchBytes: number;
}

/** What the module exports; addresses in bytes. */
export interface MarchExports {
  /**
   * Marches `pairs` pairs of elements, whose columns and states stand from `elements` on, through `steps` rows of parameters
   * from `rows` on; traces from `traces` on.
   */
  march(elements: number, pairs: number, rows: number, steps: number, traces: number, scratch: number): void;
}

/** Bytes of the tables of constants begin here: address 0 stays free. */
const TABLES_AT = 64;

/** Outputs of a program that marches: next states, in the order of the states, and what is traced. */
export function marchOutputs({ outputs, states }: Program): {
  readonly next: readonly Expression[];
  readonly traced: readonly Expression[];
} {
  const byName = new Map(outputs.map(({ name, value }) => [name, value]));
  return {
    next: states.map((name) => byName.get(name) as Expression),
    traced: outputs.flatMap(({ name, value }) => (states.includes(name) ? [] : [value])),
  };
}

/**
 * Encodes a program as a loop over steps inside a loop over pairs of elements. States stay in registers; what depends on columns alone
 * is computed once per pair; what only one side of a `select` needs is left out where neither lane takes that side.
 */
export function encodeMarch(program: Program, memory: MemoryLimits): EncodedMarch {
  const module = new ModuleBuilder();
  module.importMemory("host", "memory", memory);
  const segment = new TableSegment(TABLES_AT);
  const nodes = [...program.hoisted, ...program.perElement];
  const functions = elementaryCode(module, segment, nodes);
  const f = module.function({ params: ["i32", "i32", "i32", "i32", "i32", "i32"] }, "march");
  const scratchBytes = writeMarch({ f, segment, functions }, program);
  module.data(TABLES_AT, segment.bytes());
  return { bytes: module.encode(), firstFreeByte: (segment.end + 63) & ~63, scratchBytes };
}

const [ELEMENTS, PAIRS, ROWS, STEPS, TRACES, SCRATCH] = [0, 1, 2, 3, 4, 5] as const;

function writeMarch(writer: NodeWriter, program: Program): number {
  const { f } = writer;
  const { next, traced } = marchOutputs(program);
  const inputs = program.columns.length + program.states.length;
  const ofPair = program.perElement.filter((node) => node.args.length > 0 && isOfPair(node));
  const places = new Map(ofPair.map((node, index) => [node, 16 * index]));
  const [row, step] = [f.local("i32"), f.local("i32")];
  const states = program.states.map(() => f.local("v128"));
  const pushStored = (node: Expression): boolean => {
    const place = places.get(node);
    if (place !== undefined) f.get(SCRATCH).memory("v128.load", place);
    else if (node.operation.source === "column")
      f.get(ELEMENTS).memory("v128.load", 16 * inputIndex(program, node));
    else if (node.operation.source === "state") f.get(states[inputIndex(program, node)] as Local);
    else if (node.operation.source === "time") f.get(row).memory("v128.load64_splat", 8 * program.parameters.length);
    else if (node.operation.source === "parameter")
      f.get(row).memory("v128.load64_splat", 8 * inputIndex(program, node));
    else if (node.args.length === 0) pushConstant(writer, node);
    else return false;
    return true;
  };

  f.loop((nextPair) => {
    writeOfPair(writer, ofPair, places, pushStored);
    program.states.forEach((_, index) => {
      f.get(ELEMENTS)
        .memory("v128.load", 16 * (program.columns.length + index))
        .set(states[index] as Local);
    });
    f.get(ROWS).set(row);
    f.get(STEPS).set(step);
    f.loop((nextStep) => {
      const inStep = [...program.hoisted, ...program.perElement].filter(
        (node) => node.args.length > 0 && !places.has(node),
      );
      const body = new StepWriter(writer, inStep, [...next, ...traced], pushStored);
      body.write();
      traced.forEach((value, index) => {
        f.get(TRACES);
        body.push(value);
        f.memory("v128.store", 16 * index);
      });
      for (const value of next) body.push(value);
      for (const state of [...states].reverse()) f.set(state);
      if (traced.length > 0) advance(f, TRACES, 16 * traced.length);
      advance(f, row, rowBytes(program));
      f.get(step).i32(1).op("i32.sub").tee(step).brIf(nextStep);
    });
    program.states.forEach((_, index) => {
      f.get(ELEMENTS)
        .get(states[index] as Local)
        .memory("v128.store", 16 * (program.columns.length + index));
    });
    advance(f, ELEMENTS, 16 * inputs);
    f.get(PAIRS).i32(1).op("i32.sub").tee(PAIRS).brIf(nextPair);
  });
  return (16 * ofPair.length + 63) & ~63;
}

/** Bytes of what one step has: its parameters, then the time. */
export function rowBytes({ parameters }: Program): number {
  return 8 * (parameters.length + 1);
}

function isOfPair(node: Expression): boolean {
  return !dependsOn(node, "state") && !dependsOn(node, "parameter") && !dependsOn(node, "time");
}

function advance(f: FunctionBuilder, local: Local, bytes: number): void {
  f.get(local).i32(bytes).op("i32.add").set(local);
}

/** What depends on columns alone: computed once per pair, to scratch memory. */
function writeOfPair(
  writer: NodeWriter,
  nodes: readonly Expression[],
  places: ReadonlyMap<Expression, number>,
  push: (node: Expression) => boolean,
): void {
  const { f } = writer;
  for (const node of nodes) {
    const value = writeNode(writer, node, push, false);
    f.get(SCRATCH)
      .get(value)
      .memory("v128.store", places.get(node) as number);
    f.release(value);
  }
}

/** Writes the nodes of a step in order, each in its region. */
class StepWriter {
  private readonly writer: NodeWriter;
  private readonly nodes: readonly Expression[];
  private readonly regions: ReturnType<typeof regionsOf>;
  private readonly pushStored: (node: Expression) => boolean;
  private readonly locals = new Map<Expression, Local>();
  private readonly written = new Set<Expression>();
  private readonly usesLeft = new Map<Expression, number>();

  constructor(
    writer: NodeWriter,
    nodes: readonly Expression[],
    roots: readonly Expression[],
    pushStored: (node: Expression) => boolean,
  ) {
    this.writer = writer;
    this.nodes = nodes;
    this.pushStored = pushStored;
    this.regions = regionsOf(nodes, roots);
    const count = (node: Expression) => this.usesLeft.set(node, (this.usesLeft.get(node) ?? 0) + 1);
    for (const { args } of nodes) for (const arg of args) count(arg);
    // roots are used after the last node
    for (const root of roots) count(root);
  }

  write(): void {
    for (const node of this.nodes) if (this.regions.of(node).parent === undefined) this.writeOne(node);
  }

  push(node: Expression): void {
    if (!this.pushStored(node)) this.writer.f.get(this.locals.get(node) as Local);
  }

  private writeOne(node: Expression): void {
    if (this.written.has(node)) return;
    this.written.add(node);
    if (node.operation === operations.select) {
      this.writeArm(node, true);
      this.writeArm(node, false);
    }
    const { f } = this.writer;
    this.locals.set(
      node,
      writeNode(this.writer, node, (arg) => this.push(arg), true),
    );
    for (const arg of node.args) {
      const left = (this.usesLeft.get(arg) ?? 0) - 1;
      this.usesLeft.set(arg, left);
      const local = this.locals.get(arg);
      if (left === 0 && local !== undefined) f.release(local);
    }
  }

  /** What only one side needs and was not written yet, under its condition. */
  private writeArm(select: Expression, holds: boolean): void {
    const region = this.regions.ofArm(select, holds);
    if (region === this.regions.of(select)) return;
    const needed = this.needed(select.args[holds ? 1 : 2] as Expression, region);
    if (needed.length === 0) return;
    const { f } = this.writer;
    this.push(select.args[0] as Expression);
    if (holds) f.op("v128.any_true");
    else f.op("i64x2.all_true", "i32.eqz");
    f.if(() => {
      for (const node of needed) this.writeOne(node);
    });
  }

  /** Nodes of a region below a root that were not written yet, in order. */
  private needed(root: Expression, region: Region): readonly Expression[] {
    const reached = new Set<Expression>();
    const stack = [root];
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      if (reached.has(node) || this.written.has(node)) continue;
      reached.add(node);
      stack.push(...node.args);
    }
    return this.nodes.filter((node) => reached.has(node) && this.regions.of(node) === region);
  }
}
