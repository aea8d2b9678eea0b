import type { Dataset } from "@simloom/columns";
import { column, constant, type Expression, inSet, log, multiply, subtract, total } from "@simloom/kernel";
import { amplitudeError } from "../errors.ts";

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
  const { name, kind, data, monteCarlo } = term;
  checkTerm(term);
  const logIntensity = inSet(log(term.intensity), dataSet(name));
  const intensity = inSet(term.intensity, monteCarloSet(name));
  const logSum = total(weighted(data, logIntensity, dataSet(name)));
  const norm = total(weighted(monteCarlo, intensity, monteCarloSet(name)));
  if (kind === "extended") return subtract(norm, logSum);
  return subtract(multiply(weightSum(data, dataSet(name)), log(norm)), logSum);
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

function weighted({ schema: { weight } }: Dataset, value: Expression, set: string): Expression {
  return weight === undefined ? value : multiply(column(`${set}.${weight}`), value);
}

function weightSum(events: Dataset, set: string): Expression {
  const { weight } = events.schema;
  return weight === undefined ? constant(events.length) : total(column(`${set}.${weight}`));
}

function checkTerm({ name, kind, data, monteCarlo }: LikelihoodTerm): void {
  const refuse = (what: string, remedy: string): never => {
    throw amplitudeError({
      code: "AMPL-031",
      message: `The term ${name} has ${what}`,
      remedy,
      path: name,
    });
  };
  if (data.length === 0) refuse("no data", "Give at least one event, or leave the term out.");
  if (monteCarlo.length === 0) refuse("no Monte Carlo events", "Without them the model cannot be normalised.");
  if (kind === "shape" && !(data.sumOfWeights > 0))
    refuse(`data of weight ${data.sumOfWeights}`, "The weights of the data must sum to more than 0.");
  if (!(monteCarlo.sumOfWeights > 0))
    refuse(`Monte Carlo events of weight ${monteCarlo.sumOfWeights}`, "Their weights must sum to more than 0.");
}
