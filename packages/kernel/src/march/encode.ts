import { type FunctionBuilder, type Local, type MemoryLimits, ModuleBuilder, TableSegment } from "@simloom/numerics";
import { isOfColumns } from "../expression/dependence.ts";
import type { Expression } from "../expression/expression.ts";
import { operations } from "../expression/operations.ts";
import { inputIndex, type Program } from "../program/program.ts";
import { elementaryCode, type NodeWriter, pushConstant, writeNode } from "../wasm/encode.ts";
import { type Region, regionsOf } from "./regions.ts";

/**
 * Registers, of two elements each, that go through a step side by side: a chain of operations leaves a processor waiting for most of its
 * time, and two chains fill each other's waits.
 */
const REGISTERS = 2;
/** Elements that march together. */
export const GROUP = 2 * REGISTERS;

/** A module that marches, and what its user must know of its memory, which it imports as `host.memory`. */
export interface EncodedMarch {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** First byte that the module does not use by itself: a multiple of 64. */
  readonly firstFreeByte: number;
  /** Bytes that the values of a group of elements need: a multiple of 64. */
  readonly scratchBytes: number;
}

/** What the module exports; addresses in bytes. */
export interface MarchExports {
  /**
   * Marches groups of elements, whose columns and states stand from `elements` on, the numbers of a group side by side, through
   * `steps` rows of parameters from `rows` on; traces from `traces` on.
   */
  march(elements: number, groups: number, rows: number, steps: number, traces: number, scratch: number): void;
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
 * Encodes a program as a loop over steps inside a loop over groups of elements. States stay in registers; what depends on columns alone
 * is computed once per group; what only one side of a `select` needs is left out where no element of the group takes that side.
 */
export function encodeMarch(program: Program, memory: MemoryLimits): EncodedMarch {
  const module = new ModuleBuilder();
  module.importMemory("host", "memory", memory);
  const segment = new TableSegment(TABLES_AT);
  const functions = elementaryCode(module, segment, [...program.hoisted, ...program.perElement]);
  const f = module.function({ params: ["i32", "i32", "i32", "i32", "i32", "i32"] }, "march");
  const scratchBytes = writeMarch({ f, segment, functions }, program);
  module.data(TABLES_AT, segment.bytes());
  return { bytes: module.encode(), firstFreeByte: (segment.end + 63) & ~63, scratchBytes };
}

/** Bytes of what one step has: its parameters, then the time. */
export function rowBytes({ parameters }: Program): number {
  return 8 * (parameters.length + 1);
}

const [ELEMENTS, GROUPS, ROWS, STEPS, TRACES, SCRATCH] = [0, 1, 2, 3, 4, 5] as const;
const LANES = Array.from({ length: REGISTERS }, (_, register) => register);
/** Bytes of one number for each element of a group. */
const NUMBER_BYTES = 8 * GROUP;

function writeMarch(writer: NodeWriter, program: Program): number {
  const { f } = writer;
  const { next, traced } = marchOutputs(program);
  const ofGroup = program.perElement.filter((node) => node.args.length > 0 && isOfColumns(node));
  const places = new Map(ofGroup.map((node, index) => [node, NUMBER_BYTES * index]));
  const [row, step] = [f.local("i32"), f.local("i32")];
  const states = program.states.map(() => LANES.map(() => f.local("v128")));
  const eachState = (write: (local: Local, offset: number) => void) => {
    states.forEach((locals, index) => {
      for (const register of LANES)
        write(locals[register] as Local, NUMBER_BYTES * (program.columns.length + index) + 16 * register);
    });
  };
  const pushStored: PushStored = (node, register) => {
    const place = places.get(node);
    const { source } = node.operation;
    const index = source === undefined ? 0 : inputIndex(program, node);
    if (place !== undefined) f.get(SCRATCH).memory("v128.load", place + 16 * register);
    else if (source === "column") f.get(ELEMENTS).memory("v128.load", NUMBER_BYTES * index + 16 * register);
    else if (source === "state") f.get(states[index]?.[register] as Local);
    else if (source === "time") f.get(row).memory("v128.load64_splat", 8 * program.parameters.length);
    else if (source === "parameter") f.get(row).memory("v128.load64_splat", 8 * index);
    else if (node.args.length === 0) pushConstant(writer, node);
    else return false;
    return true;
  };
  const inStep = [...program.hoisted, ...program.perElement].filter(
    (node) => node.args.length > 0 && !places.has(node),
  );

  f.loop((nextGroup) => {
    for (const node of ofGroup)
      for (const register of LANES) {
        const value = writeNode(writer, node, (arg) => pushStored(arg, register), false);
        f.get(SCRATCH)
          .get(value)
          .memory("v128.store", (places.get(node) as number) + 16 * register);
        f.release(value);
      }
    eachState((local, offset) => f.get(ELEMENTS).memory("v128.load", offset).set(local));
    f.get(ROWS).set(row);
    f.get(STEPS).set(step);
    f.loop((nextStep) => {
      const body = new StepWriter(writer, inStep, [...next, ...traced], pushStored);
      body.write();
      traced.forEach((value, index) => {
        for (const register of LANES) {
          f.get(TRACES);
          body.push(value, register);
          f.memory("v128.store", NUMBER_BYTES * index + 16 * register);
        }
      });
      for (const value of next) for (const register of LANES) body.push(value, register);
      for (const local of states.flat().reverse()) f.set(local);
      if (traced.length > 0) advance(f, TRACES, NUMBER_BYTES * traced.length);
      advance(f, row, rowBytes(program));
      f.get(step).i32(1).op("i32.sub").tee(step).brIf(nextStep);
    });
    eachState((local, offset) => f.get(ELEMENTS).get(local).memory("v128.store", offset));
    advance(f, ELEMENTS, NUMBER_BYTES * (program.columns.length + program.states.length));
    f.get(GROUPS).i32(1).op("i32.sub").tee(GROUPS).brIf(nextGroup);
  });
  return (NUMBER_BYTES * ofGroup.length + 63) & ~63;
}

/** Pushes what is an input, a constant or was computed before the steps; false for the rest. */
type PushStored = (node: Expression, register: number) => boolean;

function advance(f: FunctionBuilder, local: Local, bytes: number): void {
  f.get(local).i32(bytes).op("i32.add").set(local);
}

/** Writes the nodes of a step in order, each in its region. */
class StepWriter {
  private readonly writer: NodeWriter;
  private readonly nodes: readonly Expression[];
  private readonly regions: ReturnType<typeof regionsOf>;
  private readonly pushStored: PushStored;
  private readonly locals = new Map<Expression, readonly Local[]>();
  private readonly written = new Set<Expression>();
  private readonly usesLeft = new Map<Expression, number>();

  constructor(writer: NodeWriter, nodes: readonly Expression[], roots: readonly Expression[], pushStored: PushStored) {
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

  push(node: Expression, register: number): void {
    if (!this.pushStored(node, register)) this.writer.f.get(this.locals.get(node)?.[register] as Local);
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
      LANES.map((register) => writeNode(this.writer, node, (arg) => this.push(arg, register), true)),
    );
    for (const arg of node.args) {
      const left = (this.usesLeft.get(arg) ?? 0) - 1;
      this.usesLeft.set(arg, left);
      if (left === 0) f.release(...(this.locals.get(arg) ?? []));
    }
  }

  /** What only one side needs and was not written yet, under its condition. */
  private writeArm(select: Expression, holds: boolean): void {
    const region = this.regions.ofArm(select, holds);
    if (region === this.regions.of(select)) return;
    const needed = this.needed(select.args[holds ? 1 : 2] as Expression, region);
    if (needed.length === 0) return;
    const { f } = this.writer;
    for (const register of LANES) {
      this.push(select.args[0] as Expression, register);
      f.op(holds ? "v128.any_true" : "i64x2.all_true");
      if (register > 0) f.op(holds ? "i32.or" : "i32.and");
    }
    if (!holds) f.op("i32.eqz");
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
