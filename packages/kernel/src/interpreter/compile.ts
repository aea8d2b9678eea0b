/**
 * Runs programs without making code: a list of instructions, each a loop over a block of elements. For hosts that forbid code
 * from text, and for programs too long for their compilers. The cost of an instruction is shared by 256 elements.
 */
import { elementaryFunctions } from "../expression/elementary.ts";
import type { Expression } from "../expression/expression.ts";
import { type MachineOperationName, operations } from "../expression/operations.ts";
import { numberAt, type TableValues } from "../expression/table-values.ts";
import type { JavaScriptCall, JavaScriptFunction } from "../javascript/compile.ts";
import {
  endBlock,
  endRow,
  joinBlocks,
  laneSums,
  SUM_BLOCK,
  SUM_LANES,
  SUM_ROW,
  sumBlockCount,
} from "../program/element-sum.ts";
import { checkCall, type Kernel, sumCount, writeSums } from "../program/kernel.ts";
import { inputIndex, type Program } from "../program/program.ts";
import {
  type BlockOperation,
  blockOperations,
  type FusedOperation,
  fusedOperations,
  type Register,
} from "./instructions.ts";

/** Elements of a block: a divisor of the block of sums and a multiple of its rows. */
const BLOCK = 256;

/** A kernel that is interpreted, with the bits of `compileJavaScript`. Compilation takes a few µs per node. */
export function compileInterpreter(program: Program): Kernel {
  const compute = interpreterFunction(program);
  return {
    program,
    backend: "interpreter",
    run(call) {
      checkCall(program, call);
      writeSums(program, call.outputs, compute(call));
    },
  };
}

interface Instruction {
  readonly operation: FusedOperation;
  readonly result: Register;
  readonly args: readonly [Register, Register, Register, Register];
}

interface Load {
  readonly register: Register;
  readonly isState: boolean;
  readonly index: number;
}

/** The function of a program, unchecked: gives its sums in an array that the next call overwrites. */
export function interpreterFunction(program: Program): JavaScriptFunction {
  const code = instructionsOf(program);
  const outputs = sumCount(program);
  const sums = laneSums(outputs);
  const results = new Float64Array(outputs);
  const summed = program.outputs.flatMap(({ value, reduction }) =>
    reduction === "sum" ? [code.registerOf(value)] : [],
  );
  const stored = program.outputs.flatMap(({ value, reduction }, index) =>
    reduction === "none" ? [{ register: code.registerOf(value), index }] : [],
  );
  let partials = new Float64Array();
  return (call) => {
    const { count } = call;
    const blocks = sumBlockCount(count);
    if (partials.length < 2 * outputs * blocks) partials = new Float64Array(2 * outputs * blocks);
    code.hoist(call);
    for (let start = 0; start < count; start += BLOCK) {
      const length = Math.min(BLOCK, count - start);
      for (const { register, isState, index } of code.loads) {
        const values = (isState ? call.states : call.columns)[index] as Float64Array;
        for (let k = 0; k < length; k++) register[k] = values[start + k] as number;
      }
      for (const { operation, result, args } of code.perElement)
        operation(result, args[0], args[1], args[2], args[3], length);
      for (const { register, index } of stored)
        storeCanonical(call.outputs[index] as Float64Array, register, start, length);
      if (outputs === 0) continue;
      for (let row = 0; row < length; row += SUM_ROW) {
        const end = Math.min(row + SUM_ROW, length);
        for (let output = 0; output < outputs; output++)
          addRow(sums.row, SUM_LANES * output, summed[output] as Register, row, end);
        endRow(sums);
      }
      const end = start + length;
      if (end % SUM_BLOCK === 0 || end === count)
        endBlock(sums, partials, 2 * outputs * (Math.ceil(end / SUM_BLOCK) - 1));
    }
    joinBlocks(partials, blocks, outputs, results);
    return results;
  };
}

function storeCanonical(target: Float64Array, values: Register, start: number, length: number): void {
  for (let k = 0; k < length; k++) {
    const value = values[k] as number;
    target[start + k] = Number.isNaN(value) ? Number.NaN : value;
  }
}

/** Adds elements to their lanes; `start` is a multiple of eight. */
function addRow(lanes: Float64Array, first: number, values: Register, start: number, end: number): void {
  let k = start;
  let [s0, s1, s2, s3, s4, s5, s6, s7] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (; k + 7 < end; k += 8) {
    s0 += values[k] as number;
    s1 += values[k + 1] as number;
    s2 += values[k + 2] as number;
    s3 += values[k + 3] as number;
    s4 += values[k + 4] as number;
    s5 += values[k + 5] as number;
    s6 += values[k + 6] as number;
    s7 += values[k + 7] as number;
  }
  lanes[first] = s0;
  lanes[first + 1] = s1;
  lanes[first + 2] = s2;
  lanes[first + 3] = s3;
  lanes[first + 4] = s4;
  lanes[first + 5] = s5;
  lanes[first + 6] = s6;
  lanes[first + 7] = s7;
  for (; k < end; k++) {
    const lane = first + (k & (SUM_LANES - 1));
    lanes[lane] = (lanes[lane] as number) + (values[k] as number);
  }
}

