import { compileWasm as compileModule, createWasmMemory, instantiateWasm } from "@simloom/numerics";
import { kernelError } from "../errors.ts";
import type { Program } from "../program/program.ts";
import { encodeMarch, GROUP, type MarchExports, marchOutputs, rowBytes } from "./encode.ts";

const PAGE_BYTES = 65536;
const MOST_BYTES = 2 ** 32 - PAGE_BYTES;

/** One march: every element goes through the same steps, each with its own columns and states. */
export interface MarchCall {
  /** Number of elements. */
  readonly count: number;
  readonly steps: number;
  /** For each parameter of the program a number per step. */
  readonly parameters: readonly ArrayLike<number>[];
  /** The time in each step; 0 unless given. */
  readonly times?: ArrayLike<number>;
  /** At least `count` numbers each. */
  readonly columns: readonly ArrayLike<number>[];
  /** Where the elements begin. */
  readonly states: readonly ArrayLike<number>[];
}

/** Where the elements came to. */
export interface MarchResult {
  /** Value of a state, by its place in the program, after the last step. */
  state(index: number, element: number): number;
  /** Value of a traced output, by its place among them, in a step. */
  traced(index: number, step: number, element: number): number;
}

/** A program that is applied to its own states, compiled. */
export interface March {
  readonly program: Program;
  /**
   * Runs all steps of all elements. The result reads the memory of the march: it holds until the next run. Throws `KERN-023`
   * for a call that does not fit and `KERN-052` where it does not fit into the memory of WebAssembly.
   */
  run(call: MarchCall): MarchResult;
}

/**
 * Compiles a program whose outputs are the next values of its states, by their names, to a loop over steps in WebAssembly, two
 * elements to a register and four side by side: states stay in registers, what depends on columns alone is computed once, and what only one side of a
 * `select` needs is left out in steps in which none of the four takes that side. The bits are those of applying the compiled
 * program step by step. Outputs with other names are traced: kept for each step, 8 B per element and step. Throws `KERN-079` for
 * a state without an output or an output that is a sum, `NUMR-002` where the host has no WebAssembly with SIMD.
 */
export function compileMarch(program: Program): March {
  checkMarch(program);
  const { bytes, firstFreeByte, scratchBytes } = encodeMarch(program, { initialPages: 0 });
  const memory = createWasmMemory({ initialPages: 1 });
  const { march } = instantiateWasm<MarchExports>(compileModule(bytes), { host: { memory } });
  const inputs = program.columns.length + program.states.length;
  const traceCount = marchOutputs(program).traced.length;
  const parameterCount = program.parameters.length;
  return {
    program,
    run({ count, steps, parameters, times, columns, states }) {
      checkCall(program, { count, steps, parameters, columns, states, ...(times !== undefined && { times }) });
      const groups = Math.ceil(count / GROUP);
      const rowsAt = firstFreeByte + scratchBytes;
      const elementsAt = (rowsAt + steps * rowBytes(program) + 63) & ~63;
      const tracesAt = (elementsAt + 8 * GROUP * inputs * groups + 63) & ~63;
      const end = tracesAt + 8 * GROUP * traceCount * steps * groups;
      if (!(end < MOST_BYTES))
        throw kernelError(
          "KERN-052",
          `${count} elements with ${steps} steps take ${end} bytes, but WebAssembly reaches 4 GiB`,
          "March in parts.",
          { bytes: end },
        );
      const missing = Math.ceil((end - memory.buffer.byteLength) / PAGE_BYTES);
      if (missing > 0) memory.grow(missing);
      const view = new Float64Array(memory.buffer);
      const rowWords = parameterCount + 1;
      for (let step = 0; step < steps; step++) {
        const row = rowsAt / 8 + step * rowWords;
        for (let index = 0; index < parameterCount; index++) view[row + index] = parameters[index]?.[step] as number;
        view[row + parameterCount] = times?.[step] ?? 0;
      }
      const given = [...columns, ...states];
      const placeOf = (input: number, element: number) =>
        elementsAt / 8 + (Math.floor(element / GROUP) * inputs + input) * GROUP + (element % GROUP);
      for (const [input, values] of given.entries())
        for (let element = 0; element < GROUP * groups; element++)
          // what is left of the last group repeats the last element, so that none meets strange arguments
          view[placeOf(input, element)] = values[Math.min(element, count - 1)] as number;
      if (groups > 0 && steps > 0) march(elementsAt, groups, rowsAt, steps, tracesAt, firstFreeByte);
      return {
        state: (index, element) => view[placeOf(columns.length + index, element)] as number,
        traced: (index, step, element) =>
          view[
            tracesAt / 8 +
              ((Math.floor(element / GROUP) * steps + step) * traceCount + index) * GROUP +
              (element % GROUP)
          ] as number,
      };
    },
  };
}

function checkMarch({ outputs, states }: Program): void {
  const sum = outputs.find(({ reduction }) => reduction === "sum");
  const missing = states.find((state) => !outputs.some(({ name }) => name === state));
  if (sum === undefined && missing === undefined) return;
  throw kernelError(
    "KERN-079",
    sum === undefined ? `The state \`${missing}\` has no next value` : `The output \`${sum.name}\` is a sum`,
    "Give an output of its name for each state, and sums to a kernel of their own.",
    { name: sum?.name ?? missing },
  );
}

function checkCall(program: Program, call: MarchCall): void {
  const { count, steps } = call;
  const areWhole = [count, steps].every((value) => Number.isInteger(value) && value >= 0);
  const fits = (given: readonly ArrayLike<number>[], names: readonly string[], length: number) =>
    given.length === names.length && given.every((values) => values.length >= length);
  if (
    areWhole &&
    fits(call.parameters, program.parameters, steps) &&
    (call.times === undefined ? !program.usesTime || steps === 0 : call.times.length >= steps) &&
    fits(call.columns, program.columns, count) &&
    fits(call.states, program.states, count)
  )
    return;
  throw kernelError(
    "KERN-023",
    `The march of ${count} elements through ${steps} steps does not have the numbers that its program reads`,
    `Give a number per step for ${[...program.parameters, ...(program.usesTime ? ["time"] : [])].join(", ") || "no parameter"}, and one per element for ${[...program.columns, ...program.states].join(", ")}.`,
  );
}
