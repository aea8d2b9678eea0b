import {
  add,
  type BoundPlan,
  bindPlan,
  type ExecutionContext,
  type Expression,
  inSet,
  type Plan,
  type PlanOptions,
  planOf,
  topologicalOrder,
} from "@simloom/kernel";
import { nearestName } from "@simloom/units";
import { amplitudeError } from "../errors.ts";
import { columnsOfPlan } from "./columns.ts";
import { type IntensityFaults, intensityFaults } from "./faults.ts";
import { dataSet, type LikelihoodTerm, monteCarloSet, termExpression } from "./term.ts";

/** How a likelihood is compiled. */
export interface LikelihoodOptions {
  /** Parameters in the order of calls; every used one, and unused ones if need be. Default: the used ones, sorted. */
  readonly parameters?: readonly string[];
  /** Parameters that are constants, by name; they leave the order. */
  readonly fixed?: Readonly<Record<string, number>>;
  /** A clock in ms, where the time of planning and preparation is wanted. */
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
  /** −ln L. */
  value(parameters: Float64Array): number;
  /** −ln L; its slopes by the free parameters go to `slopes`. */
  valueAndGradient(parameters: Float64Array, slopes: Float64Array): number;
  /** −ln L of each term, in order. */
  termValues(parameters: Float64Array): readonly number[];
  /** A copy of the intensities of the events of a term. Throws `AMPL-033` for a term that is not there. */
  intensities(term: string, side: EventSide, parameters: Float64Array): Float64Array;
  /** Events whose intensity is not positive; none where all is well. Costs one pass over all events. */
  faults(parameters: Float64Array): readonly IntensityFaults[];
  /** The plans that were needed so far, and what they hold. */
  readonly compiled: readonly CompiledPlan[];
  /** Gives the prepared data back. */
  dispose(): void;
}

/** What a plan of a likelihood computes. */
export type PlanPurpose = "value" | "gradient" | "intensities";

/** A plan of the likelihood with its data. */
export interface CompiledPlan {
  readonly purpose: PlanPurpose;
  readonly plan: Plan;
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
  { parameters: order, fixed = {}, clock = () => 0 }: LikelihoodOptions = {},
): Likelihood {
  checkTerms(terms);
  const used = parametersOf(terms.map(({ intensity }) => intensity));
  const names = (order ?? used).filter((name) => !Object.hasOwn(fixed, name));
  checkNames(used, names, fixed);
  const values = terms.map(termExpression);
  const sets = terms.flatMap(({ name }) => [dataSet(name), monteCarloSet(name)]);
  const bound = new Map<PlanPurpose, BoundPlan>();
  const compiled: CompiledPlan[] = [];

  const outputs = (purpose: PlanPurpose): Readonly<Record<string, Expression>> => {
    if (purpose === "gradient") return { value: values.reduce((sum, value) => add(sum, value)) };
    if (purpose === "value") return Object.fromEntries(terms.map(({ name }, k) => [name, values[k] as Expression]));
    return Object.fromEntries(
      terms.flatMap(({ name, intensity }) =>
        [dataSet(name), monteCarloSet(name)].map((set) => [set, inSet(intensity, set)] as const),
      ),
    );
  };
  const planned = (purpose: PlanPurpose): BoundPlan => {
    const known = bound.get(purpose);
    if (known !== undefined) return known;
    const startedMs = clock();
    const options: PlanOptions = { parameters: names, fixed, sets };
    const plan = planOf(
      outputs(purpose),
      purpose === "gradient" ? { ...options, derivatives: { of: "value", by: names } } : options,
    );
    const plannedMs = clock();
    const made = bindPlan(context, plan, columnsOfPlan(plan, terms));
    bound.set(purpose, made);
    compiled.push({
      purpose,
      plan,
      bytes: made.bytes,
      planningMs: plannedMs - startedMs,
      preparationMs: clock() - plannedMs,
    });
    return made;
  };

  const termResults = new Float64Array(terms.length);
  const slopeResults = new Float64Array(1 + names.length);
  const termValues = (parameters: Float64Array): Float64Array => {
    checkCount(names, parameters, "value");
    planned("value").evaluate(parameters, termResults);
    return termResults;
  };
  const intensities = (parameters: Float64Array): readonly Float64Array[] => {
    checkCount(names, parameters, "value");
    const plan = planned("intensities");
    plan.evaluate(parameters, new Float64Array());
    return plan.elements;
  };
  return {
    parameters: names,
    terms: terms.map(({ name, data, monteCarlo }) => ({
      name,
      events: data.length,
      monteCarloEvents: monteCarlo.length,
    })),
    value: (parameters) => termValues(parameters).reduce((sum, value) => sum + value),
    valueAndGradient(parameters, slopes) {
      checkCount(names, parameters, "value");
      checkCount(names, slopes, "slope");
      planned("gradient").evaluate(parameters, slopeResults);
      slopes.set(slopeResults.subarray(1));
      return slopeResults[0] as number;
    },
    termValues: (parameters) => [...termValues(parameters)],
    intensities(term, side, parameters) {
      const index = terms.findIndex(({ name }) => name === term);
      if (index < 0) throw unknownTerm(term, terms);
      return Float64Array.from(intensities(parameters)[2 * index + (side === "data" ? 0 : 1)] as Float64Array);
    },
    faults(parameters) {
      const all = intensities(parameters);
      const found = terms.flatMap(({ name }, index) => [
        intensityFaults(name, "data", all[2 * index] as Float64Array),
        intensityFaults(name, "monteCarlo", all[2 * index + 1] as Float64Array),
      ]);
      return found.filter((one) => one !== undefined);
    },
    compiled,
    dispose() {
      for (const plan of bound.values()) plan.dispose();
      bound.clear();
    },
  };
}