/** Instructions with registers; registers of values that are no longer needed are used again. */
function instructionsOf(program: Program) {
  const registers = new Map<Expression, Register>();
  const idle: Register[] = [];
  const nothing = new Float64Array(BLOCK);
  const kept = new Set([...program.hoisted, ...program.outputs.map(({ value }) => value)]);
  const fused = fusedProducts(program, kept);
  const usesLeft = countOf(program.perElement.flatMap((node) => (fused.has(node) ? [] : operandsOf(node, fused))));
  const registerOf = (node: Expression) => registers.get(node) ?? nothing;
  const instruction = (node: Expression, result: Register): Instruction => {
    const [a = nothing, b = nothing, c = nothing, d = nothing] = operandsOf(node, fused).map(registerOf);
    return { operation: operationOf(node, fused), result, args: [a, b, c, d] };
  };
  const hoisted = program.hoisted.map((node) => {
    const register = new Float64Array(BLOCK);
    registers.set(node, register);
    return { node, register, code: node.args.length === 0 ? undefined : instruction(node, register) };
  });
  const loads: Load[] = [];
  const perElement: Instruction[] = [];
  for (const node of program.perElement) {
    if (fused.has(node)) continue;
    const isLoad = node.operation.source !== undefined;
    const register = (isLoad ? undefined : idle.pop()) ?? new Float64Array(BLOCK);
    if (isLoad) loads.push({ register, isState: node.operation.source === "state", index: inputIndex(program, node) });
    else perElement.push(instruction(node, register));
    registers.set(node, register);
    for (const arg of operandsOf(node, fused)) {
      const left = (usesLeft.get(arg) ?? 0) - 1;
      usesLeft.set(arg, left);
      // columns are all loaded before the first instruction, so their registers serve for nothing else before their use
      if (left === 0 && !kept.has(arg)) idle.push(registerOf(arg));
    }
  }
  const hoist = ({ parameters, time = 0, count }: JavaScriptCall) => {
    for (const { node, register, code } of hoisted) {
      if (code === undefined) register[0] = leafValue(program, node, parameters, time);
      else code.operation(register, code.args[0], code.args[1], code.args[2], code.args[3], 1);
      register.fill(register[0] as number, 0, count);
    }
  };
  return { hoist, loads, perElement, registerOf };
}

function leafValue(program: Program, node: Expression, parameters: Float64Array, time: number): number {
  const { source } = node.operation;
  if (source === "time") return time;
  if (source === "parameter") return parameters[inputIndex(program, node)] as number;
  return Number(node.payload);
}

/** Products that one sum or difference alone uses: computed by that one's loop. */
function fusedProducts(program: Program, kept: ReadonlySet<Expression>): ReadonlySet<Expression> {
  const uses = countOf(program.perElement.flatMap(({ args }) => args));
  const isProduct = (node: Expression) =>
    node.operation === operations.multiply && uses.get(node) === 1 && !kept.has(node);
  return new Set(program.perElement.filter(isSum).flatMap(({ args }) => args.filter(isProduct)));
}

function isSum({ operation }: Expression): boolean {
  return operation === operations.add || operation === operations.subtract;
}

function countOf(nodes: readonly Expression[]): Map<Expression, number> {
  const counts = new Map<Expression, number>();
  for (const node of nodes) counts.set(node, (counts.get(node) ?? 0) + 1);
  return counts;
}

/** What the loop of a node reads: the factors of products that it computes by itself, else its arguments. */
function operandsOf({ args }: Expression, fused: ReadonlySet<Expression>): readonly Expression[] {
  return args.flatMap((arg) => (fused.has(arg) ? arg.args : [arg]));
}

function operationOf(node: Expression, fused: ReadonlySet<Expression>): FusedOperation {
  const [first, second] = node.args.map((arg) => fused.has(arg));
  if (first || second)
    return fusedOperations[node.operation.name as "add"][first && second ? "both" : first ? "first" : "second"];
  const operation = plainOperationOf(node);
  return (r, a, b, c, _d, n) => operation(r, a, b, c, n);
}

function plainOperationOf({ operation, payload }: Expression): BlockOperation {
  if (operation.isGather === true) {
    const table = payload as TableValues;
    return (r, a, _b, _c, n) => {
      for (let k = 0; k < n; k++) r[k] = numberAt(table, a[k] as number);
    };
  }
  const { elementary } = operation;
  if (elementary === undefined) return blockOperations[operation.name as MachineOperationName];
  const f = elementaryFunctions[elementary] as (a: number, b: number) => number;
  return (r, a, b, _c, n) => {
    for (let k = 0; k < n; k++) r[k] = f(a[k] as number, b[k] as number);
  };
}
