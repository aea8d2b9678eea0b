import { kernelError } from "../errors.ts";
import type { Kernel } from "../program/kernel.ts";
import type { Program } from "../program/program.ts";
import { COUNT_NAME, type SetPlan } from "./hoist.ts";
import type { Plan } from "./plan.ts";

/** Columns by name, all those of one set with the same number of elements. */
export type PlanColumns = Readonly<Record<string, Float64Array | Float32Array>>;

/** A program with its columns where the back end reaches them without a copy. */
export interface PreparedProgram {
  readonly bytes: number;
  /** The last results per element, in the order of those outputs. */
  readonly columns: readonly Float64Array[];
  /** Sums in the order of the outputs into `results`; numbers per element into `columns` and, where given, `outputs`. */
  run(parameters: Float64Array, results: Float64Array, outputs?: readonly Float64Array[]): void;
  dispose(): void;
}

/** What binding needs of an execution context. */
export interface PlanContext {
  compile(program: Program): Kernel;
  prepare(program: Program, columns: PlanColumns, count: number): PreparedProgram;
}

/** A plan with its data: ready to be evaluated many times. */
export interface BoundPlan {
  readonly plan: Plan;
  /** Elements per set. */
  readonly counts: Readonly<Record<string, number>>;
  /** Bytes of prepared data. */
  readonly bytes: number;
  /** Outputs per element, in the plan's order, as of the last evaluation. Read only; stale once the plan is evaluated again. */
  readonly elements: readonly Float64Array[];
  /**
   * Computes all outputs: those that are numbers into `results`, in order, those per element into `elements`. Synchronous.
   * Throws `KERN-075` for arrays that do not fit.
   */
  evaluate(parameters: Float64Array, results: Float64Array): void;
  dispose(): void;
}

/**
 * Prepares the data of a plan: computes what depends on data only, keeps it where the back end reads it, and lets go of the
 * given columns. Throws `KERN-074` for missing columns and for lengths that differ within a set. Synchronous.
 */
export function bindPlan(context: PlanContext, plan: Plan, columns: PlanColumns): BoundPlan {
  const numbers = new Numbers(plan.parameters);
  const counts: Record<string, number> = {};
  const available = new Map<string, Record<string, Float64Array | Float32Array>>();
  for (const set of plan.sets) {
    const own = columnsOf(set, columns);
    const count = countOf(set, own);
    counts[set.name] = count;
    if (set.cached !== undefined) Object.assign(own, cache(context, set.cached, own, count, numbers));
    available.set(set.name, own);
  }
  if (plan.sets.length === 1) numbers.set(COUNT_NAME, counts[plan.sets[0]?.name as string] as number);
  const steps: (() => void)[] = [];
  const prepared: PreparedProgram[] = [];
  const elementSources: (() => Float64Array)[] = [];
  const elementNames = plan.outputs.filter(({ kind }) => kind === "elements").map(({ name }) => name);
  for (const { prologue, bodies } of plan.stages) {
    if (prologue !== undefined) steps.push(numberStep(context, prologue, numbers));
    for (const [set, program] of bodies) {
      const body = context.prepare(program, pick(program, available.get(set) ?? {}), counts[set] as number);
      prepared.push(body);
      const gather = numbers.gather(program.parameters);
      const sums = program.outputs.filter(({ reduction }) => reduction === "sum").map(({ name }) => numbers.add(name));
      program.outputs
        .filter(({ reduction }) => reduction === "none")
        .forEach(({ name }, index) => {
          elementSources[elementNames.indexOf(name)] = () => body.columns[index] as Float64Array;
        });
      const results = new Float64Array(sums.length);
      steps.push(() => {
        body.run(gather(), results);
        for (let index = 0; index < sums.length; index++)
          numbers.values[sums[index] as number] = results[index] as number;
      });
    }
  }
  const numberNames = plan.outputs.filter(({ kind }) => kind === "number").map(({ name }) => name);
  const [first] = numberNames.map((name) => numbers.add(`#output ${name}`));
  if (plan.epilogue !== undefined) steps.push(numberStep(context, plan.epilogue, numbers, "#output "));
  return {
    plan,
    counts,
    bytes: prepared.reduce((sum, { bytes }) => sum + bytes, 0),
    get elements() {
      return elementSources.map((source) => source());
    },
    evaluate(parameters, results) {
      checkCall(plan, parameters, results, numberNames.length);
      numbers.values.set(parameters);
      for (const step of steps) step();
      for (let index = 0; index < numberNames.length; index++)
        results[index] = numbers.values[(first as number) + index] as number;
    },
    dispose() {
      for (const body of prepared) body.dispose();
    },
  };
}