/** Names of the parameters that expressions depend on, sorted. */
export function parametersOf(expressions: readonly Expression[]): readonly string[] {
  const inputs = topologicalOrder(expressions).filter(({ operation }) => operation.source === "parameter");
  return inputs.map(({ payload }) => payload as string).sort();
}

function checkTerms(terms: readonly LikelihoodTerm[]): void {
  const names = terms.map(({ name }) => name);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (terms.length > 0 && repeated === undefined) return;
  throw amplitudeError({
    code: "AMPL-033",
    message:
      repeated === undefined
        ? "A likelihood without terms has no value"
        : `Two terms of the likelihood are called ${repeated}`,
    remedy: repeated === undefined ? "Give at least one term." : "Give each term its own name.",
    context: { terms: names },
  });
}

function checkNames(used: readonly string[], free: readonly string[], fixed: Readonly<Record<string, number>>): void {
  const fixedNames = Object.keys(fixed);
  const missing = used.find((name) => !free.includes(name) && !fixedNames.includes(name));
  if (missing !== undefined)
    throw amplitudeError({
      code: "AMPL-032",
      message: `The model depends on the parameter ${missing}, which is neither free nor fixed`,
      remedy: "Add it to the order of parameters, or fix it.",
      context: { used, free },
    });
  const unknown = fixedNames.find((name) => !used.includes(name));
  if (unknown === undefined) return;
  const near = nearestName(unknown, used);
  throw amplitudeError({
    code: "AMPL-032",
    message: `The parameter ${unknown} is fixed, but the model does not depend on it`,
    remedy: near === undefined ? `The parameters are ${used.join(", ")}.` : `Did you mean ${near}?`,
    context: { used },
  });
}

function checkCount(names: readonly string[], given: Float64Array, what: string): void {
  if (given.length === names.length) return;
  throw amplitudeError({
    code: "AMPL-032",
    message: `The likelihood has ${names.length} free parameters, but got room for ${given.length}`,
    remedy: `Give one ${what} for each of ${names.join(", ")}.`,
    context: { parameters: names },
  });
}

function unknownTerm(name: string, terms: readonly LikelihoodTerm[]): Error {
  const names = terms.map((term) => term.name);
  const near = nearestName(name, names);
  return amplitudeError({
    code: "AMPL-033",
    message: `The likelihood has no term ${name}`,
    remedy: near === undefined ? `Its terms are ${names.join(", ")}.` : `Did you mean ${near}?`,
    context: { terms: names },
  });
}
