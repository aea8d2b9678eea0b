import { type BoundPlan, bindPlan, type ExecutionContext, type Expression, type Plan } from "@simloom/kernel";
import { basesOf } from "../likelihood/basis.ts";
import { eventColumns } from "../likelihood/columns.ts";
import { dataSet, type LikelihoodTerm, monteCarloSet } from "../likelihood/term.ts";

/** The terms of a likelihood over basis values, for what fits compute beside values and slopes. */
export interface PreparedTerms {
  /** With intensities over basis columns, and fixed parameters as constants. */
  readonly terms: readonly LikelihoodTerm[];
  /** Names of all sets of events. */
  readonly sets: readonly string[];
  readonly intensities: readonly Expression[];
  /** Binds a plan to the events. */
  bind(plan: Plan): BoundPlan;
}

/** Prepares terms anew; nothing is computed before a plan is bound. */
export function preparedTerms(
  terms: readonly LikelihoodTerm[],
  context: ExecutionContext,
  fixed: Readonly<Record<string, number>>,
): PreparedTerms {
  const bases = basesOf(terms, fixed);
  const events = eventColumns(terms, bases, context);
  const intensities = bases.map(({ intensity }) => intensity);
  return {
    terms: terms.map((term, index) => ({ ...term, intensity: intensities[index] as Expression })),
    sets: terms.flatMap(({ name }) => [dataSet(name), monteCarloSet(name)]),
    intensities,
    bind: (plan) => bindPlan(context, plan, events.of(plan)),
  };
}
