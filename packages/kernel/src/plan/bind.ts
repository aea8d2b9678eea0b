import { checkColumn } from "../context/data-columns.ts";
import { kernelError } from "../errors.ts";
import type { Expression } from "../expression/expression.ts";
import type { Kernel } from "../program/kernel.ts";
import { loweredProgram, type Program } from "../program/program.ts";
import { type Held, heldColumns, identitiesOf, placedBeside } from "./held.ts";
import { COUNT_NAME, type SetPlan } from "./hoist.ts";
import { Numbers } from "./numbers.ts";
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
  /** Sums for many vectors of parameters, one after the other, into as many rows of `results`. */
  runBatch(parameterVectors: Float64Array, results: Float64Array): void;
  dispose(): void;
}

/** What binding needs of an execution context. */
export interface PlanContext {
  compile(program: Program): Kernel;
  prepare(program: Program, columns: PlanColumns, count: number): PreparedProgram;
  /** A program on the data of another, place by place; undefined where that cannot be. */
  prepareBeside(program: Program, other: PreparedProgram): PreparedProgram | undefined;
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
   * Throws `KERN-075` for arrays that do not fit, `KERN-051` after `dispose`.
   */
  evaluate(parameters: Float64Array, results: Float64Array): void;
  /**
   * Computes the outputs without the derivatives that the plan was asked for: the first of `results`, with the same bits. Their
   * programs are compiled when they are first called, and share the data. Throws as `evaluate`.
   */
  evaluateValues(parameters: Float64Array, results: Float64Array): void;
  /**
   * `evaluate` for several vectors of parameters, into one of results each, with the same bits. Threads of the context share
   * vectors as well as elements. `elements` are those of the last vector. Throws as `evaluate`.
   */
  evaluateBatch(parameters: readonly Float64Array[], results: readonly Float64Array[]): void;
  /** `evaluateValues` likewise. */
  evaluateValuesBatch(parameters: readonly Float64Array[], results: readonly Float64Array[]): void;
  dispose(): void;
}

/**
 * Prepares the data of a plan: computes what depends on data only, keeps it where the back end reads it, and lets go of the
 * given columns. What a plan that is bound to the same columns holds already, it shares (`beside`): columns, where that plan
 * holds all that a body reads, and sums; it must not be disposed of yet. Throws `KERN-074` for missing columns, for what is no array of floats and for lengths that differ within a
 * set. Synchronous.
 */
