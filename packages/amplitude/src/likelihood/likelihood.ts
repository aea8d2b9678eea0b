import {
  type Activation,
  activationOf,
  add,
  type BoundPlan,
  bindPlan,
  type ExecutionContext,
  type Expression,
  inSet,
  inspect,
  type PassReport,
  type Plan,
  type PlanOptions,
  type Program,
  planOf,
  specialise,
} from "@simloom/kernel";
import { basesOf } from "./basis.ts";
import { checkCount, checkNames, checkTerms, parametersOf, unknownTerm } from "./check.ts";
import { eventColumns } from "./columns.ts";
import { type IntensityFaults, intensityFaults } from "./faults.ts";
import { dataSet, type LikelihoodTerm, monteCarloSet, termExpression } from "./term.ts";

/** How a likelihood is compiled. */
export interface LikelihoodOptions {
  /** Parameters in the order of calls; every used one, and unused ones if need be. Default: the used ones, sorted. */
  readonly parameters?: readonly string[];
  /** Parameters that are constants, by name; they leave the order. */
  readonly fixed?: Readonly<Record<string, number>>;
  /** A clock in ms, where it shall be reported what the passes did and what planning and preparation took. */
  readonly clock?: () => number;
}

/** Which of two sides of a term. */
export type EventSide = "data" | "monteCarlo";

/**
 * −ln L as the sum of terms, over data that stay prepared in an execution context. Calls are synchronous. A value that is
 * not finite is returned as it is, so that a fit can step back; `faults` then says which events are to blame.
 */
export interface Likelihood {
  /** Names of the free parameters, in the order of calls. */
  readonly parameters: readonly string[];
  readonly terms: readonly { readonly name: string; readonly events: number; readonly monteCarloEvents: number }[];
  /** −ln L, with the bits of `valueAndGradient`. */
  value(parameters: Float64Array): number;
  /** −ln L; its slopes by the free parameters go to `slopes`. */
  valueAndGradient(parameters: Float64Array, slopes: Float64Array): number;
  /** −ln L at several points, computed together on the threads of the context: the bits of as many calls of `value`. */
  values(points: readonly Float64Array[], values: Float64Array): void;
  /** −ln L of each term, in order. */
  termValues(parameters: Float64Array): readonly number[];
  /** A copy of the intensities of the events of a term. Throws `AMPL-033` for a term that is not there. */
  intensities(term: string, side: EventSide, parameters: Float64Array): Float64Array;
  /** Events whose intensity is not positive; none where all is well. Costs one pass over all events. */
  faults(parameters: Float64Array): readonly IntensityFaults[];
  /** Which tagged waves count. The verbs of the activation make others to `use`. */
  readonly activation: Activation;
  /** Puts a mask in force: what is switched off counts as 0. A mask is planned and prepared once. */
  use(activation: Activation): void;
  /** Programs that make, once per data set, what depends on events alone; one per different intensity. */
  readonly basisPrograms: readonly Program[];
  /** The plans that were needed so far, and what they hold. */
  readonly compiled: readonly CompiledPlan[];
  /** Gives the prepared data back. */
  dispose(): void;
}

/** What a plan of a likelihood computes: values, with slopes and without, or the intensity of each event. */
export type PlanPurpose = "likelihood" | "intensities";

/** A plan of the likelihood with its data. */
export interface CompiledPlan {
  readonly purpose: PlanPurpose;
  /** Key of the activation, "" where everything counts. */
  readonly mask: string;
  readonly plan: Plan;
  /** Nodes before and after each pass; none without a clock. */
  readonly passes: readonly PassReport[];
  /** Bytes of prepared data. */
  readonly bytes: number;
  /** Planning, and compilation with the preparation of data, in ms; 0 without a clock. */
  readonly planningMs: number;
  readonly preparationMs: number;
}

/**
 * Compiles the sum of terms, which share parameters by name. Each purpose is planned and prepared when it is first asked
 * for. Throws `AMPL-033` for no terms or two of one name, `AMPL-031` for data without events or weight, `AMPL-032` where a
 * fixed parameter is unknown, `AMPL-047` where a data set lacks a column that the intensity needs.
 */
