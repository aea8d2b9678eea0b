/**
 * Log densities that the kernel compiler makes: from a formula of the parameters, or from a plan that is bound to data. Both run in
 * an execution context, with the same bits on any number of its threads.
 */
import {
  type BoundPlan,
  column,
  constant,
  type DataColumns,
  dependsOn,
  type ExecutionContext,
  type Expression,
  gradient,
  kernelProgram,
  type ParameterSet,
  type Program,
  parameter,
  parameterSet,
  parameterSpec,
  substitute,
  topologicalOrder,
} from "@simloom/kernel";
import { BLOCK_LENGTH } from "@simloom/numerics";
import { solveError } from "../../errors.ts";
import type { LogDensity } from "./density.ts";

/** A compiled log density; `dispose` gives back what it holds in its context. */
export interface CompiledDensity extends LogDensity {
  values(points: readonly Float64Array[], values: Float64Array): void;
  dispose(): void;
}

const NONE = new Float64Array(0);

/**
 * The log density that is a formula of parameters: free ones of the set (or all that are named) vary, fixed ones keep their values.
 * Points are the elements of one program, so that a batch is one call, over several threads from 4,097 points on. Slopes are
 * exact, by reverse mode. Programs are compiled when they are first needed.
 *
 * Throws `SOLV-082` for a formula of other inputs or of sums over data (those are plans: `densityOfPlan`), and for one that is not
 * real.
 */
export function densityOf(
  context: ExecutionContext,
  logDensity: Expression,
  parameters: ParameterSet | readonly string[],
): CompiledDensity & Required<LogDensity> {
  const set = "free" in parameters ? parameters : parameterSet(parameters.map((name) => parameterSpec({ name })));
  const formula = withoutFixed(logDensity, set);
  const names = set.freeNames;
  const slopeKernel = once(() => {
    const slopes = gradient(
      formula,
      names.map((name) => parameter(name)),
    );
    const outputs = Object.fromEntries(slopes.map((slope, i) => [`slope ${i}`, slope]));
    return context.prepare(kernelProgram({ value: formula, ...outputs }, { parameters: names }), {}, 1);
  });
  const batches = batchesOf(context, formula, names);
  const one: Float64Array[] = [NONE];
  const oneValue = new Float64Array(1);
  const density: CompiledDensity & Required<LogDensity> = {
    value(x) {
      one[0] = x;
      density.values(one, oneValue);
      return oneValue[0] as number;
    },
    gradient(x, slopes) {
      const kernel = slopeKernel();
      kernel.run(x, NONE);
      const { columns } = kernel;
      for (let i = 0; i < slopes.length; i++) slopes[i] = (columns[i + 1] as Float64Array)[0] as number;
      return (columns[0] as Float64Array)[0] as number;
    },
    values(points, values) {
      const batch = batches.of(points.length);
      for (let i = 0; i < names.length; i++) {
        const target = batch.columns[i] as Float64Array;
        for (let k = 0; k < points.length; k++) target[k] = (points[k] as Float64Array)[i] as number;
      }
      const found = batch.run(points.length);
      for (let k = 0; k < points.length; k++) values[k] = found[k] as number;
    },
    dispose() {
      slopeKernel.made()?.dispose();
      batches.dispose();
    },
  };
  return density;
}

/**
 * The log density that is `factor` times one output of a bound plan: 1 for ln L, −1 for −ln L, −½ for χ². Slopes are there where
 * the plan was asked for derivatives by all free parameters. Points of a batch are computed together on the threads of the
 * context of the plan, which belongs to the caller, with the bits of one after the other.
 *
 * Throws `SOLV-082` where the plan has no such output, or other parameters than the set.
 */
export function densityOfPlan(
  bound: BoundPlan,
  set: ParameterSet,
  { of, factor = 1 }: { readonly of: string; readonly factor?: number },
): LogDensity {
  const { plan } = bound;
  const numbers = plan.outputs.filter(({ kind }) => kind === "number").map(({ name }) => name);
  const place = numbers.indexOf(of);
  if (place < 0)
    throw noDensity(`The plan has no output \`${of}\` that is one number`, `Take one of ${numbers.join(", ")}.`);
  const places = set.free.map(({ name }) => plan.parameters.indexOf(name));
  const inputs = Float64Array.from(plan.parameters, (name) => {
    const spec = set.specs.find((each) => each.name === name);
    if (spec === undefined)
      throw noDensity(`The set has no parameter \`${name}\``, "Give a set with all of the plan's.");
    return spec.fixed ?? spec.initial;
  });
  places.forEach((at, i) => {
    if (at < 0)
      throw noDensity(
        `The plan does not depend on \`${set.freeNames[i]}\`: no density can be drawn from along it`,
        "Fix it, or list it in the plan's parameters with a prior.",
      );
  });
  const slopePlaces = set.freeNames.map((name) => numbers.indexOf(`${of}/${name}`));
  const results = new Float64Array(numbers.length);
  const put = (x: Float64Array) => {
    for (let i = 0; i < places.length; i++) inputs[places[i] as number] = x[i] as number;
  };
  const value = (x: Float64Array): number => {
    put(x);
    bound.evaluateValues(inputs, results);
    return factor * (results[place] as number);
  };
  const values = (points: readonly Float64Array[], target: Float64Array): void => {
    const vectors = points.map((x) => {
      put(x);
      return Float64Array.from(inputs);
    });
    const rows = points.map(() => new Float64Array(numbers.length));
    bound.evaluateValuesBatch(vectors, rows);
    for (const [k, row] of rows.entries()) target[k] = factor * (row[place] as number);
  };
  if (slopePlaces.includes(-1)) return { value, values };
  return {
    value,
    values,
    gradient(x, slopes) {
      put(x);
      bound.evaluate(inputs, results);
      for (let i = 0; i < slopes.length; i++) slopes[i] = factor * (results[slopePlaces[i] as number] as number);
      return factor * (results[place] as number);
    },
  };
}