export function bindPlan(context: PlanContext, plan: Plan, columns: PlanColumns, beside?: BoundPlan): BoundPlan {
  const numbers = new Numbers(plan.parameters);
  const counts: Record<string, number> = {};
  const statistics = new Map<Expression, number>();
  const prepared = new Map<string, PreparedProgram>();
  const other = beside === undefined ? undefined : held.get(beside);
  const bodies = [...(other?.bodies ?? [])];
  for (const set of plan.sets) {
    const data = dataOf(context, plan, set, columns, other);
    counts[set.name] = data.count;
    for (const [key, body] of data.prepared) prepared.set(key, body);
    bodies.push(...data.bodies);
    for (const { name, value, reduction } of set.cached?.outputs ?? []) {
      if (reduction !== "sum") continue;
      const sum = data.sums.get(value) as number;
      statistics.set(value, sum);
      numbers.set(name, sum);
    }
  }
  if (plan.sets.length === 1) numbers.set(COUNT_NAME, counts[plan.sets[0]?.name as string] as number);
  /** What is done in turn: programs of numbers, and passes over elements. */
  const steps: (NumberStep | ElementStep)[] = [];
  const elementSources: (() => Float64Array)[] = [];
  const elementNames = plan.outputs.filter(({ kind }) => kind === "elements").map(({ name }) => name);
  plan.stages.forEach((stage, index) => {
    if (stage.prologue !== undefined)
      steps.push({ kind: "numbers", run: numberStep(context, stage.prologue, numbers) });
    for (const [set, program] of stage.bodies) {
      const body = prepared.get(bodyKey(index, set)) as PreparedProgram;
      const gather = numbers.gather(program.parameters);
      const sums = program.outputs.filter(({ reduction }) => reduction === "sum").map(({ name }) => numbers.add(name));
      program.outputs
        .filter(({ reduction }) => reduction === "none")
        .forEach(({ name }, place) => {
          elementSources[elementNames.indexOf(name)] = () => body.columns[place] as Float64Array;
        });
      steps.push({ kind: "elements", body, gather, sums, width: program.parameters.length });
    }
  });
  const numberNames = plan.outputs.filter(({ kind }) => kind === "number").map(({ name }) => name);
  const [first] = numberNames.map((name) => numbers.add(`#output ${name}`));
  if (plan.epilogue !== undefined)
    steps.push({ kind: "numbers", run: numberStep(context, plan.epilogue, numbers, "#output ") });
  const runAll = bodyRunner(steps, numbers);
  let values: BoundPlan | undefined;
  let areValuesLast = false;
  let isDisposed = false;
  const check = () => {
    if (isDisposed) throw kernelError("KERN-051", "The bound plan was disposed of", "Bind the plan to its data again.");
  };
  const withoutDerivatives = (): BoundPlan => {
    values ??= bindPlan(context, plan.withoutDerivatives as Plan, {}, bound);
    return values;
  };
  const bound: BoundPlan = {
    plan,
    counts,
    get bytes() {
      return [...prepared.values()].reduce((sum, { bytes }) => sum + bytes, values?.bytes ?? 0);
    },
    get elements() {
      check();
      return areValuesLast && values !== undefined ? values.elements : elementSources.map((source) => source());
    },
    evaluate(parameters, results) {
      check();
      checkCall(plan, parameters, results, numberNames.length);
      areValuesLast = false;
      numbers.values.set(parameters);
      runAll.once();
      for (let index = 0; index < numberNames.length; index++)
        results[index] = numbers.values[(first as number) + index] as number;
    },
    evaluateBatch(parameters, results) {
      check();
      parameters.forEach((vector, k) => {
        checkCall(plan, vector, results[k] ?? new Float64Array(), numberNames.length);
      });
      areValuesLast = false;
      runAll.batch(parameters).forEach((row, k) => {
        for (let index = 0; index < numberNames.length; index++)
          (results[k] as Float64Array)[index] = row[(first as number) + index] as number;
      });
    },
    evaluateValues(parameters, results) {
      check();
      if (plan.withoutDerivatives === undefined) return bound.evaluate(parameters, results);
      withoutDerivatives().evaluate(parameters, results);
      areValuesLast = true;
    },
    evaluateValuesBatch(parameters, results) {
      check();
      if (plan.withoutDerivatives === undefined) return bound.evaluateBatch(parameters, results);
      withoutDerivatives().evaluateBatch(parameters, results);
      areValuesLast = true;
    },
    dispose() {
      isDisposed = true;
      for (const body of prepared.values()) body.dispose();
      values?.dispose();
    },
  };
  held.set(bound, { counts, statistics, bodies });
  return bound;
}

/** What bound plans hold, for others to share. */
const held = new WeakMap<BoundPlan, Held>();

/** Prepares the bodies over one set, and computes its sums, as far as another plan does not hold them. */
function dataOf(context: PlanContext, plan: Plan, set: SetPlan, columns: PlanColumns, other: Held | undefined) {
  const identities = identitiesOf(set);
  const own = bodiesOf(plan, set.name);
  const prepared = new Map<string, PreparedProgram>();
  for (const [key, program] of own) {
    const found = other && placedBeside(context, program, set.name, identities, other);
    if (found !== undefined) prepared.set(key, found);
  }
  const missing = own.filter(([key]) => !prepared.has(key));
  const sums = new Map(other?.statistics);
  const wanted = (set.cached?.outputs ?? []).filter(({ value, reduction }) =>
    reduction === "sum" ? !sums.has(value) : missing.length > 0,
  );
  if (other !== undefined && missing.length + wanted.length === 0)
    return { count: other.counts[set.name] as number, prepared, sums, bodies: [] };
  const given = columnsOf(set, columns);
  const count = countOf(set, given);
  if (set.cached !== undefined && wanted.length > 0) {
    const program = wanted.length === set.cached.outputs.length ? set.cached : loweredProgram(wanted);
    for (const [summand, sum] of cacheInto(given, context, program, count)) sums.set(summand, sum);
  }
  const bodies = missing.map(([key, program]) => {
    const body = context.prepare(program, pick(program, given), count);
    prepared.set(key, body);
    return { set: set.name, prepared: body, columns: heldColumns(program, identities) };
  });
  return { count, prepared, sums, bodies };
}

function bodyKey(stage: number, set: string): string {
  return `${stage} ${set}`;
}