export function likelihood(
  terms: readonly LikelihoodTerm[],
  context: ExecutionContext,
  { parameters: order, fixed = {}, clock }: LikelihoodOptions = {},
): Likelihood {
  checkTerms(terms);
  const used = parametersOf(terms.map(({ intensity }) => intensity));
  const names = (order ?? used).filter((name) => !Object.hasOwn(fixed, name));
  checkNames(used, names, fixed);
  const bases = basesOf(terms, fixed);
  const events = eventColumns(terms, bases, context);
  const intensities = bases.map(({ intensity }) => intensity);
  let activation = activationOf(intensities);
  const sets = terms.flatMap(({ name }) => [dataSet(name), monteCarloSet(name)]);
  const bound = new Map<string, BoundPlan>();
  const compiled: CompiledPlan[] = [];

  const outputs = (purpose: PlanPurpose): Readonly<Record<string, Expression>> => {
    const active = specialise(intensities, activation);
    if (purpose === "intensities")
      return Object.fromEntries(
        terms.flatMap(({ name }, k) =>
          [dataSet(name), monteCarloSet(name)].map((set) => [set, inSet(active[k] as Expression, set)] as const),
        ),
      );
    const values = terms.map((term, k) => termExpression({ ...term, intensity: active[k] as Expression }));
    const named = terms.map(({ name }, k) => [`term ${name}`, values[k] as Expression] as const);
    return { ...Object.fromEntries(named), value: values.reduce((sum, value) => add(sum, value)) };
  };
  const planned = (purpose: PlanPurpose): BoundPlan => {
    const key = `${purpose} ${activation.key}`;
    const known = bound.get(key);
    if (known !== undefined) return known;
    const startedMs = clock?.() ?? 0;
    const options: PlanOptions = {
      parameters: names,
      sets,
      ...(purpose === "likelihood" ? { derivatives: { of: "value", by: names } } : {}),
    };
    const { plan, passes } =
      clock === undefined
        ? { plan: planOf(outputs(purpose), options), passes: [] }
        : inspect(outputs(purpose), { ...options, clock });
    const plannedMs = clock?.() ?? 0;
    const [beside] = bound.values();
    const made = bindPlan(context, plan, events.of(plan), beside);
    bound.set(key, made);
    compiled.push({
      purpose,
      mask: activation.key,
      plan,
      passes,
      get bytes() {
        return made.bytes;
      },
      planningMs: plannedMs - startedMs,
      preparationMs: (clock?.() ?? 0) - plannedMs,
    });
    return made;
  };

  /** Of each term, of all together, and the slopes. */
  const results = new Float64Array(terms.length + 1 + names.length);
  const valuesAt = (parameters: Float64Array): Float64Array => {
    checkCount(names, parameters, "value");
    planned("likelihood").evaluateValues(parameters, results);
    return results;
  };
  /** Of data, then of Monte Carlo, for each term; one number where the intensity is the same for all events. */
  const intensityValues = (parameters: Float64Array): readonly Float64Array[] => {
    checkCount(names, parameters, "value");
    const { plan, elements, evaluate } = planned("intensities");
    const numbers = new Float64Array(plan.outputs.length - elements.length);
    evaluate(parameters, numbers);
    let [number, element] = [0, 0];
    return plan.outputs.map(({ kind }, index) => {
      if (kind === "elements") return elements[element++] as Float64Array;
      const { data, monteCarlo } = terms[index >> 1] as LikelihoodTerm;
      const count = (index % 2 === 0 ? data : monteCarlo).length;
      return new Float64Array(count).fill(numbers[number++] as number);
    });
  };
  return {
    parameters: names,
    terms: terms.map(({ name, data, monteCarlo }) => ({
      name,
      events: data.length,
      monteCarloEvents: monteCarlo.length,
    })),
    value: (parameters) => valuesAt(parameters)[terms.length] as number,
    values(points, values) {
      for (const point of points) checkCount(names, point, "value");
      const rows = points.map(() => new Float64Array(results.length));
      planned("likelihood").evaluateValuesBatch(points, rows);
      for (const [k, row] of rows.entries()) values[k] = row[terms.length] as number;
    },
    valueAndGradient(parameters, slopes) {
      checkCount(names, parameters, "value");
      checkCount(names, slopes, "slope");
      planned("likelihood").evaluate(parameters, results);
      slopes.set(results.subarray(terms.length + 1));
      return results[terms.length] as number;
    },
    termValues: (parameters) => [...valuesAt(parameters).subarray(0, terms.length)],
    intensities(term, side, parameters) {
      const index = terms.findIndex(({ name }) => name === term);
      if (index < 0) throw unknownTerm(term, terms);
      return Float64Array.from(intensityValues(parameters)[2 * index + (side === "data" ? 0 : 1)] as Float64Array);
    },
    faults(parameters) {
      const all = intensityValues(parameters);
      const found = terms.flatMap(({ name }, index) => [
        intensityFaults(name, "data", all[2 * index] as Float64Array),
        intensityFaults(name, "monteCarlo", all[2 * index + 1] as Float64Array),
      ]);
      return found.filter((one) => one !== undefined);
    },
    get activation() {
      return activation;
    },
    use(next) {
      activation = next;
    },
    basisPrograms: [...new Set(bases.flatMap(({ program }) => program ?? []))],
    compiled,
    dispose() {
      for (const plan of bound.values()) plan.dispose();
      bound.clear();
    },
  };
}
