import type { Dataset } from "@simloom/columns";
import { column, constant, dependsOn, type Expression, inSet, log, multiply, subtract, total } from "@simloom/kernel";

/**
 * How data and model are compared. `shape`: −Σ w ln I + W ln Σ_mc w I with W = Σ w, which does not change when I is scaled.
 * `extended`: Σ_mc w I − Σ w ln I, where Σ_mc w I is the number of events that the model expects. Both are −ln L.
 */
export type LikelihoodKind = "shape" | "extended";

/** One comparison of a model with data; Monte Carlo events that the detector accepted stand for its acceptance. */
export interface LikelihoodTerm {
  readonly name: string;
  readonly kind: LikelihoodKind;
  /** Real and positive, over the columns of both data sets. */
  readonly intensity: Expression;
  readonly data: Dataset;
  readonly monteCarlo: Dataset;
}

/** A term as an expression over the sets `<name>.data` and `<name>.mc`. */
export function termExpression(term: LikelihoodTerm): Expression {
  const { name, kind, data } = term;
  const logIntensity = inSet(log(term.intensity), dataSet(name));
  const logSum = weightedSum(data, logIntensity, dataSet(name));
  const norm = normalisation(term);
  if (kind === "extended") return subtract(norm, logSum);
  return subtract(multiply(weightSum(data, dataSet(name)), log(norm)), logSum);
}

/** Σ_mc w I of a term, over its set `<name>.mc`. */
export function normalisation({ name, intensity, monteCarlo }: LikelihoodTerm): Expression {
  return weightedSum(monteCarlo, inSet(intensity, monteCarloSet(name)), monteCarloSet(name));
}

/** Twice −ln L, as some tools print it and their files hold it. A minimum is the same; errors are found with 1 instead of ½. */
export function minusTwoLogLikelihood(minusLogLikelihood: number): number {
  return 2 * minusLogLikelihood;
}

/** Name of the set of data of a term. */
export function dataSet(term: string): string {
  return `${term}.data`;
}

/** Name of the set of Monte Carlo events of a term. */
export function monteCarloSet(term: string): string {
  return `${term}.mc`;
}

/** Σ w x; where x is the same for all events, their weight times x. */
function weightedSum(events: Dataset, value: Expression, set: string): Expression {
  const { weight } = events.schema;
  if (!dependsOn(value, "column")) return multiply(weightSum(events, set), value);
  return total(weight === undefined ? value : multiply(column(`${set}.${weight}`), value));
}

function weightSum(events: Dataset, set: string): Expression {
  const { weight } = events.schema;
  return weight === undefined ? constant(events.length) : total(column(`${set}.${weight}`));
}