/** Bodies over a set. */
function bodiesOf({ stages }: Plan, set: string): readonly (readonly [key: string, program: Program])[] {
  return stages.flatMap(({ bodies }, stage) => {
    const program = bodies.get(set);
    return program === undefined ? [] : [[bodyKey(stage, set), program] as const];
  });
}

/** A program of numbers. */
interface NumberStep {
  readonly kind: "numbers";
  readonly run: () => void;
}

/** A pass over the elements of a set: parameters are gathered from the numbers, sums go to places among them. */
interface ElementStep {
  readonly kind: "elements";
  readonly body: PreparedProgram;
  readonly gather: () => Float64Array;
  readonly sums: readonly number[];
  readonly width: number;
}

/** Runs the steps on the numbers as they are; or on those of several vectors, step by step, and gives the numbers of each. */
function bodyRunner(steps: readonly (NumberStep | ElementStep)[], numbers: Numbers) {
  const results = steps.map((step) => new Float64Array(step.kind === "elements" ? step.sums.length : 0));
  const put = ({ sums }: ElementStep, from: Float64Array, at: number, target: Float64Array) => {
    for (let place = 0; place < sums.length; place++) target[sums[place] as number] = from[at + place] as number;
  };
  return {
    once(): void {
      for (let index = 0; index < steps.length; index++) {
        const step = steps[index] as NumberStep | ElementStep;
        if (step.kind === "numbers") step.run();
        else {
          const sums = results[index] as Float64Array;
          step.body.run(step.gather(), sums);
          put(step, sums, 0, numbers.values);
        }
      }
    },
    batch(vectors: readonly Float64Array[]): readonly Float64Array[] {
      const rows = vectors.map((vector) => {
        const row = Float64Array.from(numbers.values);
        row.set(vector);
        return row;
      });
      for (const step of steps) {
        const width = step.kind === "elements" ? step.width : 0;
        const gathered = new Float64Array(width * rows.length);
        rows.forEach((row, k) => {
          numbers.values.set(row);
          if (step.kind === "elements") gathered.set(step.gather().subarray(0, width), k * width);
          else {
            step.run();
            row.set(numbers.values);
          }
        });
        if (step.kind === "numbers") continue;
        const sums = new Float64Array(step.sums.length * rows.length);
        // without parameters there is nothing to tell vectors apart
        if (width === 0 && rows.length > 0) {
          step.body.run(step.gather(), sums);
          for (let k = 1; k < rows.length; k++) sums.copyWithin(k * step.sums.length, 0, step.sums.length);
        } else if (rows.length > 0) step.body.runBatch(gathered, sums);
        rows.forEach((row, k) => {
          put(step, sums, k * step.sums.length, row);
        });
      }
      return rows;
    },
  };
}

/** Runs a program of numbers once, and puts its outputs among the numbers. */
function numberStep(
  context: Pick<PlanContext, "compile">,
  program: Program,
  numbers: Numbers,
  prefix = "",
): () => void {
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

/** Adds cached columns to those that are there; gives the cached sums by their summands. */
function cacheInto(
  columns: Record<string, Float64Array | Float32Array>,
  context: Pick<PlanContext, "compile">,
  program: Program,
  count: number,
): ReadonlyMap<Expression, number> {
  const outputs = program.outputs.map(({ reduction }) => new Float64Array(reduction === "sum" ? 1 : count));
  const inputs = program.columns.map((name) => wide(columns[name] as Float64Array | Float32Array));
  context.compile(program).run({ count, parameters: new Float64Array(), columns: inputs, states: [], outputs });
  const sums = new Map<Expression, number>();
  program.outputs.forEach(({ name, value, reduction }, index) => {
    const computed = outputs[index] as Float64Array;
    if (reduction === "sum") sums.set(value, computed[0] as number);
    else columns[name] = computed;
  });
  return sums;
}

function wide(column: Float64Array | Float32Array): Float64Array {
  return column instanceof Float64Array ? column : Float64Array.from(column);
}

function columnsOf(set: SetPlan, columns: PlanColumns): Record<string, Float64Array | Float32Array> {
  return Object.fromEntries(
    set.columns.map((name) => {
      const given = Object.hasOwn(columns, name) ? columns[name] : undefined;
      if (given !== undefined) {
        checkColumn("KERN-074", name, given);
        return [name, given];
      }
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