/** All numbers that programs hand to each other, by name; the parameters come first. */
class Numbers {
  values: Float64Array;
  readonly #places = new Map<string, number>();

  constructor(parameters: readonly string[]) {
    this.values = new Float64Array(Math.max(64, 2 * parameters.length));
    for (const name of parameters) this.add(name);
  }

  add(name: string): number {
    const known = this.#places.get(name);
    if (known !== undefined) return known;
    const place = this.#places.size;
    this.#places.set(name, place);
    if (place >= this.values.length) {
      const grown = new Float64Array(2 * this.values.length);
      grown.set(this.values);
      this.values = grown;
    }
    return place;
  }

  set(name: string, value: number): void {
    const place = this.add(name);
    this.values[place] = value;
  }

  /** A function that collects the present values of some names, always in the same array. */
  gather(names: readonly string[]): () => Float64Array {
    const places = Int32Array.from(names, (name) => this.#places.get(name) as number);
    const collected = new Float64Array(names.length);
    return () => {
      for (let index = 0; index < places.length; index++)
        collected[index] = this.values[places[index] as number] as number;
      return collected;
    };
  }
}

/** Runs a program of numbers once, and puts its outputs among the numbers. */
function numberStep(context: PlanContext, program: Program, numbers: Numbers, prefix = ""): () => void {
  const kernel = context.compile(program);
  const gather = numbers.gather(program.parameters);
  const places = program.outputs.map(({ name }) => numbers.add(prefix + name));
  const outputs = places.map(() => new Float64Array(1));
  return () => {
    kernel.run({ count: 1, parameters: gather(), columns: [], states: [], outputs });
    for (let index = 0; index < places.length; index++)
      numbers.values[places[index] as number] = (outputs[index] as Float64Array)[0] as number;
  };
}

/** Computes cached columns, and puts cached sums among the numbers. */
function cache(
  context: PlanContext,
  program: Program,
  columns: PlanColumns,
  count: number,
  numbers: Numbers,
): Readonly<Record<string, Float64Array>> {
  const outputs = program.outputs.map(({ reduction }) => new Float64Array(reduction === "sum" ? 1 : count));
  const inputs = program.columns.map((name) => wide(columns[name] as Float64Array | Float32Array));
  context.compile(program).run({ count, parameters: new Float64Array(), columns: inputs, states: [], outputs });
  const cached: Record<string, Float64Array> = {};
  program.outputs.forEach(({ name, reduction }, index) => {
    const values = outputs[index] as Float64Array;
    if (reduction === "sum") numbers.set(name, values[0] as number);
    else cached[name] = values;
  });
  return cached;
}

function wide(column: Float64Array | Float32Array): Float64Array {
  return column instanceof Float64Array ? column : Float64Array.from(column);
}

function columnsOf(set: SetPlan, columns: PlanColumns): Record<string, Float64Array | Float32Array> {
  return Object.fromEntries(
    set.columns.map((name) => {
      const given = Object.hasOwn(columns, name) ? columns[name] : undefined;
      if (given !== undefined) return [name, given];
      throw kernelError("KERN-074", `The plan needs the column \`${name}\``, "Give an array for each of its columns.", {
        missing: name,
        columns: set.columns,
      });
    }),
  );
}

function countOf(set: SetPlan, columns: PlanColumns): number {
  const [first = ""] = set.columns;
  const count = columns[first]?.length ?? 0;
  const odd = set.columns.find((name) => columns[name]?.length !== count);
  if (odd === undefined) return count;
  throw kernelError(
    "KERN-074",
    `\`${odd}\` has ${columns[odd]?.length} elements, but \`${first}\` has ${count}`,
    "Give columns of one length for each set, or name the sets in the plan.",
    { set: set.name },
  );
}

function pick(program: Program, columns: PlanColumns): PlanColumns {
  return Object.fromEntries(program.columns.map((name) => [name, columns[name] as Float64Array | Float32Array]));
}

function checkCall(plan: Plan, parameters: Float64Array, results: Float64Array, numberCount: number): void {
  if (parameters.length !== plan.parameters.length)
    throw misfit(
      `The call has ${parameters.length} parameters, but the plan has ${plan.parameters.length}`,
      `Give one value for each of ${plan.parameters.join(", ")}.`,
    );
  if (results.length < numberCount)
    throw misfit(
      `The results have room for ${results.length} numbers, but the plan has ${numberCount}`,
      "Give an array of one number per output that is a number.",
    );
}

function misfit(message: string, remedy: string): Error {
  return kernelError("KERN-075", message, remedy);
}