/** The formula with constants for fixed parameters. */
function withoutFixed(logDensity: Expression, set: ParameterSet): Expression {
  const odd = (["column", "state", "time"] as const).find((source) => dependsOn(logDensity, source));
  const isSum = topologicalOrder([logDensity]).some(({ operation }) => operation.isReduction === true);
  if (odd !== undefined || isSum)
    throw noDensity(
      isSum ? "The formula has a sum over data" : `The formula depends on a ${odd}`,
      "Bind a plan to the data, and use densityOfPlan.",
    );
  if (logDensity.type !== "real")
    throw noDensity(`The formula is ${logDensity.type}, not real`, "Give the logarithm of a density.");
  const [formula] = substitute([logDensity], ({ operation, payload }) => {
    if (operation.source !== "parameter") return undefined;
    const spec = set.specs.find(({ name }) => name === payload);
    if (spec === undefined)
      throw noDensity(`The set has no parameter \`${payload}\``, "Name every parameter of the formula.");
    return spec.fixed === undefined ? undefined : constant(spec.fixed);
  }) as [Expression];
  return formula;
}

/** Programs for batches of up to some length, and room for their points. */
interface Batch {
  readonly columns: readonly Float64Array[];
  run(count: number): Float64Array;
  dispose(): void;
}

function batchesOf(context: ExecutionContext, formula: Expression, names: readonly string[]) {
  const known = new Map<number, Batch>();
  const program = once(() => {
    const [perElement] = substitute([formula], ({ operation, payload }) =>
      operation.source === "parameter" ? column(payload as string) : undefined,
    ) as [Expression];
    return kernelProgram({ value: perElement }, { columns: names });
  });
  return {
    of(count: number): Batch {
      const capacity = 2 ** Math.ceil(Math.log2(Math.max(count, 1)));
      let batch = known.get(capacity);
      if (batch === undefined) {
        const columns = names.map(() => new Float64Array(capacity));
        // one block has no work to share, and a copy of its columns costs less than handing them over by name
        const isPrepared = capacity > BLOCK_LENGTH || context.backend === "native";
        batch = isPrepared ? preparedBatch(context, program(), columns) : compiledBatch(context, program(), columns);
        known.set(capacity, batch);
      }
      return batch;
    },
    dispose() {
      for (const batch of known.values()) batch.dispose();
      known.clear();
    },
  };
}

function compiledBatch(context: ExecutionContext, program: Program, columns: readonly Float64Array[]): Batch {
  const kernel = context.compile(program);
  const values = new Float64Array(columns[0]?.length ?? 0);
  const call = { count: 0, parameters: NONE, columns, states: [], outputs: [values] };
  return {
    columns,
    run(count) {
      call.count = count;
      kernel.run(call);
      return values;
    },
    dispose() {},
  };
}

function preparedBatch(context: ExecutionContext, program: Program, columns: readonly Float64Array[]): Batch {
  const data: DataColumns = Object.fromEntries(program.columns.map((name, i) => [name, columns[i] as Float64Array]));
  const kernel = context.prepare(program, data, columns[0]?.length ?? 0);
  return {
    columns,
    run(count) {
      for (let i = 0; i < columns.length; i++) {
        const values = columns[i] as Float64Array;
        // what is left over repeats the last point: old points could be slow ones
        values.fill(values[count - 1] as number, count);
        kernel.update(program.columns[i] as string, values);
      }
      kernel.run(NONE, NONE);
      return kernel.columns[0] as Float64Array;
    },
    dispose: () => kernel.dispose(),
  };
}

/** A value that is made when it is first asked for. */
function once<T>(make: () => T): (() => T) & { made(): T | undefined } {
  let value: T | undefined;
  const get = () => {
    value ??= make();
    return value;
  };
  return Object.assign(get, { made: () => value });
}

function noDensity(message: string, remedy: string): Error {
  return solveError("SOLV-082", message, remedy);
}
