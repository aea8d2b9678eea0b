import { kernelError } from "../errors.ts";
import type { Program, ProgramOutput } from "./program.ts";

/** Inputs and outputs of one call, in the order of the program's lists. */
export interface KernelCall {
  /** Number of elements; 1 for a program without columns and states. */
  readonly count: number;
  readonly parameters: Float64Array;
  /** Value of the independent variable; 0 unless given. */
  readonly time?: number;
  /** At least `count` numbers each. */
  readonly columns: readonly Float64Array[];
  readonly states: readonly Float64Array[];
  /**
   * Written: at least `count` numbers each, or one for an output that is a sum. An output may replace an input, but must
   * not overlap one otherwise.
   */
  readonly outputs: readonly Float64Array[];
}

/** What runs a program. */
export type Backend = "js" | "interpreter" | "wasm" | "native";

/**
 * A compiled program. Every back end gives the same bits: elementary functions of `@simloom/numerics`, one rounding per
 * operation, no contraction; NaN comes out as the canonical one.
 */
export interface Kernel {
  readonly program: Program;
  readonly backend: Backend;
  /** Computes all outputs. Throws `KERN-023` for a call that does not fit. Allocates nothing per element. */
  run(call: KernelCall): void;
}

/**
 * Runs a kernel on named inputs: a number for a parameter or the time, an array per column or state, all of one length.
 * Gives an array per output, of that length (1 without columns and states, and for a sum). `time` may be given to a kernel that does
 * not use it. Throws `KERN-023` where an input is missing, unknown, of the wrong kind or length. In loops use `run`, on arrays
 * that are made once.
 */
export function evaluate(
  kernel: Kernel,
  inputs: Readonly<Record<string, number | ArrayLike<number>>>,
): Readonly<Record<string, Float64Array>> {
  const { parameters, columns, states, outputs, usesTime } = kernel.program;
  const named = new Set([...parameters, ...columns, ...states]);
  const known = new Set([...named, "time"]);
  const unknown = Object.keys(inputs).find((name) => !known.has(name));
  if (unknown !== undefined)
    throw misfit(`The kernel has no input \`${unknown}\``, `Give only ${[...known].join(", ")}.`);
  const arrays = [...columns, ...states].map((name) => numbersOf(inputs, name));
  const count = arrays[0]?.length ?? 1;
  const odd = arrays.findIndex((array) => array.length !== count);
  if (odd >= 0)
    throw misfit(
      `\`${[...columns, ...states][odd]}\` has ${arrays[odd]?.length} elements, but \`${[...columns, ...states][0]}\` has ${count}`,
      "Give columns and states of one length.",
    );
  const results = outputs.map(({ reduction }) => new Float64Array(reduction === "sum" ? 1 : count));
  kernel.run({
    count,
    parameters: Float64Array.from(parameters, (name) => numberOf(inputs, name)),
    time: usesTime || (inputs.time !== undefined && !named.has("time")) ? numberOf(inputs, "time") : 0,
    columns: arrays.slice(0, columns.length),
    states: arrays.slice(columns.length),
    outputs: results,
  });
  return Object.fromEntries(outputs.map(({ name }, index) => [name, results[index] as Float64Array]));
}

/** Throws `KERN-023` unless the arrays of a call fit the program. */
export function checkCall(program: Program, { count, parameters, columns, states, outputs }: KernelCall): void {
  if (!Number.isInteger(count) || count < 0)
    throw misfit(`The count ${count} is not a number of elements`, "Give a whole number from 0 on.");
  if (parameters.length !== program.parameters.length)
    throw misfit(
      `The call has ${parameters.length} parameters, but the program has ${program.parameters.length}`,
      "Give one value per parameter, in the program's order.",
    );
  checkArrays("column", columns, program.columns, count);
  checkArrays("state", states, program.states, count);
  checkNumber("output", outputs, program.outputs);
  for (let index = 0; index < outputs.length; index++) {
    const { name, reduction } = program.outputs[index] as ProgramOutput;
    checkLength("output", name, outputs[index] as Float64Array, reduction === "sum" ? 1 : count);
  }
}

/** How many of the outputs are sums over the elements. */
export function sumCount({ outputs }: Program): number {
  return outputs.filter(({ reduction }) => reduction === "sum").length;
}

/** Writes the sums of a program, in the order of its outputs, to the first element of theirs. */
export function writeSums(program: Program, outputs: readonly Float64Array[], sums: Float64Array): void {
  let next = 0;
  program.outputs.forEach(({ reduction }, index) => {
    if (reduction === "sum") (outputs[index] as Float64Array)[0] = sums[next++] as number;
  });
}

// called for every call of a kernel, so nothing here allocates unless it throws

function checkArrays(kind: string, arrays: readonly Float64Array[], names: readonly string[], count: number): void {
  checkNumber(kind, arrays, names);
  for (let index = 0; index < arrays.length; index++)
    checkLength(kind, names[index] as string, arrays[index] as Float64Array, count);
}

function checkNumber(kind: string, arrays: readonly Float64Array[], needed: readonly unknown[]): void {
  if (arrays.length !== needed.length)
    throw misfit(
      `The call has ${arrays.length} ${kind} arrays, but the program has ${needed.length}`,
      `Give one array per ${kind}, in the program's order.`,
    );
}

function checkLength(kind: string, name: string, values: Float64Array, length: number): void {
  if (values.length < length)
    throw misfit(
      `The ${kind} \`${name}\` has ${values.length} elements, but the call needs ${length}`,
      "Give arrays of at least `count` elements (one for a sum).",
    );
}

function numbersOf(inputs: Readonly<Record<string, number | ArrayLike<number>>>, name: string): Float64Array {
  const given = inputs[name];
  if (given === undefined || typeof given === "number")
    throw misfit(`\`${name}\` needs one number per element`, `Give an array for ${name}.`);
  return given instanceof Float64Array ? given : Float64Array.from(given);
}

function numberOf(inputs: Readonly<Record<string, number | ArrayLike<number>>>, name: string): number {
  const given = inputs[name];
  if (typeof given === "number") return given;
  throw misfit(`\`${name}\` needs one number for the whole call`, `Give a number for ${name}.`);
}

function misfit(message: string, remedy: string): Error {
  return kernelError("KERN-023", message, remedy);
}
